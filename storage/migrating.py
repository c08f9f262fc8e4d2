"""Bring a database to the tables of this version, under a lock, so that replicas may start together."""

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


async def is_current(database: Database) -> bool:
    """The database has the tables of this version, or of a later one that lets this one go on."""
    async with database.reading() as connection:
        return await connection.run_sync(_is_current)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> None:
    if not _is_current(connection):
        command.upgrade(_config(connection), "head")


def _is_current(connection: Connection) -> bool:
    there = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory(str(_SCRIPTS)).walk_revisions()}
    head = ScriptDirectory(str(_SCRIPTS)).get_current_head()
    return there == head or (there is not None and there not in known)
