"""Each decision as JSON patches that test what the person saw before they change anything.

A failed test is a 422 that does not say which: read the object again and look, never send it blindly again.  What
goes to the status also leaves a mark in `status.message`.  The controller writes that anew whenever it acts, so a mark
that stays shows that it has not seen what was asked.

Source: argoproj/argo-rollouts pkg/kubectl-argo-rollouts/cmd/{promote,abort,retry,pause,undo}
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from handlers.argo_rollouts.reading import REVISION, WORKLOAD_GENERATION
from handlers.argo_rollouts.rollouts import Rollout, RunKind
from handlers.argo_rollouts.waiting import can_be_analysed_again, inconclusive

MARK = "Pointsman asked "

Operation = Mapping[str, Any]


class Target(StrEnum):
    """What is patched: changes to `status` sent to the object itself are dropped, and the other way round."""

    STATUS = "status"
    ROLLOUT = "rollout"
    WORKLOAD = "workload"  # What `spec.workloadRef` names.


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    target: Target
    operations: tuple[Operation, ...]


Patches = tuple[Patch, ...]
"""In the order in which they must be sent; none: it cannot be done now."""


def promote(rollout: Rollout) -> Patches:
    """Go on from the gate that waits: the next step, the switch, or an inconclusive analysis accepted."""
    if not rollout.pauses:
        return ()
    match inconclusive(rollout):
        case RunKind.STEP:
            return skip(rollout)  # To clear the pause alone would only run the analysis again.
        case RunKind.PRE_PROMOTION | RunKind.POST_PROMOTION:
            return promote_in_full(rollout)  # Nothing less accepts it.
        case RunKind.BACKGROUND | None:
            return (_status(rollout, "to go on", *_as_it_waits(rollout), _remove("/status/pauseConditions")),)


def skip(rollout: Rollout) -> Patches:
    """End the step that runs, whatever it is.  Of a pause this is more than to promote: its own end, and no other's.

    Without `controllerPause: false` the controller would take a pause that follows for one that people ended.
    """
    if rollout.step is None or rollout.step >= len(rollout.steps):
        return ()
    further = _add("/status/currentStepIndex", rollout.step + 1)
    if rollout.pauses:
        resumed = (_remove("/status/pauseConditions"), _add("/status/controllerPause", value=False))
        return (_status(rollout, "to go on", *_as_it_waits(rollout), *resumed, further),)
    running = (*_as_it_stands(rollout), *_at_step(rollout), _test("/status/phase", rollout.phase))
    return (_status(rollout, "to skip a step", *running, further),)


def promote_in_full(rollout: Rollout) -> Patches:
    """Skip every step, pause and analysis that is left.

    Sent before the controller has seen a new revision, it would be dropped without a trace when that one is seen.
    """
    if not rollout.observed or rollout.promoted:
        return ()
    tests = (*_as_it_stands(rollout), *_pauses(rollout))
    full = _status(rollout, "to promote in full", *tests, _add("/status/promoteFull", value=True))
    return (full, *_unpause(rollout, after=_test("/status/promoteFull", value=True)))


def abort(rollout: Rollout) -> Patches:
    """Back to the stable version.  A Rollout paused by hand would not act on it: it is resumed, but afterwards only.

    It tests no generation, which autoscaling moves: stopping must not fail for that.
    """
    if rollout.first or rollout.promoted:
        return ()
    tests = (_hash(rollout), _test("/status/stableRS", rollout.stable_hash))
    stop = _status(rollout, "to abort", *tests, _add("/status/abort", value=True))
    return (stop, *_unpause(rollout, after=_test("/status/abort", value=True)))


def retry(rollout: Rollout) -> Patches:
    """Begin an aborted revision again, from its first step."""
    if not rollout.abort or not rollout.aborted_at:
        return ()
    aborted = (_test("/status/abort", value=True), _test("/status/abortedAt", rollout.aborted_at))
    tests = (*_as_it_stands(rollout), *aborted)
    return (_status(rollout, "to begin again", *tests, _add("/status/abort", value=False)),)


def analyse_again(rollout: Rollout) -> Patches:
    """Run an inconclusive analysis again.  Where a pause step waits too it cannot be done: that pause would end."""
    if not can_be_analysed_again(rollout):
        return ()
    again = _remove("/status/pauseConditions")
    return (_status(rollout, "to analyse again", *_as_it_waits(rollout), again),)


def pause(rollout: Rollout) -> Patches:
    return () if rollout.paused else (_rollout(rollout, _add("/spec/paused", value=True)),)


def resume(rollout: Rollout) -> Patches:
    """End a pause by hand.  A gate that waits goes on waiting."""
    return _unpause(rollout)


def put_back(rollout: Rollout, template: Mapping[str, Any], *, workload: Mapping[str, Any] | None = None) -> Patches:
    """Set a pod template back, where it is written: in the Rollout, or in what it refers to.

    Args:
        template: of the ReplicaSet to return to, as `replicasets.as_written` gives it.
        workload: the metadata of the object that the Rollout refers to, as read now.
    """
    changed = {"op": "replace", "path": "/spec/template", "value": template}
    if rollout.workload is None:
        tests = (_test("/metadata/generation", rollout.generation), _hash(rollout))
        return (_rollout(rollout, *tests, changed),)
    if workload is None:
        return ()
    tests = (
        _test("/metadata/uid", workload.get("uid")),
        _test("/metadata/generation", workload.get("generation")),
    )
    return (Patch(target=Target.WORKLOAD, operations=(*tests, changed)),)


def nudge(rollout: Rollout, *, times: int) -> Patch:
    """Wake a controller that has not seen what was asked: any write does, and this needs no other right.

    It tests the message as it was read: from a controller that has acted since, it bounces.

    Args:
        times: how often it was nudged for this before; two nudges must differ to be a write at all.
    """
    asked = rollout.message.partition(" (again")[0] if rollout.message.startswith(MARK) else f"{MARK}for a look"
    message = _test("/status/message", rollout.message) if rollout.message else _hash(rollout)
    again = _add("/status/message", f"{asked} (again, {times + 1})")
    return Patch(target=Target.STATUS, operations=(_test("/metadata/uid", rollout.uid), message, again))


def _status(rollout: Rollout, asks: str, *operations: Operation) -> Patch:
    mark = _add("/status/message", f"{MARK}{asks}")
    return Patch(target=Target.STATUS, operations=(_test("/metadata/uid", rollout.uid), *operations, mark))


def _rollout(rollout: Rollout, *operations: Operation) -> Patch:
    return Patch(target=Target.ROLLOUT, operations=(_test("/metadata/uid", rollout.uid), *operations))


def _unpause(rollout: Rollout, *, after: Operation | None = None) -> Patches:
    if not rollout.paused:
        return ()
    tests = (_test("/spec/paused", value=True), *(() if after is None else (after,)))
    return (_rollout(rollout, *tests, _add("/spec/paused", value=False)),)


def _as_it_waits(rollout: Rollout) -> tuple[Operation, ...]:
    """Every reason is tested, since to promote ends them all."""
    return (*_as_it_stands(rollout), *_at_step(rollout), *_pauses(rollout))


def _as_it_stands(rollout: Rollout) -> tuple[Operation, ...]:
    """Of this object, as written and observed.

    The revision too: for some milliseconds after a push the status names the new generation beside the old hash.
    """
    revision = _annotation(REVISION, rollout.revision)
    tests = (_test("/metadata/generation", rollout.generation), revision, _hash(rollout))
    if rollout.workload is None:
        return tests
    return (*tests, _annotation(WORKLOAD_GENERATION, rollout.workload_generation))


def _hash(rollout: Rollout) -> Operation:
    return _test("/status/currentPodHash", rollout.pod_hash)


def _at_step(rollout: Rollout) -> tuple[Operation, ...]:
    if rollout.step is None:
        return ()
    counted = (_test("/status/currentStepHash", rollout.step_hash),) if rollout.step_hash else ()
    return (_test("/status/currentStepIndex", rollout.step), *counted)


def _pauses(rollout: Rollout) -> tuple[Operation, ...]:
    if not rollout.pauses:
        return ()
    return (_test("/status/pauseConditions", [dict(pause.written) for pause in rollout.pauses]),)


def _test(path: str, value: object) -> Operation:
    return {"op": "test", "path": path, "value": value}


def _add(path: str, value: object) -> Operation:
    """Set a field, whether or not it is there."""
    return {"op": "add", "path": path, "value": value}


def _remove(path: str) -> Operation:
    return {"op": "remove", "path": path}


def _annotation(key: str, value: str) -> Operation:
    return _test(f"/metadata/annotations/{key.replace('/', '~1')}", value)
