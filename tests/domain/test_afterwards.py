"""What has ended can be put back or tried again only where the settings let the bot write, and once."""

from dataclasses import replace

import pytest

from bot.domain.cards.buttons import buttons
from bot.domain.cards.seen import Seen
from bot.domain.decision import Decision, Reason, Surface, Verb
from bot.domain.decisions.directing import command
from bot.domain.decisions.taking import Taking
from bot.domain.decisions.telling import wanted
from bot.domain.effects import Operate
from bot.domain.errors import RefusalKind
from bot.domain.operation import Operation
from bot.domain.policy import Permission, Stage
from bot.domain.release import ReleaseState
from bot.domain.run import Signal
from tests.domain.conftest import ANN, BOB, EVE, World, policy_of, rights_of


@pytest.fixture
def ended():
    """Bring a release to its end, in a cluster where this may be written."""

    def end(signal, *permits):
        world = World(replace(rights_of(policy_of()), permits=frozenset(permits)))
        world.asks(Stage.PROMOTION)
        world.approves()
        world.asks(Stage.PROMOTION, seconds=10)
        world.hears(signal, seconds=10)
        return world

    return end


def offered(world):
    seen = Seen(release=world.release, rights=world.rights, now=world.now, hooks=world.known.hooks)
    return [button.verb for button in buttons(seen)]


ALLOWED = [
    pytest.param(Signal.COMPLETED, Permission.ROLL_BACK_PROMOTED, Verb.ROLL_BACK, Operation.PUT_BACK, id="put back"),
    pytest.param(Signal.FAILED, Permission.RETRY, Verb.RETRY, Operation.RETRY, id="retry"),
]
each = pytest.mark.parametrize(("signal", "act", "verb", "operation"), ALLOWED)


@each
def test_what_is_allowed_is_offered_and_goes_to_the_engine(ended, signal, act, verb, operation):
    world = ended(signal, act)
    before = offered(world)
    world.decides(verb)

    awaited = wanted(world.release)
    assert awaited is not None
    assert (awaited.operation, awaited.mark.by) == (operation, ANN)
    assert (before, offered(world)) == ([verb], [])
    assert Operate(release=world.release.id) in world.effects
    assert world.actions[-1] == "decision.taken"


@each
def test_what_is_not_allowed_is_not_offered_and_refused(ended, signal, act, verb, operation):
    world = ended(signal, *(other for other in Permission if other is not act))

    refusal = world.decides(verb)

    assert (offered(world), refusal.kind, wanted(world.release)) == ([], RefusalKind.SETTLED, None)


@each
def test_the_same_again_changes_nothing_and_another_hears_who_it_was(ended, signal, act, verb, operation):
    world = ended(signal, act)
    world.decides(verb)
    lines = len(world.record)

    assert world.decides(verb) is None
    assert len(world.record) == lines
    assert world.decides(verb, BOB).by == ANN


@each
def test_who_may_not_is_refused(ended, signal, act, verb, operation):
    world = ended(signal, act)

    assert world.decides(verb, EVE).kind is RefusalKind.NOT_ALLOWED
    assert wanted(world.release) is None


@each
def test_a_release_that_has_a_later_one_is_left_alone(ended, signal, act, verb, operation):
    world = ended(signal, act)
    decision = Decision(verb=verb, by=ANN, at=world.now, surface=Surface.SLACK, reason=Reason("because"))
    taking = Taking(decision=decision, rights=world.rights, new_id=world.new_id, newest=False)

    outcome = command(world.release, taking)

    assert outcome.refusal is not None
    assert "A later release came" in str(outcome.refusal)


def test_to_put_back_needs_its_reason(ended):
    world = ended(Signal.COMPLETED, Permission.ROLL_BACK_PROMOTED)

    assert world.rolls_back(reason=" ").kind is RefusalKind.NO_REASON


def test_the_confirm_says_that_it_is_a_new_release(ended):
    world = ended(Signal.COMPLETED, Permission.ROLL_BACK_PROMOTED)
    assert world.release.state is ReleaseState.PROMOTED
    seen = Seen(release=world.release, rights=world.rights, now=world.now)

    (button,) = buttons(seen)

    assert button.confirm is not None
    assert "a new release, which asks at its own gates" in button.confirm.text
