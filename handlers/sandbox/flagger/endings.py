"""How a run ends: promoted, promoted unanalysed, rolled back, or in a promotion that broke.

Source: fluxcd/flagger pkg/controller/scheduler.go
"""

from dataclasses import replace

from handlers.sandbox.flagger import events
from handlers.sandbox.flagger.calls import Steps
from handlers.sandbox.flagger.canary import Phase, Status
from handlers.sandbox.flagger.gates import post_rollout
from handlers.sandbox.flagger.manifest import TOTAL_WEIGHT
from handlers.sandbox.flagger.tick import Tick


def shift_to_primary(tick: Tick) -> Steps[None]:
    """Phase Promoting, with a primary that is ready."""
    if not tick.manifest.moves_traffic:
        tick.canary.enter(Phase.FINALISING)
    elif not tick.analysis.step_weight_promotion:
        yield from tick.tell(events.ALL_TO_PRIMARY)
        tick.canary.weight = 0
        tick.canary.enter(Phase.FINALISING)
    else:
        yield from _shift_a_step(tick)


def _shift_a_step(tick: Tick) -> Steps[None]:
    if not tick.weight:
        return
    tick.canary.weight = max(0, tick.weight - tick.analysis.step_weight_promotion)
    yield from tick.tell(events.advanced_to_primary_weight(tick.manifest, TOTAL_WEIGHT - tick.weight))
    if tick.weight:
        tick.canary.status = replace(tick.canary.status, weight=tick.weight)
    else:
        tick.canary.enter(Phase.FINALISING)


def finalise(tick: Tick) -> Steps[None]:
    tick.canary.scale_down()
    tick.canary.enter(Phase.SUCCEEDED)
    yield from post_rollout(tick, Phase.SUCCEEDED, told_as=Phase.SUCCEEDED)
    yield from tick.tell(events.promoted(tick.manifest), phase=Phase.SUCCEEDED)


def promote_unanalysed(tick: Tick) -> Steps[None]:
    """Promote with no gate asked, because of `skipAnalysis`."""
    tick.canary.weight = 0
    yield from tick.tell(events.copying(tick.manifest))
    tick.canary.promote(tick.now())
    tick.canary.scale_down()
    tick.canary.enter(Phase.SUCCEEDED)
    yield from post_rollout(tick, Phase.SUCCEEDED, told_as=Phase.SUCCEEDED)
    yield from tick.tell(events.promoted_unanalysed(tick.manifest), phase=Phase.SUCCEEDED)


def roll_back(tick: Tick) -> Steps[None]:
    failed_checks = tick.status.failed_checks
    if failed_checks >= max(1, tick.analysis.threshold):
        yield from tick.tell(events.rolling_back_by_checks(tick.manifest, failed_checks))
    tick.canary.weight = 0
    # The event says Failed before the status does; what post-rollout tells of afterwards says the old phase.
    yield from tick.tell(events.rolled_back(tick.manifest), phase=Phase.FAILED)
    tick.canary.scale_down()
    tick.canary.sync(Status(phase=Phase.FAILED))
    yield from post_rollout(tick, Phase.FAILED, told_as=tick.status.phase)


def fail_promotion(tick: Tick, reason: str) -> Steps[None]:
    """The canary is the only healthy copy: it keeps running, with all the traffic."""
    yield from tick.tell(events.promotion_failed(tick.manifest, reason))
    tick.canary.weight = TOTAL_WEIGHT
    tick.canary.sync(Status(phase=Phase.FAILED, weight=TOTAL_WEIGHT))
    yield from post_rollout(tick, Phase.FAILED, told_as=tick.status.phase)
