"""Who hears that the record has grown: of this replica's transactions at once, of others' within a second."""

import asyncio
from collections.abc import Callable, Iterable

from bot.domain.workload import Workload

Listener = Callable[[Workload | None, int], None]
"""Called with the workload that changed (None: nothing told which) and the record's place of the change."""


class Changes:
    """A board of changes in this process.  A listener must not block, and must not raise."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._next = asyncio.Event()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Hear of every change from now on; call what is returned to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def announce(self, workloads: Iterable[Workload | None], seq: int) -> None:
        for workload in workloads:
            for listener in tuple(self._listeners):
                listener(workload, seq)
        self._next.set()
        self._next = asyncio.Event()

    async def wait(self) -> None:
        """Return at the next change."""
        await self._next.wait()
