"""The figures of a period once more, read off the definitions in docs/insights.md: slowly, and without a database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.decision import Surface
from bot.domain.figures.insights import Day, Insights, Outcomes, Period, Share, Spread, Waiting
from bot.domain.policy import Stage

WRONG = ("rolled_back", "failed")


@dataclass(frozen=True)
class Asked:
    stage: Stage
    reached: datetime
    answered: datetime | None


@dataclass(frozen=True)
class Released:
    team: str
    workload: str
    number: int
    state: str
    started: datetime
    ended: datetime | None
    changed: datetime | None
    gates: tuple[Asked, ...] = ()


@dataclass(frozen=True)
class Recorded:
    action: str
    at: datetime
    surface: Surface
    release: str


def slowly(releases: list[Released], records: list[Recorded], period: Period) -> Insights:
    def inside(at: datetime | None) -> bool:
        return at is not None and period.start <= at < period.end

    zone = ZoneInfo(period.zone)
    ended = [release for release in releases if inside(release.ended)]
    good = [release for release in ended if release.state == "promoted"]
    asked = [(release, gate) for release in releases for gate in release.gates if inside(gate.answered)]
    told = [record for record in records if inside(record.at)]
    days = sorted({(period.start + timedelta(minutes=m)).astimezone(zone).date() for m in minutes(period)})
    return Insights(
        period=period,
        outcomes=outcomes(ended),
        lead_time=spread(took(one.changed, one.ended) for one in good if one.changed),
        failures=Share(
            part=sum(one.state in WRONG for one in ended), of=sum(one.state in ("promoted", *WRONG) for one in ended)
        ),
        restore=spread(took(one.started, at) for one in releases if inside(at := mended(one, releases))),
        rework=Share(part=sum(before(one, releases) in WRONG for one in good), of=len(good)),
        waiting=Waiting(
            all=spread(wait(gate) for _, gate in asked),
            by_stage=grouped(asked, lambda _, gate: gate.stage),
            by_team=grouped(asked, lambda release, _: release.team),
            by_hour=grouped(asked, lambda _, gate: gate.reached.astimezone(zone).hour),
        ),
        decisions={
            surface: count
            for surface in Surface
            if (count := sum(one.action == "decision.taken" and one.surface is surface for one in told))
        },
        refused=sum(record.action == "decision.refused" for record in told),
        unasked=len({record.release for record in told if record.action == "release.ungated"}),
        days=tuple(
            Day(
                day=day,
                outcomes=outcomes([one for one in ended if one.ended and one.ended.astimezone(zone).date() == day]),
                waiting=spread(
                    (wait(gate) for _, gate in asked if gate.answered and gate.answered.astimezone(zone).date() == day),
                    fewest=1,
                ),
            )
            for day in days
        ),
    )


def minutes(period: Period) -> Iterable[float]:
    """A minute of each hour of the period, and its last moment."""
    last = (period.length - timedelta(microseconds=1)) / timedelta(minutes=1)
    return [*range(0, ceil(last), 60), last]


def outcomes(releases: list[Released]) -> Outcomes:
    states = [release.state for release in releases]
    return Outcomes(**{state: states.count(state) for state in ("promoted", *WRONG, "superseded", "ended")})


def mended(release: Released, releases: list[Released]) -> datetime | None:
    """When users had a good version again; None: it did not go wrong, or they have not yet."""
    if release.state == "rolled_back":
        return release.ended
    later = [one for one in same(release, releases) if one.number > release.number and one.state == "promoted"]
    return min(later, key=lambda one: one.number).ended if later and release.state == "failed" else None


def before(release: Released, releases: list[Released]) -> str | None:
    """How the workload went the last time that users had something of it."""
    earlier = [one for one in same(release, releases) if one.number < release.number]
    known = [one for one in earlier if one.state in ("promoted", *WRONG)]
    return max(known, key=lambda one: one.number).state if known else None


def same(release: Released, releases: list[Released]) -> list[Released]:
    return [one for one in releases if one.workload == release.workload]


def grouped(asked, by) -> dict[Any, Spread]:
    keys = {by(release, gate) for release, gate in asked}
    return {key: spread(wait(gate) for release, gate in asked if by(release, gate) == key) for key in keys}


def wait(gate: Asked) -> int:
    return took(gate.reached, gate.answered)


def took(begun: datetime | None, ended: datetime | None) -> int:
    assert begun is not None
    assert ended is not None
    return int(ended.timestamp() // 1) - int(begun.timestamp() // 1)


def spread(seconds: Iterable[int], *, fewest: int = 5) -> Spread:
    ordered = sorted(seconds)
    if len(ordered) < fewest:
        return Spread(count=len(ordered))

    def rank(part: float) -> timedelta:
        return timedelta(seconds=ordered[ceil(round(part * len(ordered), 6)) - 1])

    return Spread(count=len(ordered), median=rank(0.5), p90=rank(0.9))
