"""What people's answers change, and what they are told when they change nothing."""

from dataclasses import replace

import pytest

from bot.domain.decision import Verb, Verdict
from bot.domain.errors import RefusalKind
from bot.domain.gate import GateState
from bot.domain.policy import ReasonRule, Stage
from bot.domain.release import ReleaseState
from bot.domain.run import Signal
from tests.domain.conftest import ANN, BOB, EVE, World, policy_of, rights_of

START, TRAFFIC, PROMOTION = Stage.START, Stage.TRAFFIC, Stage.PROMOTION
NOT_ALLOWED, SETTLED, NO_REASON = RefusalKind.NOT_ALLOWED, RefusalKind.SETTLED, RefusalKind.NO_REASON


@pytest.fixture
def two():
    """A release that waits for two of Ann and Bob at its promotion."""
    world = World(rights_of(policy_of(quorum=2)))
    world.asks(PROMOTION)
    return world


def test_the_last_approval_opens(two):
    two.approves(ANN)
    assert "gate.opened" not in two.actions
    two.approves(BOB)

    assert two.gate.state is GateState.OPEN
    assert two.actions[-2:] == ["decision.taken", "gate.opened"]


def test_one_person_is_one_approval_however_often(two):
    two.approves(ANN)
    lines = len(two.record)

    assert two.approves(ANN) is None
    assert len(two.record) == lines
    assert two.gate.state is GateState.CLOSED


def test_a_third_approval_comes_too_late_and_is_told_by_whom(two):
    two.approves(ANN)
    two.approves(BOB)
    two.rights = rights_of(policy_of(ANN, BOB, EVE, quorum=2))

    refusal = two.approves(EVE)
    assert (refusal.kind, refusal.state, refusal.by) == (SETTLED, "open", BOB)
    assert refusal.at == two.now


@pytest.mark.parametrize(
    ("stage", "state"), [(START, "refused"), (TRAFFIC, "rolling_back"), (PROMOTION, "rolling_back")]
)
def test_what_one_reject_does_by_stage(world, stage, state):
    world.asks(stage)
    world.rejects(BOB)

    assert world.release.state.value == state
    assert world.gate.state is GateState.REFUSED
    assert world.rejects(BOB) is None
    assert world.rejects(ANN).kind is SETTLED


def test_a_reject_needs_no_quorum_and_withdraws_the_other_gates(world):
    world.asks(TRAFFIC)
    world.asks(PROMOTION)
    traffic, promotion = world.release.gates
    world.rejects(gate=traffic)

    assert [gate.state for gate in world.release.gates] == [GateState.REFUSED, GateState.WITHDRAWN]
    assert world.approves(gate=promotion).kind is SETTLED


def test_an_open_gate_can_be_rejected_until_the_engine_was_told(two):
    two.approves(ANN)
    two.approves(BOB)
    two.rejects(BOB)

    assert two.release.state is ReleaseState.ROLLING_BACK


def test_after_the_engine_was_told_a_gate_is_settled(world):
    world.asks(PROMOTION)
    world.approves()
    world.asks(PROMOTION)

    for verdict in (Verdict.REJECT, Verdict.TAKE_BACK):
        refusal = world.decides(verdict)
        assert (refusal.kind, "already told" in str(refusal)) == (SETTLED, True)
    assert world.rolls_back() is None


def test_an_approval_is_taken_back_by_who_gave_it(two):
    two.approves(ANN)
    two.approves(BOB)

    assert two.decides(Verdict.TAKE_BACK, EVE).kind is SETTLED
    assert two.decides(Verdict.TAKE_BACK, ANN) is None
    assert two.gate.state is GateState.CLOSED
    assert [mark.by for mark in two.gate.approvals] == [BOB]
    assert two.decides(Verdict.TAKE_BACK, ANN).kind is SETTLED


def test_a_refused_start_is_asked_again_without_approvals(world):
    world.asks(START)
    world.rejects(BOB)
    old = world.gate

    assert world.decides(Verdict.REOPEN, EVE, gate=old).kind is NOT_ALLOWED
    assert world.decides(Verdict.REOPEN, ANN, gate=old) is None
    assert world.release.state is ReleaseState.WAITING
    assert world.release.gates[0] == old
    assert (world.gate.state, world.gate.approvals, world.gate.occurrence) == (GateState.CLOSED, (), 2)
    assert world.decides(Verdict.REOPEN, ANN, gate=old) is None  # The same again.
    assert world.decides(Verdict.REOPEN, BOB, gate=old).kind is SETTLED
    world.approves()
    assert world.asks(START).yes


def test_only_a_refused_start_is_asked_again(world):
    world.asks(PROMOTION)
    world.rejects()

    assert world.decides(Verdict.REOPEN).kind is SETTLED


