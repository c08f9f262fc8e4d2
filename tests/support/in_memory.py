"""The record in memory, and a cluster in the same process: for tests that play thousands of short stories."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.domain.audit import Entry
from bot.domain.effects import Operate as OperateEffect
from bot.domain.effects import ReleaseId
from bot.domain.errors import ClusterUnavailableError, ConflictError, NotFoundError
from bot.domain.gate import GateId
from bot.domain.release import Outcome, Release
from bot.domain.runs.beginning import Known
from bot.domain.workload import Workload
from handlers.cluster import Resource
from handlers.sandbox.api_server import ApiServer, json_patch, writing
from handlers.sandbox.api_server.faults import ApiFault
from handlers.sandbox.api_server.writing import Writer


@dataclass
class MemoryRecords:
    """Implements what use cases about one workload need of `bot.ports.Records` and `Reader`; nothing runs beside it."""

    clock: Callable[[], datetime]
    releases: dict[str, Release] = field(default_factory=dict)
    lines: list[Entry] = field(default_factory=list)
    wanting: set[ReleaseId] = field(default_factory=set)

    async def now(self) -> datetime:
        return self.clock()

    async def known(self, workload: Workload) -> Known:
        newest = max(self.releases.values(), key=lambda release: release.number, default=None)
        return Known(workload=workload, latest=newest)

    async def release(self, release: ReleaseId) -> Release:
        return self.releases[release]

    async def release_of(self, gate: GateId) -> Release:
        found = (r for r in self.releases.values() if any(known.id == gate for known in r.gates))
        if (release := next(found, None)) is None:
            raise NotFoundError(gate)
        return release

    async def save(self, outcome: Outcome) -> None:
        self.releases.update({release.id: release for release in outcome.releases})
        self.lines += outcome.audit
        self.wanting |= {effect.release for effect in outcome.effects if isinstance(effect, OperateEffect)}

    @asynccontextmanager
    async def open(self) -> AsyncIterator["MemoryRecords"]:
        yield self


@dataclass
class NearCluster:
    """The calls of `handlers.cluster.Cluster`, answered by a server in this process.

    Args:
        loses_answers: what is written next is written, but its answer is lost.
        meanwhile: what happens between the next look and the write that follows from it.
    """

    server: ApiServer
    name: str = "prod-eu"
    loses_answers: bool = False
    meanwhile: Callable[[], None] | None = None

    async def get(self, resource: Resource, namespace: str, name: str) -> dict[str, Any] | None:
        return self.server.get(resource, namespace, name)

    async def list_all(self, resource: Resource, namespace: str, selector: str = "") -> list[dict[str, Any]]:
        labels = [part.split("=") for part in selector.split(",") if part]
        return [thing for thing in self.server.all(resource, namespace) if _has(thing, labels)]

    async def patch(
        self,
        resource: Resource,
        namespace: str,
        name: str,
        patch: Iterable[Mapping[str, Any]],
        *,
        subresource: str | None = None,
    ) -> dict[str, Any]:
        if self.meanwhile is not None:
            happen, self.meanwhile = self.meanwhile, None
            happen()
        kind = next(kind for kind in self.server.kinds if kind.resource == resource)
        old = self.server.store.get(resource, namespace, name)
        if old is None:
            raise ConflictError(f"{namespace}/{name} is not there")
        try:
            new = json_patch.apply(old, list(patch))
            written = writing.update(self.server.store, kind, old, new, Writer("pointsman", subresource or ""))
        except ApiFault as fault:
            raise ConflictError(str(fault)) from fault
        if self.loses_answers:
            self.loses_answers = False
            raise ClusterUnavailableError("the connection broke before the answer came")
        return written


def _has(thing: Mapping[str, Any], labels: Iterable[list[str]]) -> bool:
    found = thing["metadata"].get("labels", {})
    return all(found.get(name) == value for name, value in labels)
