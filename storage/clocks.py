"""Points in time inside SQL, the same on both databases: whole seconds, local days and hours."""

from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, case
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from bot.domain.figures.insights import Period
from bot.domain.figures.timetable import offsets, zone_named

_DAY = 86_400
_HOUR = 3_600
_EARLIER = timedelta(days=366)
"""What is counted in a period may have begun before it, on the other side of a change of the clock."""


class epoch(FunctionElement[int]):  # noqa: N801  It reads as the function that it is.
    """Whole seconds since 1970, in UTC."""

    type = BigInteger()
    inherit_cache = True


@compiles(epoch, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    return f"CAST(strftime('%s', {compiler.process(element.clauses, **more)}) AS INTEGER)"


@compiles(epoch, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **more: Any) -> str:
    return f"floor(extract(epoch FROM {compiler.process(element.clauses, **more)}))::bigint"


def seconds(begun: ColumnElement[datetime], ended: ColumnElement[datetime]) -> ColumnElement[int]:
    return epoch(ended) - epoch(begun)


class LocalTime:
    """Days and hours as the clocks of a period's zone show them."""

    def __init__(self, period: Period) -> None:
        self._zone = zone_named(period.zone)
        self._offsets = offsets(self._zone, period.start - _EARLIER, period.end)

    def day(self, at: ColumnElement[datetime]) -> ColumnElement[int]:
        """Days since 1970; `date_of` names it."""
        return self._seconds(at) // _DAY

    def hour(self, at: ColumnElement[datetime]) -> ColumnElement[int]:
        return self._seconds(at) % _DAY // _HOUR

    def _seconds(self, at: ColumnElement[datetime]) -> ColumnElement[int]:
        *earlier, (_, last) = self._offsets
        if not earlier:
            return epoch(at) + last
        return epoch(at) + case(*((at < until, offset) for until, offset in earlier), else_=last)


def date_of(day: int) -> date:
    return date(1970, 1, 1) + timedelta(days=day)


def days_of(period: Period) -> tuple[date, ...]:
    """Each day of which a part lies in the period, oldest first."""
    zone: tzinfo = zone_named(period.zone)
    first = period.start.astimezone(zone).date()
    last = (period.end - timedelta(microseconds=1)).astimezone(zone).date()
    return tuple(first + timedelta(days=days) for days in range((last - first).days + 1))
