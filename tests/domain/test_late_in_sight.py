"""What is heard late, or again, where the cluster is in sight: a look says whether there is anything to hear of."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.looks.sighting import Sightless
from bot.domain.messages.lapsing import quiet
from bot.domain.policy import Stage
from bot.domain.release import ReleaseState
from bot.domain.run import Signal
from bot.domain.sight import Standing
from tests.domain.conftest import V2, V3


def states(world):
    return [release.state for release in sorted(world.past.values(), key=lambda release: release.number)]


@pytest.fixture
def promoted(world):
    """Version 2 was approved and promoted."""
    world.sees(Standing.PROGRESSING, revision=V2, applied="two")
    world.asks(Stage.PROMOTION)
    world.approves()
    assert world.asks(Stage.PROMOTION).yes
    world.sees(Standing.PROMOTED, revision=V2, applied="two")
    return world


@pytest.mark.parametrize("stage", [Stage.PROMOTION, Stage.TRAFFIC])
def test_a_question_sent_again_after_the_end_begins_no_run(promoted, stage):
    assert not promoted.asks(stage).yes
    assert states(promoted) == [ReleaseState.PROMOTED]


def test_a_roll_back_asked_for_again_after_the_end_begins_no_run(promoted):
    assert not promoted.asks_roll_back().yes
    assert states(promoted) == [ReleaseState.PROMOTED]


def test_a_check_sent_again_after_the_end_begins_no_run(promoted):
    promoted.hears(Signal.CHECKS, checksum="a", binds=True, hook="rollout")

    assert states(promoted) == [ReleaseState.PROMOTED]


def test_the_first_message_of_a_run_that_no_watch_has_told_begins_it(promoted):
    promoted.sees(Standing.PROMOTED, revision=V2, applied="two")
    promoted.look = _under_way(promoted.look)

    promoted.hears(Signal.CHECKS, checksum="b", binds=True, hook="pre-rollout")

    assert states(promoted) == [ReleaseState.PROMOTED, ReleaseState.PROGRESSING]
    assert promoted.release.run.checksum == "b"


def _under_way(look):
    return replace(look, sight=replace(look.sight, standing=Standing.PROGRESSING, revision=V3, applied="three"))


def test_a_run_that_hooks_told_alone_and_a_look_does_not_show_ends_after_a_silence(world):
    """Its end came while nobody listened, and the cluster was connected since."""
    world.hears(Signal.SCALING_UP, at=1)
    world.sees(Standing.PROMOTED, revision=V2, applied="two")

    world.keeps(quiet(world.known, world.now + timedelta(days=1)))

    assert states(world) == [ReleaseState.ENDED]


def test_a_push_moments_after_a_start_that_nobody_was_asked_for_is_a_release_like_any_other(world):
    """No yes was given that it could have slipped behind."""
    world.hears(Signal.SCALING_UP, at=1)
    world.look = Sightless.AWAY
    world.sees(Standing.PROGRESSING, revision=V2, applied="two")

    world.sees(Standing.PROGRESSING, revision=V3, applied="three", seconds=3)

    assert states(world) == [ReleaseState.SUPERSEDED, ReleaseState.PROGRESSING]
    assert "release.ungated" not in world.actions
