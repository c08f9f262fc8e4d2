"""Look at a release: as it is, with who may decide and its card."""

from dataclasses import dataclass

from bot.domain.card import Card
from bot.domain.drawing import draw
from bot.domain.effects import ReleaseId
from bot.domain.release import Release
from bot.domain.seen import Seen
from bot.ports import Reader
from bot.usecases.who_may import WhoMay


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Raises: NotFoundError, RecordsUnavailableError."""

    reader: Reader
    who_may: WhoMay
    several_clusters: bool

    async def __call__(self, release: ReleaseId) -> Seen:
        return await self.at(await self.reader.release(release))

    async def at(self, release: Release) -> Seen:
        """Look at a release that was read already."""
        known = await self.reader.known(release.workload)
        return Seen(
            release=release,
            rights=await self.who_may(release.workload),
            now=await self.reader.now(),
            hooks=known.hooks,
            usual_gap=known.usual_gap,
            several_clusters=self.several_clusters,
        )

    async def card(self, release: ReleaseId) -> Card:
        return draw(await self(release))
