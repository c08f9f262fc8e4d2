"""What people may have done to a target: the template of before put back, a failed release tried again.

Flagger asks by hooks for all else.  It finds a new template by itself at its next look, and begins a new run with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from bot.domain.errors import ClusterRefusedError, ConflictError, EngineRefusedError
from bot.domain.looks.sighting import Sighting
from bot.domain.operation import Operation, Order
from handlers.cluster import REPLICA_SETS, Cluster, Resource
from handlers.cluster.templates import digest_of
from handlers.flagger.looking import target_of
from handlers.flagger.sightings import Seen, target_template
from handlers.flagger.status import read_status
from handlers.flagger.templates import Untold, is_written, retried, template_before, written

AT_REST = frozenset({"Initialized", "Succeeded", "Failed", "Waiting"})
"""Phases in which no run of the target's template goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What the settings of a cluster let the bot do."""

    put_back: bool = False
    restore: bool = False
    retry: bool = False

    @property
    def anything(self) -> bool:
        return self.put_back or self.restore or self.retry


@dataclass(frozen=True, slots=True)
class _Found:
    """What stands there, as a look has read it."""

    phase: str
    resource: Resource
    target: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.target["metadata"]["name"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """Those of one cluster.  Implements `bot.ports.ReleaseEngine`."""

    cluster: Cluster
    allowed: Allowed

    async def carry_out(self, order: Order, seen: Sighting) -> Mapping[str, Any]:
        """Write the template, after a dry run; return the digest of what was written."""
        try:
            return await self._write(order, seen)
        except ClusterRefusedError as error:
            raise EngineRefusedError(str(error)) from error

    async def _write(self, order: Order, seen: Sighting) -> Mapping[str, Any]:
        if order.awaited.operation not in {Operation.PUT_BACK, Operation.RETRY}:
            raise EngineRefusedError("Flagger asks for that by its hooks")
        found, mark = _found(seen), _mark(order)
        if is_written(found.target, mark):  # The answer to the last try was lost; what it wrote was not.
            return {"goal": digest_of(target_template(found.target))}
        _refuse_what_settings_forbid(order, found, self.allowed)
        _refuse_a_run(found, order)
        _refuse_another(seen, order)
        goal = await _goal(self.cluster, found, order)
        operations, namespace = written(found.target, goal, mark), order.workload.namespace
        for dry_run in (True, False):
            await self.cluster.patch(found.resource, namespace, found.name, operations, dry_run=dry_run)
        return {"goal": digest_of(goal)}

    async def wake(self, order: Order, seen: Sighting) -> None:
        """Nobody needs to be woken: Flagger looks by itself."""


def _mark(order: Order) -> str:
    """One decision, as the target remembers it."""
    return f"{order.awaited.operation} of {order.release}, {_moment(order)}"


def _moment(order: Order) -> str:
    return order.awaited.mark.at.astimezone(UTC).isoformat(timespec="seconds")


def _refuse_what_settings_forbid(order: Order, found: _Found, allowed: Allowed) -> None:
    if order.awaited.operation is Operation.RETRY:
        switch, on = "retry", allowed.retry
    elif found.phase == "Waiting":
        switch, on = "restore_target", allowed.restore
    else:
        switch, on = "roll_back_promoted", allowed.put_back
    if not on:
        raise EngineRefusedError(f"the settings do not allow it in this cluster (allow.{switch})")


def _found(seen: Sighting) -> _Found:
    objects = seen.objects
    assert isinstance(objects, Seen)
    if objects.canary is None:
        raise EngineRefusedError("its Canary is not there any more")
    resource, _ = target_of(objects.canary)
    if resource is None or objects.target is None:
        raise EngineRefusedError("its target is not there any more")
    return _Found(read_status(objects.canary).phase, resource, objects.target)


async def _goal(cluster: Cluster, found: _Found, order: Order) -> dict[str, Any]:
    if order.awaited.operation is Operation.RETRY:
        return retried(found.target, _moment(order))
    if found.target.get("kind") != "Deployment":
        raise EngineRefusedError(f"a {found.target.get('kind')} keeps no ReplicaSet of the version before")
    labels = (found.target.get("spec") or {}).get("selector", {}).get("matchLabels") or {}
    selector = ",".join(f"{key}={value}" for key, value in sorted(labels.items()))
    kept = await cluster.list_all(REPLICA_SETS, order.workload.namespace, selector=selector)
    try:
        return template_before(found.target, kept, order.before)
    except Untold as untold:
        raise EngineRefusedError(untold.why) from untold


def _refuse_another(seen: Sighting, order: Order) -> None:
    """What was pushed since is no release yet, until Flagger takes it up; nobody spoke of undoing it."""
    if seen.sight.revision != order.revision:
        raise ConflictError(f"{order.release} is not what its target wants any more")


def _refuse_a_run(found: _Found, order: Order) -> None:
    """A template that changes in mid-run would end a run that nobody spoke of."""
    if order.awaited.operation is Operation.RETRY and found.phase != "Failed":
        raise EngineRefusedError(f"it has not failed: Flagger says {found.phase or 'nothing'}")
    if found.phase not in AT_REST:
        raise ConflictError(f"{order.release}: Flagger is at work ({found.phase})")
