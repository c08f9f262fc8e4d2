import asyncio

import pytest

from bot.domain.errors import RecordsUnavailableError
from bot.domain.finding import Grade, good
from bot.usecases.examine import Examination, examine

WELL = good("slack", "The bot token is good.")


async def found_by(*looks, patience=5.0):
    began: list[str] = []
    examinations = [Examination(area=f"part-{place}", look=look) for place, look in enumerate(looks)]
    return [f async for f in examine(examinations, began=began.append, patience=patience)], began


async def well():
    yield WELL


async def in_vain():
    yield WELL
    await asyncio.Event().wait()


async def away():
    yield WELL
    raise RecordsUnavailableError("the database is away")


async def at_fault():
    raise ValueError("xoxb-secret")
    yield WELL


async def test_every_part_is_looked_at_in_order():
    found, began = await found_by(well, well)

    assert found == [WELL, WELL]
    assert began == ["part-0", "part-1"]


@pytest.mark.parametrize(
    ("look", "why"),
    [
        pytest.param(away, "the database is away", id="something is away"),
        pytest.param(in_vain, "nothing was heard for 0.01 seconds", id="something hangs"),
        pytest.param(at_fault, "ValueError", id="a bug, by its name alone"),
    ],
)
async def test_what_breaks_one_part_is_a_finding_and_the_next_is_looked_at(look, why):
    found, _ = await found_by(look, well, patience=0.01)

    unknown = next(finding for finding in found if finding.grade is Grade.UNKNOWN)
    assert (unknown.area, unknown.says) == ("part-0", f"Could not be looked at to its end: {why}.")
    assert found[-1] == WELL
