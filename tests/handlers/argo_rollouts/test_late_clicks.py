"""A click that comes twice, late, or for a card of before; a decision or an answer that gets lost."""

from dataclasses import replace

import pytest

from bot.domain.errors import ConflictError
from bot.domain.operation import Notice, Operation
from tests.handlers.argo_rollouts.acting import carry_out, notice, operations, order, seen, shown
from tests.support.argo import CANARY, NEWER


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
    await operations(shop).wake(sent, await seen(shop))
    shop.run(2)

    assert lost is Notice.AWAITED
    assert await notice(shop, sent) is Notice.DONE


async def test_waking_a_controller_that_has_acted_changes_nothing(shop):
    shop.deploy(CANARY).push().until_it_waits()
    sent = await carry_out(shop, await shown(shop, Operation.PROMOTE))
    found = await seen(shop, sent.awaited)
    shop.run(3)
    before = shop.status

    await operations(shop).wake(replace(sent, awaited=replace(sent.awaited, woken=3)), found)
    shop.run(1)

    assert found.notice is Notice.AWAITED
    assert shop.status == before


async def test_an_answer_that_was_lost_is_found_to_be_written(shop):
    shop.deploy(CANARY).push().until_it_waits()
    given = await shown(shop, Operation.PROMOTE)
    await carry_out(shop, given)
    written = shop.rollout

    again = await operations(shop).carry_out(given, await seen(shop))

    assert again == given.awaited.evidence
    assert shop.rollout == written
