"""How long a yes lasts, and what makes it a no."""

import pytest

from bot.domain.decision import Verb
from bot.domain.gate import GateState
from bot.domain.policy import OnExpiry, Policy, Stage, Traffic
from bot.domain.run import Manifest, Signal
from tests.domain.conftest import ANN, BOB, World, policy_of, rights_of

START, TRAFFIC, PROMOTION = Stage.START, Stage.TRAFFIC, Stage.PROMOTION


@pytest.mark.parametrize("stage", [START, TRAFFIC, PROMOTION])
def test_a_gate_is_closed_until_it_is_approved(world, stage):
    assert not world.asks(stage).yes
    assert not world.asks(stage, seconds=10).yes
    world.approves()

    assert world.asks(stage, seconds=10).yes
    assert world.actions.count("gate.answered") == 1


@pytest.mark.parametrize("stage", [START, PROMOTION])
def test_a_yes_is_said_again_while_the_same_is_asked(world, stage):
    world.asks(stage)
    world.approves()

    assert [world.asks(stage, seconds=30).yes for _ in range(4)] == [True] * 4
    assert world.actions.count("gate.answered") == 1


def test_a_starts_yes_ends_when_anything_later_is_seen(world):
    world.asks(START)
    world.approves()
    world.asks(START)
    world.hears(Signal.NOTE, at=10, under_way=True)

    assert not world.asks(START).yes
    assert [gate.occurrence for gate in world.release.gates] == [1, 2]


def test_a_starts_yes_is_for_the_checksum_it_was_asked_under(world):
    world.asks(START, checksum="old")
    world.approves()

    assert not world.asks(START, checksum="other").yes
    assert [gate.state for gate in world.release.gates] == [GateState.WITHDRAWN, GateState.CLOSED]
    assert world.gate.approvals == ()


def test_a_steps_yes_is_spent_by_the_advance(world):
    world.asks(TRAFFIC)
    world.approves()
    assert world.asks(TRAFFIC).yes
    world.advances(20, at=10)

    assert not world.asks(TRAFFIC, seconds=1).yes


def test_an_advance_that_is_told_again_is_not_about_the_next_step(world):
    world.asks(TRAFFIC)
    world.approves()
    world.asks(TRAFFIC)
    world.advances(20, at=10)
    world.asks(TRAFFIC, seconds=10)
    world.approves()
    world.advances(20, at=10)

    assert "release.ungated" not in world.actions
    assert world.asks(TRAFFIC).yes


@pytest.mark.parametrize(("seconds", "yes"), [(4.9, True), (5, False), (-3600, False)])
def test_a_steps_yes_is_spent_by_the_next_question_five_seconds_later_and_by_a_clock_set_back(world, seconds, yes):
    world.asks(TRAFFIC)
    world.approves()
    world.asks(TRAFFIC)

    assert world.asks(TRAFFIC, seconds=seconds).yes is yes


def test_a_promotions_yes_ends_with_its_run(world):
    world.asks(PROMOTION)
    world.approves()
    world.asks(PROMOTION)
    world.hears(Signal.RESTARTING, at=100)

    assert not world.asks(PROMOTION, checksum="b").yes


def test_nothing_says_yes_while_it_rolls_back(world):
    world.asks(PROMOTION)
    world.approves()
    assert world.asks(PROMOTION).yes
    world.rolls_back()

    assert not world.asks(PROMOTION).yes
    assert not world.asks(TRAFFIC).yes
    assert [world.asks_roll_back(seconds=10).yes for _ in range(3)] == [True] * 3
    assert world.actions.count("rollback.answered") == 1


def test_nobody_asked_for_a_roll_back(world):
    world.asks(PROMOTION)
    world.approves()

    assert not world.asks_roll_back().yes


def test_the_roll_back_of_one_run_is_not_that_of_the_next(world):
    world.asks(PROMOTION)
    world.rolls_back()
    world.asks_roll_back()
    world.hears(Signal.FAILED, at=100)

    assert not world.asks_roll_back(checksum="b").yes


def test_after_its_refusal_a_start_hears_no_and_nothing_later_says_yes(world):
    world.asks(START)
    world.rejects()
    assert not world.asks(START, seconds=30).yes
    world.hears(Signal.SCALING_UP, at=50)  # Something else opened it.

    assert not world.asks(PROMOTION).yes
    assert "release.ungated" in world.actions


