"""Slots of what is due again and again, each owed once by whichever replica comes first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.effects import Destination
from bot.domain.figures.plan import Plan
from bot.domain.figures.timetable import instant
from storage.codec import to_summary
from storage.database import Database
from storage.effects import OWED, add_summary
from storage.tables import effect, schedule


@dataclass(frozen=True, slots=True)
class SqlSchedules:
    """Implements `bot.ports.Schedules`."""

    database: Database

    async def owe(self, plan: Plan) -> bool:
        async with self.database.transaction() as connection:
            now = await self.database.clock(connection)
            slot = plan.slot(now)
            if slot is None or (last := await _claim(connection, plan, slot)) is None:
                return False
            for to in plan.to:
                known_until = min([last, *await _take_over(connection, plan, to, now)])
                await add_summary(connection, plan.due(slot, last=known_until), to, now)
            return True


async def _claim(connection: AsyncConnection, plan: Plan, slot: datetime) -> datetime | None:
    """When the slot before this one was due; None: it is not ours to owe."""
    values = {"slot": slot.isoformat(timespec="minutes"), "due_at": instant(slot, plan.zone)}
    known = select(schedule).where(schedule.c.rule == plan.rule).with_for_update()
    row = (await connection.execute(known)).first()
    if row is None:
        make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        await connection.execute(make(schedule).values(rule=plan.rule, **values).on_conflict_do_nothing())
        return None
    if row.slot >= values["slot"]:
        return None
    await connection.execute(update(schedule).where(schedule.c.rule == plan.rule).values(values))
    last: datetime = row.due_at
    return last


async def _take_over(connection: AsyncConnection, plan: Plan, to: Destination, now: datetime) -> Sequence[datetime]:
    """Drop what this plan still owes to a channel that takes nothing now; return when each of it begins."""
    there = [effect.c.state == OWED, effect.c.platform == to.platform, effect.c.address == to.address]
    idle = or_(effect.c.lease_until.is_(None), effect.c.lease_until < now)
    rows = (await connection.execute(select(effect.c.id, effect.c.summary).where(*there, idle))).all()
    owed = {row.id: to_summary(row.summary) for row in rows}
    same = {number: due for number, due in owed.items() if due.name == plan.name}
    await connection.execute(delete(effect).where(effect.c.id.in_(same)))
    return [due.period.start for due in same.values()]
