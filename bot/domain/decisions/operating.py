"""What is to be done to an engine that does not ask, and what follows from doing it.

A decision is done when its effect was seen.  Engines lose what is written to them, so each operation is looked for,
the engine is woken while it does not answer, and people are told when it goes on not answering.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.domain.decision import Mark, Principal, Surface, Verb
from bot.domain.effects import Moment, Operate, Tell
from bot.domain.engines import engine_of
from bot.domain.gate import Gate, GateState
from bot.domain.operation import Awaited, Notice, Operation
from bot.domain.policy import Stage
from bot.domain.release import Outcome, Release, ReleaseState, changed, entry, unchanged
from bot.domain.runs.reaching import BESIDE_THE_ENGINE

WAKE_AFTER = timedelta(seconds=3)
"""So long without an answer, and the engine is woken; the pauses grow with each time."""

SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=1), timedelta(seconds=30)

PATIENCE = timedelta(minutes=1)
"""So long without an answer, and people are told."""

AFTER_THE_END = frozenset({Operation.RETRY, Operation.PUT_BACK})
"""All else is about a release that is under way, and must never reach the one after it."""

_BY_STEP = {Verb.SKIP: Operation.SKIP, Verb.PROMOTE_FULL: Operation.PROMOTE_FULL}
"""Gates that a person reached, by their step."""


class Do(StrEnum):
    """What comes next."""

    SEND = "send"
    WAKE = "wake"
    WAIT = "wait"


def operate(
    release: Release, operation: Operation, mark: Mark, *, evidence: Mapping[str, Any] | None = None
) -> Outcome:
    """Want something of the engine from now on, in the place of what was wanted before."""
    awaited = Awaited(operation=operation, mark=mark, evidence=evidence or {})
    return changed(replace(release, run=replace(release.run, awaited=awaited)), effects=(Operate(release=release.id),))


def wanted(release: Release) -> Awaited | None:
    """What the engine shall do: what was asked for last; else a roll back, or a yes that it was not told."""
    if release.run.awaited is not None:
        return release.run.awaited
    back = release.roll_back
    if release.state is ReleaseState.ROLLING_BACK and back is not None and back.told_at is None:
        return Awaited(operation=Operation.ABORT, mark=back.mark)
    gate = next((g for g in release.gates if g.state is GateState.OPEN and g.told_at is None), None)
    if gate is None or not release.is_open or release.paused is not None:
        return None
    return Awaited(
        operation=_operation(gate),
        mark=gate.approvals[-1],
        gate=gate.id,
        evidence=gate.evidence,
    )


def _operation(gate: Gate) -> Operation:
    beside = gate.stage is Stage.PROMOTION and gate.step in BESIDE_THE_ENGINE
    return _BY_STEP[Verb(gate.step)] if beside else Operation.PROMOTE


def next_step(awaited: Awaited, notice: Notice | None, now: datetime) -> Do:
    """What to do about it, by what a look has shown."""
    if awaited.sent_at is None or notice in {None, Notice.UNASKED}:
        return Do.SEND
    if notice is Notice.AWAITED and now >= _wakes_at(awaited):
        return Do.WAKE
    return Do.WAIT


def next_look(awaited: Awaited, now: datetime) -> float:
    """Seconds until another look is due, if no watch wakes before: ever more, but never past a moment to act."""
    waited = now - (awaited.sent_at or awaited.mark.at)
    due = [max(waited, SHORTEST_PAUSE), LONGEST_PAUSE]
    if awaited.sent_at is not None:
        due += [pause for pause in (_wakes_at(awaited) - now, PATIENCE - waited) if pause > timedelta(0)]
    return min(due).total_seconds()


def _wakes_at(awaited: Awaited) -> datetime:
    last = awaited.woken_at or awaited.sent_at
    assert last is not None
    pause: timedelta = WAKE_AFTER * 2 ** min(awaited.woken, 10)
    return last + min(pause, LONGEST_PAUSE)


def sent(release: Release, awaited: Awaited, *, now: datetime) -> Outcome:
    """The API server has taken it: that is on record, and its effect is awaited unless something else is wanted by now.

    Args:
        awaited: as it is known to the engine's handler since it was sent.
    """
    now_wanted = wanted(release)
    if now_wanted is None or now_wanted.operation is not awaited.operation or now_wanted.mark != awaited.mark:
        return _told(release, awaited, now=now)
    first = awaited.sent_at is None
    told = replace(release, run=replace(release.run, awaited=replace(awaited, sent_at=now)))
    if not first:
        return changed(told)
    line = entry(
        told,
        "operation.sent",
        actor=awaited.mark.by,
        surface=awaited.mark.surface,
        gate=_gate(release, awaited),
        decision=awaited.operation,
        reason=awaited.mark.reason,
    )
    return changed(told, line).then(lambda r: _told(r, awaited, now=now))


def _told(release: Release, awaited: Awaited, *, now: datetime, outside: bool = False) -> Outcome:
    """The engine knows: of a gate's yes, or that it shall roll back."""
    back, gate = release.roll_back, _gate(release, awaited)
    if awaited.operation is Operation.ABORT and back is not None:
        return changed(replace(release, roll_back=replace(back, told_at=now)))
    if gate is None or gate.told_at is not None:
        return unchanged(release)
    told = replace(gate, told_at=now)
    details = {"by": awaited.mark.by} | ({"outside": True} if outside else {})
    line = entry(
        release,
        "gate.answered",
        actor=f"engine:{release.engine}",
        surface=Surface.WATCH,
        gate=told,
        decision="yes",
        details=details,
    )
    return changed(release.with_gate(told), line)


