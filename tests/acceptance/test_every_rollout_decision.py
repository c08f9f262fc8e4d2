"""Each decision about Rollouts, for each strategy and wherever the template is written: it happens, and is seen to."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from bot.domain.decision import Verb
from bot.domain.policy import Stage
from bot.domain.release import Release, ReleaseState
from handlers.cluster import DEPLOYMENTS
from tests.support.argo import ANALYSED, BLUE_GREEN, CANARY, CHECKED, NEW, OLD, open_shop
from tests.support.argo_world import IN_SIGHT, World
from tests.support.running import Clock, running_bot


@dataclass
class Way:
    """One way of releasing with Argo Rollouts.

    Args:
        gates: so many times people are asked.
    """

    strategy: Mapping[str, Any]
    gates: int
    elsewhere: bool = False


WAYS = {
    "canary": Way(CANARY, 2),
    "canary, template in a Deployment": Way(CANARY, 2, elsewhere=True),
    "blue-green": Way(BLUE_GREEN, 1),
    "blue-green, template in a Deployment": Way(BLUE_GREEN, 1, elsewhere=True),
}


class Deciding(World):
    async def begin(self, strategy: Mapping[str, Any] = CANARY, *, elsewhere: bool = False) -> None:
        self.shop.deploy(strategy, elsewhere=elsewhere)
        await self.wake()
        self.shop.push()
        await self.until_asked()

    async def promote(self, way: Way) -> Release:
        for _ in range(way.gates):
            await self.until_asked()
            await self.bot.approve()
            await self.run(3)
        return await self.bot.newest()

    @property
    def image(self) -> str:
        """Of the template that is wanted, wherever it is written."""
        holder = self.shop.rollout
        if "workloadRef" in holder["spec"]:
            holder = self.shop.server.get(DEPLOYMENTS, "shop", "checkout") or {}
        image: str = holder["spec"]["template"]["spec"]["containers"][0]["image"]
        return image

    async def asked_of_the_engine(self) -> list[tuple[str, str]]:
        return [
            (line["action"], line["decision"])
            for line in await self.bot.record()
            if line["action"].startswith("operation.")
        ]


@pytest.fixture
async def world(sqlite_url: str) -> AsyncIterator[Deciding]:
    clock = Clock()
    async with (
        open_shop(clock) as shop,
        running_bot(sqlite_url, settings=IN_SIGHT, clock=clock, clusters={"prod-eu": shop.cluster}) as bot,
    ):
        yield Deciding(bot, shop)


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    return WAYS[request.param]


async def test_approve_lets_it_go_on_to_everybody(world, way):
    await world.begin(way.strategy, elsewhere=way.elsewhere)

    release = await world.promote(way)

    assert (release.state, world.image) == (ReleaseState.PROMOTED, NEW)
    each = [("operation.sent", "promote"), ("operation.seen", "promote")]
    assert await world.asked_of_the_engine() == each * way.gates


@pytest.mark.parametrize("by", ["reject", "roll_back"])
async def test_a_no_aborts_it(world, way, by):
    await world.begin(way.strategy, elsewhere=way.elsewhere)

    await (world.reject() if by == "reject" else world.bot.roll_back())
    await world.run(3)

    assert (await world.bot.newest()).state is ReleaseState.ROLLED_BACK
    assert await world.asked_of_the_engine() == [("operation.sent", "abort"), ("operation.seen", "abort")]


async def test_full_gives_it_to_everybody_past_every_gate(world, way):
    await world.begin(way.strategy, elsewhere=way.elsewhere)

    await world.decide(Verb.PROMOTE_FULL)
    await world.run(5)

    assert (await world.bot.newest()).state is ReleaseState.PROMOTED
    assert await world.asked_of_the_engine() == [("operation.sent", "promote_full"), ("operation.seen", "promote_full")]
    assert "release.ungated" not in await world.bot.actions()


async def test_pause_and_resume_hold_it_at_its_gate(world, way):
    await world.begin(way.strategy, elsewhere=way.elsewhere)
    gate = await world.gate()

    await world.decide(Verb.PAUSE)
    await world.run(2)
    held = world.shop.rollout["spec"].get("paused")
    await world.decide(Verb.RESUME)
    await world.run(2)

    assert (held, world.shop.rollout["spec"].get("paused", False)) == (True, False)
    assert (await world.bot.newest()).waiting_gate == gate
    assert [decision for _, decision in await world.asked_of_the_engine()] == ["pause"] * 2 + ["resume"] * 2


async def test_a_rollout_paused_by_hand_is_rolled_back_all_the_same(world, way):
    await world.begin(way.strategy, elsewhere=way.elsewhere)
    world.shop.patch({"spec": {"paused": True}}, manager="kubectl-argo-rollouts")
    await world.run(1)

    await world.bot.roll_back()
    await world.run(4)

    assert (await world.bot.newest()).state is ReleaseState.ROLLED_BACK
    assert not world.shop.rollout["spec"].get("paused")


async def test_retry_begins_what_was_aborted_again(world, way):
    await world.begin(way.strategy, elsewhere=way.elsewhere)
    await world.bot.roll_back()
    await world.run(4)

    await world.decide(Verb.RETRY)
    await world.run(3)

    release = await world.until_asked()
    assert (release.number, release.state) == (2, ReleaseState.PROGRESSING)
    assert release.waiting_gate is not None


async def test_after_the_end_the_version_before_is_put_back_as_a_release_of_its_own(world, way):
    await world.begin(way.strategy, elsewhere=way.elsewhere)
    await world.promote(way)
    await world.run(2)

    await world.bot.roll_back()
    await world.run(4)

    release = await world.until_asked()
    assert world.image == OLD
    assert (release.number, release.state) == (2, ReleaseState.PROGRESSING)
    assert release.waiting_gate is not None


async def test_skip_ends_the_step_that_runs(world):
    await world.begin()

    await world.decide(Verb.SKIP)
    await world.run(3)

    assert world.shop.status["currentStepIndex"] == 3
    assert "release.ungated" not in await world.bot.actions()
    assert await world.asked_of_the_engine() == [("operation.sent", "skip"), ("operation.seen", "skip")]


async def test_blue_green_has_no_step_to_skip_and_that_is_said(world):
    await world.begin(BLUE_GREEN)

    await world.decide(Verb.SKIP)
    await world.run(3)

    assert await world.asked_of_the_engine() == [("operation.refused", "skip")]
    assert (await world.bot.newest()).state is ReleaseState.PROGRESSING


@pytest.mark.parametrize(
    ("strategy", "stage", "then"),
    [
        pytest.param(ANALYSED, Stage.ANALYSIS, Stage.STEP, id="canary: goes on to the pause behind it"),
        pytest.param(CHECKED, Stage.PROMOTION, None, id="blue-green: promotes in full"),
    ],
)
async def test_an_inconclusive_analysis_is_accepted(world, strategy, stage, then):
    world.shop.verdict = "Inconclusive"
    await world.begin(strategy)
    asked = await world.gate()

    await world.bot.approve()
    await world.run(3)

    release = await world.bot.newest()
    now = release.waiting_gate
    assert (asked.stage, now and now.stage) == (stage, then)
    assert (release.state is ReleaseState.PROMOTED) is (then is None)


@pytest.mark.parametrize("strategy", [pytest.param(ANALYSED, id="canary"), pytest.param(CHECKED, id="blue-green")])
async def test_an_inconclusive_analysis_is_run_again_and_asked_about_anew(world, strategy):
    world.shop.verdict = "Inconclusive"
    await world.begin(strategy)
    first = await world.gate()
    card = await world.bot.core.people.look.card((await world.bot.newest()).id)

    await world.decide(Verb.RETRY)
    await world.run(3)

    second = await world.gate()
    assert [button.text for button in card.buttons][2:] == ["Run analysis again"]
    assert (first.stage, first.id == second.id) == (second.stage, False)
    assert "release.ungated" not in await world.bot.actions()
    assert await world.asked_of_the_engine() == [
        ("operation.sent", "analyse_again"),
        ("operation.seen", "analyse_again"),
    ]
