"""Lines for the card: steps with the current one marked, weights, pods."""

from collections.abc import Iterator
from datetime import datetime

from bot.domain.card import Evidence, Mark
from bot.domain.effects import Line, Moment
from handlers.argo_rollouts.rollouts import PauseReason, Rollout, RunKind
from handlers.argo_rollouts.steps import Step, StepKind
from handlers.argo_rollouts.waiting import (
    ends_by_itself,
    inconclusive,
    switches_at_once,
    unknown_reasons,
)

AROUND = 2
"""Steps that are shown before and after the current one."""


def details(rollout: Rollout) -> Iterator[Evidence]:
    yield from _steps(rollout)
    if rollout.blue_green is not None:
        yield _plain(_services(rollout))
    if rollout.weight is not None and rollout.weight != rollout.planned_weight:
        yield _plain(f"{rollout.weight} % of the traffic now, {rollout.planned_weight} % wanted")
    if (ends := ends_by_itself(rollout)) is not None:
        yield Evidence(mark=Mark.PLAIN, line=_goes_on(ends))
    counted = rollout.replicas
    if not rollout.promoted and counted.updated:
        pods = "1 pod" if counted.updated == 1 else f"{counted.updated} pods"
        yield _plain(f"{pods} of the new version; {counted.available} of {counted.wanted} serve in all")


def cautions(rollout: Rollout) -> Iterator[str]:
    if not rollout.fresh and not rollout.abort:
        yield "Argo Rollouts has not acted on the newest change yet: nobody is asked until it has."
    if rollout.deadline_exceeded:
        yield "Its deadline for progress has passed; it may still finish."
    if reasons := unknown_reasons(rollout):
        yield f"Paused for {', '.join(reasons)}, which is not known here: nobody is asked."
    if switches_at_once(rollout) and not rollout.promoted:
        yield "It switches users by itself as soon as its pods are ready: nobody is asked (autoPromotionEnabled)."
    yield from _accepting(rollout)


def _accepting(rollout: Rollout) -> Iterator[str]:
    match inconclusive(rollout):
        case RunKind.BACKGROUND if rollout.paused_for(PauseReason.CANARY_PAUSE_STEP):
            yield "A yes ends the pause too; the analysis then runs again beside the steps."
        case RunKind.BACKGROUND:
            yield "A yes goes on with the steps; the analysis runs again beside them."
        case RunKind.PRE_PROMOTION:
            yield "A yes promotes in full: nothing less accepts this analysis, and what is left of analysis is skipped."
        case RunKind.POST_PROMOTION | RunKind.STEP | None:
            pass  # A yes accepts just this one, or there is none to accept.


def _steps(rollout: Rollout) -> Iterator[Evidence]:
    """The current step with those around it; of thousands too."""
    if not rollout.steps or rollout.step is None:
        return
    now = min(rollout.step, len(rollout.steps))
    first, last = max(0, now - AROUND), min(len(rollout.steps), now + AROUND + 1)
    parts = [_marked(index, now, rollout.steps[index]) for index in range(first, last)]
    before, after = ["…"] if first else [], ["…"] if last < len(rollout.steps) else []
    many = f"step {min(now + 1, len(rollout.steps))} of {len(rollout.steps)}: "
    yield _plain(many + " → ".join([*before, *parts, *after]))


def _marked(index: int, now: int, step: Step) -> str:
    return f"[{told(step)}]" if index == now else told(step)


def told(step: Step) -> str:
    """A step in a few words."""
    match step.kind:
        case StepKind.SET_WEIGHT:
            return f"{step.weight} %" if step.weight is not None else "weight"
        case StepKind.PAUSE if not step.timed:
            return "asks"
        case StepKind.PAUSE:
            return f"waits {step.lasts}" if step.lasts is not None else "waits"
        case StepKind.ANALYSIS | StepKind.EXPERIMENT | StepKind.PLUGIN:
            return " ".join(filter(None, (step.kind.value, step.name)))
        case StepKind.SET_CANARY_SCALE:
            return f"scale {step.name}".strip()
        case StepKind.SET_HEADER_ROUTE:
            return f"header route {step.name}".strip()
        case StepKind.SET_MIRROR_ROUTE:
            return f"mirror route {step.name}".strip()
        case StepKind.UNKNOWN:
            return step.name or "unknown step"


def _services(rollout: Rollout) -> str:
    assert rollout.blue_green is not None
    services = rollout.blue_green
    who = "the new" if services.active == rollout.pod_hash else "the old"
    told_preview = f", {services.preview_service} shows the new one" if services.preview_service else ""
    return f"{services.active_service} gives users {who} version{told_preview}"


def _goes_on(ends: datetime) -> Line:
    return ("goes on by itself at ", Moment(ends))


def _plain(text: str) -> Evidence:
    return Evidence(mark=Mark.PLAIN, line=(text,))
