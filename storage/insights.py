"""The figures of a period, computed by the database.  What each means is defined in docs/insights.md."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.audit import stamp
from bot.domain.decision import Surface
from bot.domain.insights import FEWEST, Day, Insights, Outcomes, Period, Share, Spread, Waiting
from bot.domain.policy import Stage
from bot.domain.release import ReleaseState
from storage.clocks import LocalTime, date_of, days_of, seconds
from storage.tables import audit, gate, release, workload

GOOD, BACK, FAILED = ReleaseState.PROMOTED, ReleaseState.ROLLED_BACK, ReleaseState.FAILED
Values = Select[*tuple[Any, ...]]
"""Rows of `key` and `seconds`."""

WITH_USERS = (GOOD, BACK, FAILED)


async def compute(connection: AsyncConnection, period: Period) -> Insights:
    days = await _days(connection, period)
    outcomes = _together(list(days.values()))
    waited = await _spreads(connection, _waits(period, LocalTime(period).day(gate.c.answered_at)))
    return Insights(
        period=period,
        outcomes=outcomes,
        lead_time=await _spread(connection, _lead_times(period)),
        failures=_failures(outcomes),
        restore=await _spread(connection, _restores(period)),
        rework=await _rework(connection, period),
        waiting=await _waiting(connection, period),
        decisions=await _decisions(connection, period),
        refused=await _count(connection, period, "decision.refused"),
        unasked=await _count(connection, period, "release.ungated", distinct=audit.c.release),
        days=_each_day(period, days, {date_of(day): spread for day, spread in waited.items()}),
    )


async def _days(connection: AsyncConnection, period: Period) -> dict[date, Outcomes]:
    day = LocalTime(period).day(release.c.ended_at)
    query = select(day, release.c.state, func.count()).where(*_ended_in(period)).group_by(day, release.c.state)
    found: dict[date, dict[str, int]] = defaultdict(dict)
    for number, state, releases in (await connection.execute(query)).all():
        found[date_of(number)][state] = releases
    return {day: Outcomes(**states) for day, states in found.items()}


def _each_day(period: Period, outcomes: Mapping[date, Outcomes], waiting: Mapping[date, Spread]) -> tuple[Day, ...]:
    return tuple(
        Day(day=day, outcomes=outcomes.get(day, Outcomes()), waiting=waiting.get(day, Spread()))
        for day in days_of(period)
    )


def _together(days: list[Outcomes]) -> Outcomes:
    return Outcomes(
        promoted=sum(day.promoted for day in days),
        rolled_back=sum(day.rolled_back for day in days),
        failed=sum(day.failed for day in days),
        superseded=sum(day.superseded for day in days),
        ended=sum(day.ended for day in days),
    )


def _failures(outcomes: Outcomes) -> Share:
    wrong = outcomes.rolled_back + outcomes.failed
    return Share(part=wrong, of=wrong + outcomes.promoted)


def _lead_times(period: Period) -> Values:
    took = seconds(release.c.changed_at, release.c.ended_at)
    return _one_group(took).where(*_ended_in(period), release.c.state == GOOD, release.c.changed_at.is_not(None))


def _restores(period: Period) -> Values:
    """From the beginning of what went wrong until users had a good version again."""
    back = _one_group(seconds(release.c.started_at, release.c.ended_at))
    back = back.where(*_ended_in(period), release.c.state == BACK)
    later = release.alias("later")
    mended = (
        select(later.c.ended_at)
        .where(later.c.workload_id == release.c.workload_id, later.c.number > release.c.number, later.c.state == GOOD)
        .order_by(later.c.number)
        .limit(1)
        .scalar_subquery()
    )
    failed = select(release.c.started_at, mended.label("mended_at")).where(release.c.state == FAILED).subquery()
    forward = _one_group(seconds(failed.c.started_at, failed.c.mended_at))
    forward = forward.where(failed.c.mended_at >= period.start, failed.c.mended_at < period.end)
    both = union_all(back, forward).subquery()
    return select(both.c.key, both.c.seconds)


async def _rework(connection: AsyncConnection, period: Period) -> Share:
    earlier = release.alias("earlier")
    before = (
        select(earlier.c.state)
        .where(earlier.c.workload_id == release.c.workload_id, earlier.c.number < release.c.number)
        .where(earlier.c.state.in_(WITH_USERS))
        .order_by(earlier.c.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    mends = case((before.in_((BACK, FAILED)), 1), else_=0)
    query = select(func.count(), func.coalesce(func.sum(mends), 0)).where(*_ended_in(period), release.c.state == GOOD)
    of, part = (await connection.execute(query)).one()
    return Share(part=part, of=of)


async def _waiting(connection: AsyncConnection, period: Period) -> Waiting:
    by_stage = await _spreads(connection, _waits(period, gate.c.stage))
    by_hour = await _spreads(connection, _waits(period, LocalTime(period).hour(gate.c.reached_at)))
    return Waiting(
        all=await _spread(connection, _waits(period, literal(0))),
        by_stage={stage: by_stage[stage] for stage in Stage if stage in by_stage},
        by_team=await _spreads(connection, _waits(period, workload.c.namespace)),
        by_hour=by_hour,
    )


def _waits(period: Period, key: ColumnElement[Any]) -> Values:
    """How long each gate waited that people answered in the period."""
    return (
        select(key.label("key"), seconds(gate.c.reached_at, gate.c.answered_at).label("seconds"))
        .join(release, release.c.id == gate.c.release_id)
        .join(workload, workload.c.id == release.c.workload_id)
        .where(gate.c.answered_at >= period.start, gate.c.answered_at < period.end)
    )


async def _decisions(connection: AsyncConnection, period: Period) -> dict[Surface, int]:
    taken = select(audit.c.surface, func.count()).where(*_recorded_in(period, "decision.taken"))
    rows = (await connection.execute(taken.group_by(audit.c.surface))).all()
    found = {Surface(row.surface): row[1] for row in rows}
    return {surface: found[surface] for surface in Surface if surface in found}


async def _count(
    connection: AsyncConnection, period: Period, action: str, *, distinct: ColumnElement[Any] | None = None
) -> int:
    how_many = func.count() if distinct is None else func.count(distinct.distinct())
    query = select(how_many).select_from(audit).where(*_recorded_in(period, action))
    found: int = (await connection.execute(query)).scalar_one()
    return found


def _ended_in(period: Period) -> tuple[ColumnElement[bool], ...]:
    return release.c.ended_at >= period.start, release.c.ended_at < period.end


def _recorded_in(period: Period, action: str) -> tuple[ColumnElement[bool], ...]:
    """The record's times are text that sorts as time does."""
    return audit.c.action == action, audit.c.at >= stamp(period.start), audit.c.at < stamp(period.end)


