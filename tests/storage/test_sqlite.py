"""What goes to SQLite's thread, and what comes back."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from storage.database import sqlite_clock
from storage.sqlite import Connection
from tests.support.databases import opened

INSERT = text("INSERT INTO thing (name) VALUES (:name)")


@pytest.fixture
async def database(tmp_path):
    async with opened(f"sqlite+aiosqlite:///{tmp_path}/things.db", clock=sqlite_clock) as found:
        async with found.transaction() as connection:
            await connection.execute(text("CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT UNIQUE)"))
        yield found


@pytest.fixture
def journeys(monkeypatch):
    """The statements that went to the thread."""
    made, there = [], Connection.there

    def counted(connection, work):
        made.append(work)
        return there(connection, work)

    monkeypatch.setattr(Connection, "there", counted)
    return made


async def add(database, *names):
    async with database.transaction() as connection:
        for name in names:
            await connection.execute(INSERT, {"name": name})


async def names(database):
    async with database.reading() as connection:
        return (await connection.execute(text("SELECT name FROM thing ORDER BY name"))).scalars().all()


async def test_a_transaction_takes_a_journey_for_each_statement(database, journeys):
    async with database.transaction() as connection:
        await connection.execute(INSERT, {"name": "a"})
        (await connection.execute(text("SELECT * FROM thing"))).all()

    assert len(journeys) == 3  # With its BEGIN.


async def test_many_rows_go_in_by_one_journey(database, journeys):
    async with database.transaction() as connection:
        await connection.execute(INSERT, [{"name": f"{number:03}"} for number in range(500)])

    assert len(journeys) == 2
    assert await names(database) == [f"{number:03}" for number in range(500)]


async def test_what_a_statement_did_is_told(database):
    async with database.transaction() as connection:
        await connection.execute(INSERT, [{"name": "a"}, {"name": "b"}])
        changed = await connection.execute(text("UPDATE thing SET name = name || '!'"))
        gone = await connection.execute(text("DELETE FROM thing WHERE id > 1 RETURNING id, name"))
        nothing = await connection.execute(text("DELETE FROM thing WHERE id > 1 RETURNING id"))

        assert changed.rowcount == 2
        assert not changed.returns_rows
        assert [dict(row) for row in gone.mappings()] == [{"id": 2, "name": "b!"}]
        assert nothing.all() == []


async def test_a_refused_statement_undoes_its_transaction_alone(database):
    with pytest.raises(IntegrityError, match=r"UNIQUE.*thing\.name"):
        await add(database, "a", "a")

    await add(database, "b")
    assert await names(database) == ["b"]


async def test_who_stops_waiting_for_the_lock_keeps_nobody_else_from_it(database, tmp_path):
    with closing(sqlite3.connect(tmp_path / "things.db", isolation_level=None)) as another:
        another.execute("BEGIN IMMEDIATE")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await add(database, "given up")
        another.execute("COMMIT")

    await add(database, "next")
    assert await names(database) == ["next"]


async def test_the_time_is_exact_to_the_millisecond(database):
    before = datetime.now(UTC)
    async with database.reading() as connection:
        now = await database.clock(connection)

    assert before - timedelta(milliseconds=1) < now <= datetime.now(UTC)
    assert now.microsecond % 1000 == 0
