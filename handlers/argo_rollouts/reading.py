"""Reads a Rollout object.  One that says nonsense gives a record that waits for nobody."""

from collections.abc import Mapping
from typing import Any

from handlers.argo_rollouts.rollouts import (
    AnalysisLink,
    BlueGreen,
    Pause,
    Replicas,
    Rollout,
    RunKind,
    Strategy,
    WorkloadRef,
)
from handlers.argo_rollouts.steps import read_steps
from handlers.cluster.fields import digits, inner, items, number, text, texts, truth
from handlers.cluster.templates import images_of, template_of

REVISION = "rollout.argoproj.io/revision"
WORKLOAD_GENERATION = "rollout.argoproj.io/workload-generation"


def read_rollout(rollout: Mapping[str, Any]) -> Rollout | None:
    """None: it has no name, so that nothing can be said of it."""
    metadata, spec, status = inner(rollout, "metadata"), inner(rollout, "spec"), inner(rollout, "status")
    annotations = texts(metadata, "annotations")
    if not text(metadata, "name") or not text(metadata, "uid"):
        return None
    strategy = _strategy(spec)
    return Rollout(
        namespace=text(metadata, "namespace"),
        name=text(metadata, "name"),
        uid=text(metadata, "uid"),
        generation=number(metadata, "generation") or 0,
        observed=_observed(metadata, spec, status),
        deleted=bool(text(metadata, "deletionTimestamp")),
        strategy=strategy,
        workload=_workload(spec),
        workload_generation=annotations.get(WORKLOAD_GENERATION, ""),
        revision=annotations.get(REVISION, ""),
        paused=truth(spec, "paused"),
        steps=read_steps(inner(spec, "strategy", "canary")),
        step=number(status, "currentStepIndex"),
        step_hash=text(status, "currentStepHash"),
        pauses=tuple(_pause(condition) for condition in items(status, "pauseConditions")),
        controller_pause=truth(status, "controllerPause"),
        abort=truth(status, "abort"),
        aborted_at=text(status, "abortedAt"),
        promote_full=truth(status, "promoteFull"),
        pod_hash=text(status, "currentPodHash"),
        stable_hash=text(status, "stableRS"),
        blue_green=_blue_green(spec, status) if strategy is Strategy.BLUE_GREEN else None,
        weight=_weight(status),
        phase=text(status, "phase"),
        message=text(status, "message"),
        deadline_exceeded=_deadline_exceeded(status),
        analyses=_analyses(status),
        images=images_of(template_of(rollout)),
        emptied=not number(status, "updatedReplicas"),
        replicas=_replicas(spec, status),
    )


def _observed(metadata: Mapping[str, Any], spec: Mapping[str, Any], status: Mapping[str, Any]) -> bool:
    """The generation is written as text; one larger than the object's comes from a backup, and counts."""
    # Source: argoproj/argo-rollouts utils/rollout/rolloututil.go isGenerationObserved, isWorkloadGenerationObserved
    seen = digits(text(status, "observedGeneration"))
    if seen is None or seen < (number(metadata, "generation") or 0):
        return False
    if not inner(spec, "workloadRef"):
        return True
    workload = texts(metadata, "annotations").get(WORKLOAD_GENERATION, "")
    return workload == text(status, "workloadObservedGeneration")


def _strategy(spec: Mapping[str, Any]) -> Strategy | None:
    strategy = inner(spec, "strategy")
    if isinstance(strategy.get("canary"), Mapping):
        return Strategy.CANARY
    return Strategy.BLUE_GREEN if isinstance(strategy.get("blueGreen"), Mapping) else None


def _workload(spec: Mapping[str, Any]) -> WorkloadRef | None:
    ref = inner(spec, "workloadRef")
    if not ref:
        return None
    return WorkloadRef(kind=text(ref, "kind"), name=text(ref, "name"))


def _pause(condition: Mapping[str, Any]) -> Pause:
    return Pause(reason=text(condition, "reason"), started=text(condition, "startTime"), written=condition)


def _blue_green(spec: Mapping[str, Any], status: Mapping[str, Any]) -> BlueGreen:
    wanted, now = inner(spec, "strategy", "blueGreen"), inner(status, "blueGreen")
    return BlueGreen(
        promotes_itself=wanted.get("autoPromotionEnabled") is not False,
        promotes_after_seconds=number(wanted, "autoPromotionSeconds") or 0,
        active_service=text(wanted, "activeService"),
        preview_service=text(wanted, "previewService"),
        active=text(now, "activeSelector"),
    )


def _weight(status: Mapping[str, Any]) -> int | None:
    return number(inner(status, "canary", "weights", "canary"), "weight")


def _deadline_exceeded(status: Mapping[str, Any]) -> bool:
    return any(text(condition, "reason") == "ProgressDeadlineExceeded" for condition in items(status, "conditions"))


def _analyses(status: Mapping[str, Any]) -> tuple[AnalysisLink, ...]:
    canary, blue_green = inner(status, "canary"), inner(status, "blueGreen")
    links = (
        (RunKind.STEP, inner(canary, "currentStepAnalysisRunStatus")),
        (RunKind.BACKGROUND, inner(canary, "currentBackgroundAnalysisRunStatus")),
        (RunKind.PRE_PROMOTION, inner(blue_green, "prePromotionAnalysisRunStatus")),
        (RunKind.POST_PROMOTION, inner(blue_green, "postPromotionAnalysisRunStatus")),
    )
    return tuple(
        AnalysisLink(kind=kind, name=text(link, "name"), phase=text(link, "status"), message=text(link, "message"))
        for kind, link in links
        if text(link, "name")
    )


def _replicas(spec: Mapping[str, Any], status: Mapping[str, Any]) -> Replicas:
    wanted = number(spec, "replicas")
    return Replicas(
        wanted=1 if wanted is None else wanted,
        updated=number(status, "updatedReplicas") or 0,
        available=number(status, "availableReplicas") or 0,
    )
