"""The whole bot and a cluster with plain Deployments: what people decide happens, once, or is said."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.domain.decision import Surface, Verb, Verdict
from bot.domain.policy import Stage
from bot.domain.release import Release, ReleaseState
from handlers.cluster import DEPLOYMENTS
from tests.support.deciding import decide_on_gate, decide_on_release
from tests.support.deployments import NEW, NEWER, OLD, WORKLOAD, Shop, deployment, new_shop
from tests.support.practice import practice_cluster
from tests.support.running import ANN, SETTINGS, Bot, Clock, running_bot

IN_SIGHT = SETTINGS.replace(
    "{name: prod-eu, hook_tokens: [{env: HOOK_TOKEN}]}",
    "{name: prod-eu, kubernetes: in-cluster, engines: [deployments], deployments: {namespaces: [shop]},"
    " allow: {gate_deployments: true, roll_back_promoted: true}}",
)


@dataclass
class World:
    bot: Bot
    shop: Shop

    async def run(self, steps: int = 12) -> None:
        """Let controller and bot work, side by side."""
        for _ in range(steps):
            await self.look()
            self.shop.step()
            await self.look()
            await self.bot.deliver()
            self.bot.clock.pass_(seconds=1)

    async def look(self) -> None:
        """As the watch does at each change."""
        engine = self.bot.sights.engines[WORKLOAD.cluster, WORKLOAD.kind]
        found = self.shop.server.get(DEPLOYMENTS, "shop", "checkout")
        if found is not None:
            engine.watches[0].put(found)
        await self.bot.core.engines.follow_sight(WORKLOAD, engine.glance(WORKLOAD))

    async def push(self, image: str = NEW, *, steps: int = 2, **spec) -> Release:
        await self.look()
        self.shop.push(image, **spec)
        await self.run(steps)
        return await self.bot.newest()

    async def decide(self, verb: Verb) -> None:
        release = await self.bot.newest()
        await decide_on_release(
            self.bot.core.people.decide, release.id, verb=verb, by=ANN, surface=Surface.CONSOLE, reason="it is slow"
        )

    async def states(self) -> list[ReleaseState]:
        """Of all releases, the oldest first."""
        return [release.state for release in sorted(await self.bot.releases(), key=lambda release: release.number)]


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    clock = Clock()
    async with (
        practice_cluster(clock) as practice,
        running_bot(database_url, settings=IN_SIGHT, clock=clock, clusters={"prod-eu": practice.cluster}) as bot,
    ):
        yield World(bot, new_shop(clock, practice.server, practice.cluster))


@pytest.mark.parametrize("strategy", ["RollingUpdate", "Recreate"])
async def test_a_new_template_is_a_release_until_everybody_has_it(world, strategy):
    world.shop.deploy(strategy=strategy)
    await world.run(2)

    begun = await world.push()
    await world.run()

    ended = await world.bot.newest()
    assert (begun.state, ended.state) == (ReleaseState.PROGRESSING, ReleaseState.PROMOTED)
    assert (ended.number, ended.before, ended.after) == (1, {"app": OLD}, {"app": NEW})


async def test_the_first_deployment_and_scaling_are_no_releases(world):
    world.shop.server.put(deployment())
    await world.run()
    world.shop.change(replicas=5)
    await world.run()

    assert not await world.bot.releases()


async def test_scaling_in_the_midst_of_a_release_begins_no_other(world):
    world.shop.deploy()
    await world.push(steps=1)

    world.shop.change(replicas=5)
    await world.run()

    assert await world.states() == [ReleaseState.PROMOTED]


async def test_a_paused_template_waits_for_its_start_and_goes_on_with_a_yes(world):
    world.shop.deploy()
    waiting = await world.push(paused=True)

    gate = waiting.waiting_gate
    assert gate is not None
    assert (waiting.state, gate.stage) == (ReleaseState.WAITING, Stage.START)
    await world.bot.approve()
    await world.run()

    ended = await world.bot.newest()
    assert (ended.id, ended.state) == (waiting.id, ReleaseState.PROMOTED)
    assert ended.gate(gate.id).told_at is not None
    assert not world.shop.deployment["spec"].get("paused")


async def test_a_refused_start_leaves_it_paused_with_the_old_version(world):
    world.shop.deploy()
    gate = (await world.push(paused=True)).waiting_gate
    assert gate is not None

    await decide_on_gate(
        world.bot.core.people.decide,
        gate.id,
        verdict=Verdict.REJECT,
        by=ANN,
        surface=Surface.CONSOLE,
        reason="not today",
    )
    await world.run()

    assert (await world.bot.newest()).state is ReleaseState.REFUSED
    assert world.shop.deployment["spec"]["paused"] is True
    assert "updatedReplicas" not in world.shop.deployment["status"]


async def test_a_refused_start_that_somebody_asks_again_about_waits_and_goes_on_with_a_yes(world):
    world.shop.deploy()
    gate = (await world.push(paused=True)).gates[-1].id
    for verdict in (Verdict.REJECT, Verdict.REOPEN):
        await decide_on_gate(
            world.bot.core.people.decide, gate, verdict=verdict, by=ANN, surface=Surface.CONSOLE, reason="so"
        )
        await world.run(2)
    waiting = await world.bot.newest()
    assert (waiting.state, waiting.waiting_gate) == (ReleaseState.WAITING, waiting.gates[-1])
    await world.bot.approve()
    await world.run()

    assert await world.states() == [ReleaseState.PROMOTED]
    assert "release.ungated" not in await world.bot.actions()


async def test_a_yes_to_one_template_lets_no_other_begin(world):
    world.shop.deploy()
    older = await world.push(paused=True)
    await world.bot.approve()
    world.shop.push(NEWER, paused=True)  # Before the yes is sent.
    await world.run()

    assert await world.states() == [ReleaseState.SUPERSEDED, ReleaseState.WAITING]
    assert (await world.bot.newest()).waiting_gate != older.waiting_gate
    assert world.shop.deployment["spec"]["paused"] is True


async def test_what_began_elsewhere_is_on_record_as_decided_by_nobody(world):
    world.shop.deploy()
    await world.push(paused=True)

    world.shop.change(paused=False)
    await world.run()

    assert await world.states() == [ReleaseState.PROMOTED]
    assert "release.ungated" in await world.bot.actions()


async def test_a_roll_back_writes_the_old_template_again(world):
    world.shop.deploy()
    world.shop.broken.add(NEW)
    await world.push()

    await world.bot.roll_back()
    await world.run()

    release = await world.bot.newest()
    assert (release.number, release.state, release.cause) == (1, ReleaseState.ROLLED_BACK, "person")
    assert (release.after, world.shop.image) == ({"app": NEW}, OLD)
    assert "operation.seen" in await world.bot.actions()


async def test_a_roll_back_passes_over_a_version_that_was_never_complete(world):
    world.shop.deploy()
    world.shop.broken.update({NEW, NEWER})
    await world.push(NEW)
    await world.push(NEWER)

    await world.bot.roll_back()
    await world.run()

    assert world.shop.image == OLD
    assert await world.states() == [ReleaseState.SUPERSEDED, ReleaseState.ROLLED_BACK]


async def test_the_old_template_written_elsewhere_is_a_roll_back_and_no_release(world):
    world.shop.deploy()
    world.shop.broken.add(NEW)
    await world.push()

    world.shop.push(OLD)
    await world.run()

    assert await world.states() == [ReleaseState.ROLLED_BACK]


async def test_a_missed_deadline_is_a_failure_that_can_be_put_back(world):
    world.shop.deploy()
    world.shop.broken.add(NEW)
    await world.push(steps=12)
    world.shop.give_up()
    await world.look()

    failed = await world.bot.newest()
    assert failed.state is ReleaseState.FAILED
    assert failed.run.failing.endswith("has timed out progressing.")
    await world.decide(Verb.ROLL_BACK)
    await world.run()

    assert world.shop.image == OLD
    assert await world.states() == [ReleaseState.FAILED]


async def test_what_everybody_has_is_put_back_as_a_release_of_its_own(world):
    world.shop.deploy()
    await world.push(steps=12)

    await world.decide(Verb.ROLL_BACK)
    await world.run()

    assert world.shop.image == OLD
    assert await world.states() == [ReleaseState.PROMOTED, ReleaseState.PROMOTED]


async def test_a_pause_holds_the_deployment_itself(world):
    world.shop.deploy(replicas=4)
    await world.push(steps=1)

    await world.decide(Verb.PAUSE)
    await world.run(3)
    paused = world.shop.deployment["spec"].get("paused")
    await world.decide(Verb.RESUME)
    await world.run()

    assert paused is True
    assert await world.states() == [ReleaseState.PROMOTED]


async def test_to_resume_is_no_yes_to_a_start(world):
    world.shop.deploy()
    await world.push(paused=True)

    await world.decide(Verb.PAUSE)
    await world.run(2)
    await world.decide(Verb.RESUME)
    await world.run(3)

    assert await world.states() == [ReleaseState.WAITING]
    assert world.shop.deployment["spec"]["paused"] is True
