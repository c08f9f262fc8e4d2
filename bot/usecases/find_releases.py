"""Which releases somebody means who types a name or a number."""

from dataclasses import dataclass, replace

from bot.domain.commands.command import Target
from bot.domain.commands.meaning import meant
from bot.domain.release import Release
from bot.ports import Reader, ReleaseFilter

MOST = 200
"""So many are looked at; more of one name or number are told apart by nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindReleases:
    """Returns one if it is clear, several if it is not, none if there is none.  Raises: RecordsUnavailableError."""

    reader: Reader

    async def __call__(self, target: Target) -> tuple[Release, ...]:
        wanted = ReleaseFilter(
            cluster=target.cluster, namespace=target.namespace, name=target.name, number=target.number
        )
        if target.number is None:
            return meant(target, (await self.reader.releases(replace(wanted, newest=True), limit=MOST)).items)
        still_open = await self.reader.releases(replace(wanted, open=True), limit=MOST)
        newest = await self.reader.releases(wanted, limit=MOST)
        return meant(target, {release.id: release for release in (*newest.items, *still_open.items)}.values())
