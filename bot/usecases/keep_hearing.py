"""That a workload was heard is kept at most once a minute, for many at once: silence is judged by it."""

from collections import deque
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from bot.domain.workload import Workload
from bot.ports import OpenRecords

EVERY_SECONDS: Final = 60.0

TICK_SECONDS: Final = 1.0
"""Hooks closer to each other belong to one tick."""

GAPS: Final = 5


@dataclass(slots=True)
class _Heard:
    at: float
    kept_at: float
    gaps: deque[float] = field(default_factory=lambda: deque(maxlen=GAPS))


@dataclass(slots=True, kw_only=True)
class KeepHearing:
    """What this process heard.  Times are seconds of its monotonic clock."""

    open_records: OpenRecords
    _heard: dict[Workload, _Heard] = field(default_factory=dict)

    def note(self, workload: Workload, now: float) -> None:
        heard = self._heard.get(workload)
        if heard is None:
            self._heard[workload] = _Heard(at=now, kept_at=now)  # What heard it first keeps it itself.
            return
        if now - heard.at > TICK_SECONDS:
            heard.gaps.append(now - heard.at)
        heard.at = now

    async def write(self, now: float) -> int:
        """Keep those heard since their last keeping, a minute ago and more; return how many.

        Raises:
            RecordsUnavailableError: nothing was kept, and nothing is forgotten.
        """
        due = {w: h for w, h in self._heard.items() if now - h.kept_at >= EVERY_SECONDS}
        heard = {w: h for w, h in due.items() if h.at > h.kept_at}
        if heard:
            async with self.open_records() as records:
                gaps = {w: round(median(h.gaps)) if h.gaps else None for w, h in heard.items()}
                await records.heard_of(gaps, at=await records.now())
        for workload, entry in due.items():
            if workload in heard:
                entry.kept_at = now
            else:
                del self._heard[workload]
        return len(heard)
