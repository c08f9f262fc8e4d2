"""Phase and message of a Rollout.

Source: argoproj/argo-rollouts utils/rollout/rolloututil.go CalculateRolloutPhase
"""

from handlers.sandbox.argo.conditions import ABORTED, TIMED_OUT
from handlers.sandbox.objects import Thing

PROGRESSING = "Progressing"


def phase_of(spec: Thing, status: Thing) -> tuple[str, str]:
    for condition in status.get("conditions", []):
        if condition["reason"] in {ABORTED, TIMED_OUT}:
            return "Degraded", f"{condition['reason']}: {condition['message']}"
    if spec.get("paused"):
        return "Paused", "manually paused"
    if pauses := status.get("pauseConditions"):
        return "Paused", pauses[0]["reason"]
    if waiting := _waits_for(spec, status):
        return PROGRESSING, waiting
    return "Healthy", ""


def _waits_for(spec: Thing, status: Thing) -> str:
    updated = status.get("updatedReplicas", 0)
    promoted = bool(status.get("stableRS")) and status["stableRS"] == status.get("currentPodHash")
    if updated < spec.get("replicas", 1):
        return "more replicas need to be updated"
    if status.get("availableReplicas", 0) < updated:
        return "updated replicas are still becoming available"
    if "blueGreen" in spec["strategy"]:
        return _waits_to_switch(spec, status, promoted=promoted)
    if status.get("replicas", 0) > updated:
        return "old replicas are pending termination"
    return "" if promoted else "waiting for all steps to complete"


def _waits_to_switch(spec: Thing, status: Thing, *, promoted: bool) -> str:
    active = status.get("blueGreen", {}).get("activeSelector", "")
    if not active or active != status.get("currentPodHash"):
        return "active service cutover pending"
    if promoted:
        return ""
    if "postPromotionAnalysis" in spec["strategy"]["blueGreen"]:
        return "waiting for analysis to complete"
    return "waiting for post-promotion verification to complete"
