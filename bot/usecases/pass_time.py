"""Time passes: deadlines come, engines fall silent."""

from dataclasses import dataclass

from bot.domain.messages.lapsing import SILENCE, WARNING, lapse, quiet
from bot.domain.workload import Workload
from bot.ports import OpenRecords, Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class PassTime:
    """Look at releases that time may have changed.  Twice does no harm, in any replica."""

    open_records: OpenRecords
    reader: Reader

    async def due(self, *, silent_too: bool) -> tuple[Workload, ...]:
        """Whom to look at; those that may have fallen silent too, which are looked for less often."""
        now = await self.reader.now()
        return await self.reader.due(now + WARNING, silent_since=now - SILENCE if silent_too else None)

    async def __call__(self, workload: Workload) -> None:
        async with self.open_records() as records:
            known = await records.known(workload)
            now = await records.now()
            outcome = quiet(known, now)
            if outcome.releases and outcome.release.is_open:
                outcome = outcome.then(lapse, now)
            await records.save(outcome)
