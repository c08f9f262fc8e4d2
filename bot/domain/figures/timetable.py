"""When something is due again and again: days and a time, or the five fields of cron, in one zone.

A slot is a local date and time, so that an hour which comes twice has each slot once, and one that is skipped has its
slots as much later as the clock was put on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import product
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

RAREST = timedelta(days=8 * 366)
"""The 29th of February comes after eight years at the latest; what is rarer never comes."""

_DAY = "|".join(DAYS)
_DAYS_AND_TIME = re.compile(rf"({_DAY})(?:-({_DAY}))? ([01][0-9]|2[0-3]):([0-5][0-9])")
_PART = re.compile(
    r"(?:(?P<all>\*)|(?P<first>[0-9]{1,2}|[a-z]{3})(?:-(?P<last>[0-9]{1,2}|[a-z]{3}))?)(?:/(?P<step>[0-9]{1,2}))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """Days of the week are numbered as cron does, from Sunday, 0, to Saturday.

    Args:
        either: a day is right if it is right in the month or in the week, as cron has it where both are limited.
    """

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int] = frozenset(range(1, 32))
    months: frozenset[int] = frozenset(range(1, 13))
    weekdays: frozenset[int] = frozenset(range(7))
    either: bool = False

    def covers(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        in_month, in_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return in_month or in_week if self.either else in_month and in_week

    def latest(self, now: datetime, zone: tzinfo) -> datetime | None:
        """The newest slot that has come, as local time without a zone; None: none ever did."""
        tomorrow = now.astimezone(zone).date() + timedelta(days=1)  # Zones have put their clocks back by hours.
        times = [time(hour, minute) for hour, minute in product(sorted(self.hours), sorted(self.minutes))]
        for day in _backwards(tomorrow):
            if not self.covers(day):
                continue
            for at in reversed(times):
                slot = datetime.combine(day, at)
                if instant(slot, zone) <= now:
                    return slot
        return None


def instant(slot: datetime, zone: tzinfo) -> datetime:
    """When a slot comes, in UTC: of a time that comes twice, the first."""
    return slot.replace(tzinfo=zone, fold=0).astimezone(UTC)


def zone_named(name: str) -> tzinfo:
    """Raises: ValueError: there is no such zone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("must be the name of a time zone, such as Europe/Rome") from error


def timetable(text: str) -> Timetable:
    """Read `DAY[-DAY] HH:MM`, or the five fields of cron.

    Raises:
        ValueError: it is neither, or never comes; the message says why.
    """
    if (form := _DAYS_AND_TIME.fullmatch(text)) is not None:
        first, last, hour, minute = form.groups()
        return Timetable(minutes=frozenset({int(minute)}), hours=frozenset({int(hour)}), weekdays=_week(first, last))
    fields = text.split(" ")
    if len(fields) != 5:  # noqa: PLR2004  Cron has five.
        raise ValueError("must be days and a time, such as `mon-fri 09:00`, or the five fields of cron")
    return _cron(*fields)


def _week(first: str, last: str | None) -> frozenset[int]:
    """Days from the first to the last, over the end of the week too."""
    begin = DAYS.index(first)
    length = (DAYS.index(last or first) - begin) % 7
    return frozenset((begin + step) % 7 for step in range(length + 1))


def _cron(minute: str, hour: str, day: str, month: str, weekday: str) -> Timetable:
    found = Timetable(
        minutes=_field("minute", minute, 0, 59),
        hours=_field("hour", hour, 0, 23),
        days=_field("day of the month", day, 1, 31),
        months=_field("month", month, 1, 12, MONTHS, names_from=1),
        weekdays=frozenset(number % 7 for number in _field("day of the week", weekday, 0, 7, DAYS)),
        either=not day.startswith("*") and not weekday.startswith("*"),
    )
    if not any(map(found.covers, _backwards(date(2000, 3, 1)))):  # A leap day is among them.
        raise ValueError("never comes: no month has such a day")
    return found


def _field(
    name: str, text: str, low: int, high: int, names: tuple[str, ...] = (), *, names_from: int = 0
) -> frozenset[int]:
    def number(word: str) -> int:
        found = names.index(word) + names_from if word in names else int(word) if word.isdigit() else -1
        if not low <= found <= high:
            raise ValueError(f"its {name} must be from {low} to {high}, is {word}")
        return found

    found: set[int] = set()
    for part in text.lower().split(","):
        form = _PART.fullmatch(part)
        if form is None:
            raise ValueError(f"its {name} must be *, numbers, ranges (1-5) or steps (*/5), is {part or 'empty'}")
        first = low if form["all"] else number(form["first"])
        last = high if form["all"] or (form["step"] and not form["last"]) else number(form["last"] or form["first"])
        step = int(form["step"] or 1)
        if first > last or step == 0:
            raise ValueError(f"its {name} {part} holds nothing: ranges go upwards, and a step is 1 or more")
        found.update(range(first, last + 1, step))
    return frozenset(found)


def _backwards(newest: date) -> Iterator[date]:
    for days in range(RAREST.days):
        yield newest - timedelta(days=days)


def offsets(zone: tzinfo, start: datetime, end: datetime) -> tuple[tuple[datetime, int], ...]:
    """How far a zone's clocks are ahead of UTC: pairs of until when, and seconds; the last one holds on."""
    found: list[tuple[datetime, int]] = []
    begin, offset = start, _offset(zone, start)
    while begin < end:
        following = min(begin + timedelta(days=1), end)
        if (changed := _offset(zone, following)) != offset:
            found.append((_change(zone, begin, following), offset))
            offset = changed
        begin = following
    return (*found, (end, offset))


def _change(zone: tzinfo, before: datetime, after: datetime) -> datetime:
    """The second at which the clocks were changed between two points in time."""
    offset = _offset(zone, before)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if _offset(zone, middle) == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def _offset(zone: tzinfo, at: datetime) -> int:
    ahead = at.astimezone(zone).utcoffset() or timedelta()
    return int(ahead.total_seconds())
