"""How long to wait before asking again."""

from collections.abc import Callable
from dataclasses import dataclass

FIRST_SECONDS = 1.0
MOST_SECONDS = 30.0


@dataclass(slots=True)
class Backoff:
    """Twice as long after each fault, and never at the same time as everybody else.

    Args:
        random: 0 up to 1.
    """

    random: Callable[[], float]
    faults: int = 0

    def next(self) -> float:
        """Return the seconds to wait."""
        seconds = min(MOST_SECONDS, FIRST_SECONDS * 2 ** min(self.faults, 10))
        self.faults += 1
        return self.spread(seconds)

    def spread(self, seconds: float) -> float:
        """From half of it to all of it."""
        return seconds * (0.5 + self.random() / 2)

    def reset(self) -> None:
        self.faults = 0
