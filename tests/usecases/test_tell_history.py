"""What happened to a release, for its details in a chat."""

from contextlib import suppress

import pytest

from bot.domain.decision import Surface, Verdict
from bot.domain.errors import Refusal
from bot.usecases import tell_history
from tests.support.deciding import decide_on_gate
from tests.support.desk import EVE, open_desk

TRIES = 6


@pytest.fixture
async def desk(sqlite_url):
    async with open_desk(sqlite_url) as desk:
        yield desk


@pytest.fixture
async def release(desk):
    """A release with a line for its begin, one for its gate, and one for each attempt of who may not approve."""
    release = await desk.asks()
    for _ in range(TRIES):
        desk.clock.pass_(minutes=1)
        with suppress(Refusal):
            await decide_on_gate(
                desk.people.decide, release.gates[-1].id, verdict=Verdict.APPROVE, by=EVE, surface=Surface.API
            )
    return release


def texts(told):
    return [line[1].partition(":")[0].strip() for line in told.lines]


async def test_every_attempt_is_told_oldest_first(desk, release):
    told = await desk.people.tell_history(release)

    assert texts(told) == ["it began", "the promotion gate asked", *["eve could not approve the promotion"] * TRIES]
    assert told.earlier == ""


async def test_of_a_long_one_the_newest_lines_are_told_and_the_others_counted(desk, release, monkeypatch):
    monkeypatch.setattr(tell_history, "STORY_LINES", 3)

    told = await desk.people.tell_history(release)

    assert texts(told) == ["eve could not approve the promotion"] * 3
    assert told.left_out == TRIES + 2 - 3
    assert not told.uncounted


async def test_of_a_very_long_one_not_even_all_are_counted(desk, release, monkeypatch):
    monkeypatch.setattr(tell_history, "STORY_LINES", 3)
    monkeypatch.setattr(tell_history, "RECORDS", 5)

    told = await desk.people.tell_history(release)

    assert len(told.lines) == 3
    assert told.earlier == "… and more than 2 earlier in the console"
