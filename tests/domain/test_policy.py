"""Who may decide what, from what is written."""

import pytest

from bot.domain.decision import Mark
from bot.domain.gate import Gate, GateId, Terms, count, terms_of
from bot.domain.policy import Match, Need, Policy, Stage, UnknownAuthor, groups_named, policies_by_stage, rule_with
from tests.domain.conftest import ANN, BOB, EVE, NOON, WORKLOAD


def gate_with(*approvals, quorum=1):
    return Gate(
        id=GateId("g"),
        stage=Stage.PROMOTION,
        terms=Terms(policy="shop", quorum=quorum),
        reached_at=NOON,
        approvals=tuple(Mark(by, NOON) for by in approvals),
    )


@pytest.mark.parametrize(
    ("match", "covers"),
    [
        pytest.param({}, True, id="nothing named matches all"),
        pytest.param({"cluster": "prod-*"}, True, id="a glob"),
        pytest.param({"cluster": "PROD-*"}, False, id="capital letters count"),
        pytest.param({"name": "check?ut"}, True, id="one character"),
        pytest.param({"name": "[a-c]heckout"}, True, id="a range"),
        pytest.param({"namespace": "sho"}, False, id="not a beginning"),
        pytest.param({"kind": "Rollout"}, False, id="another kind"),
        pytest.param({"stage": "promotion"}, True, id="its stage"),
        pytest.param({"stage": "traffic"}, False, id="another stage"),
    ],
)
def test_a_match_is_a_glob_over_five_names(match, covers):
    assert Match(**match).covers(WORKLOAD, Stage.PROMOTION) is covers


def test_the_first_policy_that_matches_a_stage_counts():
    narrow = Policy(name="narrow", match=Match(stage="promotion"))
    wide = Policy(name="wide")

    found = policies_by_stage((narrow, wide), WORKLOAD)

    assert (found[Stage.PROMOTION].name, found[Stage.START].name) == ("narrow", "wide")
    assert policies_by_stage((Policy(name="other", match=Match(namespace="x")),), WORKLOAD) == {}


def test_a_group_that_cannot_be_asked_has_nobody_in_it_and_is_named():
    policy = Policy(name="p", needs=(Need(of=("group:sre", "group:ops", BOB)),))

    rule = rule_with(policy, {"sre": None, "ops": frozenset({ANN})})

    assert groups_named([policy]) == {"sre", "ops"}
    assert rule.approvers == {ANN, BOB}
    assert rule.circles[0].unknown == ("group:sre",)


@pytest.mark.parametrize(
    ("approvals", "met"),
    [
        pytest.param((), False, id="nobody"),
        pytest.param((ANN,), False, id="one short of the quorum"),
        pytest.param((ANN, EVE), False, id="a stranger does not count"),
        pytest.param((ANN, BOB), True, id="two who may"),
    ],
)
def test_a_quorum_counts_distinct_people_who_may_approve_now(approvals, met):
    rule = rule_with(Policy(name="p", needs=(Need(of=(ANN, BOB), quorum=1),)), {})

    assert count(gate_with(*approvals, quorum=2), rule, frozenset()).met is met


def test_a_person_counts_in_every_need_they_belong_to():
    policy = Policy(name="p", needs=(Need(of=(ANN, BOB)), Need(of=(ANN, EVE))), whole=True)
    rule = rule_with(policy, {})

    assert count(gate_with(ANN), rule, frozenset()).met
    assert not count(gate_with(BOB), rule, frozenset()).met
    assert count(gate_with(BOB, EVE), rule, frozenset()).met
    assert policy.quorum == 2


def test_what_is_required_as_a_whole_is_judged_as_it_stands_now():
    rule = rule_with(Policy(name="p", needs=(Need(of=(ANN, BOB, EVE), quorum=3),), whole=True), {})

    assert not count(gate_with(ANN, BOB, quorum=1), rule, frozenset()).met


@pytest.mark.parametrize(
    ("self_approval", "unknown_author", "authors", "met"),
    [
        pytest.param(True, UnknownAuthor.REFUSE, {ANN}, True, id="one's own may count"),
        pytest.param(False, UnknownAuthor.REFUSE, {ANN}, False, id="one's own does not count"),
        pytest.param(False, UnknownAuthor.REFUSE, {BOB}, True, id="somebody else's"),
        pytest.param(False, UnknownAuthor.REFUSE, set(), False, id="nobody knows whose"),
        pytest.param(False, UnknownAuthor.COUNT, set(), True, id="nobody knows, and all count"),
    ],
)
def test_authors_are_no_approvers_of_their_own_where_the_rule_says_so(self_approval, unknown_author, authors, met):
    policy = Policy(name="p", needs=(Need(of=(ANN, BOB)),), self_approval=self_approval, unknown_author=unknown_author)

    assert count(gate_with(ANN), rule_with(policy, {}), frozenset(authors)).met is met


def test_without_a_policy_nobody_may_approve():
    counted = count(gate_with(ANN), None, frozenset())

    assert not counted.met
    assert terms_of(None, NOON).policy is None


def test_an_empty_list_of_approvers_means_nobody():
    assert not count(gate_with(ANN), rule_with(Policy(name="p"), {}), frozenset()).met
