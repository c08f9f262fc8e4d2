"""Annotations may tighten a policy, and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.decision import Principal
from bot.domain.errors import RefusalKind
from bot.domain.gate import GateState
from bot.domain.policy import Stage
from bot.domain.sight import Standing
from bot.domain.tightening import NOTHING, Tightening, tightened
from tests.domain.conftest import ANN, BOB, EVE, World, policy_of, rights_of

SRE = frozenset({ANN, BOB})


class Tight(World):
    def __init__(self, tightening, **policy):
        rights = rights_of(policy_of(**policy))
        super().__init__(replace(rights, groups={"sre": SRE}))
        self.sees(Standing.PROGRESSING, applied="two", tightening=tightening)
        self.asks(Stage.PROMOTION)


def test_more_people_are_needed():
    world = Tight(Tightening(quorum=2))
    world.approves(ANN)
    assert not world.asks(Stage.PROMOTION).yes
    world.approves(BOB)

    assert world.asks(Stage.PROMOTION).yes
    assert world.gate.terms.quorum == 2


def test_fewer_people_are_not():
    world = Tight(Tightening(quorum=1), quorum=2)
    world.approves(ANN)

    assert world.gate.state is GateState.CLOSED


@pytest.mark.parametrize(
    ("approvers", "may"),
    [
        pytest.param((BOB,), {BOB}, id="one of those"),
        pytest.param((EVE,), set(), id="nobody whom the policy names"),
        pytest.param(("group:sre",), {ANN, BOB}, id="a group that is known"),
        pytest.param(("group:unknown",), set(), id="a group that is not"),
        pytest.param((), set(), id="nobody at all"),
    ],
)
def test_only_those_who_are_named_twice_may_approve(approvers, may):
    for person in (ANN, BOB, EVE):
        world = Tight(Tightening(approvers=approvers))
        refusal = world.approves(person)

        assert (refusal is None) == (person in may), person


def test_who_may_stop_is_never_narrowed():
    world = Tight(Tightening(approvers=(BOB,)))

    assert world.approves(ANN).kind is RefusalKind.NOT_ALLOWED
    assert world.rolls_back(ANN) is None


@pytest.mark.parametrize(("written", "asked", "holds"), [(None, 2, 2), (3, 2, 2), (1, 2, 1)])
def test_the_sooner_deadline_holds(written, asked, holds):
    world = Tight(
        Tightening(expires_after=timedelta(hours=asked)), expires_after=timedelta(hours=written) if written else None
    )

    assert world.gate.terms.expires_at == world.gate.reached_at + timedelta(hours=holds)


people = st.sampled_from([ANN, BOB, EVE, Principal("group:sre"), Principal("group:other")])


@given(
    quorum=st.integers(0, 4),
    approvers=st.none() | st.lists(people, max_size=3).map(tuple),
    written=st.integers(1, 3),
    hours=st.none() | st.integers(1, 9),
)
def test_nothing_is_ever_loosened(quorum, approvers, written, hours):
    rights = replace(rights_of(policy_of(quorum=written)), groups={"sre": SRE})
    by = Tightening(quorum=quorum, approvers=approvers, expires_after=timedelta(hours=hours) if hours else None)

    once = tightened(rights, by)

    rule, before = once.of(Stage.PROMOTION), rights.of(Stage.PROMOTION)
    assert rule is not None
    assert before is not None
    assert rule.approvers <= before.approvers
    assert rule.policy.quorum >= before.policy.quorum
    assert once.approvers_of_any_stage == rights.approvers_of_any_stage
    assert tightened(once, by) == once
    assert tightened(rights, NOTHING) is rights
