"""The one way in: who may not decide at all, and what nobody was asked, are refused on record."""

import pytest

from bot.domain.decision import Reason, Surface, Verb, Verdict
from bot.domain.decisions.attempting import Attempt, judge
from bot.domain.decisions.taking import Taking
from bot.domain.errors import RefusalKind
from bot.domain.policy import Stage
from bot.domain.run import Signal
from tests.domain.conftest import ANN, EVE, V1, World

EVERYTHING = [*Verdict, *Verb]


@pytest.fixture
def world():
    world = World()
    world.asks(Stage.PROMOTION, checksum=V1)
    return world


@pytest.fixture
def judged():
    """Judge an attempt; a test names only what it is about."""

    def judge_(world, verb, *, by=ANN, asked=True, may_decide=True):
        gate = world.gate.id if asked and isinstance(verb, Verdict) else None
        attempt = Attempt(
            verb=verb,
            release=world.release.id,
            gate=gate,
            by=by,
            surface=Surface.API,
            reason=Reason("errors"),
            may_decide=may_decide,
        )
        taking = Taking(decision=attempt.decision(world.now), rights=world.rights, new_id=world.new_id)
        return judge(world.release, attempt, taking)

    return judge_


@pytest.mark.parametrize("verb", EVERYTHING)
def test_a_token_for_reading_alone_decides_nothing_and_that_is_on_record(world, judged, verb):
    outcome = judged(world, verb, may_decide=False)

    (line,) = outcome.audit
    assert (outcome.releases, outcome.effects) == ((world.release,), ())
    assert outcome.refusal.kind is RefusalKind.NOT_ALLOWED
    assert (line.action, line.actor, line.decision, line.details["said"]) == ("decision.refused", ANN, verb, "errors")
    assert line.gate == (world.gate.id if isinstance(verb, Verdict) else None)


def test_a_verdict_is_taken_at_its_gate(world, judged):
    assert [line.action for line in judged(world, Verdict.APPROVE).audit] == ["decision.taken", "gate.opened"]


def test_a_verb_is_about_the_whole_release(world, judged):
    outcome = judged(world, Verb.PAUSE)

    assert outcome.release.paused.by == ANN


@pytest.mark.parametrize("verdict", Verdict)
def test_a_verdict_where_nothing_was_asked_is_refused_on_record(judged, verdict):
    world = World()
    world.hears(Signal.SCALING_UP)

    outcome = judged(world, verdict, asked=False)

    assert outcome.refusal.kind is RefusalKind.SETTLED
    assert "asks nobody now" in str(outcome.refusal)
    assert [(line.action, line.gate) for line in outcome.audit] == [("decision.refused", None)]


def test_who_may_not_decide_is_told_so_first(judged):
    world = World()
    world.hears(Signal.SCALING_UP)

    assert judged(world, Verdict.APPROVE, by=EVE, asked=False).refusal.kind is RefusalKind.NOT_ALLOWED
