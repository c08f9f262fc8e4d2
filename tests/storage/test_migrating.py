"""The tables come to this version, once, whoever starts first."""

import asyncio
import importlib
from datetime import timedelta

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import select, text, update

from bot.domain.policy import Stage
from bot.domain.release import Outcome
from storage.database import open_database, sqlite_clock
from storage.migrating import is_current, upgrade
from storage.tables import gate as gate_table
from storage.tables import metadata
from tests.domain.conftest import ANN, BOB, NOON


async def test_the_migrations_lead_to_the_tables(store):
    async with store.database.transaction() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync, opts={"compare_type": False}), metadata)
        )

    assert differences == []


async def test_replicas_may_start_together(database_url, clock):
    databases = [open_database(database_url, clock=clock) for _ in range(3)]
    try:
        await asyncio.gather(*(upgrade(database) for database in databases))
        await upgrade(databases[0])

        assert all([await is_current(database) for database in databases])
    finally:
        for database in databases:
            await database.close()


async def test_tables_of_a_later_version_are_left_alone(store):
    async with store.database.transaction() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    await upgrade(store.database)

    assert await is_current(store.database)


async def test_each_database_tells_its_own_time(database_url):
    database = open_database(database_url)
    try:
        async with database.reading() as connection:
            at = await database.clock(connection)
    finally:
        await database.close()
    assert at > NOON
    assert at.utcoffset() == timedelta(0)
    assert at.microsecond % 1000 == 0
    assert database.clock is sqlite_clock or not database.is_sqlite


async def test_gates_that_were_answered_before_figures_were_kept_get_their_time(store, world):
    world.asks(Stage.START)
    world.approves(ANN)
    world.approves(BOB, reason="again")
    world.asks(Stage.START, seconds=30)
    world.asks(Stage.PROMOTION, seconds=30)
    world.now += timedelta(milliseconds=250)
    world.rejects(ANN)
    await store.keep(Outcome(releases=(world.release,)))
    answered = [gate.answered_at for gate in world.release.gates]
    assert None not in answered

    async with store.database.transaction() as connection:
        await connection.execute(update(gate_table).values(answered_at=None))
        await connection.run_sync(find_answers)

    async with store.database.reading() as connection:
        kept = (await connection.execute(select(gate_table.c.answered_at).order_by(gate_table.c.place))).scalars()
        assert list(kept) == answered


def find_answers(connection):
    migration = importlib.import_module("storage.migrations.versions.0002_figures_and_summaries")
    with Operations.context(MigrationContext.configure(connection)):
        migration._find_answers()
