"""Carries out what people decided, on a Deployment that is still as they saw it.

Each is one JSON patch that tests the object and the whole pod template as they were read: a change that came in
between is a 422, and nothing happens.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.errors import ClusterRefusedError, ConflictError, EngineRefusedError
from bot.domain.looks.sighting import Sighting
from bot.domain.operation import Operation, Order
from handlers.cluster import DEPLOYMENTS, Cluster
from handlers.cluster.templates import template_of, without_hash
from handlers.deployments.reading import Fields, ReplicaSet
from handlers.deployments.sightings import Seen, evidence, view_of
from handlers.deployments.standings import View

Patch = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What the settings of a cluster let the bot do."""

    operate: bool = False
    put_back: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    """What stands there, as it was read and as it is understood."""

    fields: Fields
    view: View


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """Those of one cluster.  Implements `bot.ports.ReleaseEngine`."""

    cluster: Cluster
    allowed: Allowed

    async def carry_out(self, order: Order, seen: Sighting) -> Mapping[str, Any]:
        _refuse_what_settings_forbid(order, self.allowed)
        found, workload = _found(seen, order), order.workload
        goal = _goal(found.view, order) if order.awaited.operation in _BACK else None
        if patch := _patch(found, order, goal):
            whole = [*_as_read(found.fields), *patch]
            try:
                await self.cluster.patch(DEPLOYMENTS, workload.namespace, workload.name, whole)
            except ClusterRefusedError as error:
                raise EngineRefusedError(str(error)) from error
        return evidence(found.view) | ({"goal": goal.template} if goal else {})

    async def wake(self, order: Order, seen: Sighting) -> None:
        """Nobody needs to be woken: the controller loses nothing."""


_BACK = frozenset({Operation.ABORT, Operation.PUT_BACK})


def _refuse_what_settings_forbid(order: Order, allowed: Allowed) -> None:
    if order.awaited.operation is Operation.PUT_BACK:
        switch, on = "roll_back_promoted", allowed.put_back
    else:
        switch, on = "gate_deployments", allowed.operate
    if not on:
        raise EngineRefusedError(f"the settings do not allow it in this cluster (allow.{switch})")


def _found(seen: Sighting, order: Order) -> _Found:
    objects = seen.objects
    assert isinstance(objects, Seen)
    view = view_of(objects)
    if objects.deployment is None or view is None or view.deployment.deleted:
        raise ConflictError(f"the Deployment of {order.release} is not there any more")
    if objects.managed_by:
        raise EngineRefusedError(f"{objects.managed_by} works on this Deployment")
    return _Found(objects.deployment, view)


def _patch(found: _Found, order: Order, goal: ReplicaSet | None) -> Patch:
    """What is to be changed; nothing: it is as it shall be."""
    view = found.view
    paused = view.deployment.paused
    match order.awaited.operation:
        case Operation.PROMOTE:
            _refuse_another(view, order)
            return _pause(on=False) if paused else []
        case Operation.PAUSE:
            return [] if paused else _pause(on=True)
        case Operation.RESUME:
            return _pause(on=False) if paused and not view.waits else []  # A gate that waits goes on waiting.
        case Operation.ABORT | Operation.PUT_BACK if goal is not None:
            return _written_back(view, goal)
        case _:
            raise EngineRefusedError("Kubernetes offers no way to do that")


def _refuse_another(view: View, order: Order) -> None:
    if evidence(view) != dict(order.awaited.evidence):
        raise ConflictError(f"{order.release} does not wait any more where people saw it wait")


def _goal(view: View, order: Order) -> ReplicaSet:
    """The ReplicaSet whose template users had: the one last seen complete, else the only one with their images."""
    deployment = view.deployment
    returned = view.current
    if returned is not None and deployment.template != order.revision and dict(returned.images) == dict(order.before):
        return returned  # The answer to the last try was lost, or somebody was faster; it is written.
    if deployment.template != order.revision:
        raise ConflictError(f"{order.release} is not what the Deployment wants any more")
    if not order.before:
        raise EngineRefusedError("which version users had cannot be told, since it was not seen complete")
    others = [found for found in view.sets if found.template != deployment.template]
    known = [found for found in others if found.template == view.complete]
    found = known or [found for found in others if dict(found.images) == dict(order.before)]
    if not found:
        raise EngineRefusedError("the ReplicaSet of the version before is not kept any more (revisionHistoryLimit)")
    if len(found) > 1:
        raise EngineRefusedError("several templates had the images of before, and which one users had cannot be told")
    return found[0]


def _written_back(view: View, goal: ReplicaSet) -> Patch:
    """The old template, and on with it: a paused Deployment would not go back."""
    on = _pause(on=False) if view.deployment.paused else []
    if goal.template == view.deployment.template:
        return [] if view.waits else on  # Somebody else wrote it, and wants people to be asked.
    template = without_hash(template_of(goal.fields))
    return [{"op": "replace", "path": "/spec/template", "value": template}, *on]


def _pause(*, on: bool) -> Patch:
    return [{"op": "add", "path": "/spec/paused", "value": on}]


def _as_read(fields: Fields) -> Patch:
    metadata: Mapping[str, Any] = fields["metadata"]
    return [
        {"op": "test", "path": "/metadata/uid", "value": metadata["uid"]},
        {"op": "test", "path": "/spec/template", "value": dict(template_of(fields))},
    ]
