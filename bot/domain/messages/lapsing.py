"""What time alone changes: deadlines that pass, and engines that fall silent."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.audit import Action
from bot.domain.decision import Mark, Principal, Surface
from bot.domain.decisions.stopping import shut
from bot.domain.effects import Moment
from bot.domain.gate import Gate, GateId, GateState
from bot.domain.policy import OnExpiry
from bot.domain.release import Cause, Outcome, Release, ReleaseState, changed, entry, kept, tell, unchanged
from bot.domain.runs.beginning import Known
from bot.domain.runs.ending import end
from bot.domain.sight import Standing

SILENCE = timedelta(minutes=10)
"""Shorter than this, no engine counts as silent."""

USUAL_GAPS = 5
"""So many of its usual gaps make a silence, if that is longer."""

FORGOTTEN = timedelta(days=1)
"""A workload that tells its ends, but was not heard of for so long, is not waited for any longer."""

WARNING = timedelta(minutes=15)
"""People are called so long before a deadline."""


def lapse(release: Release, now: datetime) -> Outcome:
    """Let the deadlines pass that have come.  A yes already told is touched by none."""
    outcome = unchanged(release)
    for gate in release.gates:
        outcome = outcome.then(_lapse_gate, gate.id, now)
    return outcome


def _lapse_gate(release: Release, gate_id: GateId, now: datetime) -> Outcome:
    gate = release.gate(gate_id)  # As it is now: the deadline of one before it may have withdrawn it.
    deadline = gate.terms.expires_at
    if deadline is None or not gate.undecided or release.is_telling(gate) or not release.is_open:
        return unchanged(release)
    if now < deadline:
        soon = deadline - now < WARNING < deadline - gate.reached_at
        return _warn(release, gate, deadline, now) if soon and not gate.reminded else unchanged(release)
    if gate.terms.on_expiry is OnExpiry.REJECT:
        mark = Mark(Principal(f"policy:{gate.terms.policy}"), now, "nobody answered in time", Surface.SCHEDULE)
        return shut(release, gate, state=GateState.EXPIRED, mark=mark, cause=Cause.DEADLINE)
    return unchanged(release) if gate.overdue else _overdue(release, gate, now)


def _warn(release: Release, gate: Gate, deadline: datetime, now: datetime) -> Outcome:
    if gate.state is GateState.OPEN:
        return unchanged(release)
    warning = tell(
        release, f"{release.label} still waits; its deadline is ", Moment(deadline), ".", at=now, notifies=True
    )
    return changed(release.with_gate(replace(gate, reminded=True)), effects=(warning,))


def _overdue(release: Release, gate: Gate, now: datetime) -> Outcome:
    overdue = replace(gate, overdue=True)
    audit = entry(
        release, Action.GATE_OVERDUE, actor=f"policy:{gate.terms.policy}", surface=Surface.SCHEDULE, gate=overdue
    )
    told = tell(release, f"{release.label} is overdue: it still waits for an answer.", at=now, notifies=True)
    return changed(release.with_gate(overdue), audit, effects=(told,))


def silence_of(known: Known) -> timedelta:
    return max(SILENCE, USUAL_GAPS * timedelta(seconds=known.usual_gap or 0))


def quiet(known: Known, now: datetime) -> Outcome:
    """Judge the silence since the workload was last heard.

    Who tells its ends loses its approvals after a silence, since a run that ended unheard could stand behind it; who
    does not has ended.  Where the cluster is in sight, its word counts, and silence says nothing.
    """
    release = known.open
    if release is None:
        return Outcome()
    # A look may find it before its engine says a word; and while looks show it, their word counts.
    if known.heard_at is None or _is_in_sight(release):
        return unchanged(release)
    silent = now - known.heard_at
    if silent < silence_of(known):
        return unchanged(release)
    if not known.tells_its_end or silent >= FORGOTTEN:
        return end(
            release, ReleaseState.ENDED, now=now, why="the engine was not heard of again", surface=Surface.SCHEDULE
        )
    return _void(release, now)


def _is_in_sight(release: Release) -> bool:
    """A look shows it.  One that shows a workload at rest says nothing of a run that only hooks told of."""
    sight = release.run.sight
    return sight is not None and (sight.standing.under_way or sight.standing is Standing.WAITING)


def _void(release: Release, now: datetime) -> Outcome:
    """Nothing said before the silence holds after it: gates are reached anew, without approvals."""
    why = "the engine was silent for long; what was approved before does not hold"
    actor = release.engine_principal
    audit = []
    if any(release.yes_holds(gate) for gate in release.gates):
        release = replace(release, run=replace(release.run, voided_at=now))
    for gate in release.gates:
        if gate.state is GateState.OPEN and gate.told_at is not None and not gate.spent:
            release = release.with_gate(replace(gate, spent=True))
        elif gate.undecided and gate.approvals:
            void = replace(gate, state=GateState.WITHDRAWN, settled=Mark(actor, now, why, Surface.SCHEDULE))
            release = release.with_gate(void)
        else:
            continue
        audit.append(
            entry(release, Action.GATE_WITHDRAWN, actor=actor, surface=Surface.SCHEDULE, gate=gate, reason=why)
        )
    if release.state is ReleaseState.ROLLING_BACK:
        release = replace(release, state=ReleaseState.PROGRESSING, roll_back=None)
        audit.append(entry(release, Action.ROLL_BACK_VOIDED, actor=actor, surface=Surface.SCHEDULE, reason=why))
    if not audit:
        return kept(release)
    told = tell(release, f"{release.label}: {why}. Decide again.", at=now, notifies=True)
    return changed(release, *audit, effects=(told,))
