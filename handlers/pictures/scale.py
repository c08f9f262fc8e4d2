"""Where the lines of a scale stand."""

from collections.abc import Iterator
from datetime import datetime, timedelta

_SECOND, _MINUTE, _HOUR, _DAY = 1, 60, 3600, 86400

_STEPS_SECONDS = (
    *(_SECOND * n for n in (1, 2, 5, 10, 15, 30)),
    *(_MINUTE * n for n in (1, 2, 5, 10, 15, 30)),
    *(_HOUR * n for n in (1, 2, 3, 6, 12)),
    *(_DAY * n for n in (1, 2, 5, 10, 20, 50, 100, 200, 500)),
)


def count_ticks(largest: int, *, about: int = 4) -> tuple[int, ...]:
    """Whole numbers from 0 to the first that is not below the largest."""
    raw = max(largest, 2) / about
    power = 10 ** (len(str(int(raw))) - 1)
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= raw)
    steps = max(1, -(-largest // step))
    return tuple(step * place for place in range(steps + 1))


def duration_ticks(largest: timedelta, *, about: int = 4) -> tuple[timedelta, ...]:
    """Round durations from nothing to the first that is not below the largest."""
    step = _step(max(largest.total_seconds(), 1) / about)
    last = max(1, -(-largest.total_seconds() // step))
    return tuple(timedelta(seconds=step * n) for n in range(int(last) + 1))


def time_ticks(since: datetime, until: datetime, *, at_most: int = 5) -> Iterator[datetime]:
    """Round times within a span, at most so many."""
    step = _step((until - since).total_seconds() / at_most)
    midnight = since.replace(hour=0, minute=0, second=0, microsecond=0)
    passed = (since - midnight).total_seconds()
    at = midnight + timedelta(seconds=-(-passed // step) * step)
    while at <= until:
        yield at
        at += timedelta(seconds=step)


def _step(raw_seconds: float) -> int:
    return next((step for step in _STEPS_SECONDS if step >= raw_seconds), _STEPS_SECONDS[-1])
