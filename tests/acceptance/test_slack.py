"""The whole way through Slack: a hook becomes a card, a click becomes an open gate, and the thread tells the rest."""

import asyncio
import json
from http import HTTPStatus

import pytest

from bot.domain.release import ReleaseState
from tests.support.running import SETTINGS, running_bot, settings_of
from tests.support.slack import CHANNEL, SECRET, click, running_slack, signed, submission, typed

PROMOTION = "flagger/confirm-promotion"

WITH_SLACK = """
chats:
  slack:
    bot_token: {env: CI_TOKEN}
    signing_secret: {env: READER_TOKEN}
    mode: http
    team: T0TEAM
    api_url: URL/api/
routes:
  - {match: {namespace: shop}, to: [slack:C0RELEASES]}
"""


@pytest.fixture
async def slack():
    async with running_slack() as running:
        yield running


@pytest.fixture
async def bot(slack, sqlite_url, monkeypatch):
    monkeypatch.setitem(settings_of.__globals__["SECRETS"], "SLACK_SECRET", SECRET)
    text = SETTINGS + WITH_SLACK.replace("URL", slack.url).replace("READER_TOKEN", "SLACK_SECRET")
    async with running_bot(sqlite_url, settings=text) as running:
        yield running


@pytest.fixture
def send(bot):
    """Send to the bot what Slack sends."""

    async def post(body, **headers):
        sent = signed(body, at=bot.clock.now.timestamp()) | headers
        return await bot.client.post("/slack/events", data=body, headers=sent)

    return post


async def gate_of(bot):
    return (await bot.newest()).gates[-1].id


async def settled(slack, many=1):
    """Wait until so many private answers came: they follow Slack's answer."""
    async with asyncio.timeout(5):
        while len(slack.private) < many:
            await slack.told.wait()


async def test_a_hook_becomes_a_card_and_a_click_an_open_gate(bot, body, slack, send):
    await bot.ask(PROMOTION, body())
    await bot.deliver()

    (card,) = slack.cards()
    assert card["channel"] == CHANNEL
    assert "ready for promotion" in card["blocks"][0]["text"]["text"]
    assert slack.notes() == []  # The posting of the card was the call.

    answer = await send(click(slack, "gate.approve", await gate_of(bot)))
    assert answer.status == HTTPStatus.OK
    await settled(slack)
    assert "You approved shop/checkout#1" in slack.said()
    assert "gate.take_back" in slack.said()

    assert await bot.ask(PROMOTION, body()) == HTTPStatus.OK
    await bot.hook("flagger/post-rollout", body(phase="Succeeded"))
    bot.clock.pass_(seconds=5)
    await bot.deliver()
    (card,) = slack.cards()
    assert "promoted" in card["blocks"][0]["text"]["text"]
    assert not any("gate." in json.dumps(block) for block in card["blocks"])
    assert [note["thread_ts"] for note in slack.notes()] == [card["ts"]] * 2
    assert not any(note.get("reply_broadcast") in {True, "true", "1"} for note in slack.notes())


async def test_a_taken_back_approval_closes_the_gate(bot, body, slack, send):
    await bot.ask(PROMOTION, body())
    await send(click(slack, "gate.approve", await gate_of(bot)))

    await send(click(slack, "gate.take_back", await gate_of(bot), trigger="1.2"))

    assert await bot.ask(PROMOTION, body()) == HTTPStatus.FORBIDDEN


async def test_a_decision_that_needs_a_reason_opens_a_dialog(slack, sqlite_url, body, monkeypatch):
    monkeypatch.setitem(settings_of.__globals__["SECRETS"], "SLACK_SECRET", SECRET)
    text = (SETTINGS + WITH_SLACK.replace("URL", slack.url).replace("READER_TOKEN", "SLACK_SECRET")).replace(
        "reason: never", "reason: on_reject"
    )
    async with running_bot(sqlite_url, settings=text) as bot:

        async def send(body):
            headers = signed(body, at=bot.clock.now.timestamp())
            return await bot.client.post("/slack/events", data=body, headers=headers)

        await bot.ask(PROMOTION, body())
        await send(click(slack, "gate.reject", await gate_of(bot)))
        (view,) = slack.views
        assert (await bot.newest()).state is ReleaseState.PROGRESSING

        blank = await send(submission(view, "   "))
        assert (await blank.json())["response_action"] == "errors"
        await send(submission(view, "p99 doubled <!channel> *now*"))

        assert (await bot.newest()).state is ReleaseState.ROLLING_BACK
        assert await bot.ask("flagger/rollback", body()) == HTTPStatus.OK
        await bot.deliver()
    told = json.dumps([*slack.cards(), *slack.notes()])
    assert "p99 doubled" in told
    assert "<!channel>" not in told


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


