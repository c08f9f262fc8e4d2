"""The record's chain in SQL: appended under a lock, read and verified in order."""

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Row, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.audit import FIELDS, BrokenChainError, Entry, Head, follow, seal
from storage.database import Database
from storage.tables import audit

_LOCK = 7_246_001
"""PostgreSQL's advisory lock of the record: one transaction at a time appends."""

_COLUMNS = tuple(name for name in FIELDS if name not in {"details", "previous"})
_CHECKED = tuple(name for name in _COLUMNS if name != "hash")
BATCH = 2_000


async def append(connection: AsyncConnection, entries: Sequence[Entry], at: datetime) -> Head:
    """Put entries behind the head; they stand when the transaction ends well.  Return the new head."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    head = await read_head(connection)
    rows = []
    for entry in entries:
        sealed = seal(entry, after=head, at=at)
        fields = json.loads(sealed.text)
        rows.append({name: fields[name] for name in _CHECKED} | {"text": sealed.text, "hash": sealed.hash})
        head = Head(sealed.seq, sealed.hash)
    await connection.execute(insert(audit), rows)
    return head


async def read_head(connection: AsyncConnection) -> Head:
    row = (await connection.execute(select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1))).first()
    return Head(row.seq, row.hash) if row else Head()


def to_record(row: Row[Any]) -> dict[str, Any]:
    """The whole record of a row, as it was hashed, with its hash."""
    fields: dict[str, Any] = json.loads(row.text)
    return {name: row.hash if name == "hash" else fields[name] for name in FIELDS}


async def stream(database: Database, *, after: int = 0) -> AsyncIterator[Row[Any]]:
    """The rows of the record, oldest first."""
    async for rows in _batches(database, after=after):
        for row in rows:
            yield row


async def _batches(database: Database, *, after: int = 0) -> AsyncIterator[Sequence[Row[Any]]]:
    while True:
        async with database.reading() as connection:
            query = select(audit).where(audit.c.seq > after).order_by(audit.c.seq).limit(BATCH)
            rows = (await connection.execute(query)).all()
        yield rows
        if len(rows) < BATCH:
            return
        after = rows[-1].seq


async def count(database: Database) -> int:
    async with database.reading() as connection:
        return (await connection.execute(select(func.count()).select_from(audit))).scalar_one()


async def verify(
    database: Database, *, heads: Sequence[Head] = (), progress: Callable[[int], None] = lambda _: None
) -> Head:
    """Check every record, what people read of it, and that published heads are on the chain.

    Args:
        progress: called with the number of records checked so far, a batch at a time.

    Raises:
        BrokenChainError: names the first place that does not fit.
    """
    wanted = {head.seq: head.hash for head in heads}
    head = Head()
    async for rows in _batches(database):
        for row in rows:
            head, fields = follow(head, row.text, row.hash)
            _check_columns(row, fields)
            if wanted and wanted.pop(head.seq, head.hash) != head.hash:
                raise BrokenChainError(head.seq, "is not the one whose hash was published")
        progress(head.seq)
    wanted.pop(0, None)
    if wanted:
        raise BrokenChainError(head.seq + 1, f"is missing, though record {max(wanted)} was published")
    return head


_columns = itemgetter(*(list(audit.c.keys()).index(name) for name in _CHECKED))
_fields = itemgetter(*_CHECKED)


def _check_columns(row: Row[Any], fields: Mapping[str, Any]) -> None:
    """What people read of a record says what was hashed; all at once first, as a million of them are to be checked."""
    if _columns(row) == _fields(fields):
        return
    for name in _CHECKED:
        if getattr(row, name) != fields[name]:
            raise BrokenChainError(fields["seq"], f"its column {name} says something else than its text")
