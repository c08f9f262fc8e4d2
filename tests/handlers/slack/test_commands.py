"""What is typed after the slash, answered in the words that every surface has."""

import asyncio

import pytest

from bot.usecases.answer_command import Reply
from handlers.slack import commands
from handlers.slack.commands import drawn
from tests.handlers.slack.conftest import words
from tests.support.desk import ANN, CHECKOUT, STAGING
from tests.support.slack import CHANNEL
from tests.support.slack_events import click, submission, typed
from tests.support.slack_limits import check_message


@pytest.fixture
def say(office, slack):
    """Type a line; each is a new one."""
    triggers = iter(range(1000))

    async def type_it(text, user="U0ANN"):
        sent = typed(slack, text, user=user, trigger=str(next(triggers)))
        return await (await office.send(sent)).json()

    return type_it


async def test_an_answer_is_private(say, desk):
    await desk.asks()

    answer = await say("waiting")

    assert answer["response_type"] == "ephemeral"
    assert "shop/checkout#1" in answer["text"]
    check_message(answer)


async def test_an_answer_is_shared_when_that_is_asked_for_and_carries_no_button(say, desk):
    await desk.asks()

    answer = await say("status checkout --share")

    assert answer["response_type"] == "in_channel"
    assert "actions" not in [block["type"] for block in answer["blocks"]]


async def test_a_decision_can_be_typed(say, desk):
    await desk.asks()

    answer = await say("approve shop/checkout")

    assert answer["text"].startswith("You approved shop/checkout#1")
    assert [mark.by for mark in (await desk.release(CHECKOUT)).gates[-1].approvals] == [ANN]
    assert answer["blocks"][-1]["elements"][0]["action_id"] == "gate.take_back"


async def test_a_refusal_is_the_answer(say, desk):
    await desk.asks()

    answer = await say("approve shop/checkout", user="U0EVE")

    assert answer["text"] == "You may not approve shop/checkout#1; @sre or bob may."
    assert answer["response_type"] == "ephemeral"


async def test_a_name_that_slack_made_a_link_of_is_a_name(say, desk):
    await desk.asks()

    assert "shop/checkout#1" in (await say("status <http://shop/checkout|shop/checkout>"))["text"]


async def test_each_candidate_has_a_button_and_the_answer_takes_its_place(say, office, slack, desk):
    await desk.asks()
    await desk.asks(STAGING)

    answer = await say("reject checkout p99 doubled")

    (row,) = [block for block in answer["blocks"] if block["type"] == "actions"]
    assert [button["action_id"] for button in row["elements"]] == ["gate.reject", "gate.reject.1"]
    meant = next(button for button in row["elements"] if "shop/checkout" in button["text"]["text"])
    on_answer = {"type": "message", "is_ephemeral": True, "channel_id": CHANNEL}
    await office.send(click(slack, meant["action_id"], meant["value"], container=on_answer))
    await office.send(submission(slack.views[0], "p99 doubled"))
    assert "You rejected" in (await office.private())[0]["text"]


@pytest.mark.parametrize("text", ["approve shop/checkout", "rollback shop/checkout", "promote checkout"])
async def test_a_strangers_decision_is_on_record(say, office, desk, text):
    await desk.asks()

    assert "guest" in (await say(text, user="U0GUEST"))["text"]

    line = (await office.record())[-1]
    assert (line["actor"], line["action"]) == ("unknown:U0GUEST", "decision.refused")


async def test_a_stranger_reads_nothing(say, office, desk):
    await desk.asks()
    before = await office.actions()

    assert "checkout" not in (await say("waiting", user="U0GUEST"))["text"]

    assert await office.actions() == before


@pytest.mark.parametrize(
    "text", ["", "help", "nonsense", "<!channel>", "x" * 3000, "\0", "approve", "status <@U1|ann>"]
)
async def test_whatever_is_typed_is_answered_in_text_that_calls_nobody(say, text):
    answer = await say(text)

    check_message(answer)
    assert "<" not in words(answer)


async def test_an_answer_that_takes_long_comes_after_slack_was_told(office, slack, desk, monkeypatch):
    await desk.asks()
    let_go = asyncio.Event()
    answer_it = type(desk.people.answer_command).__call__

    async def slowly(*args, **more):
        await let_go.wait()
        return await answer_it(*args, **more)

    monkeypatch.setattr(type(desk.people.answer_command), "__call__", slowly)
    monkeypatch.setattr(commands, "PROMPT_SECONDS", 0.01)

    first = await office.send(typed(slack, "waiting --share"))
    assert await first.text() == ""
    let_go.set()

    (told,) = await office.private()
    assert told["response_type"] == "in_channel"
    assert "shop/checkout#1" in told["text"]


async def test_another_name_of_the_command_works_as_well(office, slack):
    sent = typed(slack, "help").replace("%2Frelease", "%2Frelease-shop")

    assert "approve" in await (await office.send(sent)).text()


def test_a_long_answer_is_no_more_than_slack_takes():
    text, blocks, _ = drawn(Reply(text="\n".join(["&" * 900] * 60)))

    check_message({"text": text, "blocks": blocks})
