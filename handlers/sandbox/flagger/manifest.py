"""What people write down for the engine: the Canary's manifest, and the pod template it watches."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

KUBERNETES = "kubernetes"
"""The provider that moves no traffic; any other name stands for a mesh or an ingress."""

TOTAL_WEIGHT = 100  # Percent.


class HookType(StrEnum):
    CONFIRM_ROLLOUT = "confirm-rollout"
    PRE_ROLLOUT = "pre-rollout"
    ROLLOUT = "rollout"
    CONFIRM_TRAFFIC_INCREASE = "confirm-traffic-increase"
    CONFIRM_PROMOTION = "confirm-promotion"
    POST_ROLLOUT = "post-rollout"
    ROLLBACK = "rollback"
    EVENT = "event"


class Strategy(StrEnum):
    CANARY = "canary"
    AB_TESTING = "ab-testing"
    BLUE_GREEN = "blue-green"


class Starts(StrEnum):
    """Where the pods of a template get ready."""

    EVERYWHERE = "everywhere"
    NOWHERE = "nowhere"
    NOT_AS_PRIMARY = "not as primary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """What a Deployment runs; equal images are the same revision."""

    image: str
    starts: Starts = Starts.EVERYWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    name: str
    type: HookType
    url: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    timeout: timedelta = timedelta(seconds=10)
    retries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A value that is checked in every tick.

    Args:
        name: `request-success-rate` (percent) and `request-duration` (milliseconds) are told in words of their own.
        minimum, maximum: inclusive.
    """

    name: str
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """How a new version is tried.

    Args:
        match: by header; with iterations it makes an A/B test.
        step_weight_promotion: percent that go back to the primary in each tick of the promotion; 0: all at once.
    """

    threshold: int = 1
    iterations: int = 0
    match: bool = False
    max_weight: int = TOTAL_WEIGHT
    step_weight: int = 0
    step_weight_promotion: int = 0
    metrics: tuple[Metric, ...] = ()
    hooks: tuple[Hook, ...] = ()

    # Source: fluxcd/flagger pkg/apis/flagger/v1beta1/canary.go DeploymentStrategy
    @property
    def strategy(self) -> Strategy:
        if self.iterations < 1:
            return Strategy.CANARY
        return Strategy.AB_TESTING if self.match else Strategy.BLUE_GREEN

    def of_type(self, kind: HookType) -> tuple[Hook, ...]:
        return tuple(hook for hook in self.hooks if hook.type is kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A Canary's spec, with the name it has.

    Args:
        target: the Deployment's name.
        progress_deadline: how long pods may stay unavailable.
        target_deadline: the Deployment's own, how long its rolling update may take.
        global_event_hook: the engine's own; it hears of Canaries without an event hook, and has no metadata.
    """

    namespace: str
    name: str
    target: str
    analysis: Analysis
    provider: str = KUBERNETES
    progress_deadline: timedelta = timedelta(minutes=10)
    target_deadline: timedelta = timedelta(minutes=10)
    skip_analysis: bool = False
    suspend: bool = False
    global_event_hook: Hook | None = None

    @property
    def primary(self) -> str:
        return f"{self.target}-primary"

    @property
    def moves_traffic(self) -> bool:
        return self.provider != KUBERNETES

    @property
    def event_hooks(self) -> tuple[Hook, ...]:
        """Own ones, or else the global one.

        Source: fluxcd/flagger pkg/controller/events.go sendEventToWebhook
        """
        own = self.analysis.of_type(HookType.EVENT)
        return own or ((self.global_event_hook,) if self.global_event_hook else ())
