"""What is to be done to an engine that does not ask, and what follows from doing it.

A decision is done when its effect was seen.  Engines lose what is written to them, so each operation is looked for,
the engine is woken while it does not answer, and people are told when it goes on not answering.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.domain.audit import Action
from bot.domain.decision import Mark, Surface
from bot.domain.decisions.telling import gate_of, not_begun, told, wanted
from bot.domain.effects import Line, Moment, Operate, Tell
from bot.domain.gate import GateState
from bot.domain.operation import Awaited, Notice, Operation
from bot.domain.release import Outcome, Release, ReleaseState, changed, entry, tell, unchanged

WAKE_AFTER = timedelta(seconds=3)
"""So long without an answer, and the engine is woken; the pauses grow with each time."""

SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=1), timedelta(seconds=30)

PATIENCE = timedelta(minutes=1)
"""So long without an answer, and people are told."""

AFTER_THE_END = frozenset({Operation.RETRY, Operation.PUT_BACK})
"""All else is about a release that is under way, and must never reach the one after it."""


class Do(StrEnum):
    """What is done next about an operation: tell the engine, wake it, or look again later."""

    SEND = "send"
    WAKE = "wake"
    WAIT = "wait"


def operate(
    release: Release, operation: Operation, mark: Mark, *, evidence: Mapping[str, Any] | None = None
) -> Outcome:
    """Want something of the engine from now on, in the place of what was wanted before."""
    awaited = Awaited(operation=operation, mark=mark, evidence=evidence or {})
    return changed(replace(release, run=replace(release.run, awaited=awaited)), effects=(Operate(release=release.id),))


def next_step(awaited: Awaited, notice: Notice | None, now: datetime) -> Do:
    """What to do about it, by what a look has shown."""
    if awaited.sent_at is None or notice in {None, Notice.UNASKED}:
        return Do.SEND
    if notice is Notice.AWAITED and now >= _wakes_at(awaited):
        return Do.WAKE
    return Do.WAIT


def next_look(awaited: Awaited, now: datetime) -> float:
    """Seconds until another look is due, if no watch wakes before: ever more, but never past a moment to act."""
    waited = now - awaited.since
    due = [max(waited, SHORTEST_PAUSE), LONGEST_PAUSE]
    if awaited.sent_at is not None:
        due += [pause for pause in (_wakes_at(awaited) - now, PATIENCE - waited) if pause > timedelta(0)]
    return min(due).total_seconds()


def _wakes_at(awaited: Awaited) -> datetime:
    last = awaited.woken_at or awaited.sent_at
    assert last is not None
    pause: timedelta = WAKE_AFTER * 2 ** min(awaited.woken, 10)
    return last + min(pause, LONGEST_PAUSE)


def woken(release: Release, awaited: Awaited, *, now: datetime) -> Outcome:
    again = replace(awaited, woken=awaited.woken + 1, woken_at=now)
    return changed(replace(release, run=replace(release.run, awaited=again))).then(impatient, now=now)


def impatient(release: Release, *, now: datetime) -> Outcome:
    """Tell people, once, that the engine goes on not answering, or cannot be told."""
    awaited = release.run.awaited or release.run.sending
    if awaited is None or awaited.unanswered or now - awaited.since < PATIENCE:
        return unchanged(release)
    known, was = replace(awaited, unanswered=True), release.run.awaited is not None
    run = replace(release.run, awaited=known) if was else replace(release.run, sending=known)
    release = replace(release, run=run)
    line = entry(
        release,
        Action.OPERATION_UNANSWERED,
        actor=release.engine_principal,
        surface=Surface.WATCH,
        decision=awaited.operation,
    )
    return changed(release, line, effects=(_unanswered(release, awaited, now),))


def _unanswered(release: Release, awaited: Awaited, now: datetime) -> Tell:
    name = release.engine_kind.name
    what = awaited.operation.replace("_", " ")
    said: Line = (f"{name} cannot be told yet: {what} of {release.label} was decided at ", Moment(awaited.since), ".")
    if awaited.sent_at is not None:
        said = (f"{name} does not answer: {what} of {release.label} was sent at ", Moment(awaited.since), ".")
    return tell(release, *said, at=now, notifies=True)


def noticed(release: Release, notice: Notice | None, *, now: datetime) -> Outcome:
    """A look has shown what became of it: done, or not to be done any more."""
    awaited, sending = wanted(release), release.run.sending
    if awaited is None or notice not in {Notice.DONE, Notice.MOOT}:
        return unchanged(release)
    done = notice is Notice.DONE
    if awaited.sent_at is None and not done:
        return unchanged(release)  # Nothing was sent; what made it moot ends the release, or withdraws the gate.
    outside = awaited.sent_at is None and not (sending is not None and sending.is_same(awaited))
    settled = not_begun(replace(release, run=replace(release.run, awaited=None)))
    line = entry(
        settled,
        Action.OPERATION_SEEN if done else Action.OPERATION_MOOT,
        actor=release.engine_principal,
        surface=Surface.WATCH,
        gate=gate_of(release, awaited),
        decision=awaited.operation,
        details={"outside": True} if outside else {},
    )
    outcome = changed(settled, line)
    return outcome.then(told, awaited, now=now, outside=outside) if done else outcome


def overtaken(release: Release) -> Outcome:
    """Its time is over: another release took the place of this one, or it ended.  What it wanted is wanted no more."""
    awaited = release.run.awaited
    if awaited is None:
        return unchanged(release)
    settled = replace(release, run=replace(release.run, awaited=None))
    line = entry(
        settled,
        Action.OPERATION_MOOT,
        actor=release.engine_principal,
        surface=Surface.WATCH,
        decision=awaited.operation,
    )
    return changed(settled, line)


def given_up(release: Release, awaited: Awaited, *, why: str, now: datetime) -> Outcome:
    """It cannot be done: said to people, and not tried again.  A gate stays shut until somebody decides anew."""
    name = release.engine_kind.name
    what = awaited.operation.replace("_", " ")
    said = tell(release, f"{name} cannot {what} {release.label}: {why}", at=now, notifies=True)
    line = entry(
        release,
        Action.OPERATION_REFUSED,
        actor=release.engine_principal,
        surface=Surface.WATCH,
        decision=awaited.operation,
        reason=why,
    )
    left = not_begun(replace(release, run=replace(release.run, awaited=None)))
    gate = gate_of(left, awaited)
    if gate is not None and gate.told_at is None:
        left = left.with_gate(replace(gate, state=GateState.CLOSED, approvals=()))
    if awaited.operation is Operation.ABORT and left.roll_back is not None:
        left = replace(left, state=ReleaseState.PROGRESSING, roll_back=None)
    return changed(left, line, effects=(said,))