def _one_group(took: ColumnElement[int]) -> Values:
    return select(literal(0).label("key"), took.label("seconds"))


async def _spread(connection: AsyncConnection, values: Values) -> Spread:
    return (await _spreads(connection, values)).get(0, Spread())


async def _spreads(connection: AsyncConnection, values: Values) -> dict[Any, Spread]:
    """Median and 90th percentile of each key's values, by nearest rank: SQLite knows no percentiles."""
    each = values.subquery()
    place = func.row_number().over(partition_by=each.c.key, order_by=each.c.seconds).label("place")
    count = func.count().over(partition_by=each.c.key).label("count")
    ranked = select(each.c.key, each.c.seconds, place, count).subquery()
    median = func.min(case((ranked.c.place * 2 >= ranked.c.count, ranked.c.seconds)))
    p90 = func.min(case((ranked.c.place * 10 >= ranked.c.count * 9, ranked.c.seconds)))
    query = select(ranked.c.key, func.max(ranked.c.count), median, p90).group_by(ranked.c.key).order_by(ranked.c.key)
    return {key: _said(count, median, p90) for key, count, median, p90 in (await connection.execute(query)).all()}


def _said(count: int, median: int, p90: int) -> Spread:
    if count < FEWEST:
        return Spread(count=count)
    return Spread(count=count, median=timedelta(seconds=median), p90=timedelta(seconds=p90))