@pytest.mark.parametrize(
    ("rule", "verdict", "said", "taken"),
    [
        (ReasonRule.NEVER, Verdict.REJECT, "", True),
        (ReasonRule.ON_REJECT, Verdict.APPROVE, "", True),
        (ReasonRule.ON_REJECT, Verdict.REJECT, " \t\n", False),
        (ReasonRule.ON_REJECT, Verdict.REJECT, "slow", True),
        (ReasonRule.ALWAYS, Verdict.APPROVE, "", False),
        (ReasonRule.ALWAYS, Verdict.APPROVE, "fine", True),
    ],
)
def test_when_a_reason_is_needed(rule, verdict, said, taken):
    world = World(rights_of(policy_of(reason=rule)))
    world.asks(PROMOTION)

    refusal = world.decides(verdict, reason=said)

    assert (refusal is None) is taken
    assert taken or refusal.kind is NO_REASON


def test_not_allowed_is_said_before_settled_and_settled_before_no_reason(world):
    world.asks(PROMOTION)
    world.rejects()

    assert world.decides(Verdict.REJECT, EVE, reason="").kind is NOT_ALLOWED
    assert world.decides(Verdict.REJECT, BOB, reason="").kind is SETTLED


def test_every_refused_attempt_is_on_record_with_the_rule_in_force(world):
    world.asks(PROMOTION)
    world.decides(Verdict.APPROVE, EVE)

    line = world.record[-1]
    assert (line.action, line.actor, line.decision, line.gate) == ("decision.refused", EVE, "approve", world.gate.id)
    assert line.details["policy"] == "shop"
    assert "ann or bob may" in line.reason


def test_a_decision_is_on_record_with_who_else_could_have_taken_it(two):
    two.approves(ANN, reason="looks good")

    line = two.record[-1]
    assert (line.action, line.reason, line.surface) == ("decision.taken", "looks good", "slack")
    assert line.details == {
        "policy": "shop",
        "settings": "5e77",
        "others": [BOB],
        "platform_user": "U1",
        "quorum": 2,
        "count": 1,
    }


def test_approvals_that_suffice_by_now_need_one_more_click(two):
    two.approves(ANN)
    two.rights = rights_of(replace(policy_of(quorum=1), whole=True))
    answer = two.asks(PROMOTION)
    assert (answer.yes, "approve again" in answer.reason) == (False, True)

    assert two.approves(ANN) is None
    assert two.asks(PROMOTION).yes
    assert len(two.gate.approvals) == 1


@pytest.mark.parametrize("by", [ANN, BOB])
def test_rolling_back_needs_one_person_and_a_reason(two, by):
    assert two.rolls_back(by, reason=" ").kind is NO_REASON
    assert two.rolls_back(EVE).kind is NOT_ALLOWED
    assert two.rolls_back(by) is None
    assert two.rolls_back(by) is None
    other = BOB if by == ANN else ANN
    refusal = two.rolls_back(other)
    assert (refusal.kind, refusal.by, refusal.state) == (SETTLED, by, "rolling_back")


def test_its_author_may_stop_a_release_and_not_resume_it(world):
    world.asks(PROMOTION)
    world.keeps(_authored(world, EVE))

    assert world.decides(Verb.PAUSE, EVE) is None
    assert world.decides(Verb.RESUME, EVE).kind is NOT_ALLOWED
    assert world.rolls_back(EVE) is None


def test_before_the_starts_yes_was_told_a_roll_back_is_its_reject(world):
    world.asks(START)
    world.approves()
    world.rolls_back()

    assert world.release.state is ReleaseState.REFUSED
    assert world.gate.state is GateState.REFUSED


def test_after_it_was_told_the_run_rolls_back(world):
    world.asks(START)
    world.approves()
    world.asks(START)
    world.rolls_back()

    assert world.release.state is ReleaseState.ROLLING_BACK
    assert world.asks_roll_back().yes


@pytest.mark.parametrize("signal", [Signal.COPYING, Signal.COMPLETED, Signal.FAILED])
def test_from_the_promotion_on_nothing_can_be_rolled_back(world, signal):
    world.asks(PROMOTION)
    world.approves()
    world.asks(PROMOTION)
    world.hears(signal, at=100)

    for verb in (Verb.ROLL_BACK, Verb.PAUSE):
        assert world.decides(verb).kind is SETTLED


def test_a_pause_is_one_persons_and_ends_by_another(world):
    world.asks(PROMOTION)
    assert world.decides(Verb.RESUME).kind is SETTLED
    assert world.decides(Verb.PAUSE, ANN) is None
    assert world.decides(Verb.PAUSE, ANN) is None
    assert world.decides(Verb.PAUSE, BOB).by == ANN
    assert world.approves(BOB) is None  # People go on deciding.
    assert world.decides(Verb.RESUME, BOB) is None
    assert [a for a in world.actions if a.startswith("release.")][1:] == ["release.paused", "release.resumed"]


@pytest.mark.parametrize("verb", [Verb.RETRY, Verb.SKIP, Verb.PROMOTE_FULL])
def test_what_the_engine_offers_no_way_to_do_is_said(world, verb):
    world.asks(PROMOTION)

    assert world.decides(verb, EVE).kind is NOT_ALLOWED
    refusal = world.decides(verb)
    assert (refusal.kind, "Flagger" in str(refusal)) == (SETTLED, True)


def _authored(world, author):
    from bot.domain.release import Outcome

    return Outcome(releases=(replace(world.release, authors=frozenset({author})),))
