"""A slot is owed once, whoever asks and however often; after a pause one summary tells it all."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.domain.effects import Destination
from bot.domain.figures.plan import Plan
from bot.domain.figures.timetable import timetable, zone_named
from bot.usecases.owe_summary import OweSummary
from storage.outbox import LEASE, SqlOutbox
from storage.reading import SqlReader
from storage.schedules import SqlSchedules
from storage.tables import effect
from tests.storage.conftest import opened

C1, C2 = Destination("slack", "C1"), Destination("slack", "C2")
BEFORE_NINE = datetime(2026, 11, 24, 7, 59, tzinfo=UTC)
DAILY = Plan(
    name="daily",
    at="mon-fri 09:00",
    timetable=timetable("mon-fri 09:00"),
    zone=zone_named("Europe/Rome"),
    zone_name="Europe/Rome",
    period=timedelta(days=1),
    to=(C1, C2),
)


@pytest.fixture
async def schedules(store, clock):
    """Know the plan since before nine."""
    clock.now = BEFORE_NINE
    schedules = SqlSchedules(store.database)
    assert not await schedules.owe(DAILY)
    return schedules


async def owed(store):
    async with store.database.reading() as connection:
        rows = (await connection.execute(select(effect).order_by(effect.c.id))).all()
    return [(row.address, row.summary["at"], row.summary["period"]["start"]) for row in rows]


async def test_a_plan_that_is_new_owes_nothing_of_before(store, schedules):
    assert await owed(store) == []


async def test_its_next_slot_is_owed_to_each_channel_once(store, schedules, clock):
    clock.now += timedelta(minutes=1)

    assert [await schedules.owe(DAILY) for _ in range(3)] == [True, False, False]
    at, start = "2026-11-24T08:00:00Z", "2026-11-23T08:00:00Z"
    assert await owed(store) == [("C1", at, start), ("C2", at, start)]


async def test_after_days_without_a_bot_one_summary_tells_of_all_of_them(store, schedules, clock):
    clock.now += timedelta(days=3, hours=5)

    assert [await schedules.owe(DAILY) for _ in range(2)] == [True, False]
    assert [(to, at, start) for to, at, start in await owed(store) if to == "C1"] == [
        ("C1", "2026-11-27T08:00:00Z", "2026-11-23T08:00:00Z")
    ]


async def test_a_channel_that_takes_nothing_is_owed_one_summary_of_all_its_days(store, schedules, clock):
    outbox = SqlOutbox(store.database)
    for _ in range(3):
        clock.now += timedelta(days=1)
        await schedules.owe(DAILY)
        for delivery in await outbox.claim(worker="w", limit=10, but=frozenset({C2})):
            await outbox.told(delivery)

    assert await owed(store) == [("C2", "2026-11-26T08:00:00Z", "2026-11-23T08:00:00Z")]


async def test_a_summary_that_is_on_its_way_is_left_alone(store, schedules, clock):
    every_minute = replace(DAILY, at="* * * * *", timetable=timetable("* * * * *"))
    await schedules.owe(every_minute)
    clock.now += timedelta(minutes=1)
    await schedules.owe(every_minute)
    clock.now += timedelta(minutes=1) - LEASE / 2
    await SqlOutbox(store.database).claim(worker="w", limit=10, but=frozenset({C2}))
    clock.now += LEASE / 2

    assert await schedules.owe(every_minute)
    assert sorted(to for to, *_ in await owed(store)) == ["C1", "C1", "C2"]


async def test_a_clock_that_jumps_back_owes_nothing_again(store, schedules, clock):
    clock.now += timedelta(days=1)
    await schedules.owe(DAILY)
    clock.now -= timedelta(days=1, hours=-1)

    assert not await schedules.owe(DAILY)


async def test_another_plan_is_owed_for_itself(store, schedules, clock):
    weekly = replace(DAILY, name="weekly", to=(C1,))
    await schedules.owe(weekly)
    clock.now += timedelta(minutes=1)

    assert await schedules.owe(DAILY)
    assert await schedules.owe(weekly)
    assert len(await owed(store)) == 3


async def test_a_plan_with_another_time_begins_with_its_next_slot(store, schedules, clock):
    clock.now += timedelta(hours=2)
    earlier = replace(DAILY, at="mon-fri 08:30", timetable=timetable("mon-fri 08:30"))

    assert not await schedules.owe(earlier)
    assert await owed(store) == []


async def test_eight_replicas_owe_each_slot_once(postgres_url, clock):
    clock.now = BEFORE_NINE
    async with AsyncExitStack() as stack:
        stores = [await stack.enter_async_context(opened(postgres_url, clock)) for _ in range(8)]
        replicas = [
            OweSummary(reader=SqlReader(store.database), schedules=SqlSchedules(store.database)) for store in stores
        ]
        await asyncio.gather(*(replica(DAILY) for replica in replicas))
        for day in range(3):
            clock.now = BEFORE_NINE + timedelta(days=day, minutes=1)
            answers = await asyncio.gather(*(replica(DAILY) for replica in replicas for _ in range(2)))
            assert answers.count(True) == 1

        assert [to for to, *_ in await owed(stores[0])] == ["C1", "C2"]
