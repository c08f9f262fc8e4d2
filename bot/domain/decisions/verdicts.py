"""What a person's answer at a gate changes."""

from dataclasses import replace

from bot.domain.audit import Action
from bot.domain.decision import Verdict, short
from bot.domain.decisions.stopping import reject, tells_engine
from bot.domain.decisions.taking import (
    Taking,
    may_not_stop,
    no_reason,
    not_allowed,
    refused,
    settled,
    settled_as,
    taken,
)
from bot.domain.effects import Moment
from bot.domain.errors import Refusal
from bot.domain.gate import Gate, GateId, GateState, count, terms_of
from bot.domain.policy import ReasonRule, Rule, Stage
from bot.domain.release import Outcome, Release, ReleaseState, changed, entry, kept, tell, unchanged
from bot.domain.wording import any_of


def decide(release: Release, gate: GateId, taking: Taking) -> Outcome:
    """Take a person's answer at a gate.  The same person's same answer again, while it stands, changes nothing.

    Returns:
        What to save.  Its `refusal` tells why it was not taken; that is saved too.
    """
    found, taking = release.gate(gate), taking.about(release)
    match taking.decision.verb:
        case Verdict.APPROVE:
            return _approve(release, found, taking)
        case Verdict.REJECT:
            return _reject(release, found, taking)
        case Verdict.TAKE_BACK:
            return _take_back(release, found, taking)
        case Verdict.REOPEN:
            return _reopen(release, found, taking)
        case _:
            raise ValueError(f"{taking.decision.verb} is no decision on a gate")


def _approve(release: Release, gate: Gate, taking: Taking) -> Outcome:
    decision = taking.decision
    if (refusal := _may_approve(release, gate, taking)) is not None:
        return refused(release, gate, taking, refusal)
    counted = count(gate, taking.rights.of(gate.stage), release.authors)
    stands = gate.approval_of(decision.by) is not None and not gate.spent
    if stands and (gate.state is GateState.OPEN or (gate.state is GateState.CLOSED and not counted.met)):
        return unchanged(release)
    if gate.state is not GateState.CLOSED or not release.is_open:
        return refused(release, gate, taking, settled(release, gate))
    if gate.terms.reason is ReasonRule.ALWAYS and not decision.reason:
        return refused(release, gate, taking, no_reason("Approving"))

    gate = replace(gate, approvals=(*gate.without(decision.by), taking.mark))
    counted = count(gate, taking.rights.of(gate.stage), release.authors)
    line = taken(release, gate, taking, {"quorum": counted.quorum, "count": counted.have})
    note = tell(release, f"{short(decision.by)} approved at ", Moment(decision.at), ".", at=decision.at)
    if not counted.met:
        return changed(release.with_gate(gate), line, effects=(note,))
    gate = replace(gate, state=GateState.OPEN)
    opened = entry(
        release,
        Action.GATE_OPENED,
        actor=decision.by,
        surface=decision.surface,
        gate=gate,
        details={"quorum": counted.quorum, "count": counted.have},
    )
    return changed(release.with_gate(gate), line, opened, effects=(note, *tells_engine(release)))


def _may_approve(release: Release, gate: Gate, taking: Taking) -> Refusal | None:
    by = taking.decision.by
    rule = taking.rights.of(gate.stage)
    if rule is None:
        return not_allowed(f"No policy lets anybody approve {release.label} at its {gate.stage} gate.")
    if by not in rule.approvers:
        return not_allowed(f"You may not approve {release.label}; {any_of(rule.names)} may.")
    if not rule.policy.self_approval and by in release.authors:
        return not_allowed(
            f"{release.label} is your own change; somebody else of {any_of(rule.names)} must approve it."
        )
    return None


def _reject(release: Release, gate: Gate, taking: Taking) -> Outcome:
    decision = taking.decision
    if not taking.may_stop(release):
        return refused(release, gate, taking, may_not_stop(release, taking, "reject"))
    if gate.state is GateState.REFUSED and gate.settled and gate.settled.by == decision.by:
        return unchanged(release)
    if not gate.undecided or release.is_telling(gate) or not release.is_open:
        return refused(release, gate, taking, settled(release, gate))
    if gate.terms.reason is not ReasonRule.NEVER and not decision.reason:
        return refused(release, gate, taking, no_reason("Rejecting"))
    return kept(release, taken(release, gate, taking)).then(reject, gate, taking)


def _take_back(release: Release, gate: Gate, taking: Taking) -> Outcome:
    decision = taking.decision
    if gate.approval_of(decision.by) is None:
        return refused(release, gate, taking, settled_as(gate, "There is no approval of yours here to take back."))
    if not gate.undecided or release.is_telling(gate):
        return refused(release, gate, taking, settled(release, gate))
    closed = replace(gate, state=GateState.CLOSED, approvals=gate.without(decision.by))
    note = tell(release, f"{short(decision.by)} took the approval back at ", Moment(decision.at), ".", at=decision.at)
    return changed(release.with_gate(closed), taken(release, closed, taking), effects=(note,))


def _reopen(release: Release, gate: Gate, taking: Taking) -> Outcome:
    decision = taking.decision
    rule = taking.rights.of(Stage.START)
    if rule is None or decision.by not in rule.approvers:
        who = any_of(rule.names) if rule else "nobody"
        return refused(release, gate, taking, not_allowed(f"You may not ask again for {release.label}; {who} may."))
    newest = release.newest(Stage.START)
    if newest and newest.reopened and newest.reopened.by == decision.by and newest.state is GateState.CLOSED:
        return unchanged(release)
    if (
        gate.stage is not Stage.START
        or release.state is not ReleaseState.REFUSED
        or newest is None
        or newest.id != gate.id
    ):
        return refused(
            release, gate, taking, settled_as(gate, f"{release.label} is {release.state}, its start not refused.")
        )
    return _ask_again(release, gate, taking, rule)


def _ask_again(release: Release, gate: Gate, taking: Taking, rule: Rule) -> Outcome:
    """Let a new gate wait in the place of the one that was refused."""
    decision = taking.decision
    again = Gate(
        id=GateId(taking.new_id()),
        stage=Stage.START,
        step=gate.step,
        occurrence=gate.occurrence + 1,
        terms=terms_of(rule.policy, decision.at),
        reached_at=decision.at,
        asked_under=gate.asked_under,
        reopened=taking.mark,
        evidence=gate.evidence,
    )
    run = replace(release.run, awaited=None, sending=None)  # Nobody wants any more what the refusal wanted.
    waiting = replace(release.with_gate(again), state=ReleaseState.WAITING, run=run)
    reopened = entry(
        waiting, Action.GATE_REOPENED, actor=decision.by, surface=decision.surface, gate=again, reason=decision.reason
    )
    note = tell(
        release,
        f"{short(decision.by)} asks again: {release.label} waits for its start.",
        at=decision.at,
        notifies=True,
        mentions=rule.names,
    )
    return changed(waiting, taken(release, gate, taking), reopened, effects=(note,))
