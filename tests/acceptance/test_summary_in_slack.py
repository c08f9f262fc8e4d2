"""The whole bot, a channel and a plan in the settings: the summary that people read at nine."""

import pytest

from storage.outbox import LEASE
from tests.support.running import SETTINGS, running_bot
from tests.support.slack import CHANNEL, SECRET, running_slack

PROMOTION = "flagger/confirm-promotion"
WITH_SLACK = f"""
chats:
  slack:
    bot_token: {{env: SLACK_TOKEN}}
    signing_secret: {{env: SLACK_SECRET}}
    mode: http
    team: T0TEAM
    api_url: URL/api/
summaries:
  - {{name: daily, at: "* * * * *", timezone: Europe/Rome, to: [slack:{CHANNEL}]}}
"""


@pytest.fixture
async def slack():
    async with running_slack() as slack:
        yield slack


@pytest.fixture
async def bot(database_url, slack):
    text = SETTINGS + WITH_SLACK.replace("URL", slack.url)
    secrets = {"SLACK_TOKEN": "xoxb-of-the-tests", "SLACK_SECRET": SECRET}
    async with running_bot(database_url, settings=text, secrets=secrets) as running:
        await running.core.schedule().owe_summaries()  # The plan is known from now on.
        yield running


def summaries(slack):
    return [said for said in slack.messages.values() if said["text"].startswith("Summary daily")]


async def test_what_waits_and_what_was_is_posted_once_with_the_head_of_the_record(bot, slack, body):
    await bot.ask(PROMOTION, body())
    bot.clock.pass_(minutes=1)
    for _ in range(2):
        await bot.core.schedule().owe_summaries()
        await bot.deliver()

    (posted,) = summaries(slack)
    assert "1 waits for people" in posted["text"]
    assert "Needs somebody now" in str(posted["blocks"])
    assert str(await bot.core.storage.reader.head()) in str(posted["blocks"])
    assert "Late" not in str(posted["blocks"])
    assert slack.illegal == []


async def test_whoever_died_behind_the_post_is_followed_by_one_that_finds_it_there(bot, slack):
    bot.clock.pass_(minutes=1)
    await bot.core.schedule().owe_summaries()
    (claimed,) = await bot.core.storage.outbox.claim(worker="dead", limit=1, but=frozenset())
    summary = await bot.core.people.summarise(claimed.what)
    await bot.surfaces.platforms["slack"].post(summary, to=CHANNEL, key=claimed.key, retry=False)
    bot.clock.pass_(seconds=LEASE.total_seconds() + 1)
    await bot.deliver()

    assert len(summaries(slack)) == 1


async def test_after_a_pause_there_is_one_and_it_says_that_it_is_late(bot, slack):
    bot.clock.pass_(hours=5)
    await bot.core.schedule().owe_summaries()
    bot.clock.pass_(minutes=2)
    await bot.deliver()

    (posted,) = summaries(slack)
    assert "Late: it was due at" in str(posted["blocks"])
