"""The practice controller against Argo Rollouts 1.9.1: told the same story, it writes the same."""

import pytest

from tests.handlers.sandbox.argo.comparing import recorded, released
from tests.handlers.sandbox.argo.retelling import retell
from tests.support.recordings import read, stories

STORIES = stories("argo-rollouts")

COLLIDES_WITH_ITSELF = {"workload-ref"}
"""In its first deployment the real one runs into its own note of the Deployment's generation, and begins again."""


def test_every_recorded_story_is_told():
    assert len(STORIES) == 12


@pytest.mark.parametrize("story", STORIES)
def test_the_same_story_makes_the_same_writes(story):
    recording = read("argo-rollouts", story)
    ours, theirs = retell(recording), recorded(recording)

    if story in COLLIDES_WITH_ITSELF:
        ours, theirs = released(ours), released(theirs)
    assert ours == theirs
