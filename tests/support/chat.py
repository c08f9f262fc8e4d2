"""A chat of our own in the process: it shows what it is told to, or fails as it is told to."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Chat:
    """Implements `bot.ports.ChatPlatform`.  `faults`: raised in turn, by address; None: no fault this time."""

    shown: list[Any] = field(default_factory=list)
    told: list[Any] = field(default_factory=list)
    posted: list[Any] = field(default_factory=list)
    faults: dict[str, list[Exception | None]] = field(default_factory=dict)
    hold: dict[str, asyncio.Event] = field(default_factory=dict)
    holds: asyncio.Event = field(default_factory=asyncio.Event)
    during: Callable[[], Awaitable[None]] | None = None

    async def show(self, card, *, to, posted_as, key, retry):
        await self._fail(to)
        self.shown.append((to, posted_as, key, retry, card))
        if self.during is not None:
            during, self.during = self.during, None
            await during()
        return posted_as or f"{to}-{len(self.shown)}"

    async def tell(self, tell, *, to, posted_as, key):
        await self._fail(to)
        self.told.append((to, posted_as, "".join(part if isinstance(part, str) else "T" for part in tell.line)))

    async def post(self, summary, *, to, key, retry):
        await self._fail(to)
        self.posted.append((to, summary, key, retry))

    async def _fail(self, to):
        if (held := self.hold.get(to)) is not None:
            self.holds.set()
            await held.wait()
        faults = self.faults.get(to, [])
        if faults and (fault := faults.pop(0)) is not None:
            raise fault


def held():
    return asyncio.Event()
