"""What pictures and the words beside them have in common: days, durations and counts as text."""

from datetime import UTC, date, datetime, timedelta

from bot.domain.figures.course import Course
from bot.domain.figures.insights import Insights

_SECOND, _MINUTE, _HOUR, _DAY = (timedelta(seconds=seconds) for seconds in (1, 60, 3600, 86400))
_MILLION = 1_000_000


def days_of(insights: Insights) -> str:
    """Write the days of a period: `18–24 Nov`."""
    if not insights.days:
        return "no day"
    return between(insights.days[0].day, insights.days[-1].day)


def between(first: date, last: date) -> str:
    if first == last:
        return f"{first:%A}, {first.day} {first:%b}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{last.day} {last:%b}"
    if first.year == last.year:
        return f"{first.day} {first:%b} – {last.day} {last:%b}"
    return f"{first.day} {first:%b} {first.year} – {last.day} {last:%b} {last.year}"


def duration(length: timedelta) -> str:
    """Write a duration as people say it: two units at most, the smaller one only where it matters."""
    if length < timedelta(seconds=59.5):
        return f"{round(length / _SECOND)} s"
    if length < timedelta(minutes=59.5):
        return f"{round(length / _MINUTE)} min"
    if length < timedelta(hours=10):
        hours, minutes = divmod(round(length / _MINUTE), 60)
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{round(length / _HOUR)} h" if length < timedelta(days=2) else f"{round(length / _DAY)} days"


def clock(at: datetime, *, dated: bool) -> str:
    """Write a time of UTC; `dated`: with its day."""
    at = at.astimezone(UTC)
    return f"{at.day} {at:%b %H:%M}" if dated else f"{at:%H:%M}"


def number(count: int) -> str:
    """Write a count with its thousands apart; from a million on, short."""
    return f"{count / _MILLION:.1f} M" if count >= _MILLION else f"{count:,}"


def in_words(insights: Insights) -> str:
    """Say what the chart shows, for those who do not see it."""
    outcomes, waits = insights.outcomes, insights.waiting.all
    counts = {
        "promoted": outcomes.promoted,
        "rolled back": outcomes.rolled_back,
        "failed": outcomes.failed,
        "superseded": outcomes.superseded,
        "ended without a known outcome": outcomes.ended,
    }
    told = ", ".join(f"{number(count)} {words}" for words, count in counts.items() if count)
    said = f"Releases, {days_of(insights)}: {told or 'none ended'}."
    if insights.days and outcomes.total and len(insights.days) > 1:
        most = max(insights.days, key=lambda day: day.outcomes.total)
        said += f" Most on {most.day.day} {most.day:%b}: {number(most.outcomes.total)}."
    if waits.median is not None and waits.p90 is not None:
        said += f" People answered half of the gates within {duration(waits.median)},"
        said += f" nine of ten within {duration(waits.p90)}."
    return said


def told_in_short(course: Course) -> str:
    """Say how a release stands, how long that took, and how much of it people were waited for."""
    waited = f", {duration(course.waited)} of it waiting for people" if course.waited else ""
    return f"{course.verdict.words} · {duration(course.until - course.since)}{waited}"


def told_in_words(title: str, course: Course) -> str:
    """Say what the time line shows, for those who do not see it."""
    dated = course.until - course.since > timedelta(days=1)
    events = "; ".join(f"{clock(event.at, dated=dated)} {event.words}" for event in course.events)
    return f"{title}: {told_in_short(course)}. In UTC: {events}."
