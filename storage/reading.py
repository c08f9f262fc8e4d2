"""Reads outside any transaction, for people and programs that look."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, exists, func, or_, select, tuple_

from bot.domain.audit import Head
from bot.domain.effects import ReleaseId
from bot.domain.gate import GateId
from bot.domain.looks.waking import LastLook
from bot.domain.release import Release
from bot.domain.runs.beginning import Known
from bot.domain.workload import Workload
from bot.ports import Habits, Page, ReleaseFilter, Waiting
from storage import chain, tables
from storage.codec import to_workload, workload_row
from storage.database import Database
from storage.loading import RELEASES, WORKLOAD, load_known, load_release, load_release_of, load_releases

WORKLOADS_AT_ONCE = 500
"""Of a long list; the loop stands still for about 5 ms."""

_ULID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
_SEQ = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class SqlReader:
    """Implements `bot.ports.Reader`."""

    database: Database

    async def now(self) -> datetime:
        async with self.database.reading() as connection:
            return await self.database.clock(connection)

    async def release(self, release: ReleaseId) -> Release:
        async with self.database.reading() as connection:
            return await load_release(connection, release)

    async def release_of(self, gate: GateId) -> Release:
        async with self.database.reading() as connection:
            return await load_release_of(connection, gate)

    async def releases(self, wanted: ReleaseFilter, *, after: str | None = None, limit: int = 50) -> Page[Release]:
        query = RELEASES.where(*_conditions(wanted)).order_by(tables.release.c.id.desc()).limit(limit + 1)
        if after is not None:
            query = query.where(tables.release.c.id < _cursor(after, _ULID))
        async with self.database.reading() as connection:
            found = await load_releases(connection, query)
        return Page(items=found[:limit], next=found[limit - 1].id if len(found) > limit else None)

    async def audit(
        self, *, release: str | None = None, after: str | None = None, limit: int = 50
    ) -> Page[Mapping[str, Any]]:
        table = tables.audit
        query = select(table).order_by(table.c.seq.desc()).limit(limit + 1)
        if release is not None:
            query = query.where(table.c.release == release)
        if after is not None:
            query = query.where(table.c.seq < int(_cursor(after, _SEQ)))
        async with self.database.reading() as connection:
            rows = (await connection.execute(query)).all()
        items = tuple(chain.to_record(row) for row in rows[:limit])
        return Page(items=items, next=str(items[-1]["seq"]) if len(rows) > limit else None)

    async def habits(self, workloads: Collection[Workload]) -> Mapping[Workload, Habits]:
        table = tables.workload
        names = (table.c.cluster, table.c.kind, table.c.namespace, table.c.name)
        wanted = [(one.cluster, one.kind, one.namespace, one.name) for one in workloads]
        query = select(*names, table.c.hooks, table.c.usual_gap).where(tuple_(*names).in_(wanted))
        async with self.database.reading() as connection:
            rows = (await connection.execute(query)).all()
        return {to_workload(row): Habits(hooks=frozenset(row.hooks), usual_gap=row.usual_gap) for row in rows}

    async def known(self, workload: Workload) -> Known:
        async with self.database.reading() as connection:
            row = (await connection.execute(WORKLOAD, workload_row(workload))).first()
            return await load_known(connection, row, workload)

    async def last_looks(self) -> dict[Workload, LastLook]:
        found: dict[Workload, LastLook] = {}
        behind = 0
        while rows := await self._last_looks(behind):
            behind = rows[-1].id
            found |= {to_workload(row): LastLook(open=row.open, uid=row.uid, applied=row.applied) for row in rows}
        return found

    async def _last_looks(self, behind: int) -> Sequence[Row[Any]]:
        workload, release = tables.workload, tables.release
        other = release.alias("other")
        newest = select(func.max(other.c.number)).where(other.c.workload_id == workload.c.id).scalar_subquery()
        seen = [release.c.run["sight", name].as_string().label(name) for name in ("uid", "applied")]
        query = (
            select(workload, tables.is_open.label("open"), *seen)
            .join_from(workload, release, and_(release.c.workload_id == workload.c.id, release.c.number == newest))
            .where(workload.c.id > behind)
            .order_by(workload.c.id)
            .limit(WORKLOADS_AT_ONCE)
        )
        async with self.database.reading() as connection:
            return (await connection.execute(query)).all()

    async def due(self, by: datetime, *, silent_since: datetime | None) -> tuple[Workload, ...]:
        gate, workload, release = tables.gate, tables.workload, tables.release
        undecided = or_(gate.c.state == "closed", and_(gate.c.state == "open", gate.c.told_at.is_(None)))
        deadline = exists().where(
            gate.c.release_id == release.c.id, undecided, gate.c.expires_at <= by, gate.c.overdue.is_(False)
        )
        wanted = deadline if silent_since is None else or_(deadline, workload.c.heard_at < silent_since)
        query = select(workload).join(release, release.c.workload_id == workload.c.id)
        query = query.where(tables.is_open, wanted)
        async with self.database.reading() as connection:
            return tuple(to_workload(row) for row in (await connection.execute(query)).all())

    async def waiting(self) -> tuple[Waiting, ...]:
        release, gate, workload = tables.release, tables.gate, tables.workload
        query = (
            select(workload.c.cluster, gate.c.stage, func.count(), func.min(gate.c.reached_at))
            .join(release, release.c.id == gate.c.release_id)
            .join(workload, workload.c.id == release.c.workload_id)
            .where(gate.c.state == "closed")
            .group_by(workload.c.cluster, gate.c.stage)
        )
        async with self.database.reading() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(Waiting(cluster=row[0], stage=row[1], gates=row[2], since=row[3]) for row in rows)

    async def head(self) -> Head:
        async with self.database.reading() as connection:
            return await chain.read_head(connection)

    async def changed_since(self, seq: int, *, limit: int) -> tuple[tuple[int, Workload | None], ...]:
        table = tables.audit
        columns = (table.c.seq, table.c.cluster, table.c.kind, table.c.namespace, table.c.name)
        async with self.database.reading() as connection:
            rows = (
                await connection.execute(select(*columns).where(table.c.seq > seq).order_by(table.c.seq).limit(limit))
            ).all()
        return tuple((row.seq, to_workload(row) if row.cluster and row.name else None) for row in rows)


def _conditions(wanted: ReleaseFilter) -> list[Any]:
    release, workload = tables.release, tables.workload
    columns = {
        "cluster": workload.c.cluster,
        "namespace": workload.c.namespace,
        "name": workload.c.name,
        "kind": workload.c.kind,
        "state": release.c.state,
        "number": release.c.number,
    }
    found = [column == value for name, column in columns.items() if (value := getattr(wanted, name)) is not None]
    if wanted.open is not None:
        found.append(tables.is_open if wanted.open else ~tables.is_open)
    if wanted.waiting is not None:
        waits = exists().where(tables.gate.c.release_id == release.c.id, tables.gate.c.state == "closed")
        found.append(waits if wanted.waiting else ~waits)
    if wanted.newest:
        other = release.alias("other")
        newest = select(func.max(other.c.number)).where(other.c.workload_id == release.c.workload_id)
        found.append(release.c.number == newest.scalar_subquery())
    return found


def _cursor(after: str, form: re.Pattern[str]) -> str:
    if not form.fullmatch(after):
        raise ValueError("is no cursor of this list")
    return after
