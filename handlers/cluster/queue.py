"""Keys that wait to be looked at: each once, however often it changed, and never twice at the same time."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import structlog

from bot.domain.errors import UnavailableError
from handlers.cluster.backoff import Backoff
from handlers.metrics import Metrics, Where

log = structlog.get_logger(__name__)

WORKERS = 4

Key = TypeVar("Key", bound=Hashable)


@dataclass(slots=True, kw_only=True)
class WorkQueue(Generic[Key]):
    """What changed while it was looked at is looked at once more.

    Where something is away the key comes again by itself, later and later; a bug fails that key alone.

    Args:
        look: at one key.
        later: does something after so many seconds, as the loop's `call_later`.
        random: 0 up to 1.
    """

    name: Where
    look: Callable[[Key], Awaitable[object]]
    later: Callable[[float, Callable[[], None]], object]
    random: Callable[[], float]
    metrics: Metrics
    workers: int = WORKERS
    _queue: asyncio.Queue[Key] = field(default_factory=asyncio.Queue)
    _waiting: set[Key] = field(default_factory=set)
    _busy: set[Key] = field(default_factory=set)
    _backoffs: dict[Key, Backoff] = field(default_factory=dict)

    def add(self, key: Key) -> None:
        if key in self._waiting:
            return
        self._waiting.add(key)
        if key not in self._busy:
            self._queue.put_nowait(key)

    async def run(self) -> None:
        """Look until cancelled."""
        async with asyncio.TaskGroup() as workers:
            for number in range(self.workers):
                workers.create_task(self._work(), name=f"{self.name} {number}")

    async def idle(self) -> None:
        """Wait until nothing waits and nothing is looked at; what is put off is not waited for."""
        await self._queue.join()

    async def _work(self) -> None:
        while True:
            key = await self._queue.get()
            self._waiting.discard(key)
            self._busy.add(key)
            try:
                await self._look(key)
            finally:
                self._busy.discard(key)
                if key in self._waiting:
                    self._queue.put_nowait(key)
                self._queue.task_done()

    async def _look(self, key: Key) -> None:
        try:
            await self.look(key)
        except UnavailableError as error:
            seconds = self._backoffs.setdefault(key, Backoff(self.random)).next()
            log.debug("look_put_off", what=self.name, key=str(key), seconds=round(seconds, 1), why=str(error))
            self.later(seconds, lambda: self.add(key))
        except Exception:
            self._backoffs.pop(key, None)
            self.metrics.count_fault(self.name)
            log.exception("look_fault", what=self.name, key=str(key))
        else:
            self._backoffs.pop(key, None)
