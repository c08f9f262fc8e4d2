"""Look at a release: as it is, with who may decide and its card."""

from dataclasses import dataclass, field

from bot.domain.card import Card
from bot.domain.drawing import draw
from bot.domain.effects import ReleaseId
from bot.domain.release import Release
from bot.domain.seen import Seen
from bot.ports import Clusters, NoClusters, Reader
from bot.usecases.who_may import WhoMay


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Raises: NotFoundError, RecordsUnavailableError."""

    reader: Reader
    who_may: WhoMay
    several_clusters: bool
    clusters: Clusters = field(default_factory=NoClusters)

    async def __call__(self, release: ReleaseId) -> Seen:
        return await self.at(await self.reader.release(release))

    async def at(self, release: Release) -> Seen:
        """Look at a release that was read already."""
        known = await self.reader.known(release.workload)
        trouble = self.clusters.trouble(release.workload)
        return Seen(
            release=release,
            rights=await self.who_may(release.workload),
            now=await self.reader.now(),
            hooks=known.hooks,
            usual_gap=known.usual_gap,
            several_clusters=self.several_clusters,
            in_sight=self.clusters.sees(release.workload),
            unseen_since=trouble.since if trouble else None,
            unseen_why=trouble.why if trouble else "",
        )

    async def card(self, release: ReleaseId) -> Card:
        return draw(await self(release))
