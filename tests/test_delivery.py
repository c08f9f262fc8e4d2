"""Saved effects are carried outside at least once, in order, and one bad place holds nobody up."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.delivery import Carrier
from bot.domain.effects import Destination, ShowCard, Tell, Urgency
from bot.domain.errors import CardGoneError, ChatRefusedError, ChatUnavailableError, RecordsUnavailableError
from bot.domain.insights import Period
from bot.domain.policy import Stage
from bot.domain.release import Outcome
from bot.domain.summary import DueSummary
from storage.database import open_database
from storage.effects import LEASE, SqlOutbox, add_summary
from storage.migrating import upgrade
from storage.records import sql_records
from tests.domain.conftest import NOON, World
from tests.storage.conftest import Clock
from tests.support.chat import Chat, held

DUE = DueSummary(name="daily", at=NOON, period=Period(start=NOON - timedelta(days=1), end=NOON, zone="Europe/Rome"))
C1, C2 = Destination("slack", "C1"), Destination("slack", "C2")


async def never():
    await asyncio.Event().wait()


class Office:
    """A database, a chat and a carrier between them."""

    def __init__(self, database, clock):
        self.database, self.clock = database, clock
        self.places = (C1,)
        self.open = sql_records(database, routes=lambda _r: self.places, announce=lambda *_: None)
        self.outbox = SqlOutbox(database)
        self.chat, self.results, self.world = Chat(), [], World()
        self.operated, self.steps = [], []
        self.world.asks(Stage.PROMOTION)
        self.release = self.world.release

    def carrier(self, worker="one", outbox=None):
        async def draw(release):
            return f"card of {release}"

        async def summarise(due):
            return f"summary {due.name}"

        return Carrier(
            outbox=outbox or self.outbox,
            platforms={"slack": self.chat},
            draw=draw,
            summarise=summarise,
            operate=self.operate,
            worker=worker,
            jitter=lambda seconds: seconds,
            changed=never,
            told=lambda platform, how: self.results.append(how),
        )

    async def operate(self, release):
        self.operated.append(release)
        return self.steps.pop(0) if self.steps else None

    async def change(self, *effects, urgency=Urgency.ASKS):
        effects = effects or (ShowCard(release=self.release.id, urgency=urgency),)
        async with self.open() as records:
            await records.known(self.release.workload)
            await records.save(Outcome(releases=(self.release,), effects=effects))

    def line(self, text, **more):
        return Tell(release=self.release.id, line=(text,), at=self.clock.now, **more)

    async def carry(self, **later):
        if later:
            self.clock.now += timedelta(**later)
        carrier = self.carrier()
        while await carrier.once():
            await carrier.idle()


@pytest.fixture
async def office(database_url):
    clock = Clock()
    database = open_database(database_url, clock=clock)
    try:
        await upgrade(database)
        yield Office(database, clock)
    finally:
        await database.close()


async def test_a_card_is_posted_once_and_then_drawn_anew(office):
    await office.change()
    await office.carry()
    await office.change()
    await office.carry()

    assert [(posted, retry) for _, posted, _, retry, _ in office.chat.shown] == [(None, False), ("C1-1", False)]
    assert office.results == ["done", "done"]


async def test_however_many_changes_wait_one_drawing_tells_them_all(office):
    for _ in range(5):
        await office.change()
    await office.carry()

    assert len(office.chat.shown) == 1


async def test_what_changes_while_it_is_drawn_is_drawn_again(office):
    await office.change()
    office.chat.during = office.change
    await office.carry()

    assert len(office.chat.shown) == 2


async def test_progress_waits_a_moment_and_a_decision_does_not(office):
    await office.change(urgency=Urgency.PROGRESS)
    await office.carry()
    assert office.chat.shown == []
    await office.change(urgency=Urgency.ASKS)
    await office.carry()
    assert len(office.chat.shown) == 1
    await office.change(urgency=Urgency.PROGRESS)
    await office.carry(seconds=2)
    assert len(office.chat.shown) == 2


async def test_final_states_go_first(office):
    await office.change(urgency=Urgency.ASKS)
    other = World()
    other.asks(Stage.PROMOTION)
    ended = replace(
        other.release,
        id="0" * 25 + "9",
        workload=replace(other.release.workload, name="basket"),
        gates=(),
    )
    async with office.open() as records:
        await records.known(ended.workload)
        effects = (ShowCard(release=ended.id, urgency=Urgency.ENDED),)
        await records.save(Outcome(releases=(ended,), effects=effects))

    claimed = await office.outbox.claim(worker="w", limit=10, but=frozenset())
    assert [delivery.release for delivery in claimed] == [ended.id, office.release.id]


async def test_lines_keep_their_order_behind_the_card(office):
    await office.change(ShowCard(release=office.release.id, urgency=Urgency.ASKS), office.line("1"), office.line("2"))
    await office.change(office.line("3"))
    office.chat.faults["C1"] = [ChatUnavailableError("away")]
    await office.carry()
    assert office.chat.told == []
    await office.carry(seconds=5)

    assert [line for *_, line in office.chat.told] == ["1", "2", "3"]
    assert {posted for _, posted, _ in office.chat.told} == {"C1-1"}


async def test_what_the_posting_of_the_card_says_is_not_said_again(office):
    await office.change(
        ShowCard(release=office.release.id, urgency=Urgency.ASKS), office.line("asks", card_says_it=True)
    )
    await office.carry()
    assert office.chat.told == []

    office.clock.now += timedelta(minutes=1)
    await office.change(office.line("asks again", card_says_it=True))
    await office.carry()
    assert [line for *_, line in office.chat.told] == ["asks again"]


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
    await asyncio.sleep(0.1)
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


async def test_two_carriers_carry_each_effect_once(office):
    office.places = (C1, C2)
    await office.change()
    carriers = [office.carrier("one"), office.carrier("two")]
    await asyncio.gather(*(carrier.once() for carrier in carriers))
    for carrier in carriers:
        await carrier.idle()

    assert sorted(to for to, *_ in office.chat.shown) == ["C1", "C2"]


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
