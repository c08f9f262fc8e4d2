"""Transactions on the record: load, decide, save; state, record and effects together or not at all."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, Row, Select, bindparam, cast, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.audit import Entry
from bot.domain.effects import Destination, Operate, ReleaseId
from bot.domain.gate import Gate, GateId
from bot.domain.release import Outcome, Release
from bot.domain.runs.beginning import Known
from bot.domain.workload import Workload
from bot.ports import OpenRecords
from storage import chain, tables
from storage.codec import approval_row, gate_row, release_row, to_workload, workload_row
from storage.database import Database
from storage.effects import add_effects, add_operation
from storage.loading import HAS_GATE, IS_RELEASE, WORKLOAD, load_known, load_release, load_release_of

_WORKLOAD = WORKLOAD.with_for_update()
_THAT_OF = select(tables.workload).join(tables.release, tables.release.c.workload_id == tables.workload.c.id)
_OF_RELEASE, _OF_GATE = (
    _THAT_OF.where(condition).with_for_update(of=tables.workload) for condition in (IS_RELEASE, HAS_GATE)
)
_CHANGE_RELEASE, _CHANGE_GATE = (
    update(table).where(table.c.id == bindparam("the_id")) for table in (tables.release, tables.gate)
)

Announce = Callable[[Iterable[Workload | None], int], None]
"""Told after a transaction ended well: the workloads that changed and the record's new head."""


