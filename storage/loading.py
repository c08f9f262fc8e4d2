"""Releases as whole values, from however many rows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

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


_GATES = (
    select(
        tables.gate,
        tables.approval.c.principal,
        tables.approval.c.at,
        tables.approval.c.reason.label("why"),
        tables.approval.c.surface,
    )
    .outerjoin(tables.approval, tables.approval.c.gate_id == tables.gate.c.id)
    .where(tables.gate.c.release_id.in_(bindparam("releases", expanding=True)))
    .order_by(tables.gate.c.release_id, tables.gate.c.place, tables.approval.c.at)
)

# Made once: to put a statement together takes longer than to run it.
IS_RELEASE = tables.release.c.id == bindparam("release")
HAS_GATE = tables.release.c.id.in_(select(tables.gate.c.release_id).where(tables.gate.c.id == bindparam("gate")))
_RELEASE, _RELEASE_OF = RELEASES.where(IS_RELEASE), RELEASES.where(HAS_GATE)
_LATEST = (
    RELEASES.where(tables.release.c.workload_id == bindparam("workload"))
    .order_by(tables.release.c.number.desc())
    .limit(1)
)
WORKLOAD = select(tables.workload).where(
    *(tables.workload.c[name] == bindparam(name) for name in ("cluster", "kind", "namespace", "name"))
)
"""Of `workload_row`."""


async def load_releases(
    connection: AsyncConnection, query: Select[Any], parameters: Mapping[str, Any] | None = None
) -> tuple[Release, ...]:
    """Run a query over `RELEASES` and load each release with its gates."""
    rows = (await connection.execute(query, parameters)).all()
    if not rows:
        return ()
    gates = await _gates(connection, [row.id for row in rows])
    return tuple(to_release(row, to_workload(row), gates[row.id]) for row in rows)


async def load_release(connection: AsyncConnection, release: str) -> Release:
    found = await load_releases(connection, _RELEASE, {"release": release})
    if not found:
        raise NotFoundError(f"there is no release {release}")
    return found[0]


async def load_release_of(connection: AsyncConnection, gate: str) -> Release:
    found = await load_releases(connection, _RELEASE_OF, {"gate": gate})
    if not found:
        raise NotFoundError(f"there is no gate {gate}")
    return found[0]


async def load_known(connection: AsyncConnection, row: Row[Any] | None, workload: Workload) -> Known:
    """What is known of a workload, given its row."""
    if row is None:
        return Known(workload=workload)
    latest = await load_releases(connection, _LATEST, {"workload": row.id})
    return Known(
        workload=workload,
        hooks=frozenset(row.hooks),
        heard_at=row.heard_at,
        usual_gap=row.usual_gap,
        latest=latest[0] if latest else None,
    )


async def _gates(connection: AsyncConnection, releases: Sequence[str]) -> dict[str, list[Gate]]:
    """The gates of each release in their order, read with their approvals: a row for each approval, or one without."""
    rows = (await connection.execute(_GATES, {"releases": releases})).all()
    gates: dict[str, list[Gate]] = defaultdict(list)
    for _, group in groupby(rows, key=lambda row: row.id):
        first, *more = group
        approvals = tuple(to_approval(row) for row in (first, *more) if row.principal is not None)
        gates[first.release_id].append(to_gate(first, approvals))
    return gates
