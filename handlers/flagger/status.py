"""What a Canary's status says of its run.

The words lie at places: in WaitingPromotion the weight stands at 0 while the traffic stays where it was, and the
count of failed checks is set back when it ends.  Source: fluxcd/flagger pkg/canary/status.go, 1.44.0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.run import Facts
from bot.domain.sight import Standing
from handlers.flagger.manifests.canary import Canary, Strategy

_STANDINGS = {
    "Waiting": Standing.WAITING,
    "Progressing": Standing.PROGRESSING,
    "WaitingPromotion": Standing.PROGRESSING,
    "Promoting": Standing.PROMOTING,
    "Finalising": Standing.PROMOTING,
    "Succeeded": Standing.PROMOTED,
    "Failed": Standing.ROLLED_BACK,
    "Terminating": Standing.GONE,
    "Terminated": Standing.GONE,
}
"""Other phases, unknown ones too, say nothing of a run."""

ALL_ON_THE_CANARY = 100
"""The weight of a Canary whose promotion failed: the old version does not serve any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """`status` of a Canary, with what its `spec.analysis` says of the same numbers.

    Args:
        applied, configs: opaque words for the template and the configuration it works on.
    """

    phase: str
    weight: int
    iteration: int
    failed_checks: int
    applied: str
    configs: Mapping[str, str]

    @property
    def standing(self) -> Standing:
        standing = _STANDINGS.get(self.phase, Standing.IDLE)
        broken = standing is Standing.ROLLED_BACK and self.weight == ALL_ON_THE_CANARY
        return Standing.FAILED if broken else standing

    @property
    def works_on(self) -> str:
        """One word for what it works on: it changes when another revision is taken up, and only then."""
        return " ".join([self.applied, *(f"{name}:{digest}" for name, digest in sorted(self.configs.items()))])


def read_status(fields: Mapping[str, Any]) -> Status:
    """Take in the status; what is missing or of another form counts as not there."""
    status = fields.get("status")
    status = status if isinstance(status, dict) else {}
    configs = status.get("trackedConfigs")
    return Status(
        phase=_text(status.get("phase")),
        weight=_number(status.get("canaryWeight")),
        iteration=_number(status.get("iterations")),
        failed_checks=_number(status.get("failedChecks")),
        applied=_text(status.get("lastAppliedSpec")),
        configs={str(name): str(digest) for name, digest in configs.items()} if isinstance(configs, dict) else {},
    )


def facts(status: Status, canary: Canary, *, iterations: int) -> Facts:
    """What the card tells of how far it is; None where the status does not say it, or lies."""
    under_way = status.standing.under_way
    weighted = canary.strategy is Strategy.WEIGHTED
    counts = not weighted and under_way and 0 <= status.iteration <= iterations
    return Facts(
        weight=status.weight if weighted and status.phase == "Progressing" else None,
        iteration=status.iteration if counts else None,
        iterations=iterations if counts else None,
        failed_checks=status.failed_checks if under_way else None,
        threshold=max(canary.threshold, 1) if canary.analysed else None,
        suspended=canary.suspended,
        skipped=canary.skips_analysis and under_way,
    )


def at_top(status: Status, fields: Mapping[str, Any]) -> bool:
    """Whether the traffic stands at the highest weight, where one more question comes and no step follows."""
    return status.phase == "Progressing" and 0 < highest_weight(fields) <= status.weight


def highest_weight(fields: Mapping[str, Any]) -> int:
    """Source: fluxcd/flagger pkg/controller/scheduler.go maxWeight."""
    spec = fields.get("spec")
    analysis = spec.get("analysis") if isinstance(spec, dict) else None
    analysis = analysis if isinstance(analysis, dict) else {}
    steps = [step for step in analysis.get("stepWeights") or () if isinstance(step, int)]
    if steps:
        return min(steps[-1], ALL_ON_THE_CANARY)
    return _number(analysis.get("maxWeight")) or ALL_ON_THE_CANARY


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
