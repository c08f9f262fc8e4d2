"""Somebody asks a chat for the details of a release: tell from the record what happened, newest lines kept."""

from dataclasses import dataclass

from bot.domain.commands.chronicle import chronicle
from bot.domain.commands.listing import STORY_LINES
from bot.domain.newest import Newest
from bot.domain.release import Release
from bot.ports import Reader

RECORDS = 500
"""So many lines of the record are read at the most; of what is longer still, the earlier ones are not counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TellHistory:
    """Raises: RecordsUnavailableError."""

    reader: Reader

    async def __call__(self, release: Release) -> Newest:
        page = await self.reader.audit(release=release.id, limit=RECORDS)
        told = chronicle(release, page.items[::-1], from_the_start=page.next is None)
        lines = tuple(line.line for line in told)
        return Newest(lines=lines, uncounted=page.next is not None).last(STORY_LINES)
