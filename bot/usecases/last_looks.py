"""What was seen last of every workload, from memory: a cluster tells of thousands of changes of what rests."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.domain.looks.waking import LastLook, last_look
from bot.domain.runs.beginning import Known
from bot.domain.workload import Workload
from bot.ports import Reader
from bot.usecases.changes import FRESH_SECONDS, Changes

_NEVER = LastLook()


@dataclass(slots=True, kw_only=True)
class LastLooks:
    """Read once, and of each workload again when it changed.  While the record's head is not read, memory says nothing.

    Raises: RecordsUnavailableError.

    Args:
        monotonic: seconds of a clock that never goes back.
    """

    reader: Reader
    changes: Changes
    monotonic: Callable[[], float]
    _known: dict[Workload, LastLook] = field(default_factory=dict)
    _old: set[Workload] = field(default_factory=set)
    _complete: bool = False
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.changes.listen(self._changed)

    def at_once(self, workload: Workload) -> LastLook | None:
        """Tell it from memory alone; None: memory does not know."""
        if not self._complete or not self._fresh or workload in self._old:
            return None
        return self._known.get(workload, _NEVER)

    def was_open(self, workload: Workload) -> bool:
        """Whether a release was under way when it was read last, however long ago."""
        return self._known.get(workload, _NEVER).open

    async def __call__(self, workload: Workload) -> LastLook:
        """Tell it; nothing that was announced before this returns is missed."""
        if self._fresh:
            await self._read_all()
        else:
            self._old.add(workload)
        while workload in self._old:
            await self.known(workload)
        return self._known.get(workload, _NEVER)

    async def known(self, workload: Workload) -> Known:
        """Read the record now, and remember."""
        before = self._known.get(workload)
        self._old.discard(workload)  # Before it is read: what changes meanwhile makes it old again.
        was_read = False
        try:
            found = await self.reader.known(workload)
            was_read = self._known.get(workload) is before  # Else two were under way, and either may be the newer one.
        finally:
            if not was_read:
                self._old.add(workload)
        self._known[workload] = last_look(found)
        return found

    @property
    def _fresh(self) -> bool:
        return self.monotonic() - self.changes.read_at <= FRESH_SECONDS

    def _changed(self, workload: Workload | None) -> None:
        if workload is not None:
            self._old.add(workload)

    async def _read_all(self) -> None:
        async with self._reading:
            if not self._complete:
                self._known.clear()
                found = await self.reader.last_looks()
                self._known = {**found, **self._known}  # What was read one by one meanwhile may be newer.
                self._complete = True
