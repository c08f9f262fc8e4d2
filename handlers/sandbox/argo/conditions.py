"""Conditions: what the controller tells of its progress, and how it finds that there is none.

Source: argoproj/argo-rollouts utils/conditions/conditions.go, rollout/sync.go calculateRolloutConditions
"""

from datetime import datetime, timedelta

from handlers.sandbox.objects import Thing, read, written

COMPLETED = ("RolloutCompleted", "RolloutCompleted")
PAUSED = ("RolloutPaused", "Rollout is paused")
RESUMED = ("RolloutResumed", "Rollout is resumed")
RETRIED = ("RolloutRetry", "Rollout will be retried")
NOT_AVAILABLE = ("ReplicaSetNotAvailable", "Rollout does not have minimum availability")
ABORTED = "RolloutAborted"
TIMED_OUT = "ProgressDeadlineExceeded"


def find(status: Thing, kind: str) -> Thing | None:
    return next((found for found in status.get("conditions", []) if found["type"] == kind), None)


def reason_of(status: Thing, kind: str) -> str:
    return str((find(status, kind) or {}).get("reason", ""))


def is_true(status: Thing, kind: str) -> bool:
    return (find(status, kind) or {}).get("status") == "True"


def say(status: Thing, kind: str, value: str, said: tuple[str, str], now: datetime, *, anew: bool = False) -> bool:
    """Set a condition, unless it says the same already; tell whether it was set.

    Args:
        said: its reason and its message.
        anew: also where it says the same: its time shows that there was progress.
    """
    old = find(status, kind)
    if old is not None and (old["status"], old["reason"]) == (value, said[0]) and not anew:
        return False
    since = old["lastTransitionTime"] if old is not None and old["status"] == value else written(now)
    condition = {
        "type": kind,
        "status": value,
        "reason": said[0],
        "message": said[1],
        "lastTransitionTime": since,
        "lastUpdateTime": written(now),
    }
    status["conditions"] = [*(c for c in status.get("conditions", []) if c["type"] != kind), condition]
    return True


def timed_out(status: Thing, now: datetime, deadline: timedelta) -> bool:
    condition = find(status, "Progressing")
    if condition is None or condition["reason"] in {ABORTED, PAUSED[0]}:
        return False
    return condition["reason"] == TIMED_OUT or read(condition["lastUpdateTime"]) + deadline < now
