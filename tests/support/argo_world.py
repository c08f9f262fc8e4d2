"""The whole bot beside a cluster with the practice controller of Argo Rollouts in it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot.domain.decision import Surface, Verb, Verdict
from bot.domain.gate import Gate
from bot.domain.looks.sighting import Glance
from bot.domain.release import Release
from handlers.argo_rollouts.reading import read_rollout
from handlers.argo_rollouts.sightings import applied, standing_of
from handlers.sandbox.argo.objects import ROLLOUTS
from tests.support.argo import CANARY, Shop, open_shop
from tests.support.deciding import decide_on_gate, decide_on_release
from tests.support.running import ANN, SETTINGS, Bot, Clock, running_bot

IN_SIGHT = SETTINGS.replace(
    "{name: prod-eu, hook_tokens: [{env: HOOK_TOKEN}]}",
    "{name: prod-eu, kubernetes: in-cluster, engines: [argo-rollouts], allow: {retry: true, roll_back_promoted: true}}",
)


@dataclass
class World:
    bot: Bot
    shop: Shop

    version: str | None = ""

    async def run(self, seconds: float = 3) -> None:
        """Let controller and bot work, side by side."""
        for tick in range(round(seconds * 10)):
            self.shop.tick()
            await self.wake()
            if tick % 10 == 0:
                await self.bot.deliver()
        await self.bot.deliver()

    async def begin(self, strategy: Mapping[str, Any] = CANARY) -> None:
        """Deploy the first version, and push the second."""
        self.shop.deploy(strategy)
        await self.wake()
        self.shop.push()

    async def wake(self) -> None:
        """As the watch does at each change."""
        found = self.shop.server.get(ROLLOUTS, "shop", "checkout")
        version = found["metadata"]["resourceVersion"] if found is not None else None
        if version == self.version:
            return
        self.version = version
        rollout = read_rollout(found) if found is not None else None
        glance = Glance(uid=rollout.uid, standing=standing_of(rollout), applied=applied(rollout)) if rollout else None
        await self.bot.core.engines.follow_sight(self.shop.workload, glance)

    async def until_asked(self) -> Release:
        self.shop.until_it_waits()
        await self.wake()
        return await self.bot.newest()

    async def gate(self) -> Gate:
        """The gate that people are asked about."""
        gate = (await self.until_asked()).waiting_gate
        assert gate is not None
        return gate

    async def decide(self, verb: Verb, *, by=ANN) -> None:
        release = await self.bot.newest()
        await decide_on_release(self.bot.core.people.decide, release.id, verb=verb, by=by, surface=Surface.CONSOLE)

    async def reject(self) -> None:
        gate = (await self.bot.newest()).waiting_gate
        assert gate is not None
        await decide_on_gate(
            self.bot.core.people.decide, gate.id, verdict=Verdict.REJECT, by=ANN, surface=Surface.CONSOLE
        )


@asynccontextmanager
async def open_world(url: str) -> AsyncIterator[World]:
    clock = Clock()
    async with (
        open_shop(clock) as shop,
        running_bot(url, settings=IN_SIGHT, clock=clock, clusters={"prod-eu": shop.cluster}) as bot,
    ):
        yield World(bot, shop)
