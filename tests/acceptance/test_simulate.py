"""A practice release in a real channel: its card says what it is, its buttons work, and nothing is left behind."""

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot import config
from bot.app.practice.engines import ENGINES
from bot.app.practice.place import Pace, Place
from bot.app.practice.settings import PracticeError, practice_settings
from bot.cli.simulate import Practice
from bot.domain.effects import Destination
from tests.support.slack import CHANNEL, running_slack
from tests.support.slack_events import click_payload

TO = Destination("slack", CHANNEL)
REAL = """
clusters: [{name: prod-eu, kubernetes: in-cluster, hook_tokens: [{env: HOOK_TOKEN}]}]
database: {url: "postgresql+asyncpg://bot@db.invalid/pointsman"}
chats:
  slack: {bot_token: {env: BOT}, app_token: {env: APP}, mode: socket, team: T0TEAM, api_url: SLACK/api/}
groups: {sre: {emails: [ann@example.com]}}
policies: [{name: shop, match: {namespace: shop}, approvers: [group:sre, token:ci], quorum: 2}]
api_tokens: [{name: ci, token: {env: CI}, may: [decide]}]
"""
SECRETS = {"HOOK_TOKEN": "hook-token-of-the-tests", "BOT": "xoxb-of-the-tests", "APP": "xapp-of-the-tests", "CI": "ci"}


def real_settings(tmp_path, text=REAL, *, slack="https://slack.com"):
    return config.parse(text.replace("SLACK", slack), name="pointsman.yaml", environ=SECRETS, base=tmp_path)


def practice(tmp_path, slack_url, engine="flagger"):
    place = Place.anywhere("practice", tmp_path)
    real = real_settings(tmp_path, slack=slack_url)
    made = practice_settings(real, TO, place, ENGINES[engine].cluster(place))
    return Practice(made, ENGINES[engine], place, Pace(tick=timedelta(seconds=0.05), pod_start=timedelta()))


@asynccontextmanager
async def practising(tmp_path, engine="flagger"):
    """Play until the end of the block; give Slack, and what stops it."""
    async with running_slack() as slack:
        stopped = asyncio.Event()
        playing = asyncio.create_task(practice(tmp_path, slack.url, engine).play(stopped))
        async with asyncio.timeout(30):
            while not any("gate." in json.dumps(card) for card in slack.cards()):
                await asyncio.sleep(0.05)
                assert not playing.done() or playing.result()
            yield slack, stopped
            await playing


def shown(slack):
    (card,) = slack.cards()
    return json.dumps(card, ensure_ascii=False)


async def press(slack, verb):
    (card,) = slack.cards()
    buttons = [element for block in card["blocks"] for element in block.get("elements", [])]
    subject = next(button["value"] for button in buttons if button.get("action_id") == f"gate.{verb}")
    await slack.send("interactive", click_payload(slack, f"gate.{verb}", subject))


every_engine = pytest.mark.parametrize("engine", ENGINES)


@every_engine
async def test_its_card_says_that_it_is_practice_and_a_click_promotes_it(tmp_path, engine):
    async with practising(tmp_path, engine) as (slack, _):
        assert "PRACTICE: nothing is deployed" in shown(slack)
        await press(slack, "approve")

    assert "promoted" in shown(slack)
    assert "gate." not in shown(slack)


@every_engine
async def test_stopped_it_ends_on_its_card(tmp_path, engine):
    async with practising(tmp_path, engine) as (slack, stopped):
        stopped.set()

    assert "gate." not in shown(slack)


async def test_a_channel_that_takes_nothing_is_said(tmp_path):
    async with running_slack() as slack:
        slack.faults["chat.postMessage"] = ["not_in_channel"] * 9

        with pytest.raises(PracticeError, match="nothing arrives at C0RELEASES: Slack answered not_in_channel"):
            await asyncio.wait_for(practice(tmp_path, slack.url).play(asyncio.Event()), 30)


def test_nothing_of_the_real_settings_is_touched_but_the_chat_and_its_people(tmp_path):
    real, place = real_settings(tmp_path), Place.anywhere("practice", tmp_path)

    made = practice_settings(real, TO, place, ENGINES["flagger"].cluster(place))

    assert made.database.url.reveal() == f"sqlite+aiosqlite:///{tmp_path.resolve()}/practice.db"
    assert made.server.host == "127.0.0.1"
    assert [(cluster.name, cluster.kubernetes) for cluster in made.clusters] == [("practice", "none")]
    assert [token.reveal() for cluster in made.clusters for token in cluster.hook_tokens] == [place.token]
    assert [(policy.approvers, policy.quorum) for policy in made.policies] == [(("group:sre",), 1)]
    assert (made.groups, made.chats.slack, made.summaries) == (real.groups, real.chats.slack, ())
    assert [to for route in made.routes for to in route.to] == ["slack:C0RELEASES"]


@pytest.mark.parametrize(
    ("old", "new", "to", "why"),
    [
        pytest.param("mode: socket", "mode: socket", "google_chat:spaces/A", "cannot be practised in yet", id="a chat"),
        pytest.param("approvers: [group:sre, token:ci]", "approvers: [token:ci]", "slack:C0", "nobody", id="nobody"),
        pytest.param(
            "app_token: {env: APP}, mode: socket",
            "signing_secret: {env: APP}, mode: http",
            "slack:C0",
            "http",
            id="http",
        ),
    ],
)
def test_what_cannot_be_practised_is_said(tmp_path, old, new, to, why):
    real = real_settings(tmp_path, REAL.replace(old, new))

    with pytest.raises(PracticeError, match=why):
        practice_settings(real, Destination.parse(to), Place.anywhere("practice", tmp_path), cluster="")
