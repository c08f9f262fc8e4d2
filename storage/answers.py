"""Answers kept, so that a request sent again is answered as it was the first time."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.ports import Kept, Once
from storage.database import Database
from storage.tables import answer as table

AT_WORK = timedelta(seconds=30)
"""A first request that has not ended by then has died; the next one is a first one."""


@dataclass(frozen=True, slots=True)
class SqlAnswers:
    """Implements `bot.ports.Answers`."""

    database: Database

    async def claim(self, once: Once) -> Kept | None:
        async with self.database.transaction() as connection:
            now = await self.database.clock(connection)
            died = (table.c.status.is_(None), table.c.at < now - AT_WORK)
            await connection.execute(delete(table).where(*_is(once), *died))
            make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
            row = {"principal": once.principal, "path": once.path, "key": once.key, "body": once.body, "at": now}
            new = make(table).values(row).on_conflict_do_nothing().returning(table.c.key)
            if (await connection.execute(new)).first() is not None:
                return None
            kept = (await connection.execute(select(table).where(*_is(once)))).one()
        return Kept(same=kept.body == once.body, status=kept.status, answer=kept.answer)

    async def keep(self, once: Once, *, status: int, answer: str) -> None:
        async with self.database.transaction() as connection:
            await connection.execute(update(table).where(*_is(once)).values(status=status, answer=answer))

    async def forget(self, once: Once) -> None:
        async with self.database.transaction() as connection:
            await connection.execute(delete(table).where(*_is(once)))


def _is(once: Once) -> list[Any]:
    return [table.c.principal == once.principal, table.c.path == once.path, table.c.key == once.key]