def test_a_pause_holds_what_was_not_told(world):
    world.asks(PROMOTION)
    world.approves()
    world.decides(Verb.PAUSE)
    answer = world.asks(PROMOTION)
    assert (answer.yes, answer.reason) == (False, "paused by ann")

    world.decides(Verb.RESUME)
    assert world.asks(PROMOTION).yes
    world.decides(Verb.PAUSE)
    assert world.asks(PROMOTION).yes  # It was told already.


def test_who_approved_must_still_be_allowed_when_the_gate_would_open(world):
    world.asks(PROMOTION)
    world.approves(ANN)
    world.rights = rights_of(policy_of(BOB))

    assert not world.asks(PROMOTION).yes
    assert world.gate.state is GateState.CLOSED
    assert "gate.closed" in world.actions


def test_a_group_that_cannot_be_asked_keeps_it_shut_and_changes_nothing():
    policy = policy_of("group:sre")
    world = World(rights_of(policy, groups={"sre": frozenset({ANN})}))
    world.asks(PROMOTION)
    world.approves(ANN)
    world.rights = rights_of(policy, groups={"sre": None})

    answer = world.asks(PROMOTION)
    assert (answer.yes, answer.memorable) == (False, False)
    assert world.gate.state is GateState.OPEN

    world.rights = rights_of(policy, groups={"sre": frozenset({ANN})})
    assert world.asks(PROMOTION).yes


@pytest.mark.parametrize(
    ("traffic", "answers"),
    [
        (Traffic.EACH_STEP, [False, True, False, False]),
        (Traffic.ONCE, [False, True, True, True]),
        (Traffic.AUTOMATIC, [True, True, True, True]),
    ],
)
def test_what_the_rule_says_of_traffic(traffic, answers):
    world = World(rights_of(policy_of(traffic=traffic)))
    found = []
    for step in range(4):
        found.append(world.asks(TRAFFIC, seconds=30).yes)
        if step == 0 and traffic is not Traffic.AUTOMATIC:
            world.approves()
        if found[-1]:
            world.advances(10 * step, at=1000 * (step + 1))

    assert found == answers
    by_rule = [line for line in world.record if line.actor == "policy:shop"]
    assert bool(by_rule) is (traffic is not Traffic.EACH_STEP)


def test_what_no_person_let_go_on_lets_nothing_else_go_on():
    world = World(rights_of(policy_of(traffic=Traffic.ONCE)))
    assert world.asks(TRAFFIC, manifest=Manifest.OPENS).yes
    world.advances(10, at=1000)

    assert not world.asks(TRAFFIC, seconds=30).yes


def test_an_automatic_yes_waits_while_it_is_paused():
    world = World(rights_of(policy_of(traffic=Traffic.AUTOMATIC)))
    world.asks_roll_back()
    world.decides(Verb.PAUSE)
    assert not world.asks(TRAFFIC).yes

    world.decides(Verb.RESUME)
    assert world.asks(TRAFFIC).yes


def test_the_manifests_yes_is_for_its_path_alone(world):
    assert world.asks(PROMOTION, manifest=Manifest.OPENS).yes
    assert world.asks(PROMOTION, manifest=Manifest.OPENS, seconds=60).yes
    assert not world.asks(PROMOTION).yes
    assert world.actions.count("gate.opened") == 1


def test_the_manifests_no_stands_against_every_approval(world):
    world.asks(PROMOTION, manifest=Manifest.HALTS)
    world.approves()

    assert not world.asks(PROMOTION, manifest=Manifest.HALTS).yes
    assert world.gate.halted


def test_a_no_follows_from_the_record_and_may_be_remembered(world):
    assert world.asks(PROMOTION).memorable
    world.approves()
    assert not world.asks(PROMOTION).memorable


def test_without_a_policy_the_gate_stays_closed_and_says_why():
    world = World(rights_of({}))

    answer = world.asks(PROMOTION)

    assert (answer.yes, answer.reason) == (False, "no policy names anybody who may approve")
    assert world.approves() is not None


def test_terms_stay_as_they_were_when_the_gate_was_reached(world):
    world.asks(PROMOTION)
    world.rights = rights_of(policy_of(quorum=2, on_expiry=OnExpiry.REJECT))
    world.approves()

    assert world.asks(PROMOTION).yes
    assert isinstance(world.rights.of(PROMOTION).policy, Policy)
