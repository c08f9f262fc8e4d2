"""The whole way through Slack: a hook becomes a card, a click becomes an open gate, and the thread tells the rest."""

import json
from http import HTTPStatus

from bot.domain.release import ReleaseState
from tests.acceptance.slack.conftest import PROMOTION, WITH_SLACK, gate_of, settled
from tests.support.running import SETTINGS, running_bot, settings_of
from tests.support.slack import CHANNEL, SECRET
from tests.support.slack_events import click, signed, submission, typed


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


async def test_an_unknown_button_decides_nothing(bot, body, slack, send):
    await bot.ask(PROMOTION, body())

    for action in ("gate.override", "gate.", "x", "release.promote_everything"):
        await send(click(slack, action, await gate_of(bot), trigger=action))

    assert await bot.ask(PROMOTION, body()) == HTTPStatus.FORBIDDEN
    assert "decision.taken" not in await bot.actions()


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


async def test_details_open_a_dialog(bot, body, slack, send):
    await bot.ask(PROMOTION, body())

    await send(click(slack, "card.details", (await bot.newest()).id))

    (view,) = slack.views
    assert "promotion" in json.dumps(view)
