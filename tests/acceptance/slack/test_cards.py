"""Cards arrive once and as text, whatever Slack answers."""

import json

from tests.acceptance.slack.conftest import PROMOTION


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

    ((to, why),) = await bot.core.storage.outbox.failures()
    assert (str(to), "is_archived" in why) == ("slack:C0RELEASES", True)
    await bot.ask(PROMOTION, body(name="basket"))
    await bot.deliver()
    assert len(slack.cards()) == 1


async def test_names_and_reasons_are_shown_as_text(bot, body, slack):
    text = "<!channel> *bold* <https://evil.example|click> @here `code` \u202egnp.exe &amp;"
    await bot.ask(PROMOTION, body(metadata={"text": text}))
    await bot.deliver()

    told = json.dumps(slack.cards(), ensure_ascii=False)
    assert "<!channel>" not in told
    assert "<https://evil" not in told
    assert "\u202e" not in told
