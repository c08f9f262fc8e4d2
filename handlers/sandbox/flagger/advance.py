"""The order within one tick.

Source: fluxcd/flagger pkg/controller/scheduler.go advanceCanary
"""

from collections.abc import Callable
from dataclasses import replace

from handlers.sandbox.flagger import events
from handlers.sandbox.flagger.calls import Steps
from handlers.sandbox.flagger.canary import ANALYSED, PROMOTED, Canary, Phase, Status
from handlers.sandbox.flagger.checks import checks_pass
from handlers.sandbox.flagger.endings import fail_promotion, finalise, promote_unanalysed, roll_back, shift_to_primary
from handlers.sandbox.flagger.gates import rollback_is_wanted, rollout_is_confirmed
from handlers.sandbox.flagger.pods import JUST_CREATED, NotReady, Pods, not_ready
from handlers.sandbox.flagger.strategies import advance
from handlers.sandbox.flagger.tick import Now, Tick


def advance_canary(canary: Canary, now: Now) -> Steps[None]:
    """Run one tick.  Dropped half way, as by a restart of the engine, it leaves what it had written."""
    if canary.deleted:
        return
    tick = Tick.over(canary, now)
    for stage in STAGES:
        if not (yield from stage(tick)):
            return
    yield from advance(tick)


def _is_reconciled(tick: Tick) -> Steps[bool]:
    if tick.manifest.suspend:
        yield from tick.tell(events.SUSPENDED)
        return False
    return True


def _primary_exists(tick: Tick) -> Steps[bool]:
    """Create the primary; the first deployment asks nobody."""
    if tick.status.phase is not Phase.INITIALIZING:
        return True
    if not tick.manifest.skip_analysis:
        yield from tick.tell(events.METRICS_AVAILABLE)
    trouble = _look_at(tick, tick.canary.primary_pods)
    if not tick.canary.primary_pods:
        tick.canary.create_primary(tick.now())
        trouble = JUST_CREATED
    if trouble and not tick.manifest.skip_analysis:
        yield from _complain_about_primary(tick, trouble)
        return False
    tick.canary.sync(Status(phase=Phase.INITIALIZED))
    tick.status = replace(tick.status, phase=Phase.INITIALIZED, applied=tick.canary.status.applied)
    yield from tick.tell(events.initialized(tick.manifest))
    return True


def _is_wanted_and_possible(tick: Tick) -> Steps[bool]:
    if not _run_is_wanted(tick):
        return False
    trouble = _look_at(tick, tick.canary.primary_pods)
    if trouble and not tick.manifest.skip_analysis:
        yield from _complain_about_primary(tick, trouble)
        return False
    return True


def _run_is_wanted(tick: Tick) -> bool:
    if tick.status.phase in ANALYSED | PROMOTED | {Phase.WAITING}:
        return True
    if tick.status.phase is Phase.FAILED:
        tick.canary.sync(tick.status)  # Every tick writes the status anew, with the template wanted by now.
    return _template_changed(tick)


def _template_changed(tick: Tick) -> bool:
    """A return to the promoted template is no change, in mid-run either.

    Source: fluxcd/flagger pkg/canary/spec.go hasSpecChanged
    """
    wanted = tick.canary.wanted
    return wanted not in {tick.status.promoted, tick.status.applied}


def _has_started(tick: Tick) -> Steps[bool]:
    if tick.status.phase in ANALYSED | PROMOTED:
        return True
    tick.status = tick.canary.status  # Read again: coming from Failed it names the pending template already.
    if (yield from rollout_is_confirmed(tick)):
        yield from tick.tell(events.scaling_up(tick.manifest), phase=Phase.PROGRESSING)
        if not tick.canary.pods:
            tick.canary.scale_up(tick.now())
        tick.canary.sync(Status(phase=Phase.PROGRESSING))
    return False


def _is_of_one_revision(tick: Tick) -> Steps[bool]:
    if tick.status.phase not in ANALYSED or not _template_changed(tick):
        return True
    yield from tick.tell(events.restarting(tick.manifest))
    tick.canary.weight = 0
    tick.canary.sync(Status(phase=Phase.PROGRESSING))
    return False


def _canary_is_ready(tick: Tick) -> Steps[bool]:
    trouble = _look_at(tick, tick.canary.pods)
    if not trouble:
        return True
    yield from tick.tell(events.canary_not_ready(tick.manifest, trouble.reason))
    if trouble.final:
        yield from roll_back(tick)
    return False


def _is_analysed(tick: Tick) -> Steps[bool]:
    if tick.manifest.skip_analysis:
        yield from promote_unanalysed(tick)
        return False
    return True


def _is_not_rolled_back(tick: Tick) -> Steps[bool]:
    if tick.status.phase in ANALYSED and (yield from rollback_is_wanted(tick)):
        yield from tick.tell(events.rolling_back_by_hook(tick.manifest))
        yield from roll_back(tick)
        return False
    return True


def _is_not_promoted_yet(tick: Tick) -> Steps[bool]:
    if tick.status.phase is Phase.PROMOTING:
        yield from shift_to_primary(tick)
        return False
    if tick.status.phase is Phase.FINALISING:
        yield from finalise(tick)
        return False
    return True


def _is_below_the_threshold(tick: Tick) -> Steps[bool]:
    if tick.status.failed_checks >= max(1, tick.analysis.threshold):
        yield from roll_back(tick)
        return False
    return True


def _look_at(tick: Tick, pods: Pods | None) -> NotReady | None:
    if not pods:
        return None
    deadlines = tick.manifest.progress_deadline, tick.manifest.target_deadline
    return not_ready(pods, tick.now(), deadline=deadlines[0], own_deadline=deadlines[1])


def _complain_about_primary(tick: Tick, trouble: NotReady) -> Steps[None]:
    yield from tick.tell(events.primary_not_ready(tick.manifest, trouble.reason))
    if not trouble.final:
        return
    if tick.status.phase in PROMOTED:
        yield from fail_promotion(tick, trouble.reason)
    else:
        yield from roll_back(tick)


STAGES: tuple[Callable[[Tick], Steps[bool]], ...] = (
    _is_reconciled,
    _primary_exists,
    _is_wanted_and_possible,
    _has_started,
    _is_of_one_revision,
    _canary_is_ready,
    _is_analysed,
    _is_not_rolled_back,
    _is_not_promoted_yet,
    _is_below_the_threshold,
    checks_pass,
)
