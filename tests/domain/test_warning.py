"""What is not as people may think is said before somebody relies on it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.cards.seen import Seen
from bot.domain.cards.warning import warnings
from bot.domain.policy import Stage
from bot.domain.run import Signal
from bot.domain.sight import Sight, Standing
from tests.domain.conftest import NOON, World, policy_of, rights_of

SIGHT = Sight(uid="u1", standing=Standing.PROGRESSING, revision="v2")


def said(world, *, sight=None, hooks=(), rights=None, **more):
    """The warnings of a release whose newest look is this."""
    release = replace(world.release, run=replace(world.release.run, sight=sight, **more.pop("run", {})))
    seen = Seen(
        release=release,
        rights=rights or world.rights,
        now=world.now,
        hooks=world.known.hooks | set(hooks),
        usual_gap=30,
        in_sight=sight is not None or more.pop("in_sight", False),
        **more,
    )
    return ["".join(part if isinstance(part, str) else "T" for part in line) for line in warnings(seen)]


@pytest.fixture
def promotion():
    world = World()
    world.asks_roll_back()
    world.asks(Stage.PROMOTION)
    return world


def test_what_was_not_looked_at_is_not_verified(promotion):
    assert said(promotion)[0].startswith("Not verified: seen by Flagger's hooks alone")
    assert said(promotion, in_sight=True)[0] == "Not verified: the cluster was not looked at since it began."


def test_a_cluster_that_is_away_is_told_with_its_time_and_reason(promotion):
    lines = said(promotion, sight=SIGHT, unseen_since=NOON, unseen_why="it does not answer")

    assert lines == ["Not verified since T: it does not answer. No yes is told meanwhile."]


def test_what_was_looked_at_and_is_as_it_seems_is_not_warned_of(promotion):
    assert said(promotion, sight=SIGHT) == []


@pytest.mark.parametrize(
    ("more", "warning"),
    [
        pytest.param({"hooks": ("gate/check",)}, "Asked by /gate/check", id="a path that tells no step"),
        pytest.param({"sight": replace(SIGHT, uncovered=("Secret tax",))}, "does not cover Secret tax", id="uncovered"),
        pytest.param({"sight": replace(SIGHT, held=True)}, "Paused by hand, not by Flagger", id="paused elsewhere"),
        pytest.param({"sight": replace(SIGHT, cautions=("skipAnalysis bypasses it",))}, "skipAnalysis", id="a caution"),
        pytest.param({"run": {"suspended": True}}, "Suspended: Flagger does nothing now", id="suspended"),
    ],
)
def test_each_thing_that_is_not_as_it_seems_is_named(promotion, more, warning):
    assert any(warning in line for line in said(promotion, **({"sight": SIGHT} | more)))


def test_a_group_that_cannot_be_asked_is_named(promotion):
    rights = rights_of(policy_of("group:sre"), groups={"sre": None})

    assert "Cannot tell who is in group:sre now." in said(promotion, sight=SIGHT, rights=rights)


@pytest.mark.parametrize(
    ("sight", "warning"),
    [
        pytest.param(None, "a later push is not seen", id="by hooks alone"),
        pytest.param(SIGHT, "it is found, and told", id="with the cluster in sight"),
    ],
)
def test_what_a_push_after_the_yes_to_a_start_does_is_told(sight, warning):
    world = World()
    world.asks(Stage.START)

    assert any(warning in line for line in said(world, sight=sight))


def test_a_yes_that_was_told_makes_a_roll_back_late_and_a_promotion_makes_it_too_late(promotion):
    promotion.approves()
    promotion.asks(Stage.PROMOTION)
    assert said(promotion, sight=SIGHT) == ["A roll back may come too late now."]

    promotion.hears(Signal.COPYING, seconds=30)

    assert said(promotion, sight=SIGHT) == ["No hook can stop the promotion now."]


def test_without_a_rollback_hook_it_is_said_that_a_no_will_not_roll_back():
    world = World()
    world.asks(Stage.PROMOTION)

    assert any("Flagger will not roll back" in line for line in said(world, sight=SIGHT))


def test_of_what_has_ended_nothing_is_warned(promotion):
    promotion.now += timedelta(minutes=1)
    promotion.hears(Signal.COMPLETED)

    assert said(promotion, sight=SIGHT) == []
