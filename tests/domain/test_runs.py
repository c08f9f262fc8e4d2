"""What is a run, by hooks alone: sequences of messages, and the releases that come of them."""

import pytest

from bot.domain.decision import Verb
from bot.domain.policy import Stage
from bot.domain.run import Facts, Signal

START, PROMOTION = Stage.START, Stage.PROMOTION


def states(world):
    return [release.state.value for release in world.past.values()]


def test_a_question_about_the_start_begins_a_run_that_waits(world):
    world.asks(START)
    world.asks(START, seconds=10)

    assert states(world) == ["waiting"]


@pytest.mark.parametrize("signal", [Signal.ASKS_ROLL_BACK, Signal.CHECKS])
def test_every_hook_of_a_run_under_way_begins_one_where_none_is_open(world, signal):
    world.hears(signal, checksum="a", binds=True, hook="rollout")

    assert states(world) == ["progressing"]


@pytest.mark.parametrize(
    "signal", [Signal.NOTE, Signal.ADVANCING, Signal.COPYING, Signal.COMPLETED, Signal.FAILED, Signal.OVER]
)
def test_no_other_message_begins_one(world, signal):
    world.hears(signal, at=1, checksum="a")

    assert world.known.latest is None
    assert world.record == []


def test_scaling_up_belongs_to_the_run_that_waits_and_begins_one_after_it(world):
    world.asks(START)
    world.approves()
    world.asks(START, seconds=10)
    world.hears(Signal.SCALING_UP, at=100)
    world.hears(Signal.SCALING_UP, at=100)  # The same again.
    world.hears(Signal.SCALING_UP, at=90)  # An older one.
    assert states(world) == ["progressing"]

    world.hears(Signal.SCALING_UP, at=200)
    assert states(world) == ["ended", "progressing"]


def test_another_checksum_of_the_five_hooks_supersedes(world):
    world.asks(PROMOTION, checksum="a")
    world.hears(Signal.NOTE, checksum="z", at=5)  # Events name the old revision: they bind nothing.
    world.asks_roll_back(checksum="a")
    assert states(world) == ["progressing"]

    world.asks_roll_back(checksum="b")
    assert states(world) == ["superseded", "progressing"]
    assert world.release.revision == "b"


def test_a_missing_checksum_compares_with_nothing(world):
    world.asks(PROMOTION, checksum="a")
    world.asks(PROMOTION, checksum=None)
    world.asks(PROMOTION, checksum="a")

    assert states(world) == ["progressing"]


def test_a_restart_supersedes_once_however_often_it_is_told(world):
    world.asks(PROMOTION)
    for at in (50, 50, 40):
        world.hears(Signal.RESTARTING, at=at)

    assert states(world) == ["superseded", "progressing"]
    assert world.actions.count("release.superseded") == 1


def test_after_a_restart_the_next_question_about_a_start_is_another_run(world):
    world.asks(PROMOTION)
    world.hears(Signal.RESTARTING, at=50)
    world.asks(START, checksum="b")

    assert states(world) == ["superseded", "ended", "waiting"]


def test_the_same_revision_twice_is_two_runs(world):
    for _ in range(2):
        world.asks(PROMOTION, checksum="a")
        world.approves()
        assert world.asks(PROMOTION, checksum="a").yes
        world.hears(Signal.COMPLETED, hook="post-rollout")

    assert not world.asks(PROMOTION, checksum="a").yes
    assert states(world) == ["promoted", "promoted", "progressing"]


@pytest.mark.parametrize(
    ("signal", "state"),
    [
        (Signal.COMPLETED, "promoted"),
        (Signal.FAILED, "rolled_back"),
        (Signal.PROMOTION_FAILED, "failed"),
        (Signal.OVER, "ended"),
    ],
)
def test_how_a_run_ends(world, signal, state):
    world.asks(PROMOTION)
    world.hears(signal, at=100)

    assert states(world) == [state]
    assert world.gate.state.value == "withdrawn"


def test_no_promotion_ends_a_run_that_is_not_past_its_start(world):
    world.asks(START)
    world.hears(Signal.COMPLETED, at=100)
    world.hears(Signal.COPYING, at=100)

    assert states(world) == ["waiting"]


