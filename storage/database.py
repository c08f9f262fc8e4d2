"""Engines for SQLite (one replica) and PostgreSQL (many), and what tells one from the other."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.domain.errors import RecordsUnavailableError
from storage.sqlite import begin_immediate, sqlite_engine

CONNECT_SECONDS = 3
STATEMENT_SECONDS = 4
"""A hook is answered within five, so no statement may take longer."""

Clock = Callable[[AsyncConnection], Awaitable[datetime]]
"""The time that is stored and compared."""


@dataclass(frozen=True, slots=True)
class Database:
    """One database, by two ways in: transactions that write, and reads that each stand alone."""

    writer: AsyncEngine
    reader: AsyncEngine
    clock: Clock

    @property
    def is_sqlite(self) -> bool:
        return self.writer.dialect.name == "sqlite"

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """One transaction.  On SQLite it holds the write lock from its first statement on."""
        with_connection = self.writer.begin()
        async with unavailable(), with_connection as connection:
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        async with unavailable(), self.reader.connect() as connection:
            yield connection

    async def close(self) -> None:
        await self.writer.dispose()
        await self.reader.dispose()


def open_database(url: str, *, clock: Clock | None = None) -> Database:
    """Make the engines; nothing is connected yet.

    Args:
        url: `sqlite+aiosqlite:///FILE` or `postgresql+asyncpg://…`.
        clock: whose time is stored; the database's own where none is given.
    """
    if make_url(url).get_backend_name() == "sqlite":
        writer = sqlite_engine(
            url, busy_seconds=STATEMENT_SECONDS, pool_size=1, max_overflow=0, pool_timeout=STATEMENT_SECONDS
        )
        begin_immediate(writer)
        reader = sqlite_engine(
            url,
            busy_seconds=STATEMENT_SECONDS,
            isolation_level="AUTOCOMMIT",
            pool_reset_on_return=None,
            pool_size=4,
            max_overflow=4,
        )
        return Database(writer, reader, clock or sqlite_clock)

    arguments = {"timeout": CONNECT_SECONDS, "command_timeout": STATEMENT_SECONDS}
    common: dict[str, Any] = {"connect_args": arguments, "pool_timeout": STATEMENT_SECONDS}
    writer = create_async_engine(url, pool_size=8, max_overflow=8, pool_pre_ping=True, **common)
    reader = create_async_engine(
        url, isolation_level="AUTOCOMMIT", pool_reset_on_return=None, pool_size=8, max_overflow=8, **common
    )
    return Database(writer, reader, clock or postgres_clock)


async def postgres_clock(connection: AsyncConnection) -> datetime:
    at: datetime = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
    return _milliseconds(at)


async def sqlite_clock(_connection: AsyncConnection) -> datetime:
    """Tell this machine's time: SQLite has no other, and to ask it is a journey to its thread."""
    return _milliseconds(datetime.now(UTC))


def _milliseconds(at: datetime) -> datetime:
    """The record is exact to the millisecond; what is compared with it must be, too."""
    return at.astimezone(UTC) - timedelta(microseconds=at.microsecond % 1000)


@asynccontextmanager
async def unavailable() -> AsyncIterator[None]:
    """Turn the faults of a database that is away into ours; a bug in a statement stays a bug."""
    try:
        yield
    except (TimeoutError, OperationalError, InterfaceError, PoolTimeoutError, OSError) as error:
        raise RecordsUnavailableError("the database is away") from error
    except DBAPIError as error:
        if error.connection_invalidated or _going_away(error):
            raise RecordsUnavailableError("the database is away") from error
        raise


def _going_away(error: DBAPIError) -> bool:
    """PostgreSQL's classes 08 (connection), 53 (resources), 57 (shutdown); a standby; no tables yet."""
    state = str(getattr(error.orig, "sqlstate", None) or "")
    return state[:2] in {"08", "53", "57"} or state in {"25006", "42P01"}
