"""Whatever comes in that is not a question with a recorded yes: never 202 or less, never a redirect, nothing stored."""

import asyncio
import io
import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from http import HTTPStatus

import pytest
from sqlalchemy import make_url, text
from yarl import URL

from handlers.flagger import hooks
from tests.support.running import SETTINGS, TOKEN, running_bot

GATES = ("confirm-rollout", "confirm-traffic-increase", "confirm-promotion", "rollback")
NOTICES = ("pre-rollout", "rollout", "post-rollout", "event")

ODD_PATHS = [
    "/hooks",
    "/hooks/",
    f"/hooks/{TOKEN}",
    f"/hooks/{TOKEN}/",
    f"/hooks/{TOKEN}/flagger",
    f"/hooks/{TOKEN}/flagger/",
    f"/hooks/{TOKEN}/flagger/confirm-promotion/",
    f"/hooks/{TOKEN}//flagger/confirm-promotion",
    f"//hooks/{TOKEN}/flagger/confirm-promotion",
    f"/hooks//{TOKEN}/flagger/confirm-promotion",
    f"/hooks/{TOKEN}/Flagger/confirm-promotion",
    f"/hooks/{TOKEN}/flagger/Confirm-Promotion",
    f"/hooks/{TOKEN}/flagger/confirm%2Dpromotion",
    f"/hooks/{TOKEN}/flagger%2Fconfirm-promotion",
    f"/hooks/{TOKEN}/flagger/../flagger/confirm-promotion/x",
    f"/hooks/{TOKEN}/flagger/./confirm-promotion/.",
    f"/hooks/{TOKEN}/flagger/confirm-promotion%00",
    f"/hooks/{TOKEN}/flagger/unknown",
    f"/hooks/{TOKEN}/gate",
    f"/hooks/{TOKEN}/gate/",
    f"/hooks/{TOKEN}/gate/unknown",
    f"/hooks/{TOKEN}/rollback/unknown",
    f"/HOOKS/{TOKEN}/flagger/confirm-promotion",
    f"/hooks/{TOKEN[:-1]}/flagger/confirm-promotion",
    f"/hooks/{TOKEN}x/flagger/confirm-promotion",
    f"/hooks/{TOKEN.upper()}/flagger/confirm-promotion",
    "/hooks/%00/flagger/confirm-promotion",
    "/hooks/%ED%A0%80/flagger/confirm-promotion",
    "/gate/approve",
    "/gate/check",
    "/flagger/confirm-promotion",
    "/",
    "/favicon.ico",
    "/healthz",
    "/readyz",
    "/version",
    "/metrics",
    "/unknown",
    "/releases",
    "/audit",
    "/insights",
    "/api/v1/releases",
    "/api/v1/openapi.json",
    "/api/v1/unknown",
    "/sign-in",
    "/sign-out",
    "/static/",
    "/slack/events",
    "/google-chat/events",
]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_no_path_answers_a_write_with_a_redirect_or_yes(bot, body, method):
    answers = {}
    for path in ODD_PATHS:
        url = URL(f"http://127.0.0.1:{bot.client.port}{path}", encoded=True)
        async with bot.client.session.request(method, url, json=body(), allow_redirects=False) as response:
            answers[path] = response.status

    assert {path: status for path, status in answers.items() if status <= HTTPStatus.PERMANENT_REDIRECT} == {}
    assert await bot.releases() == ()


@pytest.mark.parametrize("hook", GATES)
async def test_a_gate_of_an_unknown_workload_is_closed(bot, body, hook):
    response = await bot.hook(f"flagger/{hook}", body())

    assert response.status == HTTPStatus.FORBIDDEN
    said = await response.json()
    assert said["release"] == "shop/checkout#1"
    assert said.get("gate", "closed") == "closed"
    assert said.get("rollback", "no") == "no"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
async def test_a_hook_is_a_post(bot, method):
    right = await bot.client.request(method, f"/hooks/{TOKEN}/flagger/confirm-promotion")
    wrong_token = await bot.client.request(method, "/hooks/no-such-token-at-all/flagger/confirm-promotion")

    assert right.status == HTTPStatus.METHOD_NOT_ALLOWED
    assert wrong_token.status == HTTPStatus.NOT_FOUND