@dataclass(slots=True)
class SqlRecords:
    """One transaction.  Implements `bot.ports.Records`."""

    connection: AsyncConnection
    database: Database
    routes: Callable[[Release], tuple[Destination, ...]]
    changed: set[Workload | None] = field(default_factory=set)
    head: int = 0
    _before: dict[ReleaseId, Release] = field(default_factory=dict)
    _ids: dict[Workload, int] = field(default_factory=dict)

    async def now(self) -> datetime:
        return await self.database.clock(self.connection)

    async def known(self, workload: Workload) -> Known:
        row = await self._lock(workload)
        known = await load_known(self.connection, row, workload)
        self._remember(known.latest)
        return known

    async def release(self, release: ReleaseId) -> Release:
        await self._lock_that_of(_OF_RELEASE, {"release": release})
        found = await load_release(self.connection, release)
        self._remember(found)
        return found

    async def release_of(self, gate: GateId) -> Release:
        await self._lock_that_of(_OF_GATE, {"gate": gate})
        found = await load_release_of(self.connection, gate)
        self._remember(found)
        return found

    async def heard(self, workload: Workload, *, hooks: frozenset[str], at: datetime) -> None:
        row = await self._lock(workload)
        table = tables.workload
        values = {"heard_at": at, "hooks": sorted({*row.hooks, *hooks})}
        await self.connection.execute(update(table).where(table.c.id == row.id).values(values))

    async def heard_of(self, usual_gaps: Mapping[Workload, int | None], *, at: datetime) -> None:
        table = tables.workload
        named = [
            column == bindparam(f"the_{column.name}")
            for column in (table.c.cluster, table.c.kind, table.c.namespace, table.c.name)
        ]
        rows = [
            {f"the_{name}": value for name, value in workload_row(workload).items()} | {"heard_at": at, "gap": gap}
            for workload, gap in sorted(usual_gaps.items())  # In one order, so that replicas never wait in a ring.
        ]
        gap = func.coalesce(cast(bindparam("gap"), Integer), table.c.usual_gap)
        await self.connection.execute(
            update(table).where(*named).values(heard_at=bindparam("heard_at"), usual_gap=gap), rows
        )

    async def save(self, outcome: Outcome) -> None:
        for release in outcome.releases:
            if self._before.get(release.id) != release:
                await self._save_release(release)
                self.changed.add(release.workload)
        if outcome.audit:
            await self.append(*outcome.audit)
        if outcome.effects:
            now = await self.now()
            by_id = {release.id: release for release in outcome.releases}
            for effect in outcome.effects:
                if isinstance(effect, Operate):
                    await add_operation(self.connection, by_id[effect.release], now)
                else:
                    await add_effects(self.connection, effect, self.routes(by_id[effect.release]), now)

    async def append(self, *entries: Entry) -> None:
        head = await chain.append(self.connection, entries, await self.now())
        self.head = head.seq
        self.changed.update(_workload_of(entry) for entry in entries)

    async def _lock(self, workload: Workload) -> Row[Any]:
        """The workload's row, made if it is new, and nobody else's until the transaction ends."""
        named = workload_row(workload)
        if (row := (await self.connection.execute(_WORKLOAD, named)).first()) is None:
            new = _insert(self.connection)(tables.workload).values(**named, hooks=[])
            await self.connection.execute(new.on_conflict_do_nothing())
            row = (await self.connection.execute(_WORKLOAD, named)).one()
        self._ids[workload] = row.id
        return row

    async def _lock_that_of(self, query: Select[Any], parameters: Mapping[str, str]) -> None:
        """Let the workload of a release be nobody else's until the transaction ends."""
        if (row := (await self.connection.execute(query, parameters)).first()) is not None:
            self._ids[to_workload(row)] = row.id

    def _remember(self, release: Release | None) -> None:
        if release is not None:
            self._before[release.id] = release

    async def _save_release(self, release: Release) -> None:
        before = self._before.get(release.id)
        row = release_row(release, self._ids[release.workload])
        table = tables.release
        if before is None:
            await self.connection.execute(table.insert(), row)
        elif release_row(before, row["workload_id"]) != row:
            await self.connection.execute(_CHANGE_RELEASE, row | {"the_id": release.id})
        old = {gate.id: gate for gate in before.gates} if before else {}
        for place, gate in enumerate(release.gates):
            if old.get(gate.id) != gate:
                await self._save_gate(gate, old.get(gate.id), release.id, place)
        self._before[release.id] = release

    async def _save_gate(self, gate: Gate, before: Gate | None, release: ReleaseId, place: int) -> None:
        table = tables.gate
        row = gate_row(gate, release, place)
        if before is None:
            await self.connection.execute(table.insert(), row)
        else:
            await self.connection.execute(_CHANGE_GATE, row | {"the_id": gate.id})
        standing = before.approvals if before else ()
        for mark in set(standing) - set(gate.approvals):
            gone = (tables.approval.c.gate_id == gate.id, tables.approval.c.principal == mark.by)
            await self.connection.execute(delete(tables.approval).where(*gone))
        new = [approval_row(gate.id, mark) for mark in gate.approvals if mark not in standing]
        if new:
            await self.connection.execute(tables.approval.insert(), new)


def sql_records(
    database: Database, *, routes: Callable[[Release], tuple[Destination, ...]], announce: Announce
) -> OpenRecords:
    """Each call is one transaction, told to this process after it ended well."""

    @asynccontextmanager
    async def open_records() -> AsyncIterator[SqlRecords]:
        async with database.transaction() as connection:
            records = SqlRecords(connection, database, routes)
            yield records
        if records.changed:
            announce(records.changed, records.head)

    return open_records


async def forget(database: Database) -> None:
    """Drop answers and sessions that nothing can repeat any more."""
    async with database.transaction() as connection:
        now = await database.clock(connection)
        await connection.execute(delete(tables.answer).where(tables.answer.c.at < now - timedelta(days=1)))
        await connection.execute(delete(tables.session).where(tables.session.c.over_at < now))


def _workload_of(entry: Entry) -> Workload | None:
    if entry.cluster is None or entry.kind is None or entry.namespace is None or entry.name is None:
        return None
    return Workload(entry.cluster, entry.kind, entry.namespace, entry.name)


def _insert(connection: AsyncConnection) -> Any:
    return postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
