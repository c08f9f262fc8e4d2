"""How fast a chat may be spoken to, so that it never has to tell us to slow down."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """So many at once, and so many a second after that."""

    burst: float
    each_second: float


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


@dataclass(slots=True)
class Pace:
    """Counts what is sent, for each thing that has a limit of its own.

    Args:
        clock: seconds that only ever grow.
    """

    clock: Callable[[], float]
    _buckets: dict[str, _Bucket] = field(default_factory=dict)
    _held: dict[str, float] = field(default_factory=dict)

    def take(self, name: str, budget: Budget) -> float:
        """Take one, or tell in how many seconds one can be had: 0.0 means that it was taken."""
        now = self.clock()
        if (held := self._held.get(name, now)) > now:
            return held - now
        bucket = self._buckets.setdefault(name, _Bucket(budget.burst, now))
        bucket.left = min(budget.burst, bucket.left + (now - bucket.at) * budget.each_second)
        bucket.at = now
        if bucket.left < 1:
            return (1 - bucket.left) / budget.each_second
        bucket.left -= 1
        return 0.0

    def hold(self, name: str, seconds: float) -> None:
        """The chat asked for so long a pause."""
        self._held[name] = self.clock() + seconds
