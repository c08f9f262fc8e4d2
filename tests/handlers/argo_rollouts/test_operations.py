"""Each decision carried out for each strategy, over HTTP, with the practice controller behind it."""

from dataclasses import replace

import pytest

from bot.domain.decision import Mark, Principal
from bot.domain.errors import ConflictError, EngineRefusedError
from bot.domain.operation import Awaited, Notice, Operation, Order
from bot.domain.policy import Stage
from bot.domain.sight import Standing
from bot.domain.sighting import Ask, Sighting
from handlers.argo_rollouts.looking import Looking
from handlers.argo_rollouts.operations import Allowed, Operations, Place
from handlers.cluster import SERVICES
from handlers.sandbox.argo.objects import HASH
from tests.support.argo import ANALYSED, BLUE_GREEN, CANARY, CHECKED, NEW, NEWER, OLD, Shop
from tests.support.cluster import EPOCH

ANN = Mark(Principal("ann@example.com"), EPOCH)
EVERYTHING = Allowed(retry=True, put_back=True)


def operations(shop: Shop, allowed: Allowed = EVERYTHING) -> Operations:
    return Operations(places={"prod-eu": Place(cluster=shop.cluster, allowed=allowed)})


def order(shop: Shop, operation: Operation, **awaited) -> Order:
    return Order(
        workload=shop.workload,
        release="shop/checkout#2",
        awaited=Awaited(operation=operation, mark=ANN, **awaited),
        before={"app": OLD},
    )


async def seen(shop: Shop, awaited: Awaited | None = None) -> Sighting:
    return await Looking(cluster=shop.cluster)(shop.workload, awaited)


async def asked(shop: Shop) -> Ask:
    """The gate that waits."""
    asks = (await seen(shop)).asks
    assert asks
    return asks[0]


async def shown(shop: Shop, operation: Operation) -> Order:
    """The order for what people are shown now."""
    return order(shop, operation, evidence=(await asked(shop)).evidence)


async def carry_out(shop: Shop, given: Order) -> Order:
    evidence = await operations(shop).carry_out(given)
    return replace(given, awaited=replace(given.awaited, evidence=evidence, sent_at=shop.clock.now))


async def notice(shop: Shop, given: Order) -> Notice | None:
    return (await seen(shop, given.awaited)).notice


def users_have(shop: Shop) -> str:
    live = shop.server.get(SERVICES, "shop", "live")
    assert live is not None
    return str(live["spec"]["selector"][HASH])


@pytest.mark.parametrize("elsewhere", [pytest.param(False, id="own template"), pytest.param(True, id="workloadRef")])
async def test_a_canary_goes_on_step_by_step(shop, elsewhere):
    shop.deploy(CANARY, elsewhere=elsewhere).push().until_it_waits()

    steps = []
    for _ in range(2):
        steps.append((await asked(shop)).step)
        sent = await carry_out(shop, await shown(shop, Operation.PROMOTE))
        assert await notice(shop, sent) is Notice.AWAITED
        shop.run(3)
        assert await notice(shop, sent) is Notice.DONE

    assert steps == ["1", "3"]
    assert (await seen(shop)).standing is Standing.PROMOTED


async def test_blue_green_is_switched(shop):
    shop.deploy(BLUE_GREEN).push().until_it_waits()
    before = users_have(shop)
    gate = await asked(shop)

    sent = await carry_out(shop, await shown(shop, Operation.PROMOTE))
    shop.run(3)

    assert gate.stage is Stage.PROMOTION
    assert users_have(shop) == shop.status["currentPodHash"] != before
    assert await notice(shop, sent) is Notice.DONE


async def test_an_inconclusive_analysis_is_accepted(shop):
    shop.verdict = "Inconclusive"
    shop.deploy(ANALYSED).push().until_it_waits()
    gate = await asked(shop)

    sent = await carry_out(shop, await shown(shop, Operation.PROMOTE))
    shop.run(3)

    assert (gate.stage, gate.step) == (Stage.ANALYSIS, "1")
    assert await notice(shop, sent) is Notice.DONE
    assert (await asked(shop)).stage is Stage.STEP


async def test_an_inconclusive_analysis_is_run_again(shop):
    shop.verdict = "Inconclusive"
    shop.deploy(ANALYSED).push().until_it_waits()

    shop.verdict = "Successful"
    sent = await carry_out(shop, await shown(shop, Operation.ANALYSE_AGAIN))
    shop.run(3)

    assert await notice(shop, sent) is Notice.DONE
    assert (await asked(shop)).step == "2"


async def test_what_is_inconclusive_before_a_switch_is_accepted_by_promoting_in_full(shop):
    shop.verdict = "Inconclusive"
    shop.deploy(CHECKED).push().until_it_waits()

    sent = await carry_out(shop, await shown(shop, Operation.PROMOTE))
    shop.run(3)

    assert await notice(shop, sent) is Notice.DONE
    assert users_have(shop) == shop.status["currentPodHash"]


