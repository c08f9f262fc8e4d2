"""The key that links are signed with: made once, the same in every replica."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Database
from storage.tables import signing_key as table

_THE_ONE = 1


@dataclass(frozen=True, slots=True)
class SqlSigningKey:
    """Implements `bot.ports.SigningKey`.

    Args:
        new_key: 32 random bytes.
    """

    database: Database
    new_key: Callable[[], bytes]

    async def __call__(self) -> bytes:
        if (key := await self._read()) is None:
            await self._make()
            key = await self._read()
        assert key is not None  # One was made, by us or by the replica that came first.
        return key

    async def _read(self) -> bytes | None:
        async with self.database.reading() as connection:
            found: str | None = (await connection.execute(select(table.c.key))).scalar_one_or_none()
        return None if found is None else bytes.fromhex(found)

    async def _make(self) -> None:
        async with self.database.transaction() as connection:
            make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
            new = make(table).values(id=_THE_ONE, key=self.new_key().hex())
            await connection.execute(new.on_conflict_do_nothing())
