"""Releases of a period with what the record says of them, a batch at a time."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.audit import Action
from bot.domain.figures.insights import Period
from bot.domain.release import Release
from storage import chain
from storage.database import Database
from storage.loading import RELEASES, load_releases
from storage.tables import audit, release

BATCH = 500

Told = tuple[Release, list[Mapping[str, Any]]]
"""A release, and what the record says of it, oldest first."""


async def under_way(database: Database, period: Period, *, actions: Sequence[Action]) -> AsyncIterator[Told]:
    """The releases that were under way in a period, oldest first."""
    after = ""
    while True:
        query = RELEASES.where(release.c.id > after, *_in(period)).order_by(release.c.id).limit(BATCH)
        async with database.reading() as connection:
            releases = await load_releases(connection, query)
            records = await _records(connection, [one.id for one in releases], actions)
        for one in releases:
            yield one, records[one.id]
        if len(releases) < BATCH:
            return
        after = releases[-1].id


async def count(database: Database, period: Period) -> int:
    async with database.reading() as connection:
        return (await connection.execute(select(func.count()).select_from(release).where(*_in(period)))).scalar_one()


def _in(period: Period) -> tuple[ColumnElement[bool], ...]:
    return release.c.started_at < period.end, or_(release.c.ended_at.is_(None), release.c.ended_at >= period.start)


async def _records(
    connection: AsyncConnection, releases: Sequence[str], actions: Sequence[Action]
) -> dict[str, list[Mapping[str, Any]]]:
    query = select(audit).where(audit.c.release.in_(releases), audit.c.action.in_(actions)).order_by(audit.c.seq)
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in (await connection.execute(query)).all():
        found[row.release].append(chain.to_record(row))
    return found