@pytest.mark.parametrize("strategy", [pytest.param(CANARY, id="canary"), pytest.param(BLUE_GREEN, id="blue-green")])
async def test_an_abort_brings_the_old_version_back(shop, strategy):
    shop.deploy(strategy).push().until_it_waits()

    sent = await carry_out(shop, order(shop, Operation.ABORT))
    shop.run(3)

    look = await seen(shop, sent.awaited)
    assert (look.notice, look.standing) == (Notice.DONE, Standing.ROLLED_BACK)
    assert look.before == {"app": OLD}
    assert look.after == {"app": NEW}


async def test_a_rollout_paused_by_hand_is_aborted_too(shop):
    shop.deploy(CANARY).push().until_it_waits()
    await carry_out(shop, order(shop, Operation.PAUSE))
    shop.run(1)

    sent = await carry_out(shop, order(shop, Operation.ABORT))
    shop.run(3)

    look = await seen(shop, sent.awaited)
    assert (look.notice, look.standing) == (Notice.DONE, Standing.ROLLED_BACK)


@pytest.mark.parametrize("strategy", [pytest.param(CANARY, id="canary"), pytest.param(BLUE_GREEN, id="blue-green")])
async def test_promoting_in_full_gives_it_to_everybody(shop, strategy):
    shop.deploy(strategy).push().until_it_waits()

    sent = await carry_out(shop, order(shop, Operation.PROMOTE_FULL))
    shop.run(4)

    look = await seen(shop, sent.awaited)
    assert (look.notice, look.standing) == (Notice.DONE, Standing.PROMOTED)


async def test_a_step_that_runs_is_skipped(shop):
    shop.verdict = None
    shop.deploy(ANALYSED).push()
    shop.until(lambda status: status.get("currentStepIndex") == 1)
    shop.run(1)

    sent = await carry_out(shop, order(shop, Operation.SKIP))
    shop.run(3)

    assert await notice(shop, sent) is Notice.DONE
    assert (await asked(shop)).step == "2"


async def test_what_was_aborted_begins_again(shop):
    shop.deploy(CANARY).push().until_it_waits()
    await carry_out(shop, order(shop, Operation.ABORT))
    shop.run(5)
    aborted = (await seen(shop)).sight

    sent = await carry_out(shop, order(shop, Operation.RETRY))
    shop.run(3)

    look = await seen(shop, sent.awaited)
    assert (look.notice, look.standing, (await asked(shop)).step) == (Notice.DONE, Standing.PROGRESSING, "1")
    assert look.sight.applied != aborted.applied


async def test_it_is_paused_and_resumed_by_hand_while_a_gate_waits(shop):
    shop.deploy(CANARY).push().until_it_waits()
    gates = (await seen(shop)).asks

    paused = await carry_out(shop, order(shop, Operation.PAUSE))
    shop.run(1)
    assert await notice(shop, paused) is Notice.DONE
    assert (await seen(shop)).sight.held

    resumed = await carry_out(shop, order(shop, Operation.RESUME))
    shop.run(1)
    assert await notice(shop, resumed) is Notice.DONE
    assert (await seen(shop)).asks == gates


@pytest.mark.parametrize("elsewhere", [pytest.param(False, id="own template"), pytest.param(True, id="workloadRef")])
async def test_the_template_of_before_is_put_back(shop, elsewhere):
    shop.deploy({"canary": {}}, elsewhere=elsewhere).push()
    shop.until(lambda status: status["phase"] == "Healthy" and status["currentPodHash"] == status["stableRS"])
    shop.run(5)

    sent = await carry_out(shop, order(shop, Operation.PUT_BACK))
    assert await notice(shop, sent) is Notice.AWAITED
    shop.run(3)

    look = await seen(shop, sent.awaited)
    assert (look.notice, look.after) == (Notice.DONE, {"app": OLD})


async def test_the_second_click_changes_nothing(shop):
    shop.deploy(CANARY).push().until_it_waits()
    given = await shown(shop, Operation.PROMOTE)
    await carry_out(shop, given)
    shop.run(0.3)

    with pytest.raises(ConflictError):
        await carry_out(shop, given)


async def test_a_click_on_the_card_of_an_older_revision_changes_nothing(shop):
    shop.deploy(CANARY).push().until_it_waits()
    given = await shown(shop, Operation.PROMOTE)
    shop.push(NEWER).until_it_waits()
    shop.run(3)
    before = shop.rollout

    with pytest.raises(ConflictError):
        await carry_out(shop, given)
    assert shop.rollout == before


async def test_autoscaling_does_not_come_between_a_card_and_its_click(shop):
    shop.deploy(CANARY).push().until_it_waits()
    given = await shown(shop, Operation.PROMOTE)
    shop.patch({"spec": {"replicas": 6}}, manager="horizontal-pod-autoscaler")
    shop.run(3)

    sent = await carry_out(shop, given)
    shop.run(3)

    assert await notice(shop, sent) is Notice.DONE


