"""The status that a turn ends with: counts, conditions, and whether anything moved.

Source: argoproj/argo-rollouts rollout/sync.go calculateBaseStatus, calculateRolloutConditions
"""

import copy

from handlers.sandbox.argo import conditions
from handlers.sandbox.argo.objects import SCALE_DOWN_AT
from handlers.sandbox.argo.turn import Turn, available, hash_label, have, name_of
from handlers.sandbox.objects import Thing


def base_status(turn: Turn) -> Thing:
    """What is counted anew; of what was there before only the conditions stay."""
    status: Thing = {
        "currentPodHash": hash_label(turn.new) if turn.new else "",
        "stableRS": turn.status.get("stableRS", ""),
        "replicas": sum(have(found) for found in turn.sets),
        "updatedReplicas": have(turn.new),
        "readyReplicas": sum(available(found) for found in turn.sets),
        "availableReplicas": sum(available(found) for found in turn.sets),
        "HPAReplicas": sum(have(found) for found in turn.sets),
        "conditions": copy.deepcopy(turn.status.get("conditions", [])),
        "selector": ",".join(f"{k}={v}" for k, v in turn.spec.get("selector", {}).get("matchLabels", {}).items()),
        "canary": dict(turn.links["canary"]),
        "blueGreen": dict(turn.links["blueGreen"]),
    }
    # As in 1.9.1: the stable hash is still empty where this is compared, so a request lives until it is promoted.
    status["promoteFull"] = bool(turn.status.get("promoteFull"))
    return status


def reset(turn: Turn, status: Thing) -> None:
    """Begin with another template, or other steps: whatever people asked for the old one is dropped."""
    turn.pausing.forget_all()
    status |= {"promoteFull": False, "currentStepIndex": 0 if turn.steps else None, "canary": {}}
    status["blueGreen"] = {}


def promote(turn: Turn, status: Thing) -> None:
    """From here on the current revision is the stable one."""
    turn.pausing.forget_all()
    status |= {"promoteFull": False, "stableRS": status["currentPodHash"]}
    if turn.canary is not None:
        status["currentStepIndex"] = len(turn.steps) or None


def finish(turn: Turn, status: Thing) -> None:
    _conditions(turn, status)
    turn.finish(status)


def _conditions(turn: Turn, status: Thing) -> None:
    became_unhealthy = _say_health(turn, status)
    if turn.pausing.aborted:
        message = f"Rollout aborted update to revision {turn.revision}"
        if turn.pausing.abort_message:
            message += f": {turn.pausing.abort_message}"
        conditions.say(status, "Progressing", "False", (conditions.ABORTED, message), turn.now)
    else:
        _say_progress(turn, status, became_unhealthy=became_unhealthy)
    minimum = available(_active(turn, status)) if turn.blue_green is not None else status["availableReplicas"]
    enough = minimum >= turn.replicas
    message = "Rollout has minimum availability" if enough else "Rollout does not have minimum availability"
    conditions.say(status, "Available", str(enough), ("AvailableReason", message), turn.now)
    completed = bool(status["stableRS"]) and status["stableRS"] == status["currentPodHash"]
    conditions.say(status, "Completed", str(completed), conditions.COMPLETED, turn.now)


def _say_health(turn: Turn, status: Thing) -> bool:
    """Tell whether it became unhealthy."""
    if not _is_paused(turn) and healthy(turn, status):
        conditions.say(status, "Healthy", "True", ("RolloutHealthy", "Rollout is healthy"), turn.now)
        return False
    if conditions.find(turn.status, "Healthy") is None:
        return False
    return conditions.say(status, "Healthy", "False", ("RolloutHealthy", "Rollout is not healthy"), turn.now)


def _say_progress(turn: Turn, status: Thing, *, became_unhealthy: bool) -> None:
    set_name = name_of(turn.new) if turn.new else ""
    if healthy(turn, status):
        said = ("NewReplicaSetAvailable", f'ReplicaSet "{set_name}" has successfully progressed.')
        conditions.say(status, "Progressing", "True", said, turn.now)
    elif _moved(turn, status) or became_unhealthy:
        promoted = status["stableRS"] == status["currentPodHash"]
        said = ("ReplicaSetUpdated", f'ReplicaSet "{set_name}" is progressing.')
        said = conditions.NOT_AVAILABLE if promoted and became_unhealthy else said
        conditions.say(status, "Progressing", "True", said, turn.now, anew=True)
    elif not _may_take_long(turn) and conditions.timed_out(status, turn.now, turn.deadline):
        message = f'ReplicaSet "{set_name}" has timed out progressing.'
        conditions.say(status, "Progressing", "False", (conditions.TIMED_OUT, message), turn.now)
        if turn.spec.get("progressDeadlineAbort"):
            turn.pausing.abort_message = message


def _is_paused(turn: Turn) -> bool:
    return bool(turn.status.get("pauseConditions") or turn.spec.get("paused"))


def healthy(turn: Turn, status: Thing) -> bool:
    """Everything that is wanted is there, serves, and was observed before this turn."""
    complete = status["updatedReplicas"] == status["availableReplicas"] == turn.replicas
    observed = turn.status.get("observedGeneration") == str(turn.rollout["metadata"]["generation"])
    if not complete or not observed:
        return False
    current = status["currentPodHash"]
    if turn.blue_green is not None:
        now = status["blueGreen"]
        previewed = "previewService" not in turn.blue_green or now.get("previewSelector") == current
        return now.get("activeSelector") == current and previewed
    through = not turn.steps or status.get("currentStepIndex") in {None, len(turn.steps)}
    return through and status["stableRS"] == current and status["replicas"] == turn.replicas


def _moved(turn: Turn, status: Thing) -> bool:
    old = turn.status
    moved = [status["updatedReplicas"] != old.get("updatedReplicas", 0)]
    fewer = status["replicas"] - status["updatedReplicas"] < old.get("replicas", 0) - old.get("updatedReplicas", 0)
    moved += [fewer, status["readyReplicas"] > old.get("readyReplicas", 0)]
    moved += [status["availableReplicas"] > old.get("availableReplicas", 0)]
    if turn.blue_green is not None:
        before, after = old.get("blueGreen", {}), status["blueGreen"]
        moved += [before.get(name) != after.get(name) for name in ("activeSelector", "previewSelector")]
        return any(moved)
    steps = old.get("currentStepIndex"), status.get("currentStepIndex")
    moved += [status["stableRS"] != old.get("stableRS", ""), None not in steps and steps[0] != steps[1]]
    return any(moved) or status.get("currentStepHash") != old.get("currentStepHash", "")


def _may_take_long(turn: Turn) -> bool:
    step = turn.step or {}
    indefinite = bool({"pause", "analysis", "experiment"} & set(step)) or conditions.is_true(turn.status, "Paused")
    return indefinite or any(SCALE_DOWN_AT in found["metadata"]["annotations"] for found in turn.others)


def _active(turn: Turn, status: Thing) -> Thing | None:
    active = status["blueGreen"].get("activeSelector")
    return next((found for found in turn.sets if hash_label(found) == active), None)
