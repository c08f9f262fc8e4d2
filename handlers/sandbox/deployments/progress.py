"""What a Deployment's status tells: counts of pods, and whether there is progress.

Source: kubernetes/kubernetes pkg/controller/deployment/progress.go, sync.go calculateStatus
"""

import copy
from collections.abc import Iterator
from datetime import datetime

from handlers.sandbox.deployments import sizes
from handlers.sandbox.deployments.turn import Turn, count, name_of, wanted
from handlers.sandbox.objects import Thing, read, written

AVAILABLE = ("MinimumReplicasAvailable", "Deployment has minimum availability.")
NOT_AVAILABLE = ("MinimumReplicasUnavailable", "Deployment does not have minimum availability.")
PAUSED = ("DeploymentPaused", "Deployment is paused")
RESUMED = ("DeploymentResumed", "Deployment is resumed")
COMPLETE, UPDATED, TIMED_OUT = "NewReplicaSetAvailable", "ReplicaSetUpdated", "ProgressDeadlineExceeded"


def find(status: Thing, kind: str = "Progressing") -> Thing | None:
    return next((found for found in status.get("conditions", []) if found["type"] == kind), None)


def say(status: Thing, value: str, said: tuple[str, str], now: datetime, *, kind: str = "Progressing") -> bool:
    """Set a condition, unless it says the same already; tell whether it was set."""
    old = find(status, kind)
    if old is not None and (old["status"], old["reason"]) == (value, said[0]):
        return False
    _put(status, kind, value, said, now)
    return True


def tell_pauses(turn: Turn) -> None:
    """Say that it is paused, or is no more; of one whose deadline has passed nothing is said."""
    condition = find(turn.status)
    reason = condition["reason"] if condition else ""
    if turn.deadline is None or reason == TIMED_OUT or turn.paused == (reason == PAUSED[0]):
        return
    status = copy.deepcopy(turn.status)
    if say(status, "Unknown", PAUSED if turn.paused else RESUMED, turn.now):
        turn.write_status(status)


def tell_counts(turn: Turn) -> None:
    """Of one that is paused, or scaled: no progress is looked for."""
    _write(turn, _counted(turn))


def tell_progress(turn: Turn) -> None:
    status = _counted(turn)
    if turn.deadline is None:
        _drop(status, "Progressing")
    else:
        _estimate(turn, status)
    failures = list(_failures(turn))
    if failures:
        (first, *_) = failures
        say(status, first["status"], (first["reason"], first["message"]), turn.now, kind=first["type"])
    else:
        _drop(status, "ReplicaFailure")
    _write(turn, status)


def is_complete(turn: Turn, status: Thing) -> bool:
    counts = {status.get(name, 0) for name in ("replicas", "updatedReplicas", "availableReplicas")}
    observed = status.get("observedGeneration", 0) >= turn.deployment["metadata"]["generation"]
    return observed and counts == {turn.replicas}


def _write(turn: Turn, status: Thing) -> None:
    if status != turn.status:
        turn.write_status(status)


def _counted(turn: Turn) -> Thing:
    new = turn.new
    available = count(turn.sets, "availableReplicas")
    counts = {
        "replicas": count(turn.sets),
        "updatedReplicas": count([new]) if new else 0,
        "readyReplicas": count(turn.sets, "readyReplicas"),
        "availableReplicas": available,
        "unavailableReplicas": max(0, sum(map(wanted, turn.sets)) - available),
    }
    status: Thing = {"observedGeneration": turn.deployment["metadata"]["generation"]}
    status |= {name: number for name, number in counts.items() if number}  # Go leaves out zeros.
    status["conditions"] = copy.deepcopy(turn.status.get("conditions", []))
    enough = available >= turn.replicas - sizes.missing(turn)
    say(status, str(enough), AVAILABLE if enough else NOT_AVAILABLE, turn.now, kind="Available")
    return status


def _estimate(turn: Turn, status: Thing) -> None:
    """Complete, once said, is said on, whatever the template: so it may be told of one that never served."""
    condition, name = (
        find(turn.status),
        f'ReplicaSet "{name_of(turn.new)}"' if turn.new else f'Deployment "{turn.name}"',
    )
    said_complete = condition is not None and condition["reason"] == COMPLETE
    if said_complete and status.get("replicas", 0) == status.get("updatedReplicas", 0):
        return
    if is_complete(turn, status):
        say(status, "True", (COMPLETE, f"{name} has successfully progressed."), turn.now)
    elif _has_progressed(turn.status, status):
        _put(status, "Progressing", "True", (UPDATED, f"{name} is progressing."), turn.now)
    elif _has_timed_out(turn, status):
        say(status, "False", (TIMED_OUT, f"{name} has timed out progressing."), turn.now)


def _has_progressed(before: Thing, now: Thing) -> bool:
    more = any(now.get(w, 0) > before.get(w, 0) for w in ("updatedReplicas", "readyReplicas", "availableReplicas"))
    return more or _old(now) < _old(before)


def _old(status: Thing) -> int:
    return int(status.get("replicas", 0)) - int(status.get("updatedReplicas", 0))


def _has_timed_out(turn: Turn, status: Thing) -> bool:
    condition = find(status)
    if condition is None or condition["reason"] == COMPLETE or turn.deadline is None:
        return False
    return condition["reason"] == TIMED_OUT or read(condition["lastUpdateTime"]) + turn.deadline < turn.now


def _failures(turn: Turn) -> Iterator[Thing]:
    """Why pods cannot be made: those of the new ReplicaSet first."""
    new = turn.new
    for found in [*([new] if new else []), *turn.old]:
        if (condition := find(found.get("status", {}), "ReplicaFailure")) is not None:
            yield condition


def _put(status: Thing, kind: str, value: str, said: tuple[str, str], now: datetime) -> None:
    old = find(status, kind)
    since = old["lastTransitionTime"] if old is not None and old["status"] == value else written(now)
    _drop(status, kind)
    condition = {"type": kind, "status": value, "reason": said[0], "message": said[1]}
    status["conditions"].append({**condition, "lastTransitionTime": since, "lastUpdateTime": written(now)})


def _drop(status: Thing, kind: str) -> None:
    status["conditions"] = [found for found in status.get("conditions", []) if found["type"] != kind]
