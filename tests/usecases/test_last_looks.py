"""What was seen last comes from memory while the memory is fresh, and never from before a change."""

import asyncio

import pytest

from bot.domain.errors import RecordsUnavailableError
from bot.domain.looks.waking import LastLook
from bot.domain.runs.beginning import Known
from bot.domain.sight import Standing
from bot.usecases.changes import Changes
from bot.usecases.last_looks import LastLooks
from tests.support.desk import CHECKOUT, open_desk
from tests.support.scenes import checkout
from tests.support.seconds import Seconds

RUNNING = LastLook(open=True, uid="u1", applied="new")


class Counted:
    """The record, with what is asked of it counted; it may be away."""

    def __init__(self, reader):
        self.reader, self.asked, self.away = reader, [], False
        self.meanwhile, self.slow = lambda: None, None

    async def last_looks(self):
        return await self._ask("all", self.reader.last_looks())

    async def known(self, workload):
        slow, self.slow = self.slow, None
        return await self._ask(workload.name, slow or self.reader.known(workload))

    async def _ask(self, what, answer):
        self.asked.append(what)
        found = await answer
        self.meanwhile()
        if self.away:
            raise RecordsUnavailableError("away")
        return found


@pytest.fixture
async def desk(sqlite_url):
    async with open_desk(sqlite_url) as desk:
        await desk.sees(checkout(Standing.PROGRESSING, applied="new"))
        yield desk


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture
def changes(seconds):
    changes = Changes()
    changes.read_at = seconds.at
    return changes


@pytest.fixture
def record(desk):
    return Counted(desk.storage.reader)


@pytest.fixture
def last_looks(record, changes, seconds):
    return LastLooks(reader=record, changes=changes, monotonic=seconds)


async def test_the_record_is_asked_once_for_all(last_looks, record):
    found = [await last_looks(CHECKOUT) for _ in range(3)]

    assert found == [RUNNING] * 3
    assert record.asked == ["all"]


async def test_what_changed_is_asked_again_and_nothing_else(last_looks, record, changes):
    await last_looks(CHECKOUT)
    changes.announce([CHECKOUT, None], 7)
    await last_looks(CHECKOUT)
    await last_looks(CHECKOUT)

    assert record.asked == ["all", "checkout"]


async def test_what_changes_while_it_is_read_is_read_once_more(last_looks, record, changes):
    await last_looks(CHECKOUT)
    changes.announce([CHECKOUT], 7)
    later = iter([[CHECKOUT], []])
    record.meanwhile = lambda: changes.announce(next(later), 8)
    await last_looks(CHECKOUT)

    assert record.asked == ["all", "checkout", "checkout"]


async def test_what_is_read_by_itself_while_all_is_read_is_the_newer_one(desk, last_looks, record, changes):
    async def meanwhile():
        await desk.sees(checkout(Standing.PROMOTED, applied="new"))
        changes.announce([CHECKOUT], 7)
        await last_looks.known(CHECKOUT)

    everything = desk.storage.reader.last_looks

    async def last_looks_of_before():
        found = await everything()
        await meanwhile()
        return found

    record.last_looks = last_looks_of_before

    assert not (await last_looks(CHECKOUT)).open
    assert not last_looks.was_open(CHECKOUT)


async def test_memory_alone_answers_once_it_knows_and_only_while_it_is_fresh(last_looks, changes, seconds):
    before = last_looks.at_once(CHECKOUT)
    await last_looks(CHECKOUT)
    known = last_looks.at_once(CHECKOUT)
    changes.announce([CHECKOUT], 7)
    changed = last_looks.at_once(CHECKOUT)
    await last_looks(CHECKOUT)
    seconds.pass_(1.1)

    assert (before, known, changed, last_looks.at_once(CHECKOUT)) == (None, RUNNING, None, None)


async def test_while_the_head_of_the_record_is_not_read_memory_says_nothing(last_looks, record, seconds):
    await last_looks(CHECKOUT)
    seconds.pass_(1.1)
    await last_looks(CHECKOUT)
    await last_looks(CHECKOUT)

    assert record.asked == ["all", "checkout", "checkout"]


async def test_a_record_that_is_away_is_asked_again(last_looks, record, changes):
    await last_looks(CHECKOUT)
    changes.announce([CHECKOUT], 7)
    record.away = True
    with pytest.raises(RecordsUnavailableError):
        await last_looks(CHECKOUT)
    record.away = False

    assert await last_looks(CHECKOUT) == RUNNING
    assert record.asked == ["all", "checkout", "checkout"]


async def test_a_read_that_took_long_does_not_bury_a_newer_one(last_looks, record, changes):
    await last_looks(CHECKOUT)
    slow = record.slow = asyncio.get_running_loop().create_future()
    reading = asyncio.create_task(last_looks.known(CHECKOUT))
    await asyncio.sleep(0)
    changes.announce([CHECKOUT], 1)
    await last_looks.known(CHECKOUT)
    slow.set_result(Known(workload=CHECKOUT))
    await reading

    assert await last_looks(CHECKOUT) == RUNNING


async def test_what_was_read_before_a_change_is_not_told_while_a_newer_read_is_under_way(last_looks, record, changes):
    await last_looks(CHECKOUT)
    first = record.slow = asyncio.get_running_loop().create_future()
    before = asyncio.create_task(last_looks.known(CHECKOUT))
    await asyncio.sleep(0)
    changes.announce([CHECKOUT], 1)
    second = record.slow = asyncio.get_running_loop().create_future()
    after = asyncio.create_task(last_looks.known(CHECKOUT))
    await asyncio.sleep(0)
    first.set_result(Known(workload=CHECKOUT))
    await before

    assert last_looks.at_once(CHECKOUT) is None
    assert await last_looks(CHECKOUT) == RUNNING
    second.set_result(Known(workload=CHECKOUT))
    await after
    assert last_looks.at_once(CHECKOUT) == RUNNING
