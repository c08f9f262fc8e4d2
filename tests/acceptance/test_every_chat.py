"""The same stories wherever people are: a decision is the same on every surface, and seen on all of them."""

import asyncio

import pytest

from bot.domain.decision import Surface, Verb, Verdict
from bot.domain.release import ReleaseState
from handlers.google_chat import Dialect
from tests.support.deciding import decide_on_release
from tests.support.everywhere import running_everywhere
from tests.support.google_chat import running_google_chat
from tests.support.google_chat_events import running_google
from tests.support.running import BOB
from tests.support.slack import running_slack

PROMOTION = "flagger/confirm-promotion"

PLACES = [
    pytest.param(("slack", Dialect.ADD_ON), id="Slack"),
    pytest.param(("google_chat", Dialect.ADD_ON), id="Google Chat, add-on"),
    pytest.param(("google_chat", Dialect.CLASSIC), id="Google Chat, classic"),
    pytest.param(("console", Dialect.ADD_ON), id="console"),
]


@pytest.fixture(params=PLACES)
def where(request):
    """Tell every story on every surface."""
    return request.param


@pytest.fixture
async def world(sqlite_url, where):
    async with (
        running_slack() as slack,
        running_google_chat() as chat,
        running_google() as google,
        running_everywhere(sqlite_url, chat, slack, google, where[1]) as world,
        asyncio.timeout(20),
    ):
        yield world


@pytest.fixture
def bot(world):
    return world.bot


@pytest.fixture
def place(world, where):
    return getattr(world, where[0])


@pytest.fixture
async def waiting(bot, body, world):
    """A release that waits for its promotion, and a card of it everywhere."""
    await bot.ask("flagger/rollback", body())
    assert await bot.ask(PROMOTION, body()) == 403
    await world.deliver()


async def state(bot):
    return (await bot.newest()).state


async def lines(bot, action):
    return [line for line in await bot.record() if line["action"] == action]


async def test_a_card_says_what_waits_and_offers_what_can_be_decided(world, place, waiting):
    assert "ready for promotion" in await place.shown()
    assert {"approve", "reject"} <= await place.offered()


async def test_an_approval_opens_the_gate_and_every_card_says_so(bot, body, world, place, waiting):
    told = await place.press(Verdict.APPROVE)

    assert "You approved shop/checkout#1" in told
    assert await bot.ask(PROMOTION, body()) == 200
    (taken,) = await lines(bot, "decision.taken")
    assert (taken["actor"], taken["surface"]) == ("ann@example.com", place.surface)
    await world.deliver()
    for other in world.places:
        assert "Approved" in await other.shown()
        assert "approve" not in await other.offered()


async def test_an_approval_can_be_taken_back_until_the_engine_was_told(bot, body, place, waiting):
    await place.press(Verdict.APPROVE)

    told = await place.press(Verdict.TAKE_BACK)

    assert "You took back your approval of shop/checkout#1" in told
    assert await bot.ask(PROMOTION, body()) == 403
    await place.press(Verdict.APPROVE)
    assert await bot.ask(PROMOTION, body()) == 200
    assert "already told yes" in await place.press(Verdict.TAKE_BACK)


async def test_a_no_needs_its_reason(bot, place, waiting):
    told = await place.press(Verdict.REJECT)

    assert "reason" in told
    assert await state(bot) is ReleaseState.PROGRESSING


async def test_a_no_rolls_back_and_everybody_reads_why(bot, body, world, place, waiting):
    told = await place.press(Verdict.REJECT, reason="p99 doubled")

    assert "You rejected shop/checkout#1" in told
    assert await state(bot) is ReleaseState.ROLLING_BACK
    assert await bot.ask("flagger/rollback", body()) == 200
    await world.deliver()
    for other in world.places:
        assert "p99 doubled" in await other.shown()


async def test_who_may_not_decide_is_told_so_and_is_on_record(bot, body, place, waiting):
    told = await place.press(Verdict.APPROVE, by="eve")

    assert "may" in told
    assert await bot.ask(PROMOTION, body()) == 403
    (refused,) = await lines(bot, "decision.refused")
    assert (refused["actor"], refused["surface"]) == ("eve@example.com", place.surface)


async def test_a_stranger_decides_nothing(bot, body, place, waiting):
    told = await place.press(Verdict.APPROVE, by="stranger")

    assert "You approved" not in told
    assert await bot.ask(PROMOTION, body()) == 403
    assert await lines(bot, "decision.taken") == []


async def test_the_same_yes_again_changes_nothing(bot, place, waiting):
    first = await place.press(Verdict.APPROVE)
    bot.clock.pass_(minutes=1)

    assert "You approved shop/checkout#1" in first
    await place.press(Verdict.APPROVE)
    assert len(await lines(bot, "decision.taken")) == 1


async def test_what_was_settled_elsewhere_is_refused_and_on_record(bot, body, place, waiting):
    release = (await bot.newest()).id
    await decide_on_release(
        bot.core.people.decide, release, verb=Verb.ROLL_BACK, by=BOB, surface=Surface.API, reason="faster"
    )

    told = await place.press(Verdict.APPROVE)

    assert "You approved" not in told
    assert "withdrawn" in told
    assert len(await lines(bot, "decision.refused")) == 1
    assert await bot.ask(PROMOTION, body()) == 403


async def test_a_release_that_asks_nobody_can_be_rolled_back(bot, body, world, place):
    await bot.ask("flagger/rollback", body())
    await bot.ask("flagger/rollout", body())
    await world.deliver()

    told = await place.press(Verb.ROLL_BACK, reason="errors everywhere")

    assert "You decided to roll back shop/checkout#1" in told
    assert await state(bot) is ReleaseState.ROLLING_BACK


async def test_somebody_elses_yes_is_seen_here(bot, world, place, waiting):
    for other in world.places:
        if other is not place:
            await other.press(Verdict.APPROVE, by="bob")
            break

    await world.deliver()

    assert "bob" in (await place.shown()).lower()
