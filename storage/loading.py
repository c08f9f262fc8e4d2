"""Releases as whole values, from however many rows."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.decision import Mark
from bot.domain.errors import NotFoundError
from bot.domain.gate import Gate
from bot.domain.release import Release
from bot.domain.runs.beginning import Known
from bot.domain.workload import Workload
from storage import tables
from storage.codec import to_approval, to_gate, to_release, to_workload

RELEASES = select(
    tables.release,
    tables.workload.c.cluster,
    tables.workload.c.kind,
    tables.workload.c.namespace,
    tables.workload.c.name,
).join(tables.workload, tables.workload.c.id == tables.release.c.workload_id)


async def load_releases(connection: AsyncConnection, query: Select[Any]) -> tuple[Release, ...]:
    """Run a query over `RELEASES` and load each release with its gates."""
    rows = (await connection.execute(query)).all()
    if not rows:
        return ()
    gates = await _gates(connection, [row.id for row in rows])
    return tuple(to_release(row, to_workload(row), gates[row.id]) for row in rows)


async def load_release(connection: AsyncConnection, release: str) -> Release:
    found = await load_releases(connection, RELEASES.where(tables.release.c.id == release))
    if not found:
        raise NotFoundError(f"there is no release {release}")
    return found[0]


async def release_id_of_gate(connection: AsyncConnection, gate: str) -> str:
    query = select(tables.gate.c.release_id).where(tables.gate.c.id == gate)
    found: str | None = (await connection.execute(query)).scalar_one_or_none()
    if found is None:
        raise NotFoundError(f"there is no gate {gate}")
    return found


async def load_known(connection: AsyncConnection, row: Row[Any] | None, workload: Workload) -> Known:
    """What is known of a workload, given its row."""
    if row is None:
        return Known(workload=workload)
    query = RELEASES.where(tables.release.c.workload_id == row.id).order_by(tables.release.c.number.desc()).limit(1)
    latest = await load_releases(connection, query)
    return Known(
        workload=workload,
        hooks=frozenset(row.hooks),
        heard_at=row.heard_at,
        usual_gap=row.usual_gap,
        latest=latest[0] if latest else None,
    )


async def _gates(connection: AsyncConnection, releases: Sequence[str]) -> dict[str, list[Gate]]:
    query = select(tables.gate).where(tables.gate.c.release_id.in_(releases)).order_by(tables.gate.c.place)
    rows = (await connection.execute(query)).all()
    approvals: dict[str, list[Mark]] = defaultdict(list)
    if rows:
        standing = select(tables.approval).where(tables.approval.c.gate_id.in_([row.id for row in rows]))
        for row in (await connection.execute(standing.order_by(tables.approval.c.at))).all():
            approvals[row.gate_id].append(to_approval(row))
    gates: dict[str, list[Gate]] = defaultdict(list)
    for row in rows:
        gates[row.release_id].append(to_gate(row, tuple(approvals[row.id])))
    return gates
