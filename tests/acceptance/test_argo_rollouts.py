"""The whole bot and a cluster with the practice controller in it: what people decide happens, once, or is said."""

from collections.abc import AsyncIterator

import pytest

from bot.domain.decision import Verb
from bot.domain.gate import GateState
from bot.domain.policy import Stage
from bot.domain.release import ReleaseState
from handlers.sandbox.argo.objects import ROLLOUTS
from tests.support.argo import ANALYSED, BLUE_GREEN, CANARY, NEWER
from tests.support.argo_world import World, open_world
from tests.support.running import BOB


@pytest.fixture
async def world(sqlite_url: str) -> AsyncIterator[World]:
    async with open_world(sqlite_url) as opened:
        yield opened


async def test_a_canary_is_promoted_gate_by_gate(world):
    await world.begin()

    for step in ("1", "3"):
        release = await world.until_asked()
        assert release.waiting_gate is not None
        assert (release.waiting_gate.stage, release.waiting_gate.step) == (Stage.STEP, step)
        await world.bot.approve()
        await world.run(3)

    release = await world.bot.newest()
    assert release.state is ReleaseState.PROMOTED
    assert [(gate.step, gate.state, gate.told_at is not None) for gate in release.gates] == [
        ("1", GateState.OPEN, True),
        ("3", GateState.OPEN, True),
    ]


async def test_blue_green_is_switched_by_the_promotion_gate(world):
    await world.begin(BLUE_GREEN)
    gate = await world.gate()
    await world.bot.approve()
    await world.run(2)

    assert gate.stage is Stage.PROMOTION
    assert (await world.bot.newest()).state is ReleaseState.PROMOTED


@pytest.mark.parametrize("strategy", [pytest.param(CANARY, id="canary"), pytest.param(BLUE_GREEN, id="blue-green")])
@pytest.mark.parametrize("by", ["reject", "roll_back"])
async def test_a_no_brings_the_old_version_back(world, strategy, by):
    await world.begin(strategy)
    await world.until_asked()

    await (world.reject() if by == "reject" else world.bot.roll_back())
    await world.run(3)

    release = await world.bot.newest()
    assert (release.state, release.cause) == (ReleaseState.ROLLED_BACK, "person")
    assert world.shop.status["abort"] is True


async def test_a_lost_decision_is_found_and_asked_for_again(world):
    await world.begin()
    world.shop.until(lambda status: bool(status.get("pauseConditions")))
    world.shop.tick()  # The pause is written in two steps.
    await world.wake()
    world.shop.controller.loses = 1.0

    await world.bot.approve()
    await world.run(2)
    lost = (await world.bot.newest()).run.awaited
    await world.run(6)

    assert lost is not None
    assert lost.sent_at is not None
    assert world.shop.status["currentStepIndex"] >= 2
    assert (await world.bot.newest()).run.awaited is None
    assert "operation.seen" in await world.bot.actions()


async def test_a_controller_that_never_answers_is_said_after_a_minute(world):
    await world.begin()
    await world.until_asked()
    await world.bot.approve()

    for _ in range(9):
        await world.bot.deliver()
        world.bot.clock.pass_(seconds=10)  # Nobody works in the cluster any more.

    assert "operation.unanswered" in await world.bot.actions()
    assert (await world.bot.newest()).run.awaited is not None


async def test_a_yes_for_an_older_revision_lets_nothing_go_on(world):
    await world.begin()
    older = await world.until_asked()
    await world.bot.approve()
    world.shop.push(NEWER)  # Before the decision is sent.
    await world.run(3)

    newer = await world.until_asked()
    states = {release.id: release.state for release in await world.bot.releases()}
    assert states == {newer.id: ReleaseState.PROGRESSING, older.id: ReleaseState.SUPERSEDED}
    assert world.shop.status["currentStepIndex"] == 1


async def test_promoting_in_full_needs_what_the_promotion_needs(world):
    await world.begin()
    await world.until_asked()

    await world.decide(Verb.PROMOTE_FULL)
    await world.run(5)

    release = await world.bot.newest()
    assert release.state is ReleaseState.PROMOTED
    assert [gate.step for gate in release.gates if gate.state is GateState.OPEN] == ["promote_full"]


async def test_a_pause_holds_the_rollout_itself(world):
    await world.begin()
    gate = await world.gate()

    await world.decide(Verb.PAUSE)
    await world.run(2)
    paused = world.shop.rollout["spec"].get("paused")
    await world.decide(Verb.RESUME)
    await world.run(2)

    assert paused is True
    assert not world.shop.rollout["spec"].get("paused")
    assert (await world.bot.newest()).waiting_gate == gate


async def test_what_was_aborted_is_tried_again_as_a_release_of_its_own(world):
    await world.begin()
    first = await world.until_asked()
    await world.bot.roll_back()
    await world.run(3)

    await world.decide(Verb.RETRY)
    await world.run(3)

    again = await world.until_asked()
    assert (again.number, again.state) == (first.number + 1, ReleaseState.PROGRESSING)
    assert again.waiting_gate is not None


async def test_an_inconclusive_analysis_is_run_again_or_accepted(world):
    world.shop.verdict = "Inconclusive"
    await world.begin(ANALYSED)
    first = await world.gate()

    await world.decide(Verb.RETRY)
    await world.run(2)
    second = await world.gate()
    await world.bot.approve(BOB)
    await world.run(2)
    third = await world.gate()

    assert [gate.stage for gate in (first, second, third)] == [Stage.ANALYSIS, Stage.ANALYSIS, Stage.STEP]
    assert first.id != second.id


async def test_a_rollout_that_is_deleted_ends_its_release(world):
    await world.begin()
    await world.until_asked()

    world.shop.server.delete(ROLLOUTS, "shop", "checkout")
    await world.wake()

    assert (await world.bot.newest()).state is ReleaseState.ENDED


async def test_a_pause_of_a_release_never_reaches_the_one_that_took_its_place(world):
    await world.begin()
    await world.until_asked()
    await world.decide(Verb.PAUSE)
    world.shop.push(NEWER)  # Before the decision is sent.
    await world.wake()

    await world.run(3)

    assert "operation.moot" in await world.bot.actions()
    assert not world.shop.rollout["spec"].get("paused")


async def test_a_skip_is_of_the_step_that_was_there_when_somebody_asked_for_it(world):
    """Promoted elsewhere before the bot could write, it waits at another step by then: nobody spoke of that one."""
    await world.begin()
    await world.until_asked()
    await world.decide(Verb.SKIP)
    world.shop.patch({"status": {"pauseConditions": None}})
    world.shop.run(1)
    assert world.shop.until_it_waits().status["currentStepIndex"] == 3

    await world.run(5)

    assert world.shop.status["currentStepIndex"] == 3
    skip = next(gate for gate in (await world.bot.newest()).gates if gate.step == Verb.SKIP)
    assert skip.state is GateState.WITHDRAWN


async def test_autoscaling_neither_ends_a_wait_nor_voids_an_approval(world):
    await world.begin()
    gate = await world.gate()
    await world.run(1)

    world.shop.patch({"spec": {"replicas": 6}}, manager="horizontal-pod-autoscaler")
    await world.wake()
    release = await world.bot.newest()
    card = await world.bot.core.people.look.card(release.id)
    await world.run(2)

    assert "has not acted on the newest change" in str(card.warnings)
    assert [button.verb for button in card.buttons] == ["reject"]
    assert (await world.bot.newest()).waiting_gate == gate
    assert await world.bot.actions() == ["release.started", "gate.reached"]
