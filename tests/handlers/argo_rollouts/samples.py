"""Rollout objects for the tests of this folder: as the API server gives them, each saying only what matters."""

from collections.abc import Mapping
from typing import Any

from handlers.argo_rollouts.reading import read_rollout
from handlers.argo_rollouts.rollouts import Rollout

STEPS = [{"setWeight": 25}, {"pause": {}}, {"setWeight": 50}, {"pause": {"duration": "8s"}}]
AT = "2026-11-23T09:19:50Z"
STEP_PAUSE = {"reason": "CanaryPauseStep", "startTime": AT}
SWITCH_PAUSE = {"reason": "BlueGreenPause", "startTime": AT}
INCONCLUSIVE = {"reason": "InconclusiveAnalysisRun", "startTime": AT}

BLUE_GREEN = {"blueGreen": {"activeService": "live", "previewService": "preview", "autoPromotionEnabled": False}}


def an_object(
    *,
    status: Mapping[str, Any] | None = None,
    spec: Mapping[str, Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    steps: list[Any] = STEPS,
) -> dict[str, Any]:
    """A canary that waits at its first pause; what is given stands in the place of what it says."""
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Rollout",
        "metadata": {
            "namespace": "shop",
            "name": "checkout",
            "uid": "u-1",
            "generation": 3,
            "annotations": {"rollout.argoproj.io/revision": "2"},
            **(metadata or {}),
        },
        "spec": {
            "replicas": 4,
            "strategy": {"canary": {"steps": steps}},
            "template": {"spec": {"containers": [{"name": "app", "image": "registry.example.com/checkout:1.8.2"}]}},
            **(spec or {}),
        },
        "status": {
            "observedGeneration": "3",
            "currentPodHash": "new",
            "stableRS": "old",
            "currentStepIndex": 1,
            "currentStepHash": "steps",
            "controllerPause": True,
            "pauseConditions": [STEP_PAUSE],
            "phase": "Paused",
            "message": "CanaryPauseStep",
            **(status or {}),
        },
    }


def a_switch(**status: Any) -> dict[str, Any]:
    """A blue-green Rollout that waits before its switch."""
    waiting = {"pauseConditions": [SWITCH_PAUSE], "message": "BlueGreenPause"}
    no_steps = {"currentStepIndex": None, "currentStepHash": ""}
    services = {"blueGreen": {"activeSelector": "old", "previewSelector": "new"}}
    return an_object(spec={"strategy": BLUE_GREEN}, status={**waiting, **no_steps, **services, **status})


def a_rollout(**parts: Any) -> Rollout:
    return read(an_object(**parts))


def read(rollout: Mapping[str, Any]) -> Rollout:
    found = read_rollout(rollout)
    assert found is not None
    return found
