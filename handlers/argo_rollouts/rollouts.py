"""A Rollout as one slim record: what its object says, and what follows from that alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from handlers.argo_rollouts.steps import Step, StepKind

KIND = "Rollout"


class Strategy(StrEnum):
    CANARY = "canary"
    BLUE_GREEN = "blue-green"


class PauseReason(StrEnum):
    # Source: argoproj/argo-rollouts pkg/apis/rollouts/v1alpha1/types.go PauseReason
    CANARY_PAUSE_STEP = "CanaryPauseStep"
    BLUE_GREEN_PAUSE = "BlueGreenPause"
    INCONCLUSIVE_ANALYSIS = "InconclusiveAnalysisRun"
    INCONCLUSIVE_EXPERIMENT = "InconclusiveExperiment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Why the controller waits, and since when: texts as it wrote them, since a patch tests them letter by letter."""

    reason: str
    started: str
    written: Mapping[str, Any] = field(compare=False, repr=False)


class RunKind(StrEnum):
    """Which analysis it is that a Rollout's status names."""

    STEP = "Step"
    BACKGROUND = "Background"
    PRE_PROMOTION = "PrePromotion"
    POST_PROMOTION = "PostPromotion"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisLink:
    kind: RunKind
    name: str
    phase: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replicas:
    wanted: int
    updated: int
    available: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadRef:
    """The object that holds the pod template in the Rollout's place."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BlueGreen:
    """What a blue-green Rollout is set to do by itself, and where its Services point: hashes, empty when unset."""

    promotes_itself: bool
    promotes_after_seconds: int
    active_service: str
    preview_service: str
    active: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """What matters of one Rollout.  Replica counts move all the time: two records that differ in them alone are equal.

    Args:
        observed: the controller has seen this very object, and its workload's template.
        workload_generation: of the object with the pod template, as the controller last saw it.
        revision: the number that the controller counts templates with; empty before the first.
        paused: somebody set `spec.paused`.
        step: index of the step that runs now; as many as there are steps when all are done.
        step_hash: of the steps that `step` counts; other steps begin the same revision again.
        weight: in percent, as the traffic really is; None: not known.
        pod_hash, stable_hash: of the template that is wanted, of the one that was fully rolled out last.
        images: by container, of the template that is wanted; empty with a workloadRef.
        emptied: no pod of the template that is wanted is left.
    """

    namespace: str
    name: str
    uid: str
    generation: int
    observed: bool
    deleted: bool
    strategy: Strategy | None
    workload: WorkloadRef | None = None
    workload_generation: str = ""
    revision: str = ""
    paused: bool = False
    steps: tuple[Step, ...] = ()
    step: int | None = None
    step_hash: str = ""
    pauses: tuple[Pause, ...] = ()
    controller_pause: bool = False
    abort: bool = False
    aborted_at: str = ""
    promote_full: bool = False
    pod_hash: str = ""
    stable_hash: str = ""
    blue_green: BlueGreen | None = None
    weight: int | None = None
    phase: str = ""
    message: str = ""
    deadline_exceeded: bool = False
    analyses: tuple[AnalysisLink, ...] = ()
    images: Mapping[str, str] = field(default_factory=dict)
    emptied: bool = True
    replicas: Replicas = field(compare=False)

    @property
    def fresh(self) -> bool:
        """What the status says is about this object, and no resume is on its way."""
        # Source: argoproj/argo-rollouts utils/rollout/rolloututil.go GetRolloutPhase
        resuming = self.controller_pause and not self.pauses
        return self.observed and not resuming and not self.deleted

    @property
    def first(self) -> bool:
        """Its first deployment: there is nothing to go back to, and no step is ever waited at."""
        return not self.stable_hash

    @property
    def promoted(self) -> bool:
        return bool(self.pod_hash) and self.pod_hash == self.stable_hash

    @property
    def current_step(self) -> Step | None:
        if self.step is None or not 0 <= self.step < len(self.steps):
            return None
        return self.steps[self.step]

    @property
    def planned_weight(self) -> int:
        """In percent: what the last step that set a weight asked for."""
        if self.promoted:
            return 100
        done = () if self.abort or self.step is None else self.steps[: self.step + 1]
        weights = [step.weight for step in done if step.kind is StepKind.SET_WEIGHT and step.weight is not None]
        return weights[-1] if weights else 0

    def paused_for(self, *reasons: PauseReason) -> bool:
        return any(pause.reason in reasons for pause in self.pauses)

    def analysis(self, kind: RunKind) -> AnalysisLink | None:
        return next((link for link in self.analyses if link.kind is kind), None)
