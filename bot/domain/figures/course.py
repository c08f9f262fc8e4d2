"""How a release went over time: who had the new version, when it waited for people, and what happened."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.decision import short
from bot.domain.gate import Gate, GateState
from bot.domain.policy import Stage
from bot.domain.release import Release, ReleaseState
from bot.domain.run import Reading


class Kind(StrEnum):
    """What an event is to its reader."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    CHECK_FAILED = "check failed"
    WENT_WELL = "went well"
    WENT_BADLY = "went badly"
    NOTED = "noted"


@dataclass(frozen=True, slots=True)
class Level:
    """From this moment on, this part of the way was done: 0 to 1."""

    at: datetime
    part: float


@dataclass(frozen=True, slots=True)
class Wait:
    """A gate waited for people."""

    since: datetime
    until: datetime
    name: str

    @property
    def length(self) -> timedelta:
        return self.until - self.since


@dataclass(frozen=True, slots=True)
class Event:
    at: datetime
    kind: Kind
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Everything oldest first.

    Args:
        verdict: how it stands or ended.
        measure: what the levels are parts of, as a heading.
        waited: for people, in all; gates that waited at the same time count once.
    """

    since: datetime
    until: datetime
    verdict: Event
    measure: str
    levels: tuple[Level, ...]
    waits: tuple[Wait, ...]
    events: tuple[Event, ...]
    waited: timedelta


_STANDS = {
    ReleaseState.WAITING: (Kind.NOTED, "not started yet"),
    ReleaseState.REFUSED: (Kind.REFUSED, "start refused"),
    ReleaseState.PROGRESSING: (Kind.NOTED, "in progress"),
    ReleaseState.PROMOTING: (Kind.NOTED, "being promoted"),
    ReleaseState.ROLLING_BACK: (Kind.REFUSED, "rolling back"),
    ReleaseState.PROMOTED: (Kind.WENT_WELL, "promoted"),
    ReleaseState.ROLLED_BACK: (Kind.WENT_BADLY, "rolled back"),
    ReleaseState.FAILED: (Kind.WENT_BADLY, "failed"),
    ReleaseState.SUPERSEDED: (Kind.NOTED, "superseded by a newer revision"),
    ReleaseState.ENDED: (Kind.NOTED, "ended, how is not known"),
}


def course_of(release: Release, *, now: datetime) -> Course:
    """Tell how a release went, up to its end or to now."""
    until = max(release.ended_at or now, release.started_at)
    waits = tuple(_wait(gate, until) for gate in release.gates)
    return Course(
        since=release.started_at,
        until=until,
        verdict=_verdict(release, until),
        measure="Checks done" if _by_checks(release) else "Traffic on the new version",
        levels=_levels(release, until),
        waits=waits,
        events=tuple(sorted(_events(release), key=lambda event: event.at)),
        waited=_joined(waits),
    )


def _verdict(release: Release, at: datetime) -> Event:
    if release.waiting_gate is not None:
        return Event(at, Kind.ASKED, "waits for people")
    return Event(at, *_STANDS[release.state])


def _by_checks(release: Release) -> bool:
    return any(reading.iteration is not None for reading in release.run.readings)


def _levels(release: Release, until: datetime) -> tuple[Level, ...]:
    levels = [Level(release.started_at, 0.0)]
    for reading in release.run.readings:
        part = _part(reading, release.run.iterations)
        if part is not None and part != levels[-1].part:
            levels.append(Level(reading.at, part))
    match release.state:
        case ReleaseState.PROMOTED:
            levels.append(Level(until, 1.0))
        case ReleaseState.ROLLED_BACK:
            levels.append(Level(until, 0.0))
        case _:
            pass  # Where it stands is where it stands.
    return tuple(levels)


def _part(reading: Reading, iterations: int | None) -> float | None:
    if reading.iteration is not None and iterations:
        return min(reading.iteration / iterations, 1.0)
    return None if reading.weight is None else min(reading.weight / 100, 1.0)


def _wait(gate: Gate, until: datetime) -> Wait:
    match gate.state:
        case GateState.CLOSED:
            answered = until
        case GateState.OPEN:
            answered = max((mark.at for mark in gate.approvals), default=gate.told_at or gate.reached_at)
        case GateState.REFUSED | GateState.EXPIRED | GateState.WITHDRAWN:
            answered = gate.settled.at if gate.settled else until
    return Wait(gate.reached_at, max(answered, gate.reached_at), _name(gate))


def _name(gate: Gate) -> str:
    if not gate.step.isdigit():
        return gate.stage
    return f"traffic at {gate.step} %" if gate.stage is Stage.TRAFFIC else f"{gate.stage} {gate.step}"


def _joined(waits: tuple[Wait, ...]) -> timedelta:
    """Sum what the waits cover together."""
    covered, reached = timedelta(), None
    for wait in sorted(waits, key=lambda wait: wait.since):
        since = wait.since if reached is None else max(wait.since, reached)
        covered += max(wait.until - since, timedelta())
        reached = wait.until if reached is None else max(wait.until, reached)
    return covered


def _events(release: Release) -> list[Event]:
    events = [Event(release.started_at, Kind.NOTED, "began")]
    for gate in release.gates:
        events += _of_gate(gate)
    for reading in release.run.readings:
        if reading.failed is not None:
            events.append(
                Event(
                    reading.at,
                    Kind.CHECK_FAILED,
                    f"check failed: {reading.failed}" if reading.failed else "a check failed",
                )
            )
    if release.paused is not None:
        events.append(Event(release.paused.at, Kind.NOTED, f"{short(release.paused.by)} paused it"))
    if (back := release.roll_back) is not None:
        events.append(Event(back.mark.at, Kind.REFUSED, f"{short(back.mark.by)} decided to roll back"))
    if release.ended_at is not None:
        events.append(_verdict(release, release.ended_at))
    return events


def _of_gate(gate: Gate) -> list[Event]:
    name = _name(gate)
    events = [Event(gate.reached_at, Kind.ASKED, f"asked about the {name}")]
    events += [Event(mark.at, Kind.APPROVED, f"{short(mark.by)} approved the {name}") for mark in gate.approvals]
    if gate.settled is not None and gate.state is not GateState.WITHDRAWN:
        verb = "refused" if gate.state is GateState.REFUSED else "let expire"
        events.append(Event(gate.settled.at, Kind.REFUSED, f"{short(gate.settled.by)} {verb} the {name}"))
    return events
