"""One bad place holds nobody up, and whatever fails is tried again or told as failed."""

import asyncio
from datetime import timedelta

from bot.domain.effects import Destination, Operate
from bot.domain.errors import (
    CardGoneError,
    ChatRefusedError,
    ChatUnavailableError,
    ClusterUnavailableError,
    RecordsUnavailableError,
)
from bot.domain.figures.insights import Period
from bot.domain.figures.summary import DueSummary
from bot.domain.release import Outcome
from storage.effects import add_summary
from storage.outbox import LEASE
from tests.delivery.conftest import C1, C2
from tests.domain.conftest import NOON
from tests.support.chat import held

DUE = DueSummary(name="daily", at=NOON, period=Period(start=NOON - timedelta(days=1), end=NOON, zone="Europe/Rome"))


async def test_a_place_that_hangs_or_refuses_blocks_nobody(office):
    office.places = (C1, C2)
    office.chat.hold["C1"] = held()
    await office.change()
    carrier = office.carrier()
    await carrier.once()
    for _ in range(50):
        await asyncio.sleep(0.01)
        if office.chat.shown:
            break
    assert [to for to, *_ in office.chat.shown] == ["C2"]

    office.chat.hold["C1"].set()
    office.chat.faults["C1"] = [ChatRefusedError("is_archived")]
    await carrier.idle()
    assert await office.outbox.failures() == ((C1, "is_archived"),)
    await office.change()
    await office.carry()
    assert await office.outbox.failures() == ()


async def test_a_summary_goes_the_same_way_and_says_when_it_may_be_there_already(office):
    async with office.database.transaction() as connection:
        for to in (C1, C2):
            await add_summary(connection, DUE, to, office.clock.now)
    office.chat.faults = {"C1": [ChatUnavailableError("away")], "C2": [ChatRefusedError("is_archived")]}
    await office.carry()
    await office.carry(seconds=2)

    assert [(to, said, retry) for to, said, _, retry in office.chat.posted] == [("C1", "summary daily", True)]
    assert await office.outbox.failures() == ((C2, "is_archived"),)


async def test_a_summary_that_arrives_ends_the_failure_of_the_one_before(office):
    for faults in ([ChatRefusedError("is_archived")], []):
        office.chat.faults["C1"] = faults
        async with office.database.transaction() as connection:
            await add_summary(connection, DUE, C1, office.clock.now)
        await office.carry()

    assert await office.outbox.failures() == ()


async def test_pauses_double_and_an_asked_for_pause_is_kept(office):
    await office.change()
    office.chat.faults["C1"] = [ChatUnavailableError("away")] * 3 + [ChatUnavailableError("slow", retry_after=100)]
    waited = []
    for seconds in (0, 1, 2, 4, 99, 1):
        tried = len(office.results)
        await office.carry(seconds=seconds)
        waited.append(len(office.results) > tried)

    assert waited == [True, True, True, True, False, True]
    assert [retry for *_, retry, _ in office.chat.shown] == [True]


async def test_what_was_claimed_by_who_died_is_carried_by_another(office):
    await office.change()
    assert len(await office.outbox.claim(worker="dead", limit=10, but=frozenset())) == 1
    await office.carry()
    assert office.chat.shown == []

    await office.carry(seconds=LEASE.total_seconds() + 1)
    assert [retry for *_, retry, _ in office.chat.shown] == [True]


async def test_who_stops_gives_back_what_it_has_claimed(office):
    office.chat.hold["C1"] = held()
    await office.change()
    carrier = office.carrier("stopping")
    running = asyncio.create_task(carrier.run())
    await asyncio.wait_for(office.chat.holds.wait(), 5)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    office.chat.hold.clear()

    await office.carry()
    assert len(office.chat.shown) == 1


async def test_a_card_that_is_gone_is_posted_again_once(office):
    await office.change()
    await office.carry()
    for _ in range(2):
        office.chat.faults["C1"] = [CardGoneError("gone")]
        await office.change()
        await office.carry()

    assert [posted for _, posted, *_ in office.chat.shown] == [None, None]
    first, second = (key for _, _, key, *_ in office.chat.shown)
    assert first != second, "a chat may keep the name of a message that was deleted"


async def test_a_fault_of_ours_is_counted_and_tried_again(office):
    office.chat.faults["C1"] = [KeyError("a bug")]
    await office.change()
    await office.carry()
    await office.carry(seconds=2)

    assert office.results == ["fault", "done"]


async def test_a_chat_that_is_not_set_up_is_told_as_failed(office):
    office.places = (Destination("google_chat", "spaces/A"),)
    await office.change()
    await office.carry()

    ((to, why),) = await office.outbox.failures()
    assert (to.platform, why) == ("google_chat", "google_chat is not set up")


async def test_while_the_record_is_away_nothing_is_carried_and_nothing_breaks(office):
    class Away:
        async def claim(self, **_):
            raise RecordsUnavailableError("away")

        async def hand_over(self, _worker):
            raise RecordsUnavailableError("away")

    running = asyncio.create_task(office.carrier(outbox=Away()).run())
    await asyncio.sleep(0.05)

    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_card_is_late_from_its_first_try_however_often_it_is_put_off(office):
    office.chat.faults["C1"] = [ChatUnavailableError("503")] * 9
    await office.change()
    for _ in range(8):
        await office.carry(minutes=5)

        assert office.results[-1] == "again"
    assert await office.outbox.oldest_due() == timedelta(minutes=40)

    await office.carry(minutes=5)
    await office.carry(minutes=5)
    assert office.results[-1] == "done"
    assert await office.outbox.oldest_due() is None


async def owe_a_visit(office):
    async with office.open() as records:
        await records.known(office.release.workload)
        await records.save(Outcome(releases=(office.release,), effects=(Operate(release=office.release.id),)))


async def test_a_visit_whose_effect_is_awaited_is_not_late(office):
    office.steps = [60.0]
    await owe_a_visit(office)
    await office.carry()
    assert office.results == ["again"]

    assert await office.outbox.oldest_due() is None


async def test_an_engine_that_is_away_for_a_moment_is_visited_soon_however_many_visits_went_before(office):
    office.steps = [*[5.0] * 11, ClusterUnavailableError("one hiccup"), None]
    await owe_a_visit(office)
    for _ in range(12):
        await office.carry(seconds=5)
    assert len(office.operated) == 12

    await office.carry(seconds=1)
    assert office.results[-1] == "done"


async def test_an_engine_that_was_away_for_long_is_visited_within_half_a_minute_of_its_return(office):
    office.steps = [*[ClusterUnavailableError("away")] * 20, None]
    await owe_a_visit(office)
    while len(office.operated) < 20:
        await office.carry(seconds=30)

    await office.carry(seconds=30)
    assert office.results[-1] == "done"
