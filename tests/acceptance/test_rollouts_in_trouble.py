"""Rollouts that are odd, rights that are missing, objects that go: it is said, and all else goes on."""

from collections.abc import AsyncIterator

import pytest

from bot.domain.decision import Verb
from bot.domain.gate import GateState
from bot.domain.release import ReleaseState
from handlers.sandbox.argo.objects import ROLLOUTS
from tests.support.argo import CANARY, NEWER
from tests.support.argo_world import World, open_world


@pytest.fixture
async def world(sqlite_url: str) -> AsyncIterator[World]:
    async with open_world(sqlite_url) as opened:
        yield opened


async def warnings(world: World) -> str:
    card = await world.bot.core.people.look.card((await world.bot.newest()).id)
    return str(card.warnings)


@pytest.mark.parametrize(
    "odd",
    [
        pytest.param({}, id="no spec and no status"),
        pytest.param({"spec": {"strategy": CANARY}}, id="no status"),
        pytest.param({"spec": {"strategy": {"canary": {"steps": [{"sing": {}}, "pause", None]}}}}, id="unknown steps"),
        pytest.param(
            {"spec": {"strategy": CANARY}, "status": {"pauseConditions": "yes", "stableRS": 4}}, id="nonsense"
        ),
    ],
)
async def test_an_odd_rollout_begins_nothing_and_hinders_nothing(world, odd):
    metadata = {"namespace": "shop", "name": "checkout", "uid": "odd"}
    world.shop.server.place({"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": metadata, **odd})
    await world.wake()
    before = await world.bot.releases()

    world.shop.server.store.remove(ROLLOUTS, "shop", "checkout")
    await world.begin()
    release = await world.until_asked()

    assert before == ()
    assert release.waiting_gate is not None


async def test_a_rollout_with_a_thousand_steps_is_asked_about_like_any_other(world):
    steps = [{"setWeight": 1}, {"pause": {}}, *({"setWeight": step % 100} for step in range(1000)), {"pause": {}}]
    await world.begin({"canary": {"steps": steps}})
    release = await world.until_asked()
    card = await world.bot.core.people.look.card(release.id)

    await world.bot.approve()
    await world.bot.deliver()

    assert "step 2 of 1003: 1 % → [asks] → 0 % → 1 % → …" in str(card.evidence)
    assert (await world.bot.newest()).gates[0].told_at is not None
    assert "pauseConditions" not in world.shop.status


async def test_a_right_that_is_missing_is_told_and_the_gate_waits_again(world):
    await world.begin()
    gate = await world.gate()
    world.shop.server.access.take("patch", "rollouts/status")

    await world.bot.approve()
    await world.run(2)

    now = (await world.bot.newest()).gate(gate.id)
    refused = next(line for line in await world.bot.record() if line["action"] == "operation.refused")
    assert (now.state, now.approvals) == (GateState.CLOSED, ())
    assert "forbidden" in refused["reason"]

    world.shop.server.access.give_back("patch", "rollouts/status")
    await world.bot.approve()
    await world.run(2)

    assert (await world.bot.newest()).gate(gate.id).told_at is not None


async def test_what_is_deleted_before_a_decision_is_sent_ends_without_it(world):
    await world.begin()
    await world.until_asked()
    await world.bot.approve()

    world.shop.server.delete(ROLLOUTS, "shop", "checkout")
    await world.run(3)

    release = await world.bot.newest()
    assert (release.state, release.gates[0].told_at) == (ReleaseState.ENDED, None)
    assert "operation.sent" not in await world.bot.actions()


async def test_of_a_push_that_a_controller_that_is_down_has_not_seen_it_is_said_and_no_yes_is_offered(world):
    await world.begin()
    release = await world.until_asked()
    world.shop.push(NEWER)
    await world.wake()
    card = await world.bot.core.people.look.card(release.id)
    actions = await world.bot.actions()

    await world.run(5)  # It is back.

    assert "has not acted on the newest change" in str(card.warnings)
    assert [button.verb for button in card.buttons] == ["reject"]
    assert actions == ["release.started", "gate.reached"]
    assert [found.state for found in await world.bot.releases()] == [ReleaseState.PROGRESSING, ReleaseState.SUPERSEDED]


async def test_a_rollout_paused_by_hand_while_a_gate_waits_is_resumed_by_any_approver(world):
    await world.begin()
    gate = await world.gate()
    world.shop.patch({"spec": {"paused": True}}, manager="kubectl")
    await world.run(1)
    said = await warnings(world)

    await world.decide(Verb.RESUME)
    await world.run(2)

    assert "Paused by hand, not by Argo Rollouts: an approver resumes it." in said
    assert not world.shop.rollout["spec"]["paused"]
    assert (await world.bot.newest()).waiting_gate == gate
