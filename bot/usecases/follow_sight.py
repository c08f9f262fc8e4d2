"""A watch woke: look freshly, save what follows."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.circumstances import Circumstances
from bot.domain.decisions.telling import wanted
from bot.domain.errors import ClusterUnavailableError
from bot.domain.looks.seeing import see
from bot.domain.looks.sighting import Glance, Sighting
from bot.domain.looks.waking import worth_a_look
from bot.domain.policy import Rights
from bot.domain.runs.beginning import Known
from bot.domain.workload import Workload
from bot.ports import Clusters, NewId, OpenRecords, Reader
from bot.usecases.last_looks import LastLooks
from bot.usecases.who_may import WhoMay

TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowSight:
    """Twice does no harm, in any replica.

    Raises:
        ClusterUnavailableError, RecordsUnavailableError: nothing was saved; look again later.
    """

    open_records: OpenRecords
    reader: Reader
    clusters: Clusters
    who_may: WhoMay
    new_id: NewId
    last_looks: LastLooks

    def rests(self, workload: Workload, glance: Glance | None) -> bool:
        """Whether memory tells at once that nothing could follow: of most of a cluster that changes all the time."""
        last = self.last_looks.at_once(workload)
        return last is not None and not worth_a_look(last, glance)

    async def __call__(self, workload: Workload, glance: Glance | None) -> bool:
        """Follow what the cluster shows now.

        Args:
            glance: what the watch told; None: the object is gone.

        Returns:
            Whether it was looked at; False: as long as the record says the same of it, nothing could follow.
        """
        if not self.last_looks.was_open(workload) and not worth_a_look(await self.last_looks(workload), glance):
            return False
        await self.look(workload)
        return True

    async def look(self, workload: Workload) -> Sighting:
        """Look, and save what follows."""
        for _ in range(TRIES):
            before = await self.last_looks.known(workload)
            awaited = wanted(before.latest) if before.latest else None
            seen = await self.clusters.look(workload, awaited=awaited)
            if await self._followed(before, seen):
                return seen
        raise ClusterUnavailableError(f"{workload} changes faster than it can be looked at")

    async def _followed(self, before: Known, seen: Sighting) -> bool:
        """Save what follows; False: another look was saved meanwhile, and ours may be the older one."""
        rights = await self.who_may(before.workload)
        if not before.is_changed_by(see(before, seen, self._given(rights, await self.reader.now()))):
            return True
        async with self.open_records() as records:
            known = await records.known(before.workload)
            if known.last_sight != before.last_sight:
                return False
            await records.save(see(known, seen, self._given(rights, await records.now())))
            return True

    def _given(self, rights: Rights, now: datetime) -> Circumstances:
        return Circumstances(rights=rights, now=now, new_id=self.new_id)
