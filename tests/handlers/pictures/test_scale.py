from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.figures.insights import Outcomes
from handlers.pictures.scale import count_ticks, duration_ticks, time_ticks
from handlers.pictures.weeks import grouped
from handlers.pictures.words import between, duration, number
from tests.support.figures import some_days


@pytest.mark.parametrize(
    ("largest", "ticks"),
    [
        (0, (0, 1)),
        (1, (0, 1)),
        (3, (0, 1, 2, 3)),
        (9, (0, 5, 10)),
        (31, (0, 10, 20, 30, 40)),
        (70_000, (0, 20_000, 40_000, 60_000, 80_000)),
    ],
)
def test_counts_are_marked_at_round_numbers_up_to_the_largest(largest, ticks):
    assert count_ticks(largest) == ticks


@pytest.mark.parametrize("seconds", [0, 1, 59, 61, 700, 4000, 86_399, 10**6, 10**9])
def test_the_last_mark_of_a_scale_is_not_below_what_is_drawn(seconds):
    longest = timedelta(seconds=seconds)
    ticks = duration_ticks(longest)

    assert ticks[0] == timedelta()
    assert ticks[-2] < max(longest, timedelta(seconds=1)) <= ticks[-1]


@pytest.mark.parametrize("minutes", [1, 9, 41, 600, 5000, 100_000])
def test_times_are_marked_within_the_span(minutes):
    since = datetime(2026, 11, 24, 1, 19, 33, tzinfo=UTC)
    ticks = list(time_ticks(since, since + timedelta(minutes=minutes)))

    assert 1 <= len(ticks) <= 6
    assert all(since <= tick <= since + timedelta(minutes=minutes) for tick in ticks)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3599, "1 h"),
        (3600, "1 h"),
        (5400, "1 h 30 min"),
        (35_940, "9 h 59 min"),
        (36_000, "10 h"),
        (172_800, "2 days"),
        (3_456_000, "40 days"),
    ],
)
def test_a_duration_is_written_as_people_say_it(seconds, words):
    assert duration(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(("count", "words"), [(0, "0"), (999, "999"), (1204, "1,204"), (2_345_678, "2.3 M")])
def test_a_large_number_can_be_read(count, words):
    assert number(count) == words


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2026, 11, 24), date(2026, 11, 24), "Tuesday, 24 Nov"),
        (date(2026, 11, 18), date(2026, 11, 24), "18–24 Nov"),
        (date(2026, 10, 25), date(2026, 11, 24), "25 Oct – 24 Nov"),
        (date(2025, 12, 30), date(2026, 1, 5), "30 Dec 2025 – 5 Jan 2026"),
    ],
)
def test_days_are_named_once(first, last, words):
    assert between(first, last) == words


def test_many_days_are_joined_into_weeks_that_lose_no_release():
    days = some_days(90)
    weeks = grouped(days)

    assert len(weeks) < 15
    assert all(week.day.weekday() == 0 for week in weeks)
    assert sum(week.outcomes.total for week in weeks) == sum(day.outcomes.total for day in days)
    assert Outcomes() not in [week.outcomes for week in weeks[1:-1]]
