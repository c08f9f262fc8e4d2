"""Whether the new version does well: rollout hooks first, then metrics until the first that fails.

Source: fluxcd/flagger pkg/controller/scheduler_metrics.go
"""

from dataclasses import replace

from handlers.sandbox.flagger import events
from handlers.sandbox.flagger.calls import Steps
from handlers.sandbox.flagger.events import Event
from handlers.sandbox.flagger.gates import pre_rollout_passes, rollout_passes
from handlers.sandbox.flagger.manifest import Manifest, Metric
from handlers.sandbox.flagger.tick import Tick

SUCCESS_RATE = "request-success-rate"
DURATION = "request-duration"
BUILT_IN = (SUCCESS_RATE, DURATION)


def checks_pass(tick: Tick) -> Steps[bool]:
    """Check, and count it if that fails; the count never goes down within a run."""
    starts = tick.weight == 0 and tick.status.iterations == 0
    if not (yield from (_first_checks(tick) if starts else _checks(tick))):
        tick.canary.status = replace(tick.canary.status, failed_checks=tick.status.failed_checks + 1)
        return False
    return True


def _first_checks(tick: Tick) -> Steps[bool]:
    """No traffic yet: nothing to measure."""
    yield from tick.tell(events.starting_analysis(tick.manifest))
    return (yield from pre_rollout_passes(tick))


def _checks(tick: Tick) -> Steps[bool]:
    if not (yield from rollout_passes(tick)):
        return False
    for metric in sorted(tick.analysis.metrics, key=lambda metric: metric.name not in BUILT_IN):
        if metric.name in tick.canary.values:
            complaint = complain(tick.manifest, metric, tick.canary.values[metric.name])
            if complaint:
                yield from tick.tell(complaint)
                return False
    return True


def complain(manifest: Manifest, metric: Metric, value: float | None) -> Event | None:
    """Say what is wrong with a value, in percent, milliseconds or the metric's own unit; None when nothing is."""
    if value is None:
        return events.no_values(_unmeasured(manifest, metric.name))
    if metric.minimum is not None and value < metric.minimum:
        return events.halted(manifest, _compared(metric.name, value, "<", metric.minimum))
    if metric.maximum is not None and value > metric.maximum:
        return events.halted(manifest, _compared(metric.name, value, ">", metric.maximum))
    return None


def _unmeasured(manifest: Manifest, metric: str) -> str:
    if metric not in BUILT_IN:
        return f"custom metric: {metric}: no values found"
    target = f"{manifest.target}.{manifest.namespace}"
    idle = f"{manifest.provider} metric {metric} probably {target} is not receiving traffic"
    return f"{idle}: running query failed: no values found" if metric == SUCCESS_RATE else idle


def _compared(metric: str, value: float, sign: str, threshold: float) -> str:
    if metric == SUCCESS_RATE:
        return f"success rate {value:.2f}% {sign} {_shortest(threshold)}%"
    if metric == DURATION:
        return f"request duration {_duration(value)} {sign} {_duration(threshold)}"
    return f"{metric} {value:.2f} {sign} {_shortest(threshold)}"


def _shortest(value: float) -> str:
    return repr(float(value)).removesuffix(".0")


def _duration(milliseconds: float) -> str:
    """Write whole milliseconds as Go writes a duration."""
    whole = int(milliseconds)
    if whole == 0:
        return "0s"
    if whole < 1000:  # noqa: PLR2004 - milliseconds in a second
        return f"{whole}ms"
    minutes, rest = divmod(whole, 60_000)
    seconds = _shortest(rest / 1000)
    return f"{minutes}m{seconds}s" if minutes else f"{seconds}s"
