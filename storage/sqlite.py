"""SQLite as this bot uses it: in a thread of its own, one journey there and back for each statement."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any, Self, TypeVar

import aiosqlite
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

Answered = TypeVar("Answered")

DURABLE = "synchronous=FULL"
"""The last decisions outlive a power cut."""


def sqlite_engine(url: str, *, busy_seconds: int, **arguments: Any) -> AsyncEngine:
    """Make an engine; nothing is connected yet.

    Args:
        busy_seconds: so long a statement waits for another process that writes.
        arguments: of `create_async_engine`.
    """
    engine = create_async_engine(url, connect_args={"async_creator_fn": _connect}, **arguments)

    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy begins, not the driver.
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", f"busy_timeout={busy_seconds}000", DURABLE):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine.sync_engine, "connect", prepare)
    return engine


def begin_immediate(engine: AsyncEngine) -> None:
    """Let every transaction hold the write lock from its first statement on."""
    event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))


async def _connect(database: str, **options: Any) -> "Connection":
    connection = Connection(lambda: sqlite3.connect(database, **options))
    await connection
    return connection


class Connection(aiosqlite.Connection):
    """A connection whose statements take one journey each, where aiosqlite's take four.

    While the loop is at work a thread begins only after milliseconds: a transaction takes as long as its journeys.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connect, iter_chunk_size=1)
        self._thread.daemon = True  # As SQLAlchemy lets it be.

    def cursor(self) -> "Cursor":  # type: ignore[override]  # As SQLAlchemy calls it, and enters what it gets.
        return Cursor(self)

    async def there(self, work: Callable[[sqlite3.Connection], Answered]) -> Answered:
        """Do that in the thread."""
        answered: Answered = await self._execute(lambda: work(self._conn))  # type: ignore[no-untyped-call]
        return answered


class Cursor:
    """What a statement brought, all of it at once; no cursor stays open in the thread.

    Source of the attributes: PEP 249.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid = 0
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        await self._run(lambda cursor: cursor.execute(statement, parameters))

    async def executemany(self, statement: str, parameters: Sequence[Sequence[Any]]) -> None:
        await self._run(lambda cursor: cursor.executemany(statement, parameters))

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        """It is closed: see `_run`."""

    async def _run(self, statement: Callable[[sqlite3.Cursor], object]) -> None:
        def journey(connection: sqlite3.Connection) -> tuple[Any, list[Any], int, int]:
            with closing(connection.cursor()) as cursor:
                statement(cursor)
                rows = cursor.fetchall() if cursor.description else []
                return cursor.description, rows, cursor.rowcount, cursor.lastrowid or 0

        self.description, self._rows, self.rowcount, self.lastrowid = await self._connection.there(journey)