async def test_promoting_in_full_waits_until_the_controller_has_seen_the_newest_push(shop):
    """Sent before, it is dropped when the controller begins with the new revision: recorded."""
    shop.deploy(CANARY).push().until_it_waits()
    shop.push(NEWER)

    with pytest.raises(ConflictError, match="has not seen the newest change"):
        await carry_out(shop, order(shop, Operation.PROMOTE_FULL))


@pytest.mark.parametrize(
    "operation",
    [pytest.param(Operation.ABORT, id="abort"), pytest.param(Operation.PROMOTE, id="promote")],
)
async def test_a_lost_decision_stays_awaited_until_the_controller_is_woken(shop, operation):
    shop.deploy(CANARY).push()
    shop.until(lambda status: bool(status.get("pauseConditions")))
    shop.tick()  # The pause is written in two steps.
    shop.controller.loses = 1.0
    given = await shown(shop, operation)

    sent = await carry_out(shop, given)
    shop.run(5)
    lost = await notice(shop, sent)
    await operations(shop).wake(sent)
    shop.run(2)

    assert lost is Notice.AWAITED
    assert await notice(shop, sent) is Notice.DONE


async def test_waking_a_controller_that_has_acted_changes_nothing(shop):
    shop.deploy(CANARY).push().until_it_waits()
    sent = await carry_out(shop, await shown(shop, Operation.PROMOTE))
    found = await seen(shop, sent.awaited)
    shop.run(3)
    before = shop.status

    await operations(shop).wake(replace(sent, awaited=replace(sent.awaited, woken=3)))
    shop.run(1)

    assert found.notice is Notice.AWAITED
    assert shop.status == before


async def test_an_answer_that_was_lost_is_found_to_be_written(shop):
    shop.deploy(CANARY).push().until_it_waits()
    given = await shown(shop, Operation.PROMOTE)
    await carry_out(shop, given)
    written = shop.rollout

    again = await operations(shop).carry_out(given)

    assert again == given.awaited.evidence
    assert shop.rollout == written


@pytest.mark.parametrize(
    ("operation", "allowed", "why"),
    [
        pytest.param(Operation.PROMOTE, Allowed(operate=False), "allow.argo_rollouts", id="anything"),
        pytest.param(Operation.RETRY, Allowed(), "allow.retry", id="retry"),
        pytest.param(Operation.PUT_BACK, Allowed(), "allow.roll_back_promoted", id="after the end"),
    ],
)
async def test_what_the_settings_do_not_allow_is_refused_by_name(shop, operation, allowed, why):
    with pytest.raises(EngineRefusedError, match=why):
        await operations(shop, allowed).carry_out(order(shop, operation))


@pytest.mark.parametrize(
    ("verb", "plural"),
    [
        pytest.param("patch", "rollouts/status", id="the right that every decision needs"),
        pytest.param("patch", "rollouts", id="the right that only a pause by hand needs"),
    ],
)
async def test_a_right_that_is_missing_is_named(shop, verb, plural):
    shop.deploy(CANARY).push().until_it_waits()
    shop.server.access.take(verb, plural)
    operation = Operation.ABORT if plural.endswith("status") else Operation.PAUSE

    with pytest.raises(EngineRefusedError, match="patch"):
        await carry_out(shop, order(shop, operation))


@pytest.mark.parametrize(
    ("operation", "why"),
    [
        pytest.param(Operation.ABORT, "everybody has this version already", id="abort"),
        pytest.param(Operation.PROMOTE_FULL, "everybody has this version already", id="in full"),
        pytest.param(Operation.SKIP, "no step is left", id="skip"),
        pytest.param(Operation.RETRY, "it is not aborted", id="retry"),
        pytest.param(Operation.ANALYSE_AGAIN, "does not wait any more", id="analyse again"),
    ],
)
async def test_what_can_never_be_done_is_refused_with_the_reason(shop, operation, why):
    shop.deploy(CANARY)

    with pytest.raises((EngineRefusedError, ConflictError), match=why):
        await carry_out(shop, order(shop, operation))


async def test_a_version_that_is_not_kept_any_more_cannot_be_put_back(shop):
    shop.deploy(CANARY)

    with pytest.raises(EngineRefusedError, match="revisionHistoryLimit"):
        await carry_out(shop, replace(order(shop, Operation.PUT_BACK), before={"app": "gone:1"}))


async def test_a_rollout_that_is_gone_is_a_conflict_and_not_a_fault(shop):
    with pytest.raises(ConflictError, match="not there any more"):
        await carry_out(shop, order(shop, Operation.ABORT))


async def test_a_cluster_that_nobody_connected_is_named(shop):
    elsewhere = replace(order(shop, Operation.ABORT), workload=replace(shop.workload, cluster="mars"))

    with pytest.raises(EngineRefusedError, match="mars"):
        await operations(shop).carry_out(elsewhere)
