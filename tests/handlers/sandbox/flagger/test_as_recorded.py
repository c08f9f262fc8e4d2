"""The practice engine against Flagger 1.44.0: told the same story, it says and writes the same."""

import pytest

from tests.handlers.sandbox.flagger.retelling import (
    comparable,
    comparable_statuses,
    recorded_calls,
    recorded_statuses,
    retell,
)
from tests.support.recordings import read, stories

STORIES = stories("flagger")
SECONDS_OF_JITTER = 1.5  # Far below the 10 s between ticks: a call in another tick is found.


def test_every_recorded_story_is_told():
    assert len(STORIES) == 18


@pytest.mark.parametrize("story", STORIES)
def test_the_same_story_makes_the_same_calls(story):
    recording = read("flagger", story)

    assert comparable(retell(recording).heard) == comparable(recorded_calls(recording))


@pytest.mark.parametrize("story", STORIES)
def test_each_call_falls_in_the_recorded_tick(story):
    recording = read("flagger", story)

    apart = [
        abs(ours.t - theirs.t) for ours, theirs in zip(retell(recording).heard, recorded_calls(recording), strict=True)
    ]

    assert max(apart) < SECONDS_OF_JITTER


@pytest.mark.parametrize("story", STORIES)
def test_the_same_statuses_are_written(story):
    recording = read("flagger", story)

    assert comparable_statuses(retell(recording).statuses) == comparable_statuses(recorded_statuses(recording))
