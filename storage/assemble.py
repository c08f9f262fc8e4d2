"""Puts the parts of this folder together."""

from collections.abc import Callable

from bot.domain.effects import Destination
from bot.domain.release import Release
from bot.ports import Storage
from storage.answers import SqlAnswers
from storage.database import Database
from storage.figures import SqlFigures
from storage.outbox import SqlOutbox
from storage.reading import SqlReader
from storage.records import Announce, sql_records
from storage.schedules import SqlSchedules
from storage.sessions import SqlSessions
from storage.signing import SqlSigningKey


def assemble(
    database: Database,
    *,
    routes: Callable[[Release], tuple[Destination, ...]],
    announce: Announce,
    new_key: Callable[[], bytes],
) -> Storage:
    """Offer everything that a database keeps.

    Args:
        routes: where a release is told.
        announce: told after each transaction that changed something.
        new_key: what links are signed with; asked once in the life of a database.
    """
    return Storage(
        open_records=sql_records(database, routes=routes, announce=announce),
        reader=SqlReader(database),
        figures=SqlFigures(database),
        outbox=SqlOutbox(database),
        schedules=SqlSchedules(database),
        answers=SqlAnswers(database),
        sessions=SqlSessions(database),
        signing_key=SqlSigningKey(database, new_key),
    )
