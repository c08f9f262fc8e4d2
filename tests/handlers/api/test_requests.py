"""What stands before every answer: bodies, tokens, methods and paths."""

import gzip
import json
from io import BytesIO

import pytest

from handlers.web import MAX_BYTES
from tests.handlers.api.calling import application, served
from tests.support.desk import open_desk

NEVER = f"{0:026d}"
POSTS = ("/commands", f"/gates/{NEVER}/decisions", f"/releases/{NEVER}/decisions")
GETS = ("/releases", f"/releases/{NEVER}", "/audit")

UNREADABLE = {
    "nothing": b"",
    "no JSON": b"{text: help}",
    "cut off": b'{"text": "help"',
    "more behind it": b"{} {}",
    "not UTF-8": b'{"text": "\xff"}',
    "UTF-16": '{"text": "help"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"text": "help"}',
    "a key twice": b'{"text": "help", "text": "waiting"}',
    "NUL": b'{"text": "help\\u0000"}',
    "half a character": b'{"text": "help\\ud83d"}',
    "half a character in a key": b'{"\\ud83d": "help"}',
    "NaN": b'{"text": NaN}',
    "infinity": b'{"text": 1e999}',
    "a number without end": b'{"text": ' + b"9" * 5000 + b"}",
    "nested deep": b'{"text": ' + b"[" * 100 + b"]" * 100 + b"}",
    "nested deeper than Python goes": b"[" * 100_000,
}


@pytest.fixture
async def desk(sqlite_url):
    """Nothing here differs from database to database."""
    async with open_desk(sqlite_url) as desk:
        yield desk


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
async def test_unreadable_json_is_said_before_everything_else(api, body):
    for path in POSTS:
        answer = await api.post(path, data=body, by=None)

        assert answer.status == 400


async def test_a_body_over_one_mebibyte_is_too_large(api):
    body = b'{"text": "help"}'.ljust(MAX_BYTES)

    assert (await api.post("/commands", data=BytesIO(body))).status == 200
    assert (await api.post("/commands", data=BytesIO(body + b" "))).status == 413


async def test_a_body_that_unpacks_to_more_is_too_large(api):
    packed = gzip.compress(b'"' + b"a" * 3 * MAX_BYTES + b'"')

    assert (await api.post("/commands", data=packed, headers={"Content-Encoding": "gzip"})).status == 413


async def test_a_body_that_does_not_say_its_length_is_too_large_all_the_same(api):
    async def chunks():
        for _ in range(1100):
            yield b" " * 1024

    assert (await api.post("/commands", data=chunks())).status == 413


async def test_a_packed_body_is_read(api):
    packed = gzip.compress(b'{"text": "help"}')

    assert (await api.post("/commands", data=packed, headers={"Content-Encoding": "gzip"})).status == 200


async def test_a_body_that_cannot_be_unpacked_is_unreadable(api):
    assert (await api.post("/commands", data=b"nonsense", headers={"Content-Encoding": "gzip"})).status == 400


@pytest.mark.parametrize("path", [*GETS, "", "/", "/nosuch", "/releases/", "/summary", "/insights"])
async def test_without_a_valid_token_no_path_tells_anything(api, path):
    for by in (None, "nobody", ""):
        answer = await api.get(path, by=by)

        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("path", POSTS)
async def test_without_a_valid_token_nothing_is_decided(api, path):
    assert (await api.post(path, {"text": "help"}, by="nobody")).status == 401


@pytest.mark.parametrize(
    "header", ["ann-secret", "Basic ann-secret", "Bearer", "Bearer ", "Bearer ann-secret x", "Bearer \u00e4nn"]
)
async def test_a_header_of_another_form_shows_no_token(api, header):
    assert (await api.get("/releases", by=None, headers={"Authorization": header})).status == 401


@pytest.mark.parametrize("header", ["bearer ann-secret", "BEARER  ann-secret "])
async def test_the_scheme_is_understood_in_any_case(api, header):
    assert (await api.get("/releases", by=None, headers={"Authorization": header})).status == 200


async def test_wrong_tokens_are_counted_on_record_once_a_minute_without_their_words(desk, api):
    for _ in range(3):
        await api.get("/releases", by="a-guess")
    desk.clock.pass_(minutes=1)

    await desk.refusals.write(desk.clock.at)

    records = (await desk.storage.reader.audit(limit=10)).items
    assert [(record["action"], record["surface"]) for record in records] == [("request.refused", "api")]
    assert (records[0]["details"]["source"], records[0]["details"]["times"]) == ("127.0.0.1", 3)
    assert "a-guess" not in json.dumps(records[0])


@pytest.mark.parametrize(
    "path", ["", "/", "/nosuch", "/releases/", "/Releases", "/releases/x/y", "/summary/", "/insight"]
)
async def test_a_path_that_is_none_is_not_found(api, path):
    for method in ("GET", "POST", "DELETE"):
        assert (await api.call(method, path)).status == 404


@pytest.mark.parametrize(
    ("path", "allowed"),
    [*((path, "GET, HEAD") for path in (*GETS, "/openapi.json")), *((path, "POST") for path in POSTS)],
)
async def test_a_wrong_method_is_told_with_the_right_ones(api, path, allowed):
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "GET" if allowed == "POST" else "POST"):
        answer = await api.call(method, path)

        assert (answer.status, answer.headers["Allow"]) == (405, allowed)


@pytest.mark.parametrize("path", [*GETS, *POSTS])
async def test_the_token_is_looked_at_before_the_method(api, path):
    assert (await api.call("DELETE", path, by=None)).status == 401


async def test_a_post_has_no_parameters(desk, api):
    release = await desk.asks()

    for path in (f"/gates/{release.gates[0].id}/decisions", f"/releases/{release.id}/decisions", "/commands"):
        answer = await api.post(f"{path}?force=1", {"text": "help"})

        assert (answer.status, answer.json["field"]) == (422, "force")


@pytest.mark.parametrize("path", [*GETS, *POSTS])
async def test_without_the_record_every_call_is_to_be_tried_again(tmp_path, path):
    url = f"sqlite+aiosqlite:///{tmp_path}/away/pointsman.db"
    async with open_desk(url) as desk, served(application(desk)) as api:
        posted = path in POSTS
        answer = await (api.post(path, {"text": "status"}) if posted else api.get(path))

    assert answer.status == 503
    assert answer.headers["Retry-After"] == "1"
