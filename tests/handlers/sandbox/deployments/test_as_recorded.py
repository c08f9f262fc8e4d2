"""The practice controller against that of Kubernetes 1.36.3: told the same story, it writes the same."""

import pytest

from tests.handlers.sandbox.deployments.retelling import recorded, retell
from tests.support.recordings import read, stories

STORIES = stories("deployments")


def test_every_recorded_story_is_told():
    assert len(STORIES) == 19


@pytest.mark.parametrize("story", STORIES)
def test_the_same_story_makes_the_same_writes(story):
    ours, theirs = retell(read("deployments", story)), recorded(read("deployments", story))

    assert ours.progress == theirs.progress
    assert ours.failing == theirs.failing
    assert ours.followed == theirs.followed
    assert ours.settled == theirs.settled