async def test_the_same_click_again_changes_nothing(bot, body, slack, send):
    await bot.ask(PROMOTION, body())
    one = click(slack, "gate.approve", await gate_of(bot))

    answers = [(await send(one)).status for _ in range(3)]
    await send(click(slack, "gate.approve", await gate_of(bot), trigger="1.9"))

    assert answers == [HTTPStatus.OK] * 3
    assert (await bot.actions()).count("decision.taken") == 1


async def test_a_click_on_a_settled_gate_is_refused_and_on_record(bot, body, slack, send):
    await bot.ask(PROMOTION, body())
    gate = await gate_of(bot)
    await bot.roll_back()

    await send(click(slack, "gate.approve", gate))

    assert "decision.refused" in await bot.actions()
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


async def test_an_unknown_button_decides_nothing(bot, body, slack, send):
    await bot.ask(PROMOTION, body())

    for action in ("gate.override", "gate.", "x", "release.promote_everything"):
        await send(click(slack, action, await gate_of(bot), trigger=action))

    assert await bot.ask(PROMOTION, body()) == HTTPStatus.FORBIDDEN
    assert "decision.taken" not in await bot.actions()


async def test_slack_asks_to_slow_down_and_is_obeyed(bot, body, slack):
    slack.faults["chat.postMessage"] = [429, 500]
    await bot.ask(PROMOTION, body())

    await bot.deliver()
    assert slack.cards() == []
    bot.clock.pass_(seconds=6)
    await bot.deliver()
    assert len([m for m, _ in slack.calls if m == "chat.postMessage"]) == 1  # Retry-After said seven seconds.
    for seconds in (2, 10):
        bot.clock.pass_(seconds=seconds)
        bot.monotonic[0] += 60
        await bot.deliver()
    assert len(slack.cards()) == 1


async def test_a_lost_answer_makes_no_second_card(bot, body, slack):
    slack.faults["chat.postMessage"] = ["drop"]
    await bot.ask(PROMOTION, body())

    await bot.deliver()
    bot.clock.pass_(seconds=60)
    await bot.deliver()

    assert len(slack.cards()) == 1


async def test_a_card_that_a_person_deleted_is_posted_again_once(bot, body, slack):
    await bot.ask(PROMOTION, body())
    await bot.deliver()

    slack.faults["chat.update"] = ["message_not_found"]
    await bot.approve()
    bot.clock.pass_(seconds=5)
    bot.monotonic[0] += 60
    await bot.deliver()
    assert len(slack.cards()) == 2

    slack.faults["chat.update"] = ["message_not_found"]
    await bot.ask(PROMOTION, body())
    bot.monotonic[0] += 60
    await bot.deliver()
    assert len(slack.cards()) == 2


async def test_an_archived_channel_blocks_nobody_and_is_kept_as_failed(bot, body, slack):
    slack.faults["chat.postMessage"] = ["is_archived"]
    await bot.ask(PROMOTION, body())
    await bot.deliver()

    ((to, why),) = await bot.core.outbox.failures()
    assert (str(to), "is_archived" in why) == ("slack:C0RELEASES", True)
    await bot.ask(PROMOTION, body(name="basket"))
    await bot.deliver()
    assert len(slack.cards()) == 1


async def test_commands_answer_privately(bot, body, slack, send):
    await bot.ask(PROMOTION, body())

    waiting = await (await send(typed(slack, "waiting"))).json()
    assert waiting["response_type"] == "ephemeral"
    assert "shop/checkout#1" in waiting["text"]

    approved = await (await send(typed(slack, "approve checkout looks good", trigger="2.2"))).json()
    assert "checkout" in approved["text"]
    assert await bot.ask(PROMOTION, body()) == HTTPStatus.OK
    assert "U0ANN" in json.dumps(await bot.record())

    helped = await (await send(typed(slack, "", trigger="2.3"))).json()
    assert "approve" in helped["text"]
    stranger = await (await send(typed(slack, "waiting", user="U0GUEST", trigger="2.4"))).json()
    assert "shop/checkout" not in stranger["text"]


async def test_names_and_reasons_are_shown_as_text(bot, body, slack):
    text = "<!channel> *bold* <https://evil.example|click> @here `code` \u202egnp.exe &amp;"
    await bot.ask(PROMOTION, body(metadata={"text": text}))
    await bot.deliver()

    told = json.dumps(slack.cards(), ensure_ascii=False)
    assert "<!channel>" not in told
    assert "<https://evil" not in told
    assert "\u202e" not in told


async def test_details_open_a_dialog(bot, body, slack, send):
    await bot.ask(PROMOTION, body())

    await send(click(slack, "card.details", (await bot.newest()).id))

    (view,) = slack.views
    assert "promotion" in json.dumps(view)
