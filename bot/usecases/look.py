"""Look at a release: as it is, with who may decide and its card."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.card import Card
from bot.domain.cards.drawing import draw
from bot.domain.cards.seen import Seen
from bot.domain.effects import ReleaseId
from bot.domain.policy import Rights
from bot.domain.release import Release
from bot.domain.tightening import tightened
from bot.ports import Clusters, Habits, Reader
from bot.usecases.who_may import WhoMay


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Shows a release as it is now: with who may decide, what is known of its cluster, and the card drawn from that.

    Raises:
        NotFoundError: there is no such release.
        RecordsUnavailableError: the record is away.
    """

    reader: Reader
    who_may: WhoMay
    several_clusters: bool
    clusters: Clusters

    async def __call__(self, release: ReleaseId) -> Seen:
        return await self.at(await self.reader.release(release))

    async def at(self, release: Release) -> Seen:
        """Look at a release that was read already."""
        return (await self.at_all((release,)))[0]

    async def at_all(self, releases: Sequence[Release]) -> tuple[Seen, ...]:
        """Look at releases that were read already, in no more reads than one takes."""
        workloads = {release.workload for release in releases}
        habits = await self.reader.habits(workloads)
        rights = {workload: await self.who_may(workload) for workload in workloads}
        now = await self.reader.now()
        return tuple(
            self._seen(release, habits.get(release.workload, Habits()), rights[release.workload], now)
            for release in releases
        )

    def _seen(self, release: Release, habits: Habits, rights: Rights, now: datetime) -> Seen:
        trouble, sight = self.clusters.trouble(release.workload), release.run.sight
        return Seen(
            release=release,
            rights=tightened(rights, release.tightening),
            now=now,
            hooks=habits.hooks | frozenset(sight.hooks if sight else ()),
            usual_gap=habits.usual_gap,
            several_clusters=self.several_clusters,
            in_sight=self.clusters.sees(release.workload),
            unseen_since=trouble.since if trouble else None,
            unseen_why=trouble.why if trouble else "",
        )

    async def card(self, release: ReleaseId) -> Card:
        return draw(await self(release))
