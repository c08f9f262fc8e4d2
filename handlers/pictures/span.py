"""From times to places between a left and a right edge."""

from dataclasses import dataclass
from datetime import datetime, timedelta

_SHORTEST = timedelta(minutes=1)
"""What takes less is drawn as if it took so long."""

_OF_A_DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Span:
    left: int
    right: int
    since: datetime
    until: datetime

    @property
    def dated(self) -> bool:
        """Its times need their days."""
        return self.until - self.since > _OF_A_DAY

    def x(self, at: datetime) -> float:
        part = (at - self.since) / max(self.until - self.since, _SHORTEST)
        return self.left + (self.right - self.left) * min(max(part, 0.0), 1.0)
