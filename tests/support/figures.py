"""Figures of so many days, as a chart meets them."""

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta

from bot.domain.figures.insights import Day, Insights, Outcomes, Period, Spread, Waiting

TODAY = date(2026, 11, 24)
NONE_ENDED, NOBODY = Outcomes(), Spread()
MINUTE = timedelta(minutes=1)
FOUR_AND_THIRTY = Spread(count=99, median=4 * MINUTE, p90=30 * MINUTE)


def day(outcomes: Outcomes = NONE_ENDED, waiting: Spread = NOBODY, *, ago: int = 0) -> Day:
    return Day(day=TODAY - timedelta(days=ago), outcomes=outcomes, waiting=waiting)


def some_days(count: int, *, times: int = 1) -> tuple[Day, ...]:
    """Days of which no two look alike."""
    return tuple(
        day(
            Outcomes(
                promoted=(place * 5 % 9) * times,
                rolled_back=(place % 4 == 1) * times,
                failed=(place % 7 == 3) * times,
                superseded=(place % 5 == 2) * times,
                ended=(place % 11 == 4) * times,
            ),
            Spread(count=5, median=(place * 3 % 7 + 1) * MINUTE, p90=(place * 11 % 40 + 9) * MINUTE),
            ago=count - 1 - place,
        )
        for place in range(count)
    )


def figures_of(*days: Day, waiting: Spread = FOUR_AND_THIRTY) -> Insights:
    end = datetime(2026, 11, 25, tzinfo=UTC)
    outcomes = {field.name: sum(getattr(one.outcomes, field.name) for one in days) for field in fields(Outcomes)}
    return Insights(
        period=Period(start=end - timedelta(days=len(days)), end=end),
        outcomes=Outcomes(**outcomes),
        days=days,
        waiting=Waiting(all=waiting),
    )
