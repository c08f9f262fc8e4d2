"""What was seen last of every workload, from memory: a cluster tells of thousands of changes of what rests."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

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
    _read_at: dict[Workload, int] = field(default_factory=dict)
    _changed_at: dict[Workload, int] = field(default_factory=dict)
    _order: Iterator[int] = field(default_factory=lambda: count(1))
    _complete: bool = False
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.changes.listen(self._changed)

    def at_once(self, workload: Workload) -> LastLook | None:
        """Tell it from memory alone; None: memory does not know."""
        if not self._complete or not self._fresh or self._is_old(workload):
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
            await self.known(workload)
        while self._is_old(workload):
            await self.known(workload)
        return self._known.get(workload, _NEVER)

    async def known(self, workload: Workload) -> Known:
        """Read the record now, and remember."""
        began = next(self._order)
        found = await self.reader.known(workload)
        if began > self._read_at.get(workload, 0):  # Else one that began later has ended already.
            self._known[workload], self._read_at[workload] = last_look(found), began
        return found

    def _is_old(self, workload: Workload) -> bool:
        """It changed after the read that memory has it from began."""
        return self._changed_at.get(workload, 0) > self._read_at.get(workload, 0)

    @property
    def _fresh(self) -> bool:
        return self.monotonic() - self.changes.read_at <= FRESH_SECONDS

    def _changed(self, workload: Workload | None) -> None:
        if workload is not None:
            self._changed_at[workload] = next(self._order)

    async def _read_all(self) -> None:
        async with self._reading:
            if not self._complete:
                self._known.clear()
                found = await self.reader.last_looks()
                self._known = {**found, **self._known}  # What was read one by one meanwhile may be newer.
                self._complete = True
