"""The objects that the practice controller works on, and how Go writes them."""

from typing import Any

from handlers.cluster.resources import Resource

ROLLOUTS = Resource("argoproj.io", "v1alpha1", "rollouts", "Rollout")
ANALYSIS_RUNS = Resource("argoproj.io", "v1alpha1", "analysisruns", "AnalysisRun")

MANAGER = "rollouts-controller"
HASH = "rollouts-pod-template-hash"
REVISION = "rollout.argoproj.io/revision"
DESIRED = "rollout.argoproj.io/desired-replicas"
WORKLOAD_GENERATION = "rollout.argoproj.io/workload-generation"
SCALE_DOWN_AT = "scale-down-deadline"


def pruned(value: Any) -> Any:
    """Without what Go leaves out when it writes: empty texts, zeros, noes, lists and objects of nothing."""
    if isinstance(value, dict):
        inner = {key: pruned(part) for key, part in value.items()}
        return {key: part for key, part in inner.items() if part or key in KEPT_EMPTY or _is_index(key, part)}
    return [pruned(part) for part in value] if isinstance(value, list) else value


KEPT_EMPTY = {"canary", "blueGreen", "status"}


def _is_index(key: str, value: Any) -> bool:
    """A pointer in Go: zero is not nothing."""
    return key == "currentStepIndex" and value is not None


def difference(before: Any, after: Any) -> dict[str, Any]:
    """The merge patch that leads from one object to the other."""
    patch: dict[str, Any] = {key: None for key in before if key not in after}
    for key, value in after.items():
        old = before.get(key)
        if isinstance(value, dict) and isinstance(old, dict):
            if inner := difference(old, value):
                patch[key] = inner
        elif value != old:
            patch[key] = value
    return patch


def merged(thing: Any, patch: Any) -> Any:
    """The object with a merge patch."""
    if not isinstance(patch, dict):
        return patch
    result = dict(thing) if isinstance(thing, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result
