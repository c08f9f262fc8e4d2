"""The figures of a period, computed by the database.  What each means is defined in docs/insights.md."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    Subquery,
    Text,
    and_,
    case,
    cast,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.selectable import GenerativeSelect

from bot.domain.audit import Action, stamp
from bot.domain.decision import Surface
from bot.domain.figures.insights import FEWEST, Day, Insights, Outcomes, Period, Share, Spread, Waiting
from bot.domain.policy import Stage
from bot.domain.release import ReleaseState
from storage.clocks import LocalTime, date_of, days_of, seconds
from storage.tables import audit, gate, release, workload

GOOD, BACK, FAILED = ReleaseState.PROMOTED, ReleaseState.ROLLED_BACK, ReleaseState.FAILED
WITH_USERS = (GOOD, BACK, FAILED)

Lengths = Select[*tuple[Any, ...]]
"""Rows of `kind`, `key` and `seconds`."""

Spreads = dict[tuple[str, str], Spread]
"""By kind and key."""


async def compute(connection: AsyncConnection, period: Period) -> Insights:
    days = await _days(connection, period)
    outcomes = _together(list(days.values()))
    spreads = await _spreads(connection, period)
    decisions, refused = await _decisions(connection, period)
    return Insights(
        period=period,
        outcomes=outcomes,
        lead_time=spreads.get(("lead", ""), Spread()),
        failures=_failures(outcomes),
        restore=spreads.get(("restore", ""), Spread()),
        rework=await _rework(connection, period),
        waiting=_waiting(spreads),
        decisions=decisions,
        refused=refused,
        unasked=await _unasked(connection, period),
        days=_each_day(period, days, spreads),
    )


async def _days(connection: AsyncConnection, period: Period) -> dict[date, Outcomes]:
    day = LocalTime(period).day(release.c.ended_at)
    query = select(day, release.c.state, func.count()).where(*_ended_in(period)).group_by(day, release.c.state)
    found: dict[date, dict[str, int]] = defaultdict(dict)
    for number, state, releases in (await connection.execute(query)).all():
        found[date_of(number)][state] = releases
    return {day: Outcomes(**states) for day, states in found.items()}


def _each_day(period: Period, outcomes: Mapping[date, Outcomes], spreads: Spreads) -> tuple[Day, ...]:
    waited = {date_of(int(key)): spread for (kind, key), spread in spreads.items() if kind == "day"}
    return tuple(
        Day(day=day, outcomes=outcomes.get(day, Outcomes()), waiting=waited.get(day, Spread()))
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


def _waiting(spreads: Spreads) -> Waiting:
    by_hour = {int(key): spread for (kind, key), spread in spreads.items() if kind == "hour"}
    return Waiting(
        all=spreads.get(("all", ""), Spread()),
        by_stage={stage: spreads["stage", stage] for stage in Stage if ("stage", stage) in spreads},
        by_team={key: spread for (kind, key), spread in spreads.items() if kind == "team"},
        by_hour=dict(sorted(by_hour.items())),
    )


async def _spreads(connection: AsyncConnection, period: Period) -> Spreads:
    """The spread of every length of time; a statement for each kind, so that none takes long in a long period."""
    found: Spreads = {}
    for lengths in (_lead_times(period), union_all(*_restores(period)), *_waits(period)):
        found |= await _spread(connection, lengths)
    return found


async def _spread(connection: AsyncConnection, lengths: GenerativeSelect) -> Spreads:
    """Median and 90th percentile of each key, by nearest rank: SQLite knows no percentiles."""
    each = lengths.subquery()
    key = (each.c.kind, each.c.key)
    place = func.row_number().over(partition_by=key, order_by=each.c.seconds).label("place")
    count = func.count().over(partition_by=key).label("count")
    ranked = select(*key, each.c.seconds, place, count).subquery()
    median = func.min(case((ranked.c.place * 2 >= ranked.c.count, ranked.c.seconds)))
    p90 = func.min(case((ranked.c.place * 10 >= ranked.c.count * 9, ranked.c.seconds)))
    by = (ranked.c.kind, ranked.c.key)
    rows = await connection.execute(select(*by, func.max(ranked.c.count), median, p90).group_by(*by).order_by(*by))
    return {(kind, key): _said(kind, count, median, p90) for kind, key, count, median, p90 in rows.all()}


def _said(kind: str, count: int, median: int, p90: int) -> Spread:
    if count < FEWEST and kind != "day":
        return Spread(count=count)
    return Spread(count=count, median=timedelta(seconds=median), p90=timedelta(seconds=p90))


def _lengths(kind: str, took: ColumnElement[int], key: ColumnElement[Any] | None = None) -> Lengths:
    by = literal_column("''") if key is None else cast(key, Text)
    return select(literal_column(f"'{kind}'").label("kind"), by.label("key"), took.label("seconds"))


def _lead_times(period: Period) -> Lengths:
    lengths = _lengths("lead", seconds(release.c.changed_at, release.c.ended_at))
    return lengths.where(*_ended_in(period), release.c.state == GOOD, release.c.changed_at.is_not(None))


def _restores(period: Period) -> tuple[Lengths, Lengths]:
    """From the beginning of what went wrong until users had a good version again."""
    back = _lengths("restore", seconds(release.c.started_at, release.c.ended_at))
    failed, mends = release.alias("failed"), _mends(period)
    since_then = and_(failed.c.number > mends.c.since, failed.c.number < mends.c.number)
    mended = and_(failed.c.workload_id == mends.c.workload_id, failed.c.state == FAILED, since_then)
    forward = _lengths("restore", seconds(failed.c.started_at, mends.c.ended_at))
    return back.where(*_ended_in(period), release.c.state == BACK), forward.select_from(mends).join(failed, mended)


def _mends(period: Period) -> Subquery:
    """What was promoted in the period, each with the number promoted before it."""
    good = release.alias("good")
    good_before = (
        select(good.c.number)
        .where(good.c.workload_id == release.c.workload_id, good.c.number < release.c.number, good.c.state == GOOD)
        .order_by(good.c.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    columns = (release.c.workload_id, release.c.number, release.c.ended_at)
    promoted = select(*columns, func.coalesce(good_before, 0).label("since")).where(*_ended_in(period))
    # The offset keeps a database from looking for the number before once for each pair.
    return promoted.where(release.c.state == GOOD).offset(0).subquery()


def _waits(period: Period) -> tuple[Lengths, ...]:
    """How long each gate waited that people answered in the period, once for each way to put them together."""
    gates = _answered(period)
    took = gates.c.seconds
    return (
        _lengths("all", took),
        _lengths("stage", took, gates.c.stage),
        _lengths("team", took, gates.c.namespace),
        _lengths("hour", took, gates.c.hour),
        _lengths("day", took, gates.c.day),
    )


def _answered(period: Period) -> CTE:
    local = LocalTime(period)
    return (
        select(
            gate.c.stage,
            workload.c.namespace,
            local.hour(gate.c.reached_at).label("hour"),
            local.day(gate.c.answered_at).label("day"),
            seconds(gate.c.reached_at, gate.c.answered_at).label("seconds"),
        )
        .join(release, release.c.id == gate.c.release_id)
        .join(workload, workload.c.id == release.c.workload_id)
        .where(gate.c.answered_at >= period.start, gate.c.answered_at < period.end)
        .cte("answered")
    )


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


async def _decisions(connection: AsyncConnection, period: Period) -> tuple[dict[Surface, int], int]:
    """Those taken, by surface; and how many were refused."""
    taken, refused = Action.DECISION_TAKEN, Action.DECISION_REFUSED
    query = select(audit.c.action, audit.c.surface, func.count()).where(*_recorded_in(period, taken, refused))
    rows = (await connection.execute(query.group_by(audit.c.action, audit.c.surface))).all()
    found = {Surface(surface): count for action, surface, count in rows if action == taken}
    by_surface = {surface: found[surface] for surface in Surface if surface in found}
    return by_surface, sum(count for action, _, count in rows if action == refused)


async def _unasked(connection: AsyncConnection, period: Period) -> int:
    query = select(func.count(audit.c.release.distinct())).where(*_recorded_in(period, Action.RELEASE_UNGATED))
    found: int = (await connection.execute(query)).scalar_one()
    return found


def _ended_in(period: Period) -> tuple[ColumnElement[bool], ...]:
    return release.c.ended_at >= period.start, release.c.ended_at < period.end


def _recorded_in(period: Period, *actions: Action) -> tuple[ColumnElement[bool], ...]:
    """The record's times are text that sorts as time does."""
    return audit.c.action.in_(actions), audit.c.at >= stamp(period.start), audit.c.at < stamp(period.end)
