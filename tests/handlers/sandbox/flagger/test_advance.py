"""What the recordings do not show; each case stands in Flagger's source."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.sandbox.flagger.canary import Phase
from handlers.sandbox.flagger.manifest import HookType, Starts, Template
from tests.handlers.sandbox.flagger.practice import NEW, NEWER, OLD, Practice, canary, hook, said

REFUSED = 403
PROMOTION_GATE = HookType.CONFIRM_PROMOTION


def started(*kinds: HookType, answers: dict[HookType, int] | None = None, **fields):
    return Practice(canary(*kinds, **fields), answers or {}).initialized().deployed()


def test_a_closed_traffic_gate_before_the_first_step_runs_the_pre_rollout_hooks_again():
    practice = started(
        HookType.PRE_ROLLOUT, HookType.CONFIRM_TRAFFIC_INCREASE, answers={HookType.CONFIRM_TRAFFIC_INCREASE: REFUSED}
    )

    assert (
        practice.tick()
        == practice.tick()
        == [
            "Starting canary analysis for checkout.shop",
            "pre-rollout",
            "Pre-rollout check ask-pre-rollout passed",
            "confirm-traffic-increase",
            "Halt checkout.shop advancement waiting for traffic increase approval ask-confirm-traffic-increase",
        ]
    )


def test_the_traffic_gate_is_asked_once_more_at_the_top_and_not_while_the_promotion_waits():
    practice = started(HookType.CONFIRM_TRAFFIC_INCREASE, PROMOTION_GATE, answers={PROMOTION_GATE: REFUSED})

    at_20, at_40, at_the_top, waiting = practice.ticks(4)

    assert "Advance checkout.shop canary weight 20" in at_20
    assert "Advance checkout.shop canary weight 40" in at_40
    assert at_the_top[:3] == [
        "confirm-traffic-increase",
        "Confirm-traffic-increase check ask-confirm-traffic-increase passed",
        "confirm-promotion",
    ]
    assert waiting == ["confirm-promotion"]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        pytest.param(HookType.PRE_ROLLOUT, "pre-rollout check ask-pre-rollout failed no", id="pre-rollout"),
        pytest.param(HookType.ROLLOUT, "external check ask-rollout failed no", id="rollout"),
    ],
)
def test_a_failed_check_hook_counts_until_the_engine_rolls_back(kind, text):
    practice = started(kind, answers={kind: REFUSED})
    while practice.canary.status.failed_checks < 2:
        assert practice.canary.status.phase is Phase.PROGRESSING
        practice.tick()
    last_check = practice.calls

    rolled_back = practice.tick()

    assert said(last_check[-1]) == f"Halt checkout.shop advancement {text}"
    assert rolled_back == [
        "Rolling back checkout.shop failed checks threshold reached 2",
        "Canary failed! Scaling down checkout.shop",
    ]


def test_a_confirm_gate_never_counts_as_a_failed_check():
    practice = started(PROMOTION_GATE, answers={PROMOTION_GATE: REFUSED})

    practice.ticks(6)

    assert practice.canary.status.phase is Phase.WAITING_PROMOTION
    assert practice.canary.status.failed_checks == 0


def test_the_first_start_after_a_success_names_the_old_revision_and_after_a_failure_the_pending_one():
    practice = Practice(canary(HookType.CONFIRM_ROLLOUT, HookType.ROLLBACK)).initialized().deployed(NEW)
    after_init = practice.body(HookType.CONFIRM_ROLLOUT)
    practice.tick()
    under_analysis = practice.body(HookType.ROLLBACK)
    assert practice.canary.status.phase is Phase.FAILED
    practice.answers[HookType.ROLLBACK] = REFUSED

    practice.deployed(NEWER)
    after_failure = practice.body(HookType.CONFIRM_ROLLOUT)
    practice.tick()

    assert after_failure["phase"] == "Failed"
    assert after_failure["checksum"] == practice.body(HookType.ROLLBACK)["checksum"]
    assert len({after_init["checksum"], under_analysis["checksum"], after_failure["checksum"]}) == 3


def test_a_failed_release_is_not_tried_again_until_the_template_changes():
    practice = started(HookType.ROLLBACK)
    practice.tick()
    assert practice.canary.status.phase is Phase.FAILED

    assert practice.ticks(3) == [[], [], []]


def test_going_back_to_the_promoted_template_after_a_failure_is_no_release():
    practice = started(HookType.ROLLBACK)
    practice.tick()
    practice.canary.deploy(OLD, practice.now)

    assert practice.ticks(2) == [[], []]


def test_the_promotion_can_give_the_traffic_back_in_steps():
    practice = started(step_weight_promotion=30)
    practice.ticks(3)

    steps = practice.ticks(3)

    assert steps == [
        ["Advance checkout.shop primary weight 90"],
        ["Advance checkout.shop primary weight 100"],
        ["Promotion completed! Scaling down checkout.shop"],
    ]


def test_a_provider_without_traffic_says_in_every_tick_that_it_iterates_instead():
    practice = started(provider="kubernetes", match=True)

    assert practice.tick()[1:] == [
        "A/B testing is not supported when using the kubernetes provider",
        "Progressive traffic is not supported when using the kubernetes provider",
        "Setting canaryAnalysis.iterations: 10",
        "Advance checkout.shop canary iteration 1/10",
    ]


def test_a_canary_without_a_step_never_advances():
    practice = started(PROMOTION_GATE, step_weight=0)

    assert practice.ticks(2) == [["Starting canary analysis for checkout.shop"]] * 2


def test_blue_green_with_one_iteration_starts_its_analysis_again_in_every_second_waiting_tick():
    practice = started(PROMOTION_GATE, provider="kubernetes", iterations=1, answers={PROMOTION_GATE: REFUSED})
    practice.ticks(2)

    again = practice.tick()

    assert practice.canary.status.phase is Phase.WAITING_PROMOTION
    assert again == ["Starting canary analysis for checkout.shop", "Advance checkout.shop canary iteration 1/1"]


def test_a_primary_that_never_starts_ends_the_bootstrap_as_failed():
    practice = Practice(canary(template=Template(image="checkout:1.8.1", starts=Starts.NOWHERE)))
    practice.canary.change(replace(practice.canary.manifest, progress_deadline=timedelta(seconds=15)))

    practice.ticks(3)

    assert practice.canary.status.phase is Phase.FAILED
    assert [said(call) for call in practice.calls][-1] == "Canary failed! Scaling down checkout.shop"


def test_a_failed_promotion_leaves_all_traffic_on_the_canary():
    practice = started()
    practice.canary.change(replace(practice.canary.manifest, target_deadline=timedelta(seconds=15)))
    practice.canary.deploy(Template(image="checkout:1.9.0", starts=Starts.NOT_AS_PRIMARY), practice.now)
    practice.ticks(6)

    assert (practice.canary.status.phase, practice.canary.status.weight) == (Phase.FAILED, 100)
    assert practice.canary.weight == 100
    assert practice.canary.pods


def test_the_analysis_is_skipped_but_not_the_start():
    practice = Practice(canary(HookType.CONFIRM_ROLLOUT, PROMOTION_GATE), {HookType.CONFIRM_ROLLOUT: REFUSED})
    practice.initialized().canary.change(replace(practice.canary.manifest, skip_analysis=True))

    assert practice.deployed().canary.status.phase is Phase.WAITING
    practice.answers[HookType.CONFIRM_ROLLOUT] = 200
    practice.tick()

    assert practice.tick() == [
        "Copying checkout.shop template spec to checkout-primary.shop",
        "Promotion completed! Canary analysis was skipped for checkout.shop",
    ]


def test_a_tick_dropped_after_its_write_is_not_undone_and_the_next_one_goes_on_from_there():
    practice = started()

    practice.tick(until=lambda call: "canary weight 20" in said(call))

    assert practice.canary.status.weight == 20
    assert practice.tick() == ["Advance checkout.shop canary weight 40"]


def test_a_deleted_canary_says_nothing():
    practice = started(HookType.ROLLBACK)
    practice.canary.delete()

    assert practice.tick() == []


def test_the_first_refusal_keeps_the_hooks_behind_it_from_being_asked():
    practice = started(PROMOTION_GATE, answers={PROMOTION_GATE: REFUSED})
    second = replace(hook(PROMOTION_GATE), name="second")
    hooks = (*practice.canary.manifest.analysis.hooks, second)
    practice.canary.change(
        replace(practice.canary.manifest, analysis=replace(practice.canary.manifest.analysis, hooks=hooks))
    )
    practice.ticks(3)

    assert practice.tick() == ["confirm-promotion"]


def test_the_analysis_is_skipped_only_once_the_pods_are_ready():
    practice = started(PROMOTION_GATE)
    practice.canary.change(replace(practice.canary.manifest, skip_analysis=True))
    practice.canary.deploy(Template(image="checkout:2.0.0", starts=Starts.NOWHERE), practice.now)
    practice.tick()

    assert "canary deployment checkout.shop not ready" in practice.tick()[0]


def test_new_pods_that_never_start_beside_old_ones_are_not_ended_by_the_canarys_deadline():
    practice = started()
    practice.canary.change(replace(practice.canary.manifest, progress_deadline=timedelta(seconds=15)))
    practice.now += timedelta(seconds=1)
    practice.canary.deploy(Template(image="checkout:2.0.0", starts=Starts.NOWHERE), practice.now)

    practice.ticks(5)

    reason = "waiting for rollout to finish: 1 out of 2 new replicas have been updated"
    assert practice.tick() == [f"canary deployment checkout.shop not ready: {reason}"]


@pytest.mark.parametrize(
    ("provider", "first"),
    [
        pytest.param("kubernetes", "Starting canary analysis for checkout.shop", id="no traffic to move"),
        pytest.param("istio", "Advance checkout.shop canary iteration 1/2", id="all traffic still on the canary"),
    ],
)
def test_the_release_after_a_failed_promotion_finds_the_traffic_where_it_was_left(provider, first):
    practice = Practice(canary(provider=provider, iterations=2)).initialized()
    practice.canary.change(replace(practice.canary.manifest, target_deadline=timedelta(seconds=15)))
    practice.deployed(Template(image="checkout:1.9.0", starts=Starts.NOT_AS_PRIMARY)).ticks(7)
    assert (practice.canary.status.phase, practice.canary.status.weight) == (Phase.FAILED, 100)
    practice.canary.primary_pods = None  # Somebody mends the primary by hand.

    assert practice.deployed(NEWER).tick()[0] == first


def test_the_release_after_a_rollback_starts_without_traffic():
    practice = started(HookType.ROLLBACK, answers={HookType.ROLLBACK: REFUSED})
    practice.tick()
    practice.answers[HookType.ROLLBACK] = 200
    practice.tick()
    practice.answers[HookType.ROLLBACK] = REFUSED

    assert "Advance checkout.shop canary weight 20" in practice.deployed(NEWER).tick()


def test_an_ab_test_whose_iterations_are_cut_in_mid_run_asks_and_is_never_promoted():
    practice = started(PROMOTION_GATE, match=True, iterations=3)
    practice.ticks(3)
    cut = replace(practice.canary.manifest.analysis, iterations=2)
    practice.canary.change(replace(practice.canary.manifest, analysis=cut))

    assert practice.ticks(2) == [["confirm-promotion", "Confirm-promotion check ask-confirm-promotion passed"]] * 2
