"""The order within one reconciliation.

Source: argoproj/argo-rollouts rollout/controller.go syncHandler, rollout/sync.go checkPausedConditions
"""

import copy
from datetime import datetime

from handlers.cluster.resources import DEPLOYMENTS
from handlers.sandbox.argo import blue_green, canary, conditions, revisions
from handlers.sandbox.argo.objects import MANAGER, ROLLOUTS, WORKLOAD_GENERATION
from handlers.sandbox.argo.pausing import Pausing
from handlers.sandbox.argo.turn import Turn, owned_sets, template_of
from handlers.sandbox.objects import Objects, Thing


def reconcile(objects: Objects, rollout: Thing, now: datetime) -> Thing | None:
    """Bring one Rollout a little further; return it as it was written last, None if nothing was."""
    template = template_of(objects, rollout)
    if template is None or rollout["metadata"].get("deletionTimestamp"):
        return None
    turn = Turn(
        objects=objects,
        rollout=rollout,
        now=now,
        template=template,
        sets=owned_sets(objects, rollout),
        new=None,
        pausing=Pausing(status=rollout.get("status", {})),
    )
    turn.new = revisions.find_new(turn.sets, template)
    if turn.new is None:
        revisions.create(turn)
        turn.pausing.status = turn.status
    if turn.promoted:
        turn.pausing.abort_removed = True  # Nothing is left to abort.
    _tell_pauses(turn)
    if turn.blue_green is not None:
        blue_green.reconcile(turn)
    elif turn.canary is not None:
        canary.reconcile(turn)
    return turn.answer


def note_workload(objects: Objects, rollout: Thing) -> Thing | None:
    """Write down which generation of the workload it refers to there is; None: it is written already."""
    ref = rollout["spec"].get("workloadRef")
    workload = objects.get(DEPLOYMENTS, rollout["metadata"]["namespace"], ref["name"]) if ref else None
    stored = objects.get(ROLLOUTS, rollout["metadata"]["namespace"], rollout["metadata"]["name"])
    if workload is None or stored is None:
        return None
    generation = str(workload["metadata"]["generation"])
    annotations = stored["metadata"].setdefault("annotations", {})
    if annotations.get(WORKLOAD_GENERATION) == generation:
        return None
    annotations[WORKLOAD_GENERATION] = generation
    return objects.put(stored, manager=MANAGER)


def _tell_pauses(turn: Turn) -> None:
    """Say in the conditions that it is paused, or is no more: a write before all others."""
    status = copy.deepcopy(turn.status)
    paused = bool(status.get("pauseConditions") or turn.spec.get("paused"))
    reason = conditions.reason_of(status, "Progressing")
    aborted = reason == conditions.ABORTED
    changed = False
    if not aborted and not turn.promoted and paused != (reason == conditions.PAUSED[0]):
        said = conditions.PAUSED if paused else conditions.RESUMED
        changed |= conditions.say(status, "Progressing", "Unknown", said, turn.now)
    if aborted and not status.get("abort"):
        changed |= conditions.say(status, "Progressing", "Unknown", conditions.RETRIED, turn.now)
    if not aborted and paused != conditions.is_true(status, "Paused"):
        changed |= conditions.say(status, "Paused", str(paused), conditions.PAUSED, turn.now)
    if changed:
        turn.observe(status)
        status.pop("workloadObservedGeneration", None)
        turn.write_status({**status, **_observed_workload(turn)})


def _observed_workload(turn: Turn) -> Thing:
    """This write leaves it as it was."""
    observed = turn.status.get("workloadObservedGeneration")
    return {"workloadObservedGeneration": observed} if observed else {}