def test_a_late_end_belongs_to_the_run_before(world):
    world.hears(Signal.SCALING_UP, at=100)
    world.hears(Signal.FAILED, at=200)
    world.asks(START, checksum="b")
    world.hears(Signal.FAILED, at=200)  # Sent again.
    world.hears(Signal.SCALING_UP, at=150)
    assert states(world) == ["rolled_back", "waiting"]

    world.hears(Signal.SCALING_UP, at=300)
    world.hears(Signal.FAILED, at=250)
    assert world.release.run.started


def test_the_event_after_the_last_hook_is_remembered_as_old(world):
    world.hears(Signal.SCALING_UP, at=100)
    world.hears(Signal.COMPLETED, hook="post-rollout")
    world.hears(Signal.COMPLETED, at=210)
    world.asks(PROMOTION, checksum="b")
    world.hears(Signal.COMPLETED, at=210)

    assert states(world) == ["promoted", "progressing"]


def test_by_the_last_hook_alone_a_promotion_under_way_has_failed(world):
    world.asks(PROMOTION)
    world.approves()
    world.asks(PROMOTION)
    world.hears(Signal.COPYING, at=100)
    world.hears(Signal.FAILED, hook="post-rollout")

    assert states(world) == ["failed"]


@pytest.mark.parametrize(
    ("way", "cause"),
    [
        pytest.param((), "checks", id="by itself"),
        pytest.param(("decide",), "checks", id="decided, but never told"),
        pytest.param(("decide", "tell"), "person", id="decided and told"),
        pytest.param(("decide", "manual"), "person", id="decided, and the engine says so"),
    ],
)
def test_who_brought_the_old_version_back(world, way, cause):
    world.asks(PROMOTION)
    if "decide" in way:
        world.rolls_back()
    if "tell" in way:
        assert world.asks_roll_back().yes
    if "manual" in way:
        world.hears(Signal.NOTE, at=50, facts=Facts(manual=True))
    world.hears(Signal.FAILED, at=100)

    assert world.release.cause.value == cause


def test_what_went_on_without_a_decision_is_on_record(world):
    world.asks(START)
    world.hears(Signal.SCALING_UP, at=10)
    world.asks(Stage.TRAFFIC)
    world.advances(20, at=20)
    world.asks(PROMOTION)
    world.hears(Signal.COPYING, at=30)
    world.hears(Signal.COMPLETED, at=40)

    told = [line.reason for line in world.record if line.action == "release.ungated"]
    assert len(told) == 3
    assert states(world) == ["promoted"]


def test_a_skipped_analysis_is_on_record(world):
    world.asks(PROMOTION)
    world.hears(Signal.COMPLETED, at=40, facts=Facts(skipped=True))

    assert "release.ungated" in world.actions


def test_a_promotion_that_was_decided_is_not_told_as_undecided(world):
    world.asks(PROMOTION)
    world.approves()
    world.asks(PROMOTION)
    world.hears(Signal.COPYING, at=30)
    world.hears(Signal.COMPLETED, at=40)

    assert "release.ungated" not in world.actions


def test_a_phase_of_the_promotion_shows_it_too(world):
    world.asks(PROMOTION)
    world.approves()
    world.asks(PROMOTION)
    world.hears(Signal.NOTE, at=30, promoting=True)

    assert world.release.state.value == "promoting"
    assert world.decides(Verb.ROLL_BACK) is not None


def test_a_message_that_tells_nothing_new_changes_nothing(world):
    world.asks(PROMOTION)
    world.hears(Signal.NOTE, at=10, line="Starting canary analysis")
    before, effects = world.release, len(world.effects)
    for at in range(11, 30):
        world.hears(Signal.NOTE, at=at, line="Starting canary analysis")

    assert world.release == before
    assert len(world.effects) == effects


def test_each_failed_check_counts_once(world):
    world.asks(PROMOTION)
    failed = Facts(check_failed=True)
    for at in (10, 10, 20, 15, 30):
        world.hears(Signal.NOTE, at=at, facts=failed)

    assert world.release.run.failed_checks == 3
