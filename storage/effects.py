"""Effects that wait to be carried out, added with the decision; `storage.outbox` gives them to those who carry them."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, insert, or_, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.effects import Destination, ShowCard, Tell, Urgency
from bot.domain.figures.summary import DueSummary
from bot.domain.release import Release
from storage.codec import summary_json, tell_json
from storage.tables import OPEN_CARD, effect

PROGRESS_EVERY = timedelta(seconds=2)
"""A card that only moves on is drawn so often at the most."""

OPEN, OWED = "open", "owed"
"""States of what is still to be carried out.  A summary is `owed`: the version that knows none takes what is `open`."""

OPERATE = "operate"

UNDONE = (OPEN, OWED)
SUBJECT = ("release_id", "platform", "address")
"""Columns that tell one card from another."""


async def add_effects(
    connection: AsyncConnection, wanted: ShowCard | Tell, destinations: tuple[Destination, ...], now: datetime
) -> None:
    for to in destinations:
        row = {"release_id": wanted.release, "platform": to.platform, "address": to.address}
        match wanted:
            case ShowCard():
                await _add_card(connection, row, wanted.urgency, now)
            case Tell():
                more = {"kind": "tell", "tell": tell_json(wanted), "urgency": Urgency.ASKS, "next_at": now}
                await connection.execute(insert(effect).values(row | more | _new()))


async def add_operation(connection: AsyncConnection, release: Release, now: datetime) -> None:
    """Owe the engine a visit, at once: a visit does all that is wanted then, so that one put off is this one.

    `owed`, as a version that knows no operations takes what is `open`.
    """
    at_rest = or_(effect.c.lease_until.is_(None), effect.c.lease_until < now)
    await connection.execute(delete(effect).where(*visits(release.id), at_rest))
    row = {"kind": OPERATE, "release_id": release.id, "platform": release.engine, "address": release.workload.cluster}
    more = {"urgency": Urgency.ENDED, "next_at": now, "version": 1, "state": OWED, "attempts": 0}
    await connection.execute(insert(effect).values(row | more))


async def add_summary(connection: AsyncConnection, summary: DueSummary, to: Destination, now: datetime) -> None:
    row = {"kind": "summary", "platform": to.platform, "address": to.address, "summary": summary_json(summary)}
    more = {"urgency": Urgency.PROGRESS, "next_at": now, "version": 1, "state": OWED, "attempts": 0}
    await connection.execute(insert(effect).values(row | more))


async def _add_card(connection: AsyncConnection, row: dict[str, str], urgency: Urgency, now: datetime) -> None:
    """One open row for each card and destination: what is drawn is the record at that time."""
    due = now + PROGRESS_EVERY if urgency is Urgency.PROGRESS else now
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    new = make(effect).values(row | {"kind": "show", "urgency": urgency, "next_at": due} | _new())
    sooner = case((new.excluded.next_at < effect.c.next_at, new.excluded.next_at), else_=effect.c.next_at)
    first = case((new.excluded.urgency < effect.c.urgency, new.excluded.urgency), else_=effect.c.urgency)
    await connection.execute(
        new.on_conflict_do_update(
            index_elements=list(SUBJECT),
            index_where=text(OPEN_CARD),  # As it stands in the index: PostgreSQL knows it again by its words.
            set_={
                "version": effect.c.version + 1,
                "urgency": first,
                "next_at": case((effect.c.attempts > 0, effect.c.next_at), else_=sooner),
            },
        ),
    )


def _new() -> dict[str, Any]:
    return {"version": 1, "state": OPEN, "attempts": 0}


def visits(release: str) -> list[Any]:
    """Those that are owed to the engine of a release."""
    return [effect.c.kind == OPERATE, effect.c.release_id == release, effect.c.state == OWED]
