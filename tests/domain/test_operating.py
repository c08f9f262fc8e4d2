"""What is done to an engine that does not ask, until the effect was seen."""

from datetime import timedelta

import pytest

from bot.domain.decision import Decision, Surface, Verb
from bot.domain.decisions import operating
from bot.domain.decisions.directing import command
from bot.domain.decisions.operating import Do, next_step
from bot.domain.decisions.taking import Taking
from bot.domain.decisions.telling import wanted
from bot.domain.effects import Operate, Tell
from bot.domain.errors import RefusalKind
from bot.domain.gate import GateState
from bot.domain.looks.sighting import Ask
from bot.domain.operation import Notice, Operation
from bot.domain.outside import Hand
from bot.domain.policy import Stage
from bot.domain.release import ReleaseState
from bot.domain.run import Signal
from bot.domain.sight import Standing
from tests.domain.conftest import ANN, BOB, EVE, Told, policy_of, rights_of

FIRST = Ask(stage=Stage.STEP, step="1", evidence={"started": "10:00"})
SECOND = Ask(stage=Stage.STEP, step="3", evidence={"started": "10:05"})


class Rollout(Told):
    def shows(self, *asks, standing=Standing.PROGRESSING, applied="two", **more):
        self.sees(standing, applied=applied, asks=asks, engine="argo-rollouts", **more)

    @property
    def operated(self):
        return sum(isinstance(effect, Operate) for effect in self.effects)


def states(world):
    return [release.state for release in world.past.values()]


@pytest.fixture
def rollout():
    world = Rollout()
    world.shows(FIRST)
    return world


def test_a_pause_is_a_gate_and_the_same_pause_is_one_gate(rollout):
    rollout.shows(FIRST)

    assert [(gate.stage, gate.step, gate.state) for gate in rollout.release.gates] == [
        (Stage.STEP, "1", GateState.CLOSED)
    ]
    assert rollout.actions == ["release.started", "gate.reached"]


def test_a_yes_is_sent_with_what_people_saw(rollout):
    assert wanted(rollout.release) is None
    rollout.approves()

    awaited = rollout.wanted

    assert (awaited.operation, awaited.gate, awaited.evidence) == (Operation.PROMOTE, rollout.gate.id, FIRST.evidence)
    assert rollout.operated == 1
    assert next_step(awaited, Notice.UNASKED, rollout.now) is Do.SEND


def test_a_sent_yes_is_told_and_awaited_until_it_is_seen(rollout):
    rollout.approves()
    rollout.is_sent()
    assert rollout.gate.told_at == rollout.now
    assert rollout.release.run.awaited is not None

    rollout.shows(SECOND, notice=Notice.DONE)

    assert rollout.release.run.awaited is None
    assert [gate.step for gate in rollout.release.gates] == ["1", "3"]
    assert rollout.actions[-3:] == ["gate.answered", "operation.seen", "gate.reached"]
    assert "release.ungated" not in rollout.actions


def test_what_the_engine_has_lost_is_woken_later_and_later_then_said(rollout):
    rollout.approves()
    rollout.is_sent()
    steps = []
    for _ in range(70):
        rollout.now += timedelta(seconds=1)
        step = next_step(rollout.release.run.awaited, Notice.AWAITED, rollout.now)
        steps.append(step)
        if step is Do.WAKE:
            rollout.keeps(operating.woken(rollout.release, rollout.release.run.awaited, now=rollout.now))
        else:
            rollout.keeps(operating.impatient(rollout.release, now=rollout.now))

    assert [second for second, step in enumerate(steps, 1) if step is Do.WAKE] == [3, 9, 21, 45]
    assert rollout.actions.count("operation.unanswered") == 1
    assert sum(isinstance(e, Tell) and "does not answer" in str(e.line[0]) for e in rollout.effects) == 1


def test_what_disappeared_is_sent_again(rollout):
    rollout.approves()
    rollout.is_sent()

    assert next_step(rollout.release.run.awaited, Notice.UNASKED, rollout.now) is Do.SEND


def test_a_gate_passed_elsewhere_is_on_record_as_such(rollout):
    rollout.shows(SECOND, hand=Hand("kubectl-argo-rollouts", rollout.now))

    first = rollout.release.gates[0]
    assert first.state is GateState.WITHDRAWN
    told = next(line for line in rollout.record if line.action == "release.ungated")
    assert told.details == {"outside": True}
    assert "kubectl-argo-rollouts" in told.reason


def test_a_gate_that_was_promoted_in_full_past_was_passed_by_nobody_elsewhere(rollout):
    rollout.decides(Verb.PROMOTE_FULL)
    rollout.is_sent()
    rollout.shows()

    first = rollout.release.gates[0]
    assert (first.state, first.settled.reason) == (GateState.WITHDRAWN, "it is promoted in full")
    assert "release.ungated" not in rollout.actions


def test_the_same_step_of_another_pause_is_another_gate(rollout):
    rollout.approves()
    again = Ask(stage=Stage.STEP, step="1", evidence={"started": "11:00"})

    rollout.shows(again)

    assert rollout.gate.evidence == again.evidence
    assert rollout.gate.approvals == ()


