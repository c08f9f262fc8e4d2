"""How a release is stopped: held, rolled back, or refused.  Stopping is easier than going on."""

from dataclasses import replace

from bot.domain.audit import Action, Entry
from bot.domain.decision import Mark, short
from bot.domain.decisions.operating import operate
from bot.domain.decisions.taking import Taking, may_not_stop, no_reason, refused, taken
from bot.domain.effects import Moment, Operate, Tell
from bot.domain.errors import Refusal, RefusalKind
from bot.domain.gate import Gate, GateState
from bot.domain.operation import Operation
from bot.domain.policy import Permission, ReasonRule, Stage
from bot.domain.release import (
    Cause,
    Outcome,
    Release,
    ReleaseState,
    RollBack,
    changed,
    entry,
    kept,
    tell,
    unchanged,
    withdraw,
)
from bot.domain.sight import Standing


def roll_back(release: Release, taking: Taking) -> Outcome:
    decision = taking.decision
    if not taking.may_stop(release):
        return refused(release, None, taking, may_not_stop(release, taking, "roll back"))
    if release.is_open and release.roll_back is not None and release.state is ReleaseState.ROLLING_BACK:
        back = release.roll_back.mark
        if back.by == decision.by:
            return unchanged(release)
        return refused(release, None, taking, stands(release, f"{short(back.by)} decided to roll back already.", back))
    start = release.newest(Stage.START)
    if release.state is ReleaseState.REFUSED and start and start.settled:
        if start.settled.by == decision.by:
            return unchanged(release)
        return refused(
            release,
            start,
            taking,
            stands(release, f"Its start was refused by {short(start.settled.by)}.", start.settled),
        )
    if (refusal := _too_late(release)) is not None:
        return refused(release, None, taking, refusal)
    if reason_rule(release, taking) is not ReasonRule.NEVER and not decision.reason:
        return refused(release, None, taking, no_reason("Rolling back"))

    at_start = release.state is ReleaseState.WAITING and start is not None and start.undecided
    outcome = kept(release, taken(release, start if at_start else None, taking))
    if at_start and start is not None:
        return outcome.then(reject, start, taking)
    outcome = outcome.then(withdraw, why="rolled back", actor=decision.by, surface=decision.surface, at=decision.at)
    return outcome.then(begin_roll_back, taking.mark, Cause.PERSON)


def reject(release: Release, gate: Gate, taking: Taking) -> Outcome:
    """A person's no.  Where the settings allow it, a start that is refused leaves the target as users have it.

    A plain Deployment stays paused instead: users have the version before, and nobody asks again and again.
    """
    outcome = shut(release, gate, state=GateState.REFUSED, mark=taking.mark, cause=Cause.PERSON)
    waits = release.run.sight is not None and release.run.sight.standing is Standing.WAITING
    restores = Permission.RESTORE_TARGET in taking.rights.permits and release.engine_kind.asks
    if gate.stage is Stage.START and waits and restores:
        return outcome.then(operate, Operation.PUT_BACK, taking.mark)
    return outcome


def reason_rule(release: Release, taking: Taking) -> ReasonRule:
    """That of the gate that waits, else that of the promotion."""
    if (gate := release.waiting_gate) is not None:
        return gate.terms.reason
    promotion = taking.rights.of(Stage.PROMOTION)
    return promotion.policy.reason if promotion else ReasonRule.ON_REJECT


def _too_late(release: Release) -> Refusal | None:
    if not release.is_open:
        return stands(release, f"{release.label} has ended: {release.state.replace('_', ' ')}.")
    if release.state is ReleaseState.PROMOTING and release.engine_kind.asks:
        return stands(release, f"{release.label} is being promoted; no hook can stop it now.")
    return None


def stands(release: Release, message: str, mark: Mark | None = None) -> Refusal:
    return Refusal(
        message,
        kind=RefusalKind.SETTLED,
        state=release.state,
        by=mark.by if mark else None,
        at=mark.at if mark else release.ended_at,
    )


