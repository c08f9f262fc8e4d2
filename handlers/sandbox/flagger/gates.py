"""The questions a release waits for, and the hooks around it.  Several of a type: the first no ends it for this tick.

Source: fluxcd/flagger pkg/controller/scheduler_hooks.go
"""

from dataclasses import replace

from handlers.sandbox.flagger import events
from handlers.sandbox.flagger.calls import Steps
from handlers.sandbox.flagger.canary import Phase
from handlers.sandbox.flagger.manifest import HookType
from handlers.sandbox.flagger.tick import Tick


def rollout_is_confirmed(tick: Tick) -> Steps[bool]:
    for hook in tick.hooks(HookType.CONFIRM_ROLLOUT):
        if not (yield from tick.ask(hook, tick.status.phase)).passes:
            if tick.status.phase is not Phase.WAITING:
                tick.canary.enter(Phase.WAITING)
                yield from tick.tell(events.halted(tick.manifest, f"waiting for approval {hook.name}"))
            return False
        yield from tick.tell(events.passed(hook))
    return True


def traffic_increase_is_confirmed(tick: Tick) -> Steps[bool]:
    for hook in tick.hooks(HookType.CONFIRM_TRAFFIC_INCREASE):
        if not (yield from tick.ask(hook, Phase.PROGRESSING)).passes:
            yield from tick.tell(events.halted(tick.manifest, f"waiting for traffic increase approval {hook.name}"))
            return False
        yield from tick.tell(events.passed(hook))
    return True


def promotion_is_confirmed(tick: Tick) -> Steps[bool]:
    """Ask; a no also takes one iteration back, so that the gate is asked in every second tick."""
    iterations = tick.analysis.iterations - 1
    for hook in tick.hooks(HookType.CONFIRM_PROMOTION):
        if not (yield from tick.ask(hook, Phase.PROGRESSING)).passes:
            if tick.status.phase is Phase.WAITING_PROMOTION:
                tick.canary.status = replace(tick.canary.status, iterations=iterations)
            else:
                tick.canary.enter(Phase.WAITING_PROMOTION, iterations=iterations)
                yield from tick.tell(events.halted(tick.manifest, f"waiting for promotion approval {hook.name}"))
            return False
        yield from tick.tell(events.passed(hook))
    return True


def rollback_is_wanted(tick: Tick) -> Steps[bool]:
    for hook in tick.hooks(HookType.ROLLBACK):
        if (yield from tick.ask(hook, tick.status.phase)).passes:
            yield from tick.tell(events.rollback_wanted(hook))
            return True
        yield from tick.tell(events.no_rollback_wanted(hook))
    return False


def pre_rollout_passes(tick: Tick) -> Steps[bool]:
    for hook in tick.hooks(HookType.PRE_ROLLOUT):
        answer = yield from tick.ask(hook, Phase.PROGRESSING)
        if not answer.passes:
            failed = f"pre-rollout check {hook.name} failed {answer.text}"
            yield from tick.tell(events.halted(tick.manifest, failed))
            return False
        yield from tick.tell(events.passed(hook))
    return True


def rollout_passes(tick: Tick) -> Steps[bool]:
    """Ask the rollout hooks, which say nothing when they pass."""
    for hook in tick.hooks(HookType.ROLLOUT):
        answer = yield from tick.ask(hook, Phase.PROGRESSING)
        if not answer.passes:
            failed = f"external check {hook.name} failed {answer.text}"
            yield from tick.tell(events.halted(tick.manifest, failed))
            return False
    return True


def post_rollout(tick: Tick, phase: Phase, *, told_as: Phase) -> Steps[None]:
    """Call the last hooks with `phase`, and tell of it as `told_as`: after a rollback that is still the old phase."""
    for hook in tick.hooks(HookType.POST_ROLLOUT):
        answer = yield from tick.ask(hook, phase)
        if not answer.passes:
            yield from tick.tell(events.post_rollout_failed(hook, answer.text), phase=told_as)
            return
        yield from tick.tell(events.passed(hook), phase=told_as)
