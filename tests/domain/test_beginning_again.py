"""A revision whose steps begin once more: what people said of them before is no yes to what follows."""

import pytest

from bot.domain.decision import Verb
from bot.domain.decisions import telling
from bot.domain.decisions.telling import wanted
from bot.domain.effects import Tell
from bot.domain.gate import GateState
from bot.domain.looks.sighting import Ask
from bot.domain.operation import Notice, Operation
from bot.domain.policy import Stage
from bot.domain.sight import Standing
from tests.domain.conftest import Told

PAUSE = Ask(stage=Stage.STEP, step="1", evidence={"started": "10:00"})
AGAIN = Ask(stage=Stage.STEP, step="1", evidence={"started": "10:05"})


class Rollout(Told):
    def shows(self, *asks, attempt="2:steps", place="1", **more):
        sees = {"asks": asks, "engine": "argo-rollouts", "attempt": attempt, "place": place, **more}
        self.sees(Standing.PROGRESSING, applied="two", **sees)

    def is_on_its_way(self):
        self.keeps(telling.begin(self.release, self.wanted, rights=self.rights, before=None))


@pytest.fixture
def rollout():
    world = Rollout()
    world.shows(PAUSE)
    return world


def test_a_gate_is_withdrawn_as_begun_again_and_nothing_went_on_without_a_decision(rollout):
    rollout.approves()

    rollout.shows(place="0", attempt="2:edited")

    assert (rollout.gate.state, rollout.gate.settled.reason) == (
        GateState.WITHDRAWN,
        "it began again from its first step",
    )
    assert wanted(rollout.release) is None
    assert "release.ungated" not in rollout.actions
    assert any(isinstance(effect, Tell) and "began again" in str(effect.line[0]) for effect in rollout.effects)


@pytest.mark.parametrize("attempt", ["2:edited", "4:steps"])
def test_the_same_pause_of_another_attempt_is_asked_about_anew(rollout, attempt):
    rollout.approves()
    rollout.is_sent()

    rollout.shows(PAUSE, attempt=attempt)

    assert [(gate.state, gate.told_at is not None) for gate in rollout.release.gates] == [
        (GateState.OPEN, True),
        (GateState.CLOSED, False),
    ]


def test_a_skip_never_reaches_the_step_that_stands_in_the_place_of_its_own(rollout):
    rollout.decides(Verb.SKIP)
    assert rollout.wanted.operation is Operation.SKIP

    rollout.shows(attempt="2:edited")

    assert wanted(rollout.release) is None


def test_what_was_on_its_way_is_not_taken_for_what_the_engine_did(rollout):
    rollout.approves()
    rollout.is_on_its_way()

    rollout.shows(AGAIN, attempt="2:edited", notice=Notice.DONE)

    assert rollout.release.run.sending is None
    assert not {"gate.answered", "operation.sent", "operation.seen"} & set(rollout.actions)


@pytest.mark.parametrize("verb", [Verb.SKIP, Verb.PROMOTE_FULL])
def test_what_was_sent_can_never_happen_any_more(rollout, verb):
    rollout.decides(verb)
    rollout.is_sent()

    rollout.shows(place="0", attempt="2:edited", notice=Notice.DONE)

    assert wanted(rollout.release) is None
    assert "operation.moot" in rollout.actions
    assert "operation.seen" not in rollout.actions


def test_a_skip_before_it_began_again_is_no_reason_for_what_went_on_afterwards(rollout):
    rollout.decides(Verb.SKIP)
    rollout.is_sent()
    rollout.shows(AGAIN, attempt="2:edited")

    rollout.shows(place="2", attempt="2:edited")

    assert "release.ungated" in rollout.actions


def test_a_roll_back_that_was_dropped_by_it_is_told_again(rollout):
    rollout.rolls_back()
    rollout.is_sent()
    rollout.shows(notice=Notice.DONE)
    assert wanted(rollout.release) is None

    rollout.shows(place="0", attempt="2:edited")

    assert rollout.wanted.operation is Operation.ABORT


@pytest.mark.parametrize(("before", "now"), [("", "2:steps"), ("2:steps", ""), ("2:steps", "2:steps")])
def test_an_attempt_that_is_not_known_or_the_same_forgets_nothing(before, now):
    rollout = Rollout()
    rollout.shows(PAUSE, attempt=before)
    rollout.approves()

    rollout.shows(PAUSE, attempt=now)

    assert rollout.gate.state is GateState.OPEN
    assert rollout.wanted.operation is Operation.PROMOTE
