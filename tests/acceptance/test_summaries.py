"""A summary reaches its channel once: among eight replicas, when one dies at the slot, after a night without any."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery import Carrier
from bot.domain.effects import Destination
from bot.domain.errors import ChatUnavailableError, RecordsUnavailableError
from bot.domain.figures.plan import Plan
from bot.domain.figures.timetable import timetable, zone_named
from bot.usecases.owe_summary import OweSummary
from storage.outbox import LEASE, SqlOutbox
from storage.reading import SqlReader
from storage.schedules import SqlSchedules
from tests.storage.conftest import Clock, opened

REPLICAS = 8
DAILY = Plan(
    name="daily",
    at="0 9 * * *",
    timetable=timetable("0 9 * * *"),
    zone=zone_named("Europe/Rome"),
    zone_name="Europe/Rome",
    period=timedelta(days=1),
    to=(Destination("slack", "C1"), Destination("slack", "C2")),
)
NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


class Channel:
    """A chat that keeps what it was sent, and finds it again by its key, as Slack does by a message's mark.

    `dies`: the post arrives, and its answer does not.
    """

    def __init__(self):
        self.posted = []
        self.dies = asyncio.Event()
        self.away = False

    async def post(self, summary, *, to, key, retry):
        if self.away:
            raise ChatUnavailableError("away")
        if not (retry and any(known == key for _, known, _ in self.posted)):
            self.posted.append((to, key, summary))
        if self.dies.is_set():
            await asyncio.Event().wait()

    def days(self, to):
        """Which days were told there: from, and up to."""
        return [(due.period.start.day, due.period.end.day) for there, _, due in self.posted if there == to]


class Replica:
    def __init__(self, name, store, channel):
        self.owe = OweSummary(reader=SqlReader(store.database), schedules=SqlSchedules(store.database))
        self.carrier = Carrier(
            outbox=SqlOutbox(store.database),
            platforms={"slack": channel},
            draw=nothing,
            operate=nothing,
            summarise=summarised,
            worker=name,
            jitter=lambda seconds: seconds,
            changed=never,
            told=lambda _platform, _how: None,
        )

    async def tick(self):
        await self.owe(DAILY)
        await self.carrier.once()
        await self.carrier.idle()


async def summarised(due):
    return due


async def nothing(_release):
    raise AssertionError("there is no release")


async def never():
    await asyncio.Event().wait()


@pytest.fixture
def clock():
    clock = Clock()
    clock.now = NINE - timedelta(minutes=1)
    return clock


@pytest.fixture
def channel():
    return Channel()


@pytest.fixture
async def replicas(postgres_url, clock, channel):
    async with AsyncExitStack() as stack:
        stores = [await stack.enter_async_context(opened(postgres_url, clock)) for _ in range(REPLICAS)]
        replicas = [Replica(f"r{number}", store, channel) for number, store in enumerate(stores)]
        await together(replicas)
        yield replicas


async def together(replicas):
    await asyncio.gather(*(replica.tick() for replica in replicas))


async def test_eight_replicas_post_each_summary_once(replicas, channel, clock):
    for day in range(3):
        clock.now = NINE + timedelta(days=day, seconds=1)
        for _ in range(2):
            await together(replicas)

    assert channel.days("C1") == channel.days("C2") == [(23, 24), (24, 25), (25, 26)]


async def test_who_dies_at_the_slot_leaves_one_message_and_no_second(replicas, channel, clock):
    clock.now = NINE
    channel.dies.set()
    dying = [asyncio.create_task(replica.tick()) for replica in replicas]
    while len(channel.posted) < 2:
        await asyncio.sleep(0.01)
    dying += [task for replica in replicas for task in replica.carrier._under_way]
    for task in dying:
        task.cancel()
    await asyncio.gather(*dying, return_exceptions=True)
    channel.dies.clear()

    clock.now += LEASE + timedelta(seconds=1)
    await together(replicas)
    await together(replicas)

    assert channel.days("C1") == channel.days("C2") == [(23, 24)]
    assert await SqlOutbox(replicas[0].carrier.outbox.database).oldest_due() is None


async def test_a_replica_that_starts_anew_at_the_slot_posts_nothing_twice(replicas, channel, clock):
    clock.now = NINE
    await asyncio.gather(replicas[0].tick(), *(replica.owe(DAILY) for replica in replicas[1:]))
    for replica in replicas:
        replica.owe._asked.clear()
    await together(replicas)

    assert channel.days("C1") == [(23, 24)]


async def test_after_nights_without_a_bot_one_late_summary_tells_of_all(replicas, channel, clock):
    clock.now = NINE + timedelta(days=4, hours=3)
    await together(replicas)

    assert channel.days("C1") == [(23, 28)]


async def test_while_a_chat_is_away_days_become_one_summary(replicas, channel, clock):
    channel.away = True
    for day in range(3):
        clock.now = NINE + timedelta(days=day)
        await together(replicas[:2])
    channel.away = False
    clock.now += timedelta(hours=1)
    await together(replicas[:2])

    assert channel.days("C1") == channel.days("C2") == [(23, 26)]


async def test_a_slot_at_which_the_database_was_away_is_owed_when_it_is_back(replicas, channel, clock):
    class Away:
        async def owe(self, _plan):
            raise RecordsUnavailableError("away")

    replica, real = replicas[0], replicas[0].owe.schedules
    clock.now = NINE
    replica.owe.schedules = Away()
    with pytest.raises(RecordsUnavailableError):
        await replica.tick()
    replica.owe.schedules = real
    clock.now += timedelta(minutes=10)
    await replica.tick()

    assert channel.days("C1") == [(23, 24)]
