"""The outbox: effects are claimed by any replica, and done at least once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, Row, bindparam, delete, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.effects import Destination, Effect, Operate, ReleaseId, ShowCard, Tell, Urgency
from bot.domain.figures.summary import DueSummary
from bot.ports import Delivery
from storage.codec import to_summary, to_tell
from storage.database import Database
from storage.effects import OPERATE, SUBJECT, UNDONE, visits
from storage.tables import card, effect

LEASE = timedelta(seconds=30)
"""Longer than any chat may take; what a dead worker had claimed is taken over after it."""


@dataclass(frozen=True, slots=True)
class SqlOutbox:
    """Implements `bot.ports.Outbox`."""

    database: Database

    async def claim(self, *, worker: str, limit: int, but: frozenset[Destination]) -> tuple[Delivery, ...]:
        async with self.database.transaction() as connection:
            now = await self.database.clock(connection)
            given = {"now": now, "most": limit, "until": now + LEASE, "by": worker}
            rows = (await connection.execute(_claim(but), given)).all()
            return tuple(
                [await _delivery(connection, row) for row in sorted(rows, key=lambda row: (row.urgency, row.id))]
            )

    async def shown(self, delivery: Delivery, posted_as: str) -> None:
        async with self.database.transaction() as connection:
            now = await self.database.clock(connection)
            await _keep_card(connection, delivery, posted_as, now)
            done = delete(effect).where(effect.c.id == delivery.id, effect.c.version == delivery.version)
            if not (await connection.execute(done)).rowcount:  # It changed meanwhile: draw it again.
                await connection.execute(update(effect).where(effect.c.id == delivery.id).values(_anew(now)))
            await connection.execute(delete(effect).where(*_same_card(delivery), effect.c.state == "failed"))

    async def told(self, delivery: Delivery) -> None:
        async with self.database.transaction() as connection:
            await connection.execute(delete(effect).where(effect.c.id == delivery.id))
            if isinstance(delivery.what, DueSummary):  # Summaries arrive there again.
                there = (effect.c.platform == delivery.to.platform, effect.c.address == delivery.to.address)
                failed = (effect.c.kind == "summary", effect.c.state == "failed")
                await connection.execute(delete(effect).where(*there, *failed))

    async def again(self, delivery: Delivery, *, seconds: float, why: str | None) -> None:
        async with self.database.transaction() as connection:
            if isinstance(delivery.what, Operate) and await _is_owed_since(connection, delivery):
                await connection.execute(delete(effect).where(effect.c.id == delivery.id))
                return
            now = await self.database.clock(connection)
            later = _anew(now + timedelta(seconds=seconds)) | {"error": why}
            if why is not None:
                later["attempts"] = effect.c.attempts
                later["due_at"] = func.coalesce(effect.c.due_at, effect.c.next_at)
            await connection.execute(update(effect).where(effect.c.id == delivery.id).values(later))

    async def repost(self, delivery: Delivery) -> None:
        async with self.database.transaction() as connection:
            now = await self.database.clock(connection)
            place = [card.c[name] == value for name, value in _subject(delivery).items()]
            first = update(card).where(*place, card.c.reposted.is_(False)).values(posted_as=None, reposted=True)
            if (await connection.execute(first)).rowcount:
                await connection.execute(update(effect).where(effect.c.id == delivery.id).values(_anew(now)))
            else:
                await connection.execute(delete(effect).where(effect.c.id == delivery.id))

    async def give_up(self, delivery: Delivery, *, why: str) -> None:
        async with self.database.transaction() as connection:
            if delivery.release is not None:
                await connection.execute(delete(effect).where(*_same_card(delivery), effect.c.state == "failed"))
            failed = {"state": "failed", "error": why, "lease_until": None}
            await connection.execute(update(effect).where(effect.c.id == delivery.id).values(failed))

    async def hand_over(self, worker: str) -> None:
        async with self.database.transaction() as connection:
            mine = update(effect).where(effect.c.worker == worker, effect.c.state.in_(UNDONE))
            await connection.execute(mine.values(lease_until=None, worker=None))

    async def oldest_due(self) -> timedelta | None:
        """How long the effect has been due that waits longest, all its tries included; None: nothing is due."""
        async with self.database.reading() as connection:
            now = await self.database.clock(connection)
            since = func.coalesce(effect.c.due_at, effect.c.next_at, type_=effect.c.next_at.type)
            query = select(func.min(since)).where(effect.c.state.in_(UNDONE), since <= now)
            at: datetime | None = (await connection.execute(query)).scalar_one()
        return None if at is None else now - at

    async def failures(self) -> tuple[tuple[Destination, str], ...]:
        """Where nothing arrives, and why."""
        async with self.database.reading() as connection:
            query = select(effect.c.platform, effect.c.address, func.max(effect.c.error)).where(
                effect.c.state == "failed"
            )
            rows = (await connection.execute(query.group_by(effect.c.platform, effect.c.address))).all()
        return tuple((Destination(row[0], row[1]), row[2] or "") for row in rows)


@lru_cache(maxsize=64)
def _claim(but: frozenset[Destination]) -> Any:
    """Take `most` of what is due.  Made once: to put it together takes longer than to run it."""
    lease = {"lease_until": bindparam("until"), "worker": bindparam("by"), "attempts": effect.c.attempts + 1}
    return update(effect).where(effect.c.id.in_(_due(but))).values(lease).returning(*effect.c)


def _due(but: frozenset[Destination]) -> Any:
    """Open, due and not leased; a line waits for what stands before it at the same card."""
    now = bindparam("now", type_=effect.c.next_at.type)
    earlier = effect.alias("earlier")
    blocked = exists().where(
        earlier.c.state.in_(UNDONE),
        earlier.c.id < effect.c.id,
        *(earlier.c[name] == effect.c[name] for name in SUBJECT),
    )
    return (
        select(effect.c.id)
        .where(
            effect.c.state.in_(UNDONE),
            effect.c.next_at <= now,
            or_(effect.c.lease_until.is_(None), effect.c.lease_until < now),
            or_(effect.c.kind == "show", ~blocked),
            *(or_(effect.c.platform != to.platform, effect.c.address != to.address) for to in but),
        )
        .order_by(effect.c.urgency, effect.c.next_at, effect.c.id)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True)
    )


async def _delivery(connection: AsyncConnection, row: Any) -> Delivery:
    what = _what(row)
    posted = await _posted(connection, row) if isinstance(what, ShowCard | Tell) else None
    return Delivery(
        id=row.id,
        key=_key(row.id, what, again=bool(posted and posted.reposted)),
        what=what,
        to=Destination(row.platform, row.address),
        attempts=row.attempts,
        version=row.version,
        posted_as=posted.posted_as if posted else None,
        posted_at=posted.posted_at if posted else None,
    )


def _what(row: Any) -> Effect | DueSummary:
    match row.kind:
        case "summary":
            return to_summary(row.summary)
        case "tell":
            return to_tell(row.tell)
        case "operate":
            return Operate(release=ReleaseId(row.release_id))
        case _:  # "show"
            return ShowCard(release=ReleaseId(row.release_id), urgency=Urgency(row.urgency))


def _key(number: int, what: Effect | DueSummary, *, again: bool) -> str:
    """Of a card a new one for the second posting: a chat may keep the name of a message that was deleted."""
    match what:
        case ShowCard(release=release):
            return f"card-{release}{'-again' if again else ''}"
        case Tell(release=release):
            return f"tell-{release}-{number}"
        case Operate():
            return f"{OPERATE}-{number}"
        case DueSummary():
            return f"summary-{number}"


async def _posted(connection: AsyncConnection, row: Any) -> Row[Any] | None:
    """The card below which it goes, as it was posted last."""
    place = [card.c[name] == getattr(row, name) for name in SUBJECT]
    return (await connection.execute(select(card).where(*place))).first()


async def _keep_card(connection: AsyncConnection, delivery: Delivery, posted_as: str, now: datetime) -> None:
    if delivery.posted_as == posted_as:
        return
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    new = make(card).values(**_subject(delivery), posted_as=posted_as, posted_at=now, reposted=False)
    values = {"posted_as": posted_as, "posted_at": now}
    await connection.execute(new.on_conflict_do_update(index_elements=list(SUBJECT), set_=values))


async def _is_owed_since(connection: AsyncConnection, delivery: Delivery) -> bool:
    """Something else is wanted of the engine by now, and waits for its turn behind this visit."""
    newer = (*visits(str(delivery.release)), effect.c.id > delivery.id)
    return (await connection.execute(select(effect.c.id).where(*newer).limit(1))).first() is not None


def _subject(delivery: Delivery) -> dict[str, Any]:
    return {"release_id": delivery.release, "platform": delivery.to.platform, "address": delivery.to.address}


def _same_card(delivery: Delivery) -> list[Any]:
    return [effect.c[name] == value for name, value in _subject(delivery).items()]


def _anew(at: datetime) -> dict[str, Any]:
    """Due then, as if nobody had tried it."""
    return {"lease_until": None, "attempts": 0, "next_at": at, "due_at": None}
