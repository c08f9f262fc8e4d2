"""A Canary in the practice cluster: what people set, what the engine wrote, and the pods below it."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from handlers.sandbox.flagger.checksums import short_hash
from handlers.sandbox.flagger.manifest import Manifest, Starts, Template
from handlers.sandbox.flagger.pods import Pods


class Phase(StrEnum):
    INITIALIZING = "Initializing"
    INITIALIZED = "Initialized"
    WAITING = "Waiting"
    PROGRESSING = "Progressing"
    WAITING_PROMOTION = "WaitingPromotion"
    PROMOTING = "Promoting"
    FINALISING = "Finalising"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"


ANALYSED = frozenset({Phase.PROGRESSING, Phase.WAITING_PROMOTION})
PROMOTED = frozenset({Phase.PROMOTING, Phase.FINALISING})
SETTLED = frozenset({Phase.INITIALIZED, Phase.SUCCEEDED, Phase.FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A Canary's status; `applied` and `promoted` are hashes of templates, empty before the first."""

    phase: Phase = Phase.INITIALIZING
    weight: int = 0
    iterations: int = 0
    failed_checks: int = 0
    applied: str = ""
    promoted: str = ""


@dataclass(slots=True, kw_only=True)
class Canary:
    """The cluster's memory of one Canary; it outlives the engine, whose ticks read and write it.

    Args:
        starting_takes: from when pods are wanted until they serve.
        values: what the metrics say now; None stands for no traffic, and a metric without a value is fine.
        weight: percent of traffic that the mesh sends to the canary.
        pods: of the target, while it has replicas.
        primary_pods: None until the engine has created the primary.
    """

    manifest: Manifest
    template: Template
    starting_takes: timedelta
    status: Status = Status()
    values: dict[str, float | None] = field(default_factory=dict)
    weight: int = 0
    pods: Pods | None = None
    primary_pods: Pods | None = None
    deleted: bool = False

    # What people do.

    def deploy(self, template: Template, at: datetime) -> None:
        """Set the target's template; pods that run are replaced."""
        if template == self.template:
            return
        self.template = template
        if self.pods:
            self.pods = self._target_pods(at, others_serve=self.pods.serve(at))

    def change(self, manifest: Manifest) -> None:
        self.manifest = manifest

    def delete(self) -> None:
        """Take the Canary away; a tick that has begun is finished, and nothing is said of it."""
        self.deleted = True

    # What the engine does.

    @property
    def wanted(self) -> str:
        """The hash of the target's template as it is now."""
        return short_hash(self.template.image)

    def enter(self, phase: Phase, *, iterations: int = 0) -> None:
        """Write a phase, and forget weight and iterations where Flagger does.

        Source: fluxcd/flagger pkg/canary/status.go setStatusPhase
        """
        self.status = replace(self.status, phase=phase)
        if phase not in {Phase.PROGRESSING, Phase.WAITING, Phase.PROMOTING}:
            self.status = replace(self.status, weight=0, iterations=iterations)
        if phase is Phase.SUCCEEDED:
            self.status = replace(self.status, promoted=self.status.applied)

    def sync(self, status: Status) -> None:
        """Write a whole status, and which template it is about: the one that is wanted now.

        Source: fluxcd/flagger pkg/canary/status.go syncCanaryStatus
        """
        promoted = self.wanted if status.phase is Phase.INITIALIZED else self.status.promoted
        self.status = replace(status, applied=self.wanted, promoted=promoted)

    def create_primary(self, at: datetime) -> None:
        self.primary_pods = self._primary_pods(at, others_serve=False)

    def promote(self, at: datetime) -> None:
        """Copy the target's template to the primary, which replaces its pods."""
        self.primary_pods = self._primary_pods(at, others_serve=True)

    def scale_up(self, at: datetime) -> None:
        self.pods = self._target_pods(at, others_serve=False)

    def scale_down(self) -> None:
        self.pods = None

    def _target_pods(self, at: datetime, *, others_serve: bool) -> Pods:
        starts = self.template.starts is not Starts.NOWHERE
        return self._pods(self.manifest.target, at, starts=starts, others_serve=others_serve)

    def _primary_pods(self, at: datetime, *, others_serve: bool) -> Pods:
        starts = self.template.starts is Starts.EVERYWHERE
        return self._pods(self.manifest.primary, at, starts=starts, others_serve=others_serve)

    def _pods(self, deployment: str, at: datetime, *, starts: bool, others_serve: bool) -> Pods:
        ready_at = at + self.starting_takes if starts else None
        return Pods(deployment=deployment, since=at, ready_at=ready_at, others_serve=others_serve)
