"""What is done after a chat was answered, and nothing hangs on."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.domain.decision import Surface
from handlers.metrics import Metrics, Where

log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Errands:
    """Holds on to each task until it ends; the event loop alone would not."""

    chat: Surface
    metrics: Metrics
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    def start(self, errand: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(errand, name=f"{self.chat} errand")
        self._under_way.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("errand_fault", chat=self.chat, exc_info=error)
            self.metrics.count_fault(Where(self.chat))

    async def finish(self, *, seconds: float) -> None:
        """Wait for what is under way, so long; what is not done by then is dropped."""
        if self._under_way:
            await asyncio.wait(tuple(self._under_way), timeout=seconds)
        for task in tuple(self._under_way):
            task.cancel()
