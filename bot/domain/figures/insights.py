"""Figures about releases and about waiting for people, as data.  What each means is defined in docs/insights.md."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from bot.domain.decision import Surface
from bot.domain.policy import Stage

FEWEST = 5
"""Below so many values a median, a 90th percentile or a share is too few to say."""

LONGEST = timedelta(days=366)

_PERIOD = re.compile(r"([1-9][0-9]{0,4})([hdw])")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From `start` up to `end`, which it does not contain.

    Args:
        zone: the IANA name of the zone whose days and hours are counted.
    """

    start: datetime
    end: datetime
    zone: str = "UTC"

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    def at_least(self, length: timedelta) -> "Period":
        """The same, begun earlier if it is shorter."""
        return replace(self, start=min(self.start, self.end - length))

    @property
    def before(self) -> "Period":
        """The one before it, just as long."""
        return Period(start=self.start - self.length, end=self.start, zone=self.zone)


def period_length(text: str) -> timedelta:
    """Read a period as people type it: `12h`, `7d`, `4w`.

    Raises:
        ValueError: it is none; the message says what would be right.
    """
    form = _PERIOD.fullmatch(text.strip().lower())
    if form is None:
        raise ValueError("A period is a number of hours, days or weeks, such as 12h, 7d or 4w.")
    length = int(form[1]) * _UNITS[form[2]]
    if length > LONGEST:
        raise ValueError(f"A period is {LONGEST.days}d at the most.")
    return length


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How long something took: median and 90th percentile, by nearest rank; None: too few to say."""

    count: int = 0
    median: timedelta | None = None
    p90: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many of so many."""

    part: int = 0
    of: int = 0

    @property
    def percent(self) -> int | None:
        """None: too few to say."""
        return round(100 * self.part / self.of) if self.of >= FEWEST else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """How many releases ended how."""

    promoted: int = 0
    rolled_back: int = 0
    failed: int = 0
    superseded: int = 0
    ended: int = 0

    @property
    def total(self) -> int:
        return self.promoted + self.rolled_back + self.failed + self.superseded + self.ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of a period's zone.

    Args:
        waiting: of the gates that people answered on that day; told of a single one too, as a point of a chart.
    """

    day: date
    outcomes: Outcomes = Outcomes()
    waiting: Spread = Spread()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How long gates waited until people had answered, by what they have in common.

    Args:
        by_team: by namespace.
        by_hour: by the hour of the day, 0 to 23, in which the gate asked.
    """

    all: Spread = Spread()
    by_stage: Mapping[Stage, Spread] = field(default_factory=dict)
    by_team: Mapping[str, Spread] = field(default_factory=dict)
    by_hour: Mapping[int, Spread] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Insights:
    """The figures of one period.

    Args:
        failures: of the releases that ended with users, those that were rolled back or failed.
        rework: of those promoted, the ones that follow a release that was rolled back or failed.
        decisions: taken ones, by where.
        refused: attempts to decide that were refused.
        unasked: releases that went on without a decision.
        days: each day of the period, oldest first; days without anything too.
    """

    period: Period
    outcomes: Outcomes = Outcomes()
    lead_time: Spread = Spread()
    failures: Share = Share()
    restore: Spread = Spread()
    rework: Share = Share()
    waiting: Waiting = Waiting()
    decisions: Mapping[Surface, int] = field(default_factory=dict)
    refused: int = 0
    unasked: int = 0
    days: tuple[Day, ...] = ()

    @property
    def per_day(self) -> float:
        """Promotions a day."""
        return self.outcomes.promoted / (self.period.length / timedelta(days=1))
