"""What happened to a release is told from its record, in the same lines and the same order wherever one looks."""

import asyncio

import pytest

from bot.domain.decision import Surface, Verb, Verdict
from handlers.google_chat import Dialect
from tests.support.deciding import decide_on_release
from tests.support.everywhere import running_everywhere, without_time
from tests.support.google_chat import running_google_chat
from tests.support.google_chat_events import running_google
from tests.support.running import ANN
from tests.support.slack import running_slack

PROMOTION = "flagger/confirm-promotion"

TOLD = [
    "it began",
    "the promotion gate asked",
    "ann paused it: orders look odd",
    "ann resumed it",
    "ann approved the promotion",
    "the promotion gate opened",
    "ann took the approval of the promotion back",
    "eve could not approve the promotion",
    "ann approved the promotion",
    "the promotion gate opened",
    "the engine was told yes at the promotion gate",
    "Copying checkout.shop template spec to checkout-primary.shop",
    "Promotion completed! Scaling down checkout.shop",
    "it was promoted",
]


@pytest.fixture
async def world(sqlite_url):
    async with (
        running_slack() as slack,
        running_google_chat() as chat,
        running_google() as google,
        running_everywhere(sqlite_url, chat, slack, google, Dialect.ADD_ON) as world,
        asyncio.timeout(20),
    ):
        yield world


async def test_every_attempt_is_told_in_the_same_words_everywhere(world, body, event):
    bot, slack = world.bot, world.slack
    await bot.ask("flagger/rollback", body())
    await bot.ask(PROMOTION, body())
    for verb, reason in ((Verb.PAUSE, "orders look odd"), (Verb.RESUME, "")):
        bot.clock.pass_(seconds=10)
        await decide_on_release(
            bot.core.people.decide, (await bot.newest()).id, verb=verb, by=ANN, surface=Surface.API, reason=reason
        )
    for verdict, by in (
        (Verdict.APPROVE, "ann"),
        (Verdict.TAKE_BACK, "ann"),
        (Verdict.APPROVE, "eve"),
        (Verdict.APPROVE, "ann"),
    ):
        bot.clock.pass_(seconds=10)
        await slack.press(verdict, by=by)
    assert await bot.ask(PROMOTION, body()) == 200
    for seconds, line in enumerate(TOLD[-3:-1]):
        bot.clock.pass_(seconds=10)
        await bot.ask("flagger/event", event(line, seconds=seconds))
    await bot.ask("flagger/post-rollout", body(phase="Succeeded"))

    typed = await bot.core.people.answer_command("history checkout", by=ANN, surface=Surface.API, may_decide=True)

    told = [without_time(line) for line in typed.text.splitlines()[1:]]
    assert [line.partition(": You")[0] for line in told] == TOLD
    for place in world.places:
        assert await place.history() == told
