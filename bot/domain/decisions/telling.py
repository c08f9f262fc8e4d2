"""From wanted to told: what is sent to an engine that does not ask.

From the moment that it is on its way it may have been taken, whatever the record says: a click, a look and a crash can
come between the engine's answer and our line of it.  So that it is begun is saved first, and only what still stands
then is begun.
"""

from dataclasses import replace
from datetime import datetime

from bot.domain.audit import Action
from bot.domain.decision import Surface, Verb
from bot.domain.gate import Count, Gate, GateState, count
from bot.domain.operation import Awaited, Operation
from bot.domain.policy import Rights, Stage
from bot.domain.release import Outcome, Release, ReleaseState, changed, entry, kept, unchanged
from bot.domain.runs.reaching import BESIDE_THE_ENGINE
from bot.domain.tightening import tightened

_BY_STEP = {Verb.SKIP: Operation.SKIP, Verb.PROMOTE_FULL: Operation.PROMOTE_FULL}
"""Gates that a person reached, by their step."""


def wanted(release: Release) -> Awaited | None:
    """What the engine shall do: what was asked for last; else a roll back, or a yes that it was not told.

    One that asks comes for both by itself.
    """
    if release.run.awaited is not None or release.engine_kind.asks:
        return release.run.awaited
    back = release.roll_back
    if release.state is ReleaseState.ROLLING_BACK:
        untold = back is not None and back.told_at is None
        return Awaited(operation=Operation.ABORT, mark=back.mark) if back is not None and untold else None
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


def not_begun(release: Release) -> Release:
    """After a look has shown that nothing of an earlier try arrived."""
    return replace(release, run=replace(release.run, sending=None))


def begin(release: Release, awaited: Awaited, *, rights: Rights, before: Awaited | None) -> Outcome:
    """Begin to send it, if it is wanted still and who decided may still decide; `run.sending` tells whether it is.

    Args:
        rights: who may decide now.
        before: what was on its way last.
    """
    if wanted(release) != awaited:
        return unchanged(release)
    gate = gate_of(release, awaited)
    if gate is not None and gate.told_at is None:
        counted = count(gate, tightened(rights, release.tightening).of(gate.stage), release.authors)
        if not counted.met:
            return unchanged(release) if counted.unsure else closed_again(release, gate, counted, surface=Surface.WATCH)
    said = before is not None and before.is_same(awaited) and before.unanswered
    run = replace(release.run, sending=replace(awaited, unanswered=awaited.unanswered or said))
    return kept(replace(release, run=run))


def closed_again(release: Release, gate: Gate, counted: Count, *, surface: Surface) -> Outcome:
    """Who approved it may no longer approve: it waits again."""
    closed = replace(gate, state=GateState.CLOSED)
    audit = entry(
        release,
        Action.GATE_CLOSED,
        actor=release.engine_principal,
        surface=surface,
        gate=closed,
        reason="who approved it may no longer approve",
        details={"quorum": counted.quorum, "count": counted.have},
    )
    return changed(release.with_gate(closed), audit)


def sent(release: Release, awaited: Awaited, *, now: datetime) -> Outcome:
    """The API server has taken it: that is on record, and its effect is awaited unless something else is wanted by now.

    Args:
        awaited: as it is known to the engine's handler since it was sent.
    """
    now_wanted, release = wanted(release), not_begun(release)
    line = entry(
        release,
        Action.OPERATION_SENT,
        actor=awaited.mark.by,
        surface=awaited.mark.surface,
        gate=gate_of(release, awaited),
        decision=awaited.operation,
        reason=awaited.mark.reason,
    )
    if now_wanted is None or not now_wanted.is_same(awaited):
        has_its_line = awaited.gate is not None or awaited.operation is Operation.ABORT
        return told(release, awaited, now=now) if has_its_line else changed(release, line)
    known = replace(release, run=replace(release.run, awaited=replace(awaited, sent_at=now)))
    if now_wanted.sent_at is not None:
        return changed(known)
    return changed(known, line).then(told, awaited, now=now)


def told(release: Release, awaited: Awaited, *, now: datetime, outside: bool = False) -> Outcome:
    """The engine knows: of a gate's yes, or that it shall roll back."""
    back, gate = release.roll_back, gate_of(release, awaited)
    if awaited.operation is Operation.ABORT and back is not None:
        return changed(replace(release, roll_back=replace(back, told_at=now)))
    if gate is None or gate.told_at is not None:
        return unchanged(release)
    known = replace(gate, told_at=now)
    details = {"by": awaited.mark.by} | ({"outside": True} if outside else {})
    line = entry(
        release,
        Action.GATE_ANSWERED,
        actor=release.engine_principal,
        surface=Surface.WATCH,
        gate=known,
        decision="yes",
        details=details,
    )
    return changed(release.with_gate(known), line)


def gate_of(release: Release, awaited: Awaited) -> Gate | None:
    return next((gate for gate in release.gates if gate.id == awaited.gate), None)
