"""Who hears that the record has grown: of this replica's transactions at once, of others' within a second."""

import asyncio
from collections.abc import Callable, Iterable

from bot.domain.workload import Workload

FRESH_SECONDS = 1.0
"""What is remembered counts only while the record's head was read so lately."""

Listener = Callable[[Workload | None], None]
"""Called with the workload that changed; None: something changed that is about no workload."""


class Changes:
    """A board of changes in this process.  A listener must not block, and must not raise.

    Attributes:
        read_at: when the query was sent that last read the record's head, in seconds of the monotonic clock; what
            it found had been announced before this was set.
    """

    def __init__(self) -> None:
        self.read_at = float("-inf")
        self._listeners: list[Listener] = []
        self._announced: dict[Workload | None, int] = {}
        self._next = asyncio.Event()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Hear of every change from now on; call what is returned to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def announce(self, workloads: Iterable[Workload | None], seq: int) -> None:
        """Tell a change made here; `seq` is the record's head after it, 0 if it did not move."""
        for workload in workloads:
            self._announced[workload] = max(seq, self._announced.get(workload, 0))
            for listener in tuple(self._listeners):
                listener(workload)
        self._wake()

    def found(self, workload: Workload | None, seq: int) -> None:
        """Tell a change that was read in the record; one told already, when it was made here, is told once."""
        if seq > self._announced.get(workload, 0):
            self.announce([workload], seq)

    def read(self, seq: int, *, at: float) -> None:
        """All up to this place of the record was found; the query for it was sent at that moment."""
        self._announced = {workload: told for workload, told in self._announced.items() if told > seq}
        self.read_at = at

    async def wait(self) -> None:
        """Return at the next change."""
        await self._next.wait()

    def _wake(self) -> None:
        self._next.set()
        self._next = asyncio.Event()