def pause(release: Release, taking: Taking) -> Outcome:
    decision = taking.decision
    if not taking.may_stop(release):
        return refused(release, None, taking, may_not_stop(release, taking, "pause"))
    if release.paused is not None:
        if release.paused.by == decision.by:
            return unchanged(release)
        return refused(
            release, None, taking, stands(release, f"Paused already by {short(release.paused.by)}.", release.paused)
        )
    if (refusal := _too_late(release)) is not None:
        return refused(release, None, taking, refusal)
    if release.state is ReleaseState.ROLLING_BACK:  # An engine that is paused would not act on it.
        return refused(release, None, taking, stands(release, f"{release.label} is rolling back."))
    paused = replace(release, paused=taking.mark)
    outcome = changed(
        paused,
        taken(release, None, taking),
        _about(paused, Action.RELEASE_PAUSED, taking),
        effects=_said(release, taking, "paused"),
    )
    return _engine_too(outcome, Operation.PAUSE, taking)


def resume(release: Release, taking: Taking) -> Outcome:
    if taking.decision.by not in taking.rights.approvers_of_any_stage:
        return refused(release, None, taking, may_not_stop(release, taking, "resume"))
    if release.paused is None and not held(release):
        return refused(release, None, taking, stands(release, f"{release.label} is not paused."))
    resumed = replace(release, paused=None)
    outcome = changed(
        resumed,
        taken(release, None, taking),
        _about(resumed, Action.RELEASE_RESUMED, taking),
        effects=_said(release, taking, "resumed"),
    )
    return _engine_too(outcome, Operation.RESUME, taking)


def held(release: Release) -> bool:
    """Whether somebody paused it in the cluster itself, with another tool, as the last look showed."""
    return release.is_open and release.run.sight is not None and release.run.sight.held


def _engine_too(outcome: Outcome, operation: Operation, taking: Taking) -> Outcome:
    """An engine that does not ask is paused itself; of one that asks, its gates are held.

    A roll back resumes what it has to by itself, and nothing takes its place.
    """
    release = outcome.release
    if release.engine_kind.asks or release.state is ReleaseState.ROLLING_BACK:
        return outcome
    return outcome.then(operate, operation, taking.mark)


def shut(release: Release, gate: Gate, *, state: GateState, mark: Mark, cause: Cause) -> Outcome:
    """A no: this gate is settled, the others withdrawn; and unless it was the start, the roll back begins."""
    settled_gate = replace(gate, state=state, settled=mark)
    audit = entry(
        release,
        Action.GATE_REFUSED if state is GateState.REFUSED else Action.GATE_EXPIRED,
        actor=mark.by,
        surface=mark.surface,
        gate=settled_gate,
        reason=mark.reason,
        details={"cause": cause},
    )
    outcome = kept(release.with_gate(settled_gate), audit).then(
        withdraw, why=f"the {gate.stage} gate is {state}", actor=mark.by, surface=mark.surface, at=mark.at
    )
    if gate.stage is Stage.START:
        return outcome.then(_refuse_start, mark)
    return outcome.then(begin_roll_back, mark, cause)


def _refuse_start(release: Release, mark: Mark) -> Outcome:
    stays = replace(release, state=ReleaseState.REFUSED)
    return changed(stays, effects=_no_told(release, mark, "Start refused"))


def begin_roll_back(release: Release, mark: Mark, cause: Cause) -> Outcome:
    """From here on no gate of the run says yes, and the engine's question about a roll back is answered yes."""
    back = RollBack(mark=mark, cause=cause)
    run = replace(release.run, awaited=None)  # Whatever else was wanted of the engine is not wanted any more.
    rolling = replace(release, state=ReleaseState.ROLLING_BACK, roll_back=back, run=run)
    return changed(rolling, effects=(*_no_told(release, mark, "Roll back decided"), *tells_engine(release)))


def tells_engine(release: Release) -> tuple[Operate, ...]:
    """Go to the engine with it, where the engine does not come and ask."""
    return () if release.engine_kind.asks else (Operate(release=release.id),)


def _no_told(release: Release, mark: Mark, what: str) -> tuple[Tell, ...]:
    reason = f": {mark.reason}" if mark.reason else "."
    line = (f"{what} by {short(mark.by)} at ", Moment(mark.at), reason)
    by_deadline = mark.by.startswith("policy:")
    return (tell(release, *line, at=mark.at, notifies=by_deadline),)


def _about(release: Release, action: Action, taking: Taking) -> Entry:
    decision = taking.decision
    return entry(release, action, actor=decision.by, surface=decision.surface, reason=decision.reason)


def _said(release: Release, taking: Taking, what: str) -> tuple[Tell, ...]:
    decision = taking.decision
    return (tell(release, f"{short(decision.by)} {what} it at ", Moment(decision.at), ".", at=decision.at),)