def test_a_no_aborts_and_reaches_no_gate_meanwhile(rollout):
    rollout.rejects()

    assert rollout.release.state is ReleaseState.ROLLING_BACK
    assert rollout.wanted.operation is Operation.ABORT
    rollout.shows(SECOND)
    assert len(rollout.release.gates) == 1

    rollout.is_sent()
    assert rollout.release.roll_back.told_at == rollout.now
    rollout.shows(standing=Standing.ROLLED_BACK, applied="two aborted", notice=Notice.DONE)
    assert states(rollout) == [ReleaseState.ROLLED_BACK]
    assert rollout.release.cause == "person"


def test_stopping_takes_the_place_of_a_yes_that_was_not_told(rollout):
    rollout.approves()
    rollout.rolls_back(BOB)

    assert rollout.wanted.operation is Operation.ABORT


def test_a_paused_release_is_told_no_yes(rollout):
    rollout.approves()
    rollout.decides(Verb.PAUSE, BOB)
    assert rollout.wanted.operation == "pause"
    rollout.is_sent()
    rollout.shows(FIRST, notice=Notice.DONE)
    assert wanted(rollout.release) is None

    rollout.decides(Verb.RESUME, BOB)
    rollout.is_sent()
    rollout.shows(FIRST, notice=Notice.DONE)

    assert rollout.wanted.operation is Operation.PROMOTE


def test_what_was_aborted_can_be_tried_again_as_a_release_of_its_own(rollout):
    rollout.rejects()
    rollout.is_sent()
    rollout.shows(standing=Standing.ROLLED_BACK, applied="two aborted", notice=Notice.DONE)

    assert rollout.decides(Verb.RETRY) is None
    assert rollout.wanted.operation is Operation.RETRY
    rollout.is_sent()
    rollout.shows(FIRST)

    assert rollout.release.number == 2
    assert rollout.gate.approvals == ()


def test_an_inconclusive_analysis_runs_again_and_asks_again(rollout):
    rollout.approves()
    rollout.is_sent()
    inconclusive = Ask(stage=Stage.ANALYSIS, step="2", evidence={"started": "10:03"})
    rollout.shows(inconclusive, notice=Notice.DONE, inconclusive=True)

    assert rollout.decides(Verb.RETRY) is None

    assert rollout.wanted.operation is Operation.ANALYSE_AGAIN
    assert rollout.wanted.evidence == inconclusive.evidence
    assert rollout.gate.state is GateState.WITHDRAWN


@pytest.mark.parametrize(
    ("verb", "operation"), [(Verb.SKIP, Operation.SKIP), (Verb.PROMOTE_FULL, Operation.PROMOTE_FULL)]
)
def test_bypassing_later_gates_needs_what_the_promotion_needs(verb, operation):
    world = Rollout(rights_of({Stage.STEP: policy_of(ANN), Stage.PROMOTION: policy_of(ANN, BOB, quorum=2)}))
    world.shows(FIRST)

    assert world.decides(verb, EVE).kind is RefusalKind.NOT_ALLOWED
    assert world.decides(verb, ANN) is None
    assert wanted(world.release) is None
    assert world.decides(verb, ANN) is None
    assert world.decides(verb, BOB) is None

    assert world.wanted.operation is operation
    beside = next(gate for gate in world.release.gates if gate.step == verb)
    assert (beside.stage, beside.state, len(beside.approvals)) == (Stage.PROMOTION, GateState.OPEN, 2)
    assert world.release.gates[0].state is GateState.CLOSED


def test_flagger_is_told_nothing_of_that_kind(world):
    world.hears(Signal.SCALING_UP, at=1)

    refusal = world.decides(Verb.SKIP)

    assert refusal.kind is RefusalKind.SETTLED
    assert "no way to skip" in str(refusal)


def test_what_cannot_be_done_is_said_and_the_gate_waits_again(rollout):
    rollout.approves()

    rollout.keeps(operating.given_up(rollout.release, rollout.wanted, why="it may not patch rollouts", now=rollout.now))

    assert rollout.gate.state is GateState.CLOSED
    assert rollout.gate.approvals == ()
    assert wanted(rollout.release) is None
    assert "operation.refused" in rollout.actions


def test_an_effect_seen_before_it_was_sent_is_on_record_as_done_outside(rollout):
    """A crash between the patch and the record, or somebody who was faster."""
    rollout.approves()

    rollout.shows(SECOND, notice=Notice.DONE)

    answered = next(line for line in rollout.record if line.action == "gate.answered")
    assert answered.details["outside"] is True
    assert "release.ungated" not in rollout.actions
    assert answered.surface is Surface.WATCH


def test_a_pause_never_takes_the_place_of_a_roll_back(rollout):
    rollout.decides(Verb.PAUSE, ANN)
    rollout.is_sent()
    rollout.rolls_back(BOB)

    assert rollout.decides(Verb.PAUSE, BOB).kind is RefusalKind.SETTLED
    assert rollout.decides(Verb.RESUME, BOB) is None
    assert rollout.wanted.operation is Operation.ABORT


def test_an_old_card_tries_nothing_again(rollout):
    rollout.rejects()
    rollout.is_sent()
    rollout.shows(standing=Standing.ROLLED_BACK, applied="two aborted", notice=Notice.DONE)
    old = rollout.release
    taking = Taking(
        decision=Decision(verb=Verb.RETRY, by=ANN, at=rollout.now, surface=Surface.SLACK),
        rights=rollout.rights,
        new_id=rollout.new_id,
        newest=False,
    )

    outcome = command(old, taking)

    assert "later release" in str(outcome.refusal)
    assert wanted(outcome.release) is None
