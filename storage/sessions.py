"""Who is signed in to the console.  The secret itself is not kept, only its digest."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, insert, select

from bot.ports import Session
from storage.database import Database
from storage.tables import session as table


@dataclass(frozen=True, slots=True)
class SqlSessions:
    """Implements `bot.ports.Sessions`."""

    database: Database

    async def open(self, secret: str, session: Session, *, lasts: timedelta) -> None:
        async with self.database.transaction() as connection:
            over_at = await self.database.clock(connection) + lasts
            row = {"secret": _digest(secret), "token": session.token, "csrf": session.csrf, "over_at": over_at}
            await connection.execute(insert(table).values(row))

    async def find(self, secret: str) -> Session | None:
        async with self.database.reading() as connection:
            row = (await connection.execute(select(table).where(table.c.secret == _digest(secret)))).first()
            if row is None or row.over_at <= await self.database.clock(connection):
                return None
        return Session(token=row.token, csrf=row.csrf)

    async def close(self, secret: str) -> None:
        async with self.database.transaction() as connection:
            await connection.execute(delete(table).where(table.c.secret == _digest(secret)))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
