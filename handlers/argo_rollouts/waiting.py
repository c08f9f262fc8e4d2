"""When a Rollout waits for a person, and for what.

Source: argoproj/argo-rollouts rollout/pause.go requiresManualAction, completedPauseStep
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.policy import Stage
from handlers.argo_rollouts.rollouts import PauseReason, Rollout, RunKind, Strategy
from handlers.argo_rollouts.steps import StepKind

ANALYSED = (PauseReason.INCONCLUSIVE_ANALYSIS, PauseReason.INCONCLUSIVE_EXPERIMENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a gate is bound to.  Two pauses of one revision differ in when they began, if in nothing else.

    Args:
        pauses: reason and start of each, as the controller wrote them.
    """

    uid: str
    pod_hash: str
    revision: str
    step: int | None
    pauses: tuple[tuple[str, str], ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "uid": self.uid,
            "pod_hash": self.pod_hash,
            "revision": self.revision,
            "step": self.step,
            "pauses": [list(pause) for pause in self.pauses],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Evidence":
        return cls(
            uid=kept["uid"],
            pod_hash=kept["pod_hash"],
            revision=kept["revision"],
            step=kept["step"],
            pauses=tuple((reason, started) for reason, started in kept["pauses"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A question to people.

    Args:
        step: what tells it from the other gates of its stage: the index of the step, where there is one.
        since: when the controller began to wait; None: it wrote no time that can be read.
        run: the analysis that it is about.
    """

    stage: Stage
    step: str
    since: datetime | None
    evidence: Evidence
    run: RunKind | None = None


def waits(rollout: Rollout) -> Wait | None:
    """What people are asked now; None: nobody is waited for, or the status cannot be trusted."""
    return waited(rollout) if rollout.fresh else None


def waited(rollout: Rollout) -> Wait | None:
    """What it waited for when the controller acted last, whatever has been written since."""
    if rollout.deleted or rollout.abort or rollout.promoted or rollout.promote_full or rollout.first:
        return None
    if not rollout.pauses or unknown_reasons(rollout):
        return None
    run = inconclusive(rollout)
    if (stage := _stage(rollout, run)) is None:
        return None
    return Wait(
        stage=stage,
        step="" if rollout.step is None else str(rollout.step),
        since=read_time(rollout.pauses[0].started),
        evidence=evidence(rollout),
        run=run,
    )


def evidence(rollout: Rollout) -> Evidence:
    return Evidence(
        uid=rollout.uid,
        pod_hash=rollout.pod_hash,
        revision=rollout.revision,
        step=rollout.step,
        pauses=tuple((pause.reason, pause.started) for pause in rollout.pauses),
    )


def unknown_reasons(rollout: Rollout) -> tuple[str, ...]:
    """Reasons of pauses that no version known here gives.  A yes would end those pauses too: nobody is asked."""
    return tuple(pause.reason for pause in rollout.pauses if pause.reason not in set(PauseReason))


def inconclusive(rollout: Rollout) -> RunKind | None:
    """Which analysis left it to people; an experiment counts as the step it is."""
    if rollout.paused_for(PauseReason.INCONCLUSIVE_EXPERIMENT):
        return RunKind.STEP
    if not rollout.paused_for(PauseReason.INCONCLUSIVE_ANALYSIS):
        return None
    named = next((link.kind for link in rollout.analyses if link.phase == "Inconclusive"), None)
    if named is not None:
        return named
    step = rollout.current_step
    return RunKind.STEP if step is not None and step.kind is StepKind.ANALYSIS else RunKind.BACKGROUND


def can_be_analysed_again(rollout: Rollout) -> bool:
    """Nothing else waits beside an inconclusive analysis that would end with it."""
    other = rollout.paused_for(PauseReason.CANARY_PAUSE_STEP, PauseReason.BLUE_GREEN_PAUSE)
    return inconclusive(rollout) is not None and not other


def ends_by_itself(rollout: Rollout) -> datetime | None:
    """When a pause ends that waits for no person; None: there is none, or its end cannot be told."""
    pause = next((p for p in rollout.pauses if p.reason not in ANALYSED), None)
    since = read_time(pause.started) if pause is not None else None
    lasts = _lasts(rollout)
    if since is None or lasts is None or rollout.paused_for(*ANALYSED):
        return None
    return since + lasts


def asks_later(rollout: Rollout) -> bool:
    """People will be asked again before everybody has it; an analysis that may be inconclusive does not count."""
    if rollout.blue_green is not None:
        return not rollout.blue_green.promotes_itself and rollout.blue_green.active != rollout.pod_hash
    further = rollout.steps if rollout.step is None else rollout.steps[rollout.step + 1 :]
    return any(step.waits_for_people for step in further)


def _lasts(rollout: Rollout) -> timedelta | None:
    if rollout.blue_green is not None:
        settings = rollout.blue_green
        timed = settings.promotes_itself and settings.promotes_after_seconds > 0
        return timedelta(seconds=settings.promotes_after_seconds) if timed else None
    step = rollout.current_step
    return step.lasts if step is not None and step.kind is StepKind.PAUSE else None


def _stage(rollout: Rollout, run: RunKind | None) -> Stage | None:
    """Several reasons at once are one question, since one yes ends them all: the pause that people set comes first."""
    step = rollout.current_step
    if rollout.paused_for(PauseReason.CANARY_PAUSE_STEP) and step is not None and step.waits_for_people:
        return Stage.STEP
    waits_to_switch = rollout.blue_green is not None and not rollout.blue_green.promotes_itself
    if rollout.paused_for(PauseReason.BLUE_GREEN_PAUSE) and waits_to_switch:
        return Stage.PROMOTION
    if run is RunKind.PRE_PROMOTION:
        return Stage.PROMOTION  # Accepting it can only be done by promoting in full.
    if run is not None and rollout.strategy is not None:
        return Stage.ANALYSIS
    return None


def read_time(text: str) -> datetime | None:
    """A time as Kubernetes writes it, in UTC."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def switches_at_once(rollout: Rollout) -> bool:
    """Blue-green that promotes as soon as the new pods are ready: there is no moment to ask anybody."""
    settings = rollout.blue_green
    return (
        rollout.strategy is Strategy.BLUE_GREEN
        and settings is not None
        and settings.promotes_itself
        and not settings.promotes_after_seconds
    )