MALFORMED = [
    pytest.param(b"", id="empty"),
    pytest.param(b"name=checkout&namespace=shop", id="a form"),
    pytest.param(b"{", id="cut off"),
    pytest.param(b"[]", id="a list"),
    pytest.param(b'"shop"', id="a text"),
    pytest.param(b"null", id="null"),
    pytest.param(b"\xff\xfe", id="not UTF-8"),
    pytest.param(b'{"name": "checkout"}', id="no namespace"),
    pytest.param(b'{"namespace": "shop"}', id="no name"),
    pytest.param(b'{"name": 1, "namespace": "shop"}', id="a number for a name"),
    pytest.param(b'{"name": null, "namespace": "shop"}', id="null for a name"),
    pytest.param(b'{"name": "", "namespace": "shop"}', id="an empty name"),
    pytest.param(b'{"name": "Checkout", "namespace": "shop"}', id="capital letters"),
    pytest.param(b'{"name": "a/b", "namespace": "shop"}', id="a slash"),
    pytest.param(b'{"name": "a\\u0000b", "namespace": "shop"}', id="NUL in the name"),
    pytest.param(b'{"name": "a\\u202eb", "namespace": "shop"}', id="bidi in the name"),
    pytest.param(b'{"name": "checkout", "namespace": "shop", "phase": "\\u0000"}', id="NUL in the phase"),
    pytest.param(b'{"name": "checkout", "namespace": "shop", "phase": "\\ud800"}', id="half a character"),
    pytest.param(b'{"name": "checkout", "namespace": "shop", "phase": 7}', id="a number for a phase"),
    pytest.param(b'{"name": "checkout", "namespace": "shop", "phase": []}', id="an empty list for a phase"),
    pytest.param(b'{"name": "checkout", "namespace": "shop", "checksum": {}}', id="an object for a checksum"),
    pytest.param(b'{"name": "checkout", "namespace": "shop", "metadata": []}', id="a list for metadata"),
    pytest.param(b'{"name": "checkout", "namespace": "shop", "metadata": {"a": 1}}', id="a number in metadata"),
    pytest.param(b'{"name": "checkout", "namespace": "shop", "metadata": {"a": "\\u0000"}}', id="NUL in metadata"),
    pytest.param(b'{"name": "checkout", "namespace": "shop", "metadata": {"\\u0000": "a"}}', id="NUL in a key"),
    pytest.param(json.dumps({"name": "a" * 254, "namespace": "shop"}).encode(), id="254 characters"),
    pytest.param(json.dumps({"name": "a", "namespace": "b" * 64}).encode(), id="a namespace of 64 characters"),
    pytest.param(json.dumps({"name": "a", "namespace": "b", "phase": "p" * 65}).encode(), id="a long phase"),
    pytest.param(b'{"name": "a", "namespace": "b", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", id="deep"),
    pytest.param(b'{"name": "a", "namespace": "b", "x": ' + b"[" * 60 + b"]" * 60 + b"}", id="rather deep"),
    pytest.param(b'{"name": "a", "namespace": "b", "name": "c"}', id="a key given twice"),
    pytest.param(b'{"name": "a", "namespace": "b", "x": NaN}', id="NaN"),
]


@pytest.mark.parametrize("sent", MALFORMED)
async def test_malformed_input_is_told_so_and_changes_nothing(bot, sent):
    paths = [
        *(f"flagger/{hook}" for hook in (*GATES, *NOTICES)),
        "gate/check",
        "gate/open",
        "gate/close",
        "rollback/open",
    ]
    for path in paths:
        response = await bot.client.post(f"/hooks/{TOKEN}/{path}", data=sent)

        assert response.status == HTTPStatus.BAD_REQUEST, path
        assert "error" in await response.json()
    assert await bot.record() == []


async def test_a_body_over_a_mebibyte_is_too_large(bot):
    sent = b'{"name": "checkout", "namespace": "shop", "x": "' + b"x" * 10_000_000 + b'"}'

    response = await bot.client.post(f"/hooks/{TOKEN}/flagger/confirm-promotion", data=io.BytesIO(sent))

    assert response.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert await bot.record() == []


@pytest.mark.parametrize("missing", ["checksum", "phase", "metadata"])
async def test_what_older_versions_do_not_send_is_readable(bot, body, missing):
    sent = body(**{missing: None})
    answers = {hook: await bot.ask(f"flagger/{hook}", sent) for hook in (*GATES, *NOTICES)}

    assert answers == dict.fromkeys(GATES, HTTPStatus.FORBIDDEN) | dict.fromkeys(NOTICES, HTTPStatus.OK)


async def test_a_notice_is_noted(bot, body):
    for hook in NOTICES:
        response = await bot.hook(f"flagger/{hook}", body(metadata={"eventMessage": "a text nobody knows"}))

        assert (response.status, await response.json()) == (HTTPStatus.OK, {"noted": True})


async def test_a_flood_of_wrong_tokens_is_one_record_a_minute(bot, body):
    for number in range(200):
        response = await bot.hook("flagger/confirm-promotion", body(), token=f"wrong-token-number-{number}")
        assert response.status == HTTPStatus.NOT_FOUND

    await bot.core.refusals.write(bot.clock.now + timedelta(minutes=1))

    (line,) = await bot.record()
    assert (line["action"], line["surface"], line["details"]["times"]) == ("hook.refused", "hook", 200)
    assert "wrong-token" not in json.dumps(line)


async def test_wrong_tokens_are_counted_under_one_label_whatever_they_ask(bot, body):
    counted = {"hook": "unknown-token", "status": "404"}
    before = bot.core.metrics.registry.get_sample_value("pointsman_hook_answers_total", counted)

    for path in ("flagger/confirm-promotion", "gate/check", "a/path/of/their/own"):
        await bot.hook(path, body(), token="wrong-token")

    families = {family.name: family for family in bot.core.metrics.registry.collect()}
    totals = [sample for sample in families["pointsman_hook_answers"].samples if sample.name.endswith("_total")]
    assert before == 0  # It is there before the first, which `increase` would miss otherwise.
    assert [(sample.labels, sample.value) for sample in totals] == [(counted, 3)]


async def test_tokens_can_be_rotated(sqlite_url, body):
    both = SETTINGS.replace("[{env: HOOK_TOKEN}]", "[{env: HOOK_TOKEN}, {env: CI_TOKEN}]").replace(
        "  - {name: ci, token: {env: CI_TOKEN}, may: [read, decide]}\n", ""
    )
    async with running_bot(sqlite_url, settings=both) as bot:
        old = await bot.hook("flagger/confirm-promotion", body())
        new = await bot.hook("flagger/confirm-promotion", body(), token="ci-token-of-the-tests")

    assert (old.status, new.status) == (HTTPStatus.FORBIDDEN, HTTPStatus.FORBIDDEN)


async def test_with_no_tables_every_question_is_503(bot, body):
    async with bot.core.database.transaction() as connection:
        await connection.execute(text("DROP TABLE approval"))
        await connection.execute(text("ALTER TABLE workload RENAME TO gone"))

    asked = {hook: await bot.ask(f"flagger/{hook}", body()) for hook in (*GATES, *NOTICES)}

    assert asked == dict.fromkeys((*GATES, "post-rollout", "event"), 503) | {"pre-rollout": 200, "rollout": 200}


async def test_a_record_that_hangs_keeps_no_hook_beyond_its_time(bot, body, sqlite_url, monkeypatch):
    file = make_url(sqlite_url).database
    assert file is not None
    with monkeypatch.context() as patch, closing(sqlite3.connect(file, isolation_level=None)) as another:
        patch.setattr(hooks, "ANSWER_SECONDS", 0.1)
        another.execute("BEGIN IMMEDIATE")  # As who copies the file.
        async with asyncio.timeout(2):  # A statement waits four seconds for the lock.
            answers = await asyncio.gather(*(bot.ask(f"flagger/{gate}", body()) for gate in GATES))
        another.execute("ROLLBACK")

    assert answers == [503] * len(GATES)
    assert await bot.record() == []
    assert await bot.ask("flagger/confirm-promotion", body()) == 403
