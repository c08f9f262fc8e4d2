"""Time passes: deadlines come, engines fall silent."""

from dataclasses import dataclass, replace

from bot.domain.lapsing import SILENCE, WARNING, lapse, quiet
from bot.domain.workload import Workload
from bot.ports import OpenRecords, Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class PassTime:
    """Look at every release that time may have changed.  Twice does no harm, in any replica."""

    open_records: OpenRecords
    reader: Reader

    async def __call__(self) -> int:
        """Return how many releases were looked at."""
        now = await self.reader.now()
        due = await self.reader.due(now + WARNING, silent_since=now - SILENCE)
        for workload in due:
            await self._look(workload)
        return len(due)

    async def _look(self, workload: Workload) -> None:
        async with self.open_records() as records:
            known = await records.known(workload)
            now = await records.now()
            outcome = quiet(known, now)
            if outcome.releases and outcome.release.is_open:
                known = replace(known, latest=outcome.release)
                outcome = outcome.then(lambda r: lapse(r, now))
            await records.save(outcome)
