"""Each decision carried out for each strategy, over HTTP, with the practice controller behind it."""

import pytest

from bot.domain.operation import Notice, Operation
from bot.domain.policy import Stage
from bot.domain.sight import Standing
from tests.handlers.argo_rollouts.acting import asked, carry_out, notice, order, seen, shown, users_have
from tests.support.argo import ANALYSED, BLUE_GREEN, CANARY, CHECKED, NEW, OLD


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
