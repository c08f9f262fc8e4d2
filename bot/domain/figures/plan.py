"""What is told regularly, and what of it is due now."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from bot.domain.effects import Destination
from bot.domain.figures.insights import Period
from bot.domain.figures.summary import DueSummary
from bot.domain.figures.timetable import Timetable, instant

LOOKS_BACK = timedelta(days=31)
"""However long nothing could be told, a summary is about no more than this, or than its own period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A summary as the settings have it.

    Args:
        at: the timetable as it is written: with another one, it is another plan.
        period: how far a summary looks back at least.
    """

    name: str
    at: str
    timetable: Timetable
    zone: tzinfo
    zone_name: str
    period: timedelta
    to: tuple[Destination, ...]

    @property
    def rule(self) -> str:
        """What its slots are known by."""
        return f"{self.name}: {self.at} {self.zone_name}"

    def slot(self, now: datetime) -> datetime | None:
        """The newest slot that has come, as local time."""
        return self.timetable.latest(now, self.zone)

    def due(self, slot: datetime, *, last: datetime) -> DueSummary:
        """The summary of a slot.

        Args:
            last: until when the channel knows already; between two summaries nothing is left out.
        """
        at = instant(slot, self.zone)
        start = min(at - self.period, max(last, at - LOOKS_BACK))
        return DueSummary(name=self.name, at=at, period=Period(start=start, end=at, zone=self.zone_name))
