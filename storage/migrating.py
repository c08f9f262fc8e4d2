"""Bring a database to the tables of this version, under a lock, so that replicas may start together."""

from enum import Enum, auto
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.database import Database

_LOCK = 7_246_000
_SCRIPTS = Path(__file__).parent / "migrations"


async def upgrade(database: Database) -> None:
    """Apply what is missing; nothing, if nothing is.

    Raises:
        RecordsUnavailableError: the database is away; nothing was changed.
    """
    if await is_current(database):
        return
    async with database.transaction() as connection:
        if not database.is_sqlite:  # SQLite's transaction holds the one write lock already.
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        await connection.run_sync(_upgrade)


class Tables(Enum):
    """Whose tables a database has."""

    NONE = auto()
    EARLIER = auto()
    CURRENT = auto()
    LATER = auto()  # Of a version that lets this one go on.


async def tables_of(database: Database) -> Tables:
    async with database.reading() as connection:
        return await connection.run_sync(_tables)


async def is_current(database: Database) -> bool:
    """The database has the tables of this version, or of a later one that lets this one go on."""
    return await tables_of(database) in _GOES_ON


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> None:
    if not _is_current(connection):
        command.upgrade(_config(connection), "head")


def _is_current(connection: Connection) -> bool:
    return _tables(connection) in _GOES_ON


def _tables(connection: Connection) -> Tables:
    there = MigrationContext.configure(connection).get_current_revision()
    scripts = ScriptDirectory(str(_SCRIPTS))
    if there is None:
        return Tables.NONE
    if there == scripts.get_current_head():
        return Tables.CURRENT
    known = {script.revision for script in scripts.walk_revisions()}
    return Tables.EARLIER if there in known else Tables.LATER


_GOES_ON = {Tables.CURRENT, Tables.LATER}
