"""The command line asks the bot: what it prints, its exit codes, and what it says when it cannot ask."""

import json

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from click.testing import CliRunner

from bot.cli import pointsman
from bot.cli.shown import on_terminal
from tests.support.process import free_port
from tests.support.running import SETTINGS, running_bot
from tests.support.typists import OnTheCommandLine

PROMOTION = "flagger/confirm-promotion"
BODY = {"name": "checkout", "namespace": "shop", "phase": "Progressing", "checksum": "a"}


@pytest.fixture
async def terminal(bot):
    await bot.ask(PROMOTION, BODY)
    return OnTheCommandLine(bot)


@pytest.mark.parametrize(
    ("line", "by", "code"),
    [
        pytest.param("why checkout", "reader", 0, id="answered"),
        pytest.param("approve checkout", "ann", 0, id="taken"),
        pytest.param("approve checkout", "reader", 1, id="beyond the token"),
        pytest.param("approve checkout", "ci", 1, id="not allowed"),
        pytest.param("resume checkout", "ann", 1, id="not now"),
        pytest.param("why nosuch", "ann", 2, id="not known"),
        pytest.param("why a/b/c/d", "ann", 2, id="not understood"),
        pytest.param("serv", "ann", 2, id="no command"),
    ],
)
async def test_the_exit_code_tells_what_became_of_it(terminal, line, by, code):
    assert (await terminal.runs(*line.split(), by=by)).exit_code == code


async def test_a_decision_that_lacks_its_reason_was_understood_and_refused(sqlite_url):
    async with running_bot(sqlite_url, settings=SETTINGS.replace("reason: never", "reason: always")) as bot:
        await bot.ask(PROMOTION, BODY)
        result = await OnTheCommandLine(bot).runs("rollback", "shop/checkout")

        assert "decision.refused" in await bot.actions()
        assert (result.exit_code, "reason" in result.stderr) == (1, True)


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        pytest.param({"POINTSMAN_URL": None}, "POINTSMAN_URL is not set", id="no address"),
        pytest.param({"POINTSMAN_TOKEN": None}, "POINTSMAN_TOKEN is not set", id="no token"),
        pytest.param({"POINTSMAN_URL": "pointsman.example.com"}, "must be an http or https URL", id="no URL"),
        pytest.param({"POINTSMAN_TOKEN": "größe"}, "visible ASCII", id="no token can be such"),
        pytest.param({"POINTSMAN_TOKEN": "wrong"}, "does not know this token", id="a wrong token"),
        pytest.param({"POINTSMAN_URL": f"http://127.0.0.1:{free_port()}"}, "cannot be reached", id="away"),
    ],
)
async def test_what_cannot_be_asked_is_one_clear_line_and_code_3(terminal, environ, told):
    result = await terminal.runs("status", **environ)

    assert result.exit_code == 3
    assert told in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert "wrong" not in result.output.replace("wrong token", "")


async def answered(*responses):
    """A server that is not Pointsman's."""
    app = web.Application()
    app.add_routes([web.post("/api/v1/commands", *responses)])
    return TestServer(app)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        pytest.param(web.Response(text="<html>Sign in</html>"), "not as Pointsman does", id="a page"),
        pytest.param(web.json_response(["x"]), "not as Pointsman does", id="another program"),
        pytest.param(web.Response(status=404, text="nothing"), "answered 404", id="another path"),
        pytest.param(web.Response(status=302, headers={"Location": "http://evil/"}), "sends elsewhere", id="elsewhere"),
        pytest.param(
            web.json_response({"detail": "The record is away."}, status=503), "The record is away.", id="away"
        ),
    ],
)
async def test_what_is_no_answer_of_ours_is_said(terminal, answer, told):
    seen = []

    async def other(request):
        seen.append(request.headers)
        return answer

    async with await answered(other) as server:
        result = await terminal.runs("status", POINTSMAN_URL=str(server.make_url("/")))

    assert (result.exit_code, told in result.stderr) == (3, True)
    assert len(seen) == 1


async def test_json_is_the_answer_as_the_api_gave_it(terminal):
    taken = json.loads((await terminal.runs("why", "checkout", "--json")).stdout)
    refused = json.loads((await terminal.runs("resume", "checkout", "--json")).stdout)

    assert taken["items"][0]["label"] == "shop/checkout#1"
    assert (refused["status"], refused["state"]) == (409, "progressing")


async def test_a_pipe_gets_the_lines_as_they_are(terminal):
    result = await terminal.runs("waiting")

    (line,) = result.stdout.splitlines()
    assert line.startswith("shop/checkout#1 · checkout revision a · prod-eu · ready for promotion: waits for 1 of 1")


def test_releases_are_a_table_on_a_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    items = [
        {"label": label, "line": f"{label} · {said}"}
        for label, said in (
            ("shop/checkout#1", "checkout 1.8.2 · prod-eu · ready for promotion: waits"),
            ("shop/cart#12", "cart 2.0 · prod-eu · in progress"),
        )
    ]
    text = "\n".join([*(item["line"] for item in items), "… more: status --after x#1"])

    lines = [line.replace("\x1b[1m", "").replace("\x1b[0m", "") for line in on_terminal(text, items)]

    assert lines == [
        "shop/checkout#1  checkout 1.8.2 · prod-eu · ready for",
        "                 promotion: waits",
        "shop/cart#12     cart 2.0 · prod-eu · in progress",
        "… more: status --after x#1",
    ]


def test_an_answer_moves_no_cursor():
    assert list(on_terminal("a\x1b[2Jb\nc", [])) == ["a[2Jb", "c"]


def test_help_needs_no_server():
    result = CliRunner().invoke(pointsman, ["help", "reject"], env={"POINTSMAN_URL": None})

    assert result.exit_code == 0
    assert "reject <workload|#number> <reason>" in result.output


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_what_makes_it_complete(shell):
    result = CliRunner().invoke(pointsman, ["completion", shell])

    assert result.exit_code == 0
    assert "_POINTSMAN_COMPLETE" in result.output


async def completed(terminal, words):
    """What bash is offered for the last word."""
    environ = {"_POINTSMAN_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    result = await terminal.runs(**environ)
    return [line.partition(",")[2] for line in result.stdout.split()]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        pytest.param("pointsman app", ["approve"], id="a verb"),
        pytest.param("pointsman help re", ["reject", "reopen", "resume", "retry"], id="a verb behind help"),
        pytest.param("pointsman approve shop/", ["shop/checkout", "shop/checkout#1"], id="a release"),
        pytest.param("pointsman approve nosuch", [], id="nothing that fits"),
        pytest.param("pointsman approve shop/checkout lo", [], id="a reason"),
    ],
)
async def test_a_shell_completes(terminal, words, offered):
    assert await completed(terminal, words) == offered


async def test_completion_without_a_bot_offers_nothing_and_says_nothing():
    environ = {"_POINTSMAN_COMPLETE": "bash_complete", "COMP_WORDS": "pointsman approve s", "COMP_CWORD": "2"}

    result = CliRunner().invoke(pointsman, [], env=environ | {"POINTSMAN_URL": None})

    assert result.output.strip() == ""


async def test_the_record_of_one_release_is_asked_of_the_bot(terminal):
    result = await terminal.runs("audit", "shop/checkout")

    assert "gate.reached at promotion by engine:flagger (hook)" in result.stdout
