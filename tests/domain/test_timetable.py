"""When something is due: days and times, cron, zones, and clocks that are put on and back."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from bot.domain.figures.timetable import offsets, timetable, zone_named

ROME, NEW_YORK, UTC_ZONE = (zone_named(name) for name in ("Europe/Rome", "America/New_York", "UTC"))


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "now", "slot"),
    [
        pytest.param("mon-fri 09:00", "2026-11-24T08:00", "2026-11-24T09:00", id="to the minute"),
        pytest.param("mon-fri 09:00", "2026-11-24T07:59:59", "2026-11-23T09:00", id="a second before"),
        pytest.param("mon-fri 09:00", "2026-11-22T12:00", "2026-11-20T09:00", id="not at the weekend"),
        pytest.param("sat-mon 09:00", "2026-11-24T12:00", "2026-11-23T09:00", id="over the end of the week"),
        pytest.param("sun 00:00", "2026-11-24T12:00", "2026-11-22T00:00", id="one day"),
        pytest.param("0 9 * * 1", "2026-11-24T12:00", "2026-11-23T09:00", id="one is monday"),
        pytest.param("0 9 * * 0", "2026-11-24T12:00", "2026-11-22T09:00", id="nought is sunday"),
        pytest.param("0 9 * * 7", "2026-11-24T12:00", "2026-11-22T09:00", id="so is seven"),
        pytest.param("0 9 * * Mon", "2026-11-24T12:00", "2026-11-23T09:00", id="days by name, in any case"),
        pytest.param("0 9 1 jan-mar *", "2026-11-24T12:00", "2026-03-01T09:00", id="months by name"),
        pytest.param("*/20 9-17 * * *", "2026-11-24T12:59", "2026-11-24T13:40", id="steps"),
        pytest.param("5/20 * * * *", "2026-11-24T12:04", "2026-11-24T12:45", id="steps from a number on"),
        pytest.param("0 9,17 * * *", "2026-11-24T12:00", "2026-11-24T09:00", id="lists"),
        pytest.param("0 9 13 * 5", "2026-11-24T12:00", "2026-11-20T09:00", id="either day, where both are limited"),
        pytest.param("0 9 */2 * 5", "2026-11-24T12:00", "2026-11-13T09:00", id="both days, where one has a star"),
        pytest.param("0 0 29 2 *", "2026-11-24T12:00", "2024-02-29T00:00", id="leap days"),
    ],
)
def test_the_newest_slot_is_found(text, now, slot):
    assert timetable(text).latest(at(now), ROME) == datetime.fromisoformat(slot)


@pytest.mark.parametrize(
    ("text", "now", "slot"),
    [
        pytest.param("sun 02:30", "2026-03-29T00:59", "2026-03-22T02:30", id="skipped: not before the clock is put on"),
        pytest.param("sun 02:30", "2026-03-29T01:29", "2026-03-22T02:30", id="skipped: not at three"),
        pytest.param("sun 02:30", "2026-03-29T01:30", "2026-03-29T02:30", id="skipped: an hour later by the clock"),
        pytest.param("sun 02:30", "2026-10-25T00:30", "2026-10-25T02:30", id="twice: the first time"),
        pytest.param("sun 02:30", "2026-10-25T01:30", "2026-10-25T02:30", id="twice: the second is the same slot"),
        pytest.param("* * * * *", "2026-10-25T01:10", "2026-10-25T02:59", id="twice: nothing comes again"),
        pytest.param("sun 09:00", "2026-03-29T07:00", "2026-03-29T09:00", id="summer time"),
        pytest.param("sun 09:00", "2026-10-25T07:59", "2026-10-18T09:00", id="winter time, too early"),
        pytest.param("sun 09:00", "2026-10-25T08:00", "2026-10-25T09:00", id="winter time"),
    ],
)
def test_a_change_of_the_clock_neither_skips_nor_repeats_a_slot(text, now, slot):
    assert timetable(text).latest(at(now), ROME) == datetime.fromisoformat(slot)


@pytest.mark.parametrize("zone", [ROME, NEW_YORK, UTC_ZONE, zone_named("Antarctica/Troll"), zone_named("Pacific/Apia")])
def test_around_each_change_of_the_clock_every_hour_that_is_due_comes_once(zone):
    hourly = timetable("0 * * * *")
    for changed, _ in offsets(zone, at("2026-01-01"), at("2027-01-01")):
        begin = changed - timedelta(hours=29, minutes=30)
        slots = [hourly.latest(begin + timedelta(hours=hour), zone) for hour in range(60)]

        fresh = [slot for before, slot in pairwise(slots) if slot and slot != before]
        assert fresh == sorted(set(fresh))
        assert len(fresh) >= 60 - 3


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("noon", "days and a time", id="a word"),
        pytest.param("mon 24:00", "five fields", id="no such hour"),
        pytest.param("mon 9:00", "five fields", id="one figure"),
        pytest.param("0 9 * *", "five fields", id="four fields"),
        pytest.param("0  9 * * *", "five fields", id="a field that is empty"),
        pytest.param("60 9 * * *", "its minute must be from 0 to 59, is 60", id="no such minute"),
        pytest.param("0 9 0 * *", "its day of the month must be from 1 to 31, is 0", id="no such day"),
        pytest.param("0 9 * 13 *", "its month must be from 1 to 12, is 13", id="no such month"),
        pytest.param("0 9 * * 8", "its day of the week must be from 0 to 7, is 8", id="no such weekday"),
        pytest.param("0 9 * * tues", "its day of the week must be", id="no such name"),
        pytest.param("0 9 * feb mon", None, id="names where they belong"),
        pytest.param("0 9 mon * *", "its day of the month must be from 1 to 31, is mon", id="a name elsewhere"),
        pytest.param("0 17-9 * * *", "its hour 17-9 holds nothing", id="a range that goes down"),
        pytest.param("*/0 * * * *", "its minute */0 holds nothing", id="no step"),
        pytest.param("0 9 31 2 *", "never comes", id="a day that no month has"),
        pytest.param("0 9 31 2,4,6,9,11 *", "never comes", id="a day that none of these months has"),
        pytest.param("0 9 30 2 mon", None, id="a day that the week has"),
        pytest.param("0 9 , * *", "is empty", id="a list of nothing"),
        pytest.param("٣ 9 * * *", "its minute must be", id="figures of another script"),
    ],
)
def test_what_is_no_time_is_said(text, told):
    if told is None:
        assert timetable(text).hours == {9}
        return
    with pytest.raises(ValueError) as found:
        timetable(text)

    assert told in str(found.value)


@pytest.mark.parametrize("name", ["", "Europe/Roma", "../etc/passwd", "/etc/passwd", "Europe", "\0", "x" * 500])
def test_a_zone_that_does_not_exist_is_said(name):
    with pytest.raises(ValueError, match="must be the name of a time zone"):
        zone_named(name)


def test_the_offsets_of_a_zone_change_at_the_second():
    assert offsets(ROME, at("2026-03-01"), at("2026-11-01")) == (
        (at("2026-03-29T01:00"), 3600),
        (at("2026-10-25T01:00"), 7200),
        (at("2026-11-01"), 3600),
    )
