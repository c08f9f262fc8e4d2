"""The step at a tick's end: more traffic or one more iteration, and at the top the question for the promotion.

Source: fluxcd/flagger pkg/controller/scheduler.go runCanary, runAB, runBlueGreen
"""

from dataclasses import replace

from handlers.sandbox.flagger import events
from handlers.sandbox.flagger.calls import Steps
from handlers.sandbox.flagger.canary import Phase
from handlers.sandbox.flagger.gates import promotion_is_confirmed, traffic_increase_is_confirmed
from handlers.sandbox.flagger.manifest import TOTAL_WEIGHT, Strategy
from handlers.sandbox.flagger.tick import Tick

ITERATIONS_WITHOUT_TRAFFIC = 10


def advance(tick: Tick) -> Steps[None]:
    if not tick.manifest.moves_traffic:
        yield from _adapt(tick)
    match tick.analysis.strategy:
        case Strategy.CANARY:
            yield from _weighted(tick)
        case Strategy.AB_TESTING:
            yield from _ab_testing(tick)
        case Strategy.BLUE_GREEN:
            yield from _blue_green(tick)


def _adapt(tick: Tick) -> Steps[None]:
    """Read the analysis as Blue/Green where no traffic can be moved, and say so in every tick."""
    if tick.analysis.match:
        yield from tick.tell(events.NO_AB_TESTING)
        tick.manifest = replace(tick.manifest, analysis=replace(tick.analysis, match=False))
    if tick.analysis.iterations < 1:
        yield from tick.tell(events.NO_PROGRESSIVE_TRAFFIC)
        yield from tick.tell(events.TEN_ITERATIONS)
        analysis = replace(tick.analysis, iterations=ITERATIONS_WITHOUT_TRAFFIC)
        tick.manifest = replace(tick.manifest, analysis=analysis)


def _weighted(tick: Tick) -> Steps[None]:
    if tick.analysis.step_weight < 1:
        return
    # The question comes at the top too, where no increase follows.
    asks = tick.status.phase is not Phase.WAITING_PROMOTION
    if asks and not (yield from traffic_increase_is_confirmed(tick)):
        return
    if tick.weight < tick.analysis.max_weight:
        weight = min(TOTAL_WEIGHT, tick.weight + tick.analysis.step_weight)
        tick.canary.weight = weight
        tick.canary.status = replace(tick.canary.status, weight=weight)
        yield from tick.tell(events.advanced_to_weight(tick.manifest, weight))
    elif (yield from promotion_is_confirmed(tick)):
        yield from _copy(tick)


def _ab_testing(tick: Tick) -> Steps[None]:
    if tick.analysis.iterations > tick.status.iterations:
        tick.canary.weight = TOTAL_WEIGHT
        yield from _iterate(tick)
    elif (yield from promotion_is_confirmed(tick)) and tick.analysis.iterations == tick.status.iterations:
        yield from _copy(tick)


def _blue_green(tick: Tick) -> Steps[None]:
    """The gate is asked twice: its first yes moves the traffic, its second, a tick later, promotes."""
    if tick.analysis.iterations > tick.status.iterations:
        yield from _iterate(tick)
    elif not (yield from promotion_is_confirmed(tick)):
        return
    elif tick.analysis.iterations == tick.status.iterations:
        if tick.manifest.moves_traffic:
            yield from tick.tell(events.ALL_TO_CANARY)
            tick.canary.weight = TOTAL_WEIGHT
        tick.canary.status = replace(tick.canary.status, iterations=tick.status.iterations + 1)
    else:
        yield from _copy(tick)


def _iterate(tick: Tick) -> Steps[None]:
    iteration = tick.status.iterations + 1
    tick.canary.status = replace(tick.canary.status, iterations=iteration)
    yield from tick.tell(events.advanced_to_iteration(tick.manifest, iteration, tick.analysis.iterations))


def _copy(tick: Tick) -> Steps[None]:
    yield from tick.tell(events.copying(tick.manifest))
    tick.canary.promote(tick.now())
    tick.canary.enter(Phase.PROMOTING)
