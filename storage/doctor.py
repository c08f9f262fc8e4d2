"""What people get wrong about the database: away, read-only, of another version, unprotected, or with another time."""

import os
import secrets
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from bot.domain.effects import Destination
from bot.domain.errors import RecordsUnavailableError
from bot.domain.figures.lengths import in_words
from bot.domain.finding import Finding, broken, caution, good
from bot.ports import Now
from bot.usecases.examine import Findings
from storage import tables
from storage.database import Database, open_database
from storage.migrating import Tables, tables_of
from storage.outbox import SqlOutbox

AREA = "database"

UPGRADE = "`pointsman db upgrade` makes them, or the next start."

SKEW = timedelta(seconds=2)
LATE = timedelta(minutes=5)
"""What is due for longer, nobody carries."""

_GUARDS = {
    "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name IN"
    " ('audit_no_update', 'audit_no_delete')",
    "postgresql": "SELECT count(*) FROM pg_trigger WHERE tgname = 'audit_no_change' AND tgenabled <> 'D'",
}
_GUARDS_WANTED = {"sqlite": 2, "postgresql": 1}


async def examine(url: str, *, now: Now) -> Findings:
    """Look at the database.  Nothing is left changed, and no file is made."""
    if (fault := missing_file(url)) is not None:
        yield fault
        return
    database = open_database(url)
    try:
        try:
            found = await tables_of(database)
        except Exception as error:  # noqa: BLE001 -- Drivers raise whatever they like where they cannot get in.
            yield broken(AREA, f"It cannot be read: {_cause(error)}.", "Start it, or mend `database.url`.")
            return
        yield _tables(found)
        if found is Tables.NONE:
            return
        for look in (_written, _guarded):
            yield await look(database)
        yield await _time(database, now)
        async for finding in _undelivered(SqlOutbox(database)):
            yield finding
    finally:
        await database.close()


def missing_file(url: str) -> Finding | None:
    """A file of SQLite's that is not there: opening it would make it."""
    parts = make_url(url)
    if parts.get_backend_name() != "sqlite" or not parts.database or Path(parts.database).exists():
        return None
    folder = Path(parts.database).absolute().parent
    if not folder.is_dir():
        return broken(AREA, f"There is no folder {folder} for its file.", "Make the folder, or mend `database.url`.")
    if not os.access(folder, os.W_OK):
        return broken(AREA, f"Its file is not there, and {folder} cannot be written to.", "Mend the folder's rights.")
    return caution(AREA, f"There is no file {parts.database} yet.", UPGRADE)


def _tables(found: Tables) -> Finding:
    match found:
        case Tables.CURRENT:
            return good(AREA, "It can be read, and its tables are those of this version.")
        case Tables.LATER:
            return caution(AREA, "Its tables are of a later version, which lets this one go on.", "Bring this one up.")
        case Tables.EARLIER:
            return caution(
                AREA, "Its tables are of an earlier version.", "`pointsman db upgrade`, or a start, does it."
            )
        case Tables.NONE:
            return caution(
                AREA, "It can be read, and has no tables yet.", "`pointsman db upgrade`, or a start, does it."
            )


async def _written(database: Database) -> Finding:
    row = {"secret": secrets.token_hex(32), "token": "doctor", "csrf": "doctor"}
    try:
        async with database.transaction() as connection:
            over_at = await database.clock(connection)
            await connection.execute(insert(tables.session).values(row | {"over_at": over_at}))
            await connection.rollback()  # It was possible; it does not stay.
    except (RecordsUnavailableError, DBAPIError) as error:
        return broken(AREA, f"It cannot be written to: {_cause(error)}.", "Grant its user INSERT, UPDATE and DELETE.")
    return good(AREA, "It can be written to.")


async def _guarded(database: Database) -> Finding:
    kind = "sqlite" if database.is_sqlite else "postgresql"
    async with database.reading() as connection:
        guards = (await connection.execute(text(_GUARDS[kind]))).scalar_one()
    if guards < _GUARDS_WANTED[kind]:
        says = "Nothing keeps the record from being changed: its triggers are gone, as after a copy without them."
        return broken(AREA, says, "Restore it with its triggers, and let `pointsman audit verify` look at the record.")
    return good(AREA, "Its triggers keep the record from being changed.")


async def _time(database: Database, now: Now) -> Finding:
    async with database.reading() as connection:
        skew = await database.clock(connection) - now()
    if abs(skew) > SKEW:
        ahead = "ahead of" if skew > timedelta(0) else "behind"
        says = f"Its clock is {in_words(abs(skew))} {ahead} this machine's; deadlines go by the database's."
        return caution(AREA, says, "Let both follow a time server (NTP).")
    return good(AREA, "Its clock agrees with this machine's.")


async def _undelivered(outbox: SqlOutbox) -> Findings:
    waiting = await outbox.oldest_due()
    if waiting is not None and waiting > LATE:
        says = f"A card or a line has been due for {in_words(waiting)} and was not sent."
        yield caution(AREA, says, "Does `pointsman serve` run?  Its log says what it could not reach.")
    for to, why in await outbox.failures():
        yield broken(_area(to), f"Nothing arrives at {to.address}: {why}.", "Mend what it names, or the route.")


def _area(to: Destination) -> str:
    return to.platform


def _cause(error: BaseException) -> str:
    """The first line of what lies below our own words."""
    cause = error.__cause__ or error
    lines = str(getattr(cause, "orig", None) or cause).splitlines() or [""]
    return lines[0].rstrip(".") or type(cause).__name__
