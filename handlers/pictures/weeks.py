"""Days joined into weeks, where days would be too many to be told apart."""

from dataclasses import fields
from datetime import timedelta
from itertools import groupby

from bot.domain.figures.insights import Day, Outcomes

MOST_DAYS = 62


def grouped(days: tuple[Day, ...]) -> tuple[Day, ...]:
    """Join days into weeks from Monday on, if there are many.  Their waiting is left out: medians cannot be joined."""
    if len(days) <= MOST_DAYS:
        return days
    weeks = groupby(days, key=lambda day: day.day - timedelta(days=day.day.weekday()))
    return tuple(Day(day=monday, outcomes=_sum([day.outcomes for day in week])) for monday, week in weeks)


def _sum(outcomes: list[Outcomes]) -> Outcomes:
    return Outcomes(**{field.name: sum(getattr(one, field.name) for one in outcomes) for field in fields(Outcomes)})
