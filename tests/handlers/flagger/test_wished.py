"""The hooks that a manifest gets are those that were wished: where people are asked, by which base and token."""

import pytest

from handlers.flagger.manifests.wanted import Wanted
from handlers.flagger.manifests.wiring import wired
from tests.handlers.flagger.manifest import BARE, COMPLETE, canary, hooks_of, ours, types_of


@pytest.mark.parametrize(
    ("spec", "gates", "asked"),
    [
        pytest.param("stepWeight: 10", None, ["confirm-promotion"], id="weighted, nothing said"),
        pytest.param("iterations: 5", None, ["confirm-promotion"], id="Blue/Green, nothing said"),
        pytest.param("stepWeight: 10", {"confirm-rollout"}, ["confirm-rollout"], id="the start alone"),
        pytest.param(
            "stepWeight: 10",
            {"confirm-promotion", "confirm-traffic-increase"},
            ["confirm-traffic-increase", "confirm-promotion"],
            id="each step",
        ),
        pytest.param(
            "iterations: 5",
            {"confirm-promotion", "confirm-traffic-increase"},
            ["confirm-promotion"],
            id="Blue/Green has no steps",
        ),
    ],
)
def test_people_are_asked_where_it_was_wished(spec, gates, asked):
    text = BARE.replace("stepWeight: 10", spec)

    new = wired(text, Wanted(gates=None if gates is None else frozenset(gates)))

    assert [hook for hook in types_of(new) if hook.startswith("confirm")] == asked


def test_where_the_analysis_is_skipped_people_are_asked_at_the_start():
    text = BARE.replace("spec:\n", "spec:\n  skipAnalysis: true\n")

    assert "confirm-rollout" in types_of(wired(text, Wanted()))
    assert "confirm-promotion" not in types_of(wired(text, Wanted()))


def test_a_hook_that_comes_later_leads_where_the_others_do():
    text = canary(ours("confirm-promotion")).replace("pointsman.pointsman.svc:8080/hooks/TOKEN", "own.test/p/hooks/own")

    assert {hook["url"].rpartition("/")[0] for hook in hooks_of(wired(text, Wanted()))} == {
        "http://own.test/p/hooks/own/flagger"
    }


def test_a_base_that_was_said_is_that_of_each_hook():
    new = wired(canary(COMPLETE), Wanted(base="https://p.test", moves=True))

    assert {hook["url"].partition("/hooks/")[0] for hook in hooks_of(new)} == {"https://p.test"}


def test_a_wrong_token_is_replaced_and_a_right_one_is_kept():
    text = canary(ours("rollback") + ours("confirm-promotion").replace("TOKEN", "older"))

    new = wired(text, Wanted(token="newer", tokens=frozenset({"newer", "older"})))

    assert [hook["url"].split("/")[4] for hook in hooks_of(new)] == ["newer", "older", "newer", "newer"]
