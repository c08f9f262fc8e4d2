"""Metrics as lines of the card."""

from bot.domain.card import Evidence, Mark
from handlers.flagger.measuring import Measured
from handlers.flagger.metrics import DURATION, SUCCESS_RATE, Metric

LARGE, TOO_LARGE = 100, 1e12
FEWEST_DIGITS, FEWEST_DIGITS_OF_LARGE, MOST_DIGITS = 1, 0, 7  # Behind the point.

_NAMES = {SUCCESS_RATE: "success", DURATION: "p99"}
_MARKS = {True: Mark.GOOD, False: Mark.BAD, None: Mark.PLAIN}


def metric_lines(measured: tuple[Measured, ...]) -> tuple[Evidence, ...]:
    """`✓ success 99.7 % (≥ 99)`: value, limit, and whether it keeps to it."""
    return tuple(_line(one) for one in measured)


def _line(one: Measured) -> Evidence:
    name, limit = _NAMES.get(one.metric.name, one.metric.name), _limit(one.metric)
    if one.value is None:
        return Evidence(mark=Mark.PLAIN, line=(f"{name} not known{limit}",))
    value = " ".join(filter(None, (_number(one.value, one.metric), one.metric.unit)))
    if not one.fresh:
        return Evidence(mark=Mark.PLAIN, line=(f"{name} {value}{limit}, perhaps of an earlier run",))
    return Evidence(mark=_MARKS[one.within], line=(f"{name} {value}{limit}",))


def _limit(metric: Metric) -> str:
    limits = [f"{sign} {limit:g}" for sign, limit in (("≥", metric.low), ("≤", metric.high)) if limit is not None]
    return f" ({', '.join(limits)})" if limits else ""


def _number(value: float, metric: Metric) -> str:
    """As few digits as tell on which side of its limits it is: 98.996 is not 99."""
    if abs(value) >= TOO_LARGE:
        return f"{value:.4g}"
    limits = [limit for limit in (metric.low, metric.high) if limit is not None]
    fewest = FEWEST_DIGITS_OF_LARGE if abs(value) >= LARGE else FEWEST_DIGITS
    for digits in range(fewest, MOST_DIGITS):
        shown = round(value, digits)
        if all((shown > limit) - (shown < limit) == (value > limit) - (value < limit) for limit in limits):
            break
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
