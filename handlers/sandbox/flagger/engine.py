"""The practice engine at work: one loop for each Canary, its calls over HTTP."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

import aiohttp

from handlers.sandbox.flagger.advance import advance_canary
from handlers.sandbox.flagger.canary import Canary
from handlers.sandbox.flagger.posting import post
from handlers.sandbox.flagger.tick import Now
from handlers.sandbox.flagger.ticker import Sleep, next_due


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxEngine:
    """Ticks Canaries as Flagger does: one after another for each, side by side for all.

    It keeps nothing between ticks.  To restart it, cancel `run` and call it again: a tick that was under way ends
    there, what it had written stays, and every loop begins anew, at once.
    """

    session: aiohttp.ClientSession
    now: Now
    sleep: Sleep
    interval: timedelta

    async def run(self, *canaries: Canary) -> None:
        """Tick until cancelled, or until every Canary is deleted."""
        async with asyncio.TaskGroup() as jobs:
            for canary in canaries:
                jobs.create_task(self.work(canary, then=lambda: None), name=canary.manifest.name)

    async def work(self, canary: Canary, *, then: Callable[[], None]) -> None:
        """Tick one Canary until it is deleted; `then` is called after each tick."""
        due = self.now()  # The first tick comes at once.
        while not canary.deleted:
            await self.tick(canary)
            then()
            due = next_due(due, self.now(), interval=self.interval)
            await self.sleep(max(0.0, (due - self.now()).total_seconds()))

    async def tick(self, canary: Canary) -> None:
        with closing(advance_canary(canary, self.now)) as steps:
            call = next(steps, None)
            while call:
                answer = await post(self.session, call, sleep=self.sleep)
                try:
                    call = steps.send(answer)
                except StopIteration:
                    return