def woken(release: Release, awaited: Awaited, *, now: datetime) -> Outcome:
    again = replace(awaited, woken=awaited.woken + 1, woken_at=now)
    return changed(replace(release, run=replace(release.run, awaited=again))).then(lambda r: impatient(r, now=now))


def impatient(release: Release, *, now: datetime) -> Outcome:
    """Tell people, once, that the engine goes on not answering."""
    awaited = release.run.awaited
    if awaited is None or awaited.unanswered or awaited.sent_at is None or now - awaited.sent_at < PATIENCE:
        return unchanged(release)
    name = engine_of(release.engine).name
    what = awaited.operation.replace("_", " ")
    told = Tell(
        release=release.id,
        line=(f"{name} does not answer: {what} of {release.label} was sent at ", Moment(awaited.sent_at), "."),
        at=now,
        notifies=True,
    )
    known = replace(release, run=replace(release.run, awaited=replace(awaited, unanswered=True)))
    line = entry(
        known,
        "operation.unanswered",
        actor=f"engine:{release.engine}",
        surface=Surface.WATCH,
        decision=awaited.operation,
    )
    return changed(known, line, effects=(told,))


def noticed(release: Release, notice: Notice | None, *, now: datetime) -> Outcome:
    """A look has shown what became of it: done, or not to be done any more."""
    awaited = wanted(release)
    if awaited is None or notice not in {Notice.DONE, Notice.MOOT}:
        return unchanged(release)
    done = notice is Notice.DONE
    if awaited.sent_at is None and not done:
        return unchanged(release)  # Nothing was sent; what made it moot ends the release, or withdraws the gate.
    settled = replace(release, run=replace(release.run, awaited=None))
    line = entry(
        settled,
        "operation.seen" if done else "operation.moot",
        actor=f"engine:{release.engine}",
        surface=Surface.WATCH,
        gate=_gate(release, awaited),
        decision=awaited.operation,
        details={"outside": True} if awaited.sent_at is None else {},
    )
    outcome = changed(settled, line)
    outside = awaited.sent_at is None
    return outcome.then(lambda r: _told(r, awaited, now=now, outside=outside)) if done and outside else outcome


def overtaken(release: Release) -> Outcome:
    """Its time is over: another release took the place of this one, or it ended.  What it wanted is wanted no more."""
    awaited = release.run.awaited
    if awaited is None:
        return unchanged(release)
    settled = replace(release, run=replace(release.run, awaited=None))
    line = entry(
        settled,
        "operation.moot",
        actor=f"engine:{release.engine}",
        surface=Surface.WATCH,
        decision=awaited.operation,
    )
    return changed(settled, line)


def given_up(release: Release, awaited: Awaited, *, why: str, now: datetime) -> Outcome:
    """It cannot be done: said to people, and not tried again.  A gate stays shut until somebody decides anew."""
    name = engine_of(release.engine).name
    what = awaited.operation.replace("_", " ")
    told = Tell(release=release.id, line=(f"{name} cannot {what} {release.label}: {why}",), at=now, notifies=True)
    engine = Principal(f"engine:{release.engine}")
    line = entry(
        release, "operation.refused", actor=engine, surface=Surface.WATCH, decision=awaited.operation, reason=why
    )
    left = replace(release, run=replace(release.run, awaited=None))
    gate = _gate(left, awaited)
    if gate is not None and gate.told_at is None:
        left = left.with_gate(replace(gate, state=GateState.CLOSED, approvals=()))
    if awaited.operation is Operation.ABORT and left.roll_back is not None:
        left = replace(left, state=ReleaseState.PROGRESSING, roll_back=None)
    return changed(left, line, effects=(told,))


def _gate(release: Release, awaited: Awaited) -> Gate | None:
    return next((gate for gate in release.gates if gate.id == awaited.gate), None)
