"""Carries out what people decided, on a Rollout that is still as they saw it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.errors import ClusterRefusedError, ClusterUnavailableError, ConflictError, EngineRefusedError
from bot.domain.looks.sighting import Sighting
from bot.domain.operation import Notice, Operation, Order
from handlers.argo_rollouts import patches
from handlers.argo_rollouts.looking import reference_of
from handlers.argo_rollouts.patches import MARK, Patch, Patches, Target
from handlers.argo_rollouts.reading import read_rollout
from handlers.argo_rollouts.replicasets import ReplicaSet, agrees, as_written, owned
from handlers.argo_rollouts.resources import ROLLOUTS
from handlers.argo_rollouts.rollouts import Rollout
from handlers.argo_rollouts.sightings import Seen, notice_of
from handlers.argo_rollouts.waiting import Evidence, evidence, waits
from handlers.cluster import Cluster
from handlers.cluster.fields import inner


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What the settings of a cluster let the bot do."""

    operate: bool = True
    retry: bool = False
    put_back: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    """What stands there, as it was read and as it is understood."""

    fields: Mapping[str, Any]
    rollout: Rollout
    sets: tuple[ReplicaSet, ...]
    workload: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """Those of one cluster.  Implements `bot.ports.ReleaseEngine`."""

    cluster: Cluster
    allowed: Allowed

    async def carry_out(self, order: Order, seen: Sighting) -> Mapping[str, Any]:
        _refuse_what_settings_forbid(order, self.allowed)
        found = _found(seen, order)
        if _is_written(found.rollout, order):
            return order.awaited.evidence  # The answer to the last try was lost; what it wrote was not.
        asked, goal = _asked(found, order), _goal(found, order)
        for patch in _plan(found, order, goal):
            await _send(self.cluster, order, found.fields, patch)
        return asked.as_json() | ({"goal": goal.hash} if goal is not None else {})

    async def wake(self, order: Order, seen: Sighting) -> None:
        found = _found(seen, order)
        nudge = patches.nudge(found.rollout, times=order.awaited.woken)
        try:
            await _send(self.cluster, order, found.fields, nudge)
        except ConflictError:
            return  # It has acted since: nobody needs to be woken.
        except EngineRefusedError as error:
            raise ClusterUnavailableError(str(error)) from error


_PLANS = {
    Operation.PROMOTE: patches.promote,
    Operation.SKIP: patches.skip,
    Operation.PROMOTE_FULL: patches.promote_in_full,
    Operation.ANALYSE_AGAIN: patches.analyse_again,
    Operation.PAUSE: patches.pause,
    Operation.RESUME: patches.resume,
    Operation.ABORT: patches.abort,
    Operation.RETRY: patches.retry,
}

_ALREADY = frozenset({Operation.PAUSE, Operation.RESUME})
"""Where nothing is to be done, it is as it shall be."""

_BOUND = frozenset({Operation.PROMOTE, Operation.ANALYSE_AGAIN})
"""These are about one wait, and about no other."""


def _refuse_what_settings_forbid(order: Order, allowed: Allowed) -> None:
    if not allowed.operate:
        raise EngineRefusedError("the settings let nobody operate Argo Rollouts in this cluster (allow.argo_rollouts)")
    if order.awaited.operation is Operation.RETRY and not allowed.retry:
        raise EngineRefusedError("the settings do not allow it in this cluster (allow.retry)")
    if order.awaited.operation is Operation.PUT_BACK and not allowed.put_back:
        raise EngineRefusedError("the settings do not allow it in this cluster (allow.roll_back_promoted)")


def _found(seen: Sighting, order: Order) -> _Found:
    objects = seen.objects
    assert isinstance(objects, Seen)
    rollout = read_rollout(objects.rollout) if objects.rollout is not None else None
    if objects.rollout is None or rollout is None or rollout.deleted:
        raise ConflictError(f"the Rollout of {order.release} is not there any more")
    return _Found(objects.rollout, rollout, owned(rollout, objects.replica_sets), objects.workload)


def _plan(found: _Found, order: Order, goal: ReplicaSet | None) -> Patches:
    operation, rollout = order.awaited.operation, found.rollout
    if operation is Operation.PUT_BACK and goal is not None:
        metadata = inner(found.workload, "metadata") if found.workload is not None else None
        plan = patches.put_back(rollout, as_written(goal), workload=metadata)
    else:
        plan = _PLANS[operation](rollout)
    if not plan and operation not in _ALREADY:
        raise _impossible(operation, rollout)
    return plan


def _is_written(rollout: Rollout, order: Order) -> bool:
    return notice_of(rollout, order.awaited) is Notice.AWAITED and rollout.message.startswith(MARK)


def _asked(found: _Found, order: Order) -> Evidence:
    """What stands there now; of a wait it must be the very one that people were shown."""
    now = evidence(found.rollout)
    if order.awaited.operation not in _BOUND:
        return now
    shown = Evidence.from_json(order.awaited.evidence) if "uid" in order.awaited.evidence else None
    if waits(found.rollout) is None or now != shown or not agrees(found.rollout, found.sets):
        raise ConflictError(f"{order.release} does not wait any more where people saw it wait")
    return now


def _goal(found: _Found, order: Order) -> ReplicaSet | None:
    """The ReplicaSet to return to: the newest older one with the images that users had."""
    if order.awaited.operation is not Operation.PUT_BACK:
        return None
    others = [s for s in found.sets if s.hash != found.rollout.pod_hash and dict(s.images) == dict(order.before)]
    if not order.before or not others:
        raise EngineRefusedError("the ReplicaSet of the version before is not kept any more (revisionHistoryLimit)")
    return max(others, key=lambda found: int(found.revision or 0))


def _impossible(operation: Operation, rollout: Rollout) -> ConflictError | EngineRefusedError:
    if operation is Operation.PROMOTE_FULL and not rollout.observed:
        return ConflictError("the controller has not seen the newest change yet; sent now, it would be dropped")
    if operation is Operation.RETRY and rollout.abort:
        return ConflictError("the controller has not seen the abort yet")
    match operation:
        case Operation.ABORT if rollout.first:
            why = "it is the first version: there is none to go back to"
        case Operation.ABORT | Operation.PROMOTE_FULL:
            why = "everybody has this version already"
        case Operation.SKIP:
            why = "no step is left to skip"
        case Operation.RETRY:
            why = "it is not aborted"
        case Operation.ANALYSE_AGAIN:
            why = "a pause waits beside the analysis, and would end with it"
        case _:
            why = "nothing waits there"
    return EngineRefusedError(why)


async def _send(cluster: Cluster, order: Order, fields: Mapping[str, Any], patch: Patch) -> None:
    resource, name, subresource = ROLLOUTS, order.workload.name, None
    match patch.target:
        case Target.STATUS:
            subresource = "status"
        case Target.WORKLOAD:
            reference = reference_of(fields)
            assert reference is not None
            resource, name = reference
        case Target.ROLLOUT:
            pass
    operations = [dict(operation) for operation in patch.operations]
    try:
        await cluster.patch(resource, order.workload.namespace, name, operations, subresource=subresource)
    except ClusterRefusedError as error:
        raise EngineRefusedError(str(error)) from error
