"""The whole bot, with a Slack of our own."""

import asyncio

import pytest

from tests.support.running import SETTINGS, running_bot, settings_of
from tests.support.slack import SECRET, running_slack
from tests.support.slack_events import signed

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
