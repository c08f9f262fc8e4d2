"""What time alone changes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.effects import Tell
from bot.domain.gate import GateState
from bot.domain.messages.lapsing import lapse, quiet, silence_of
from bot.domain.policy import OnExpiry, Stage, Traffic
from bot.domain.release import Cause, ReleaseState
from bot.domain.sight import Standing
from tests.domain.conftest import NOON, World, policy_of, rights_of

HOUR = timedelta(hours=1)


def waiting(on_expiry, *, stage=Stage.PROMOTION, after=HOUR):
    world = World(rights_of(policy_of(expires_after=after, on_expiry=on_expiry)))
    world.asks(stage)
    return world


def time_passes(world, **duration):
    """The engine is heard all the while."""
    world.now = NOON + timedelta(**duration)
    world.known = replace(world.known, heard_at=world.now)
    world.keeps(lapse(world.release, world.now))


@pytest.mark.parametrize("approved", [False, True])
def test_a_deadline_that_rejects_rolls_back(approved):
    world = waiting(OnExpiry.REJECT)
    if approved:
        world.approves()
    time_passes(world, minutes=59)
    assert world.release.state is ReleaseState.PROGRESSING
    time_passes(world, minutes=60)

    assert (world.gate.state, world.release.state) == (GateState.EXPIRED, ReleaseState.ROLLING_BACK)
    assert world.release.roll_back.cause is Cause.DEADLINE
    assert world.record[-1].actor == "policy:shop"
    assert world.asks_roll_back().yes


def test_the_deadline_of_a_start_refuses_it():
    world = waiting(OnExpiry.REJECT, stage=Stage.START)
    time_passes(world, hours=1)

    assert (world.gate.state, world.release.state) == (GateState.EXPIRED, ReleaseState.REFUSED)


def test_a_yes_that_was_told_is_touched_by_no_deadline():
    world = waiting(OnExpiry.REJECT)
    world.approves()
    world.asks(Stage.PROMOTION)
    time_passes(world, hours=2)

    assert world.asks(Stage.PROMOTION).yes


def test_a_deadline_that_holds_marks_it_overdue_once_and_stops_nothing():
    world = waiting(OnExpiry.HOLD)
    time_passes(world, hours=2)
    time_passes(world, hours=3)

    assert world.actions.count("gate.overdue") == 1
    assert world.approves() is None
    assert world.asks(Stage.PROMOTION).yes


def test_people_are_called_once_shortly_before_the_deadline():
    world = waiting(OnExpiry.REJECT)
    before = len([e for e in world.effects if isinstance(e, Tell) and e.notifies])
    for minutes in (44, 46, 50):
        time_passes(world, minutes=minutes)

    calls = [e for e in world.effects if isinstance(e, Tell) and e.notifies]
    assert len(calls) == before + 1


def test_a_short_deadline_calls_nobody_before_it():
    world = waiting(OnExpiry.HOLD, after=timedelta(minutes=10))
    time_passes(world, minutes=5)

    assert not world.gate.reminded


@pytest.mark.parametrize(("gap", "minutes"), [(None, 10), (30, 10), (120, 10), (300, 25)])
def test_how_long_a_silence_is(world, gap, minutes):
    assert silence_of(replace(world.known, usual_gap=gap)) == timedelta(minutes=minutes)


def silent(world, **duration):
    world.now += timedelta(**duration)
    world.keeps(quiet(world.known, world.now))


def test_who_never_tells_its_end_has_ended_after_a_silence(world):
    world.asks(Stage.PROMOTION)
    world.approves()
    silent(world, minutes=9)
    assert world.release.is_open
    silent(world, minutes=1)

    assert world.release.state is ReleaseState.ENDED


def test_after_a_silence_nothing_said_before_it_holds(world):
    world.known = replace(world.known, hooks=frozenset({"event"}))
    world.asks(Stage.PROMOTION)
    world.approves()
    world.asks(Stage.PROMOTION)

    assert not world.asks(Stage.PROMOTION, seconds=601).yes
    assert world.release.state is ReleaseState.PROGRESSING
    world.approves()
    assert world.asks(Stage.PROMOTION).yes


@pytest.mark.parametrize("advanced", [True, False])
def test_after_a_silence_a_yes_of_before_opens_no_later_step_by_the_rule(advanced):
    world = World(rights_of(policy_of(traffic=Traffic.ONCE)))
    world.known = replace(world.known, hooks=frozenset({"event"}))
    world.asks(Stage.TRAFFIC)
    world.approves()
    world.asks(Stage.TRAFFIC)
    if advanced:
        world.advances(10, at=1)

    assert not world.asks(Stage.TRAFFIC, seconds=601).yes
    world.approves()
    assert world.asks(Stage.TRAFFIC).yes
    assert world.asks(Stage.TRAFFIC, seconds=10).yes


def test_after_a_silence_an_order_to_roll_back_is_void(world):
    world.known = replace(world.known, hooks=frozenset({"event"}))
    world.asks(Stage.PROMOTION)
    world.rolls_back()

    assert not world.asks_roll_back(seconds=601).yes
    assert "rollback.voided" in world.actions
    assert world.rolls_back() is None
    assert world.asks_roll_back().yes


def test_a_days_silence_ends_it(world):
    world.known = replace(world.known, hooks=frozenset({"post-rollout"}))
    world.asks(Stage.PROMOTION)
    silent(world, hours=25)

    assert world.release.state is ReleaseState.ENDED


def test_a_wait_without_approvals_survives_a_silence(world):
    world.known = replace(world.known, hooks=frozenset({"event"}))
    world.asks(Stage.PROMOTION)
    gate = world.gate
    silent(world, hours=2)

    assert world.gate == gate


def test_a_release_that_a_look_found_is_asked_about_before_its_engine_was_ever_heard():
    world = World()
    world.sees(Standing.PROMOTED)
    world.sees(Standing.PROGRESSING, revision="v3", applied="new")
    assert world.known.heard_at is None

    assert not world.asks(Stage.PROMOTION).yes
    world.approves()
    assert world.asks(Stage.PROMOTION).yes
