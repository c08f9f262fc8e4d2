"""Who may not decide, and what does not come from Slack, changes nothing and is on record."""

from http import HTTPStatus

import pytest

from tests.acceptance.slack.conftest import PROMOTION, gate_of, settled
from tests.support.slack_events import click


@pytest.mark.parametrize("user", ["U0GUEST", "U0SINGLE", "U0BOT", "U0GONE", "U0FAR", "U0OTHER", "U0NOMAIL"])
async def test_who_is_no_full_member_decides_nothing_and_is_on_record(bot, body, slack, send, user):
    await bot.ask(PROMOTION, body())

    await send(click(slack, "gate.approve", await gate_of(bot), user=user))

    assert await bot.ask(PROMOTION, body()) == HTTPStatus.FORBIDDEN
    refused = [line for line in await bot.record() if line["action"] == "decision.refused"]
    assert [line["actor"] for line in refused] == [f"unknown:{user}"]


async def test_who_may_not_approve_is_told_privately_who_may(bot, body, slack, send):
    await bot.ask(PROMOTION, body())

    await send(click(slack, "gate.approve", await gate_of(bot), user="U0EVE"))

    await settled(slack)
    assert "ann or bob may" in slack.said()
    assert await bot.ask(PROMOTION, body()) == HTTPStatus.FORBIDDEN


UNPROVED = [
    pytest.param({"X-Slack-Signature": "v0=" + "0" * 64}, id="wrong signature"),
    pytest.param({"X-Slack-Signature": ""}, id="no signature"),
    pytest.param({"X-Slack-Signature": "v0=ä"}, id="a signature that is not ASCII"),
    pytest.param({"X-Slack-Request-Timestamp": ""}, id="no time"),
    pytest.param({"X-Slack-Request-Timestamp": "yesterday"}, id="no number for a time"),
    pytest.param({"X-Slack-Request-Timestamp": "1"}, id="long ago"),
    pytest.param({"X-Slack-Request-Timestamp": "99999999999"}, id="far ahead"),
]


@pytest.mark.parametrize("headers", UNPROVED)
async def test_what_is_not_signed_is_refused_and_counted(bot, body, slack, send, headers):
    await bot.ask(PROMOTION, body())
    gate = await gate_of(bot)

    answer = await send(click(slack, "gate.approve", gate), **headers)

    assert answer.status == HTTPStatus.UNAUTHORIZED
    assert await bot.core.refusals.write(bot.clock.now, all_of_them=True) == 1
    assert (await bot.record())[-1]["action"] == "event.refused"
    assert await bot.ask(PROMOTION, body()) == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"team": {"id": "T0OTHER"}, "user": {"id": "U0ANN", "team_id": "T0OTHER"}}, id="another team"),
        pytest.param({"api_app_id": "A0OTHER"}, id="another app"),
        pytest.param({"api_app_id": None}, id="no app"),
    ],
)
async def test_what_is_signed_but_of_another_team_or_app_is_refused_and_on_record(bot, body, slack, send, more):
    await bot.ask(PROMOTION, body())

    answer = await send(click(slack, "gate.approve", await gate_of(bot), **more))

    assert answer.status == HTTPStatus.FORBIDDEN
    assert (await bot.record())[-1]["action"] == "event.refused"
    assert await bot.ask(PROMOTION, body()) == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("sent", ["", "payload=%7B", "payload=[]", "{", "\0", "payload=" + "[" * 50_000])
async def test_what_is_signed_but_unreadable_is_refused(send, sent):
    assert (await send(sent)).status in {HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN}
