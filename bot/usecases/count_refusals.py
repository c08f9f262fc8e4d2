"""Callers who proved nothing are counted, and put on record once a minute: never their words."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.audit import Action, Entry
from bot.domain.decision import Principal, Surface
from bot.ports import OpenRecords

SOURCES_A_MINUTE = 200
"""So many sources are told apart in a minute; a flood from more is counted together."""

MANY = "many"


@dataclass(slots=True, kw_only=True)
class CountRefusals:
    """One entry for each source, surface and minute, written when the minute has ended."""

    open_records: OpenRecords
    _counts: Counter[tuple[datetime, Surface, Action, str]] = field(default_factory=Counter)

    def note(self, *, surface: Surface, action: Action, source: str, now: datetime) -> None:
        minute = now.replace(second=0, microsecond=0)
        key = (minute, surface, action, source)
        if key not in self._counts and len(self._counts) >= SOURCES_A_MINUTE:
            key = (minute, surface, action, MANY)
        self._counts[key] += 1

    async def write(self, now: datetime, *, all_of_them: bool = False) -> int:
        """Write the minutes that have ended; return how many entries.

        Raises:
            RecordsUnavailableError: nothing was written, and nothing is forgotten.
        """
        this_minute = now.replace(second=0, microsecond=0)
        ended = {key: times for key, times in self._counts.items() if all_of_them or key[0] < this_minute}
        if not ended:
            return 0
        async with self.open_records() as records:
            await records.append(*(_entry(*key, times) for key, times in ended.items()))
        for key, times in ended.items():
            self._counts[key] -= times
            if not self._counts[key]:
                del self._counts[key]
        return len(ended)


def _entry(minute: datetime, surface: Surface, action: Action, source: str, times: int) -> Entry:
    return Entry(
        actor=Principal(f"unknown:{source}"),
        action=action,
        surface=surface,
        details={"source": source, "times": times, "minute": minute.isoformat(timespec="minutes")},
    )
