"""What a summary is about: its period, and whatever was not told before."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.effects import Destination
from bot.domain.figures.plan import Plan
from bot.domain.figures.timetable import timetable, zone_named

MONDAY = datetime.fromisoformat("2026-11-23T09:00")
AT = MONDAY.replace(hour=8, tzinfo=UTC)


def plan(at="mon-fri 09:00", period=timedelta(days=1)):
    return Plan(
        name="daily",
        at=at,
        timetable=timetable(at),
        zone=zone_named("Europe/Rome"),
        zone_name="Europe/Rome",
        period=period,
        to=(Destination("slack", "C1"),),
    )


@pytest.mark.parametrize(
    ("last", "start"),
    [
        pytest.param(timedelta(hours=3), timedelta(days=1), id="its own period at least"),
        pytest.param(timedelta(days=3), timedelta(days=3), id="over the weekend"),
        pytest.param(timedelta(days=400), timedelta(days=31), id="a month at the most"),
    ],
)
def test_a_summary_looks_back_to_the_one_before(last, start):
    due = plan().due(MONDAY, last=AT - last)

    assert (due.at, due.period.end, due.period.start) == (AT, AT, AT - start)
    assert due.period.zone == "Europe/Rome"


def test_a_longer_period_is_kept_whole():
    assert plan(period=timedelta(days=90)).due(MONDAY, last=AT).period.length == timedelta(days=90)


def test_with_another_time_it_is_another_plan():
    assert plan().rule != plan(at="mon-fri 10:00").rule
