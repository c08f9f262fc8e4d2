"""What a look into the cluster changes: runs that no hook told, and revisions that came after people were asked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.decision import Surface
from bot.domain.messages.lapsing import lapse, quiet
from bot.domain.policy import OnExpiry, OnMismatch, Stage
from bot.domain.release import ReleaseState
from bot.domain.run import Signal
from bot.domain.sight import Standing
from tests.domain.conftest import V1, V2, V3, World, policy_of, rights_of


def states(world):
    return [release.state for release in sorted(world.past.values(), key=lambda release: release.number)]


def test_a_yes_starts_what_people_saw(asked):
    asked.approves()

    assert asked.asks(Stage.START).yes
    asked.sees(Standing.PROGRESSING, revision=V2, applied="two")
    assert states(asked) == [ReleaseState.PROGRESSING]
    assert "release.ungated" not in asked.actions


def test_a_push_before_the_answer_is_never_started_by_an_older_approval(asked):
    asked.approves()
    asked.sees(Standing.WAITING, revision=V3)

    assert not asked.asks(Stage.START).yes
    assert states(asked) == [ReleaseState.SUPERSEDED, ReleaseState.WAITING]
    assert asked.gate.stage is Stage.START
    assert asked.gate.approvals == ()
    assert asked.release.revision == V3


def test_a_push_that_only_the_question_finds_is_superseded_at_that_moment(asked):
    """The watch is seconds behind: the look that the question takes shows it."""
    asked.approves()
    asked.look = _look_at(asked, V3)

    answer = asked.asks(Stage.START)

    assert not answer.yes
    assert states(asked) == [ReleaseState.SUPERSEDED, ReleaseState.WAITING]
    assert asked.approves() is None
    assert asked.asks(Stage.START).yes


def _look_at(world, revision):
    return replace(world.look, sight=replace(world.look.sight, revision=revision))


@pytest.mark.parametrize(
    ("on_mismatch", "state"),
    [
        pytest.param(OnMismatch.ROLL_BACK, ReleaseState.ROLLING_BACK, id="rolled back by the rule"),
        pytest.param(OnMismatch.HOLD, ReleaseState.PROGRESSING, id="held at its gates"),
    ],
)
def test_a_push_after_the_yes_is_found_at_the_first_status(on_mismatch, state):
    world = World(rights_of(policy_of(on_mismatch=on_mismatch)))
    world.sees(Standing.PROMOTED, revision=V2)
    world.asks(Stage.START)
    world.approves()
    assert world.asks(Stage.START).yes

    world.sees(Standing.PROGRESSING, revision=V3, applied="three")

    assert states(world) == [ReleaseState.SUPERSEDED, state]
    assert world.actions.count("release.ungated") == 1
    assert not any(gate.approvals for gate in world.release.gates)
    back = world.release.roll_back
    assert (back.mark.by if back else None) == ("policy:shop" if state is ReleaseState.ROLLING_BACK else None)
    assert any("runs without an approval" in effect.line[0] for effect in world.effects if hasattr(effect, "line"))


def test_the_first_status_counts_though_an_event_came_before_it(asked):
    asked.approves()
    asked.asks(Stage.START)
    asked.hears(Signal.SCALING_UP, at=5)

    asked.sees(Standing.PROGRESSING, revision=V3, applied="three")

    assert states(asked)[0] is ReleaseState.SUPERSEDED
    assert "release.ungated" in asked.actions


def test_a_revert_while_people_are_asked_is_asked_anew(asked):
    asked.approves()
    asked.sees(Standing.WAITING, revision=V1)

    assert states(asked) == [ReleaseState.SUPERSEDED, ReleaseState.WAITING]
    assert asked.gate.approvals == ()


def test_a_push_while_the_promotion_is_asked_is_promoted_by_no_old_approval(running):
    running.asks(Stage.PROMOTION, checksum="b")
    running.approves()
    running.sees(Standing.PROGRESSING, revision=V3, applied="two")

    answer = running.asks(Stage.PROMOTION, checksum="b")

    assert not answer.yes
    assert "another revision" in answer.reason
    assert running.release.run.pending


def test_a_restart_is_one_new_run_whichever_is_told_first(running):
    running.sees(Standing.PROGRESSING, revision=V3, applied="three")
    running.hears(Signal.RESTARTING, at=9)
    running.hears(Signal.RESTARTING, at=9)

    assert states(running) == [ReleaseState.SUPERSEDED, ReleaseState.PROGRESSING]


def test_a_restart_that_was_heard_first_is_not_told_again_by_the_look(running):
    running.hears(Signal.RESTARTING, at=9)
    running.sees(Standing.PROGRESSING, revision=V3, applied="three")

    assert states(running) == [ReleaseState.SUPERSEDED, ReleaseState.PROGRESSING]
    assert running.release.revision == V3


@pytest.mark.parametrize(
    ("standing", "state"),
    [
        (Standing.PROMOTED, ReleaseState.PROMOTED),
        (Standing.ROLLED_BACK, ReleaseState.ROLLED_BACK),
        (Standing.FAILED, ReleaseState.FAILED),
        (Standing.GONE, ReleaseState.ENDED),
    ],
)
def test_an_end_that_no_hook_told_is_seen(running, standing, state):
    running.sees(standing, revision=V2, applied="two")
    running.sees(standing, revision=V2, applied="two")

    assert states(running) == [state]
    assert running.record[-1].surface is Surface.WATCH


def test_a_release_that_nobody_asked_about_is_on_record(world):
    """Promoted by skipAnalysis, or on the command line, while nobody looked."""
    world.sees(Standing.PROGRESSING, applied="two")
    world.sees(Standing.PROMOTED, applied="two")
    world.sees(Standing.PROMOTED, applied="three", revision=V3)

    assert states(world) == [ReleaseState.PROMOTED, ReleaseState.PROMOTED]
    assert world.actions.count("release.ungated") == 2


def test_what_rests_begins_nothing(world):
    for standing in (Standing.IDLE, Standing.PROMOTED, Standing.ROLLED_BACK, Standing.WAITING, Standing.GONE):
        world.sees(standing)

    assert world.past == {}


def test_the_end_that_an_event_told_is_not_a_second_run(running):
    """The event comes before the status is written: for a moment the cluster shows the run that has ended."""
    running.hears(Signal.FAILED, at=20)
    running.sees(Standing.PROGRESSING, revision=V2, applied="two")
    running.sees(Standing.ROLLED_BACK, revision=V1, applied="one")

    assert states(running) == [ReleaseState.ROLLED_BACK]


def test_an_object_made_anew_is_another_one(running):
    running.sees(Standing.PROGRESSING, uid="another", applied="two")

    assert states(running)[0] is ReleaseState.ENDED


def test_what_was_approved_unseen_does_not_hold_for_what_is_seen(world):
    world.asks(Stage.START)
    world.approves()
    world.sees(Standing.WAITING, revision=V2)

    assert not world.asks(Stage.START).yes
    assert world.actions.count("gate.reached") == 2


def test_a_run_that_no_hook_ever_told_is_answered_as_any_other(world):
    world.sees(Standing.PROGRESSING, applied="two")

    assert not world.asks(Stage.PROMOTION).yes
    world.approves()
    assert world.asks(Stage.PROMOTION).yes


def test_silence_says_nothing_where_the_cluster_is_in_sight(running):
    """A promotion that is stuck asks nothing for as long as it lasts."""
    running.sees(Standing.PROMOTING, revision=V2, applied="two")
    running.now += timedelta(hours=30)

    running.keeps(quiet(running.known, running.now))

    assert states(running) == [ReleaseState.PROMOTING]


def test_a_deadline_passes_for_a_run_that_was_only_seen():
    world = World(rights_of(policy_of(expires_after=timedelta(hours=1), on_expiry=OnExpiry.REJECT)))
    world.sees(Standing.PROGRESSING, applied="two")
    world.asks(Stage.PROMOTION)
    world.now += timedelta(hours=2)

    world.keeps(quiet(world.known, world.now).then(lapse, world.now))

    assert states(world) == [ReleaseState.ROLLING_BACK]
