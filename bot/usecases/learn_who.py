"""Learn who did something with another tool, for as long as that tool may still tell."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.effects import ReleaseId
from bot.domain.looks.attributing import PATIENCE, named, question, unnamed
from bot.domain.outside import Outside
from bot.domain.release import Outcome, Release
from bot.ports import OpenRecords, Reader, Witness

SOON_SECONDS = 1.0
"""A tool writes down who used it after it has done what they wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnWho:
    """Twice does no harm, in any replica.

    Raises:
        UnavailableError: the record or the cluster is away; try again later.
    """

    open_records: OpenRecords
    reader: Reader
    witness: Witness

    async def __call__(self, release_id: ReleaseId) -> float | None:
        """Ask about all that nobody is named for; return the seconds until the next try, None: there is none."""
        release = await self.reader.release(release_id)
        sought = [done for done in release.run.outside if done.sought]
        left = [done for done in sought if not await self._is_settled(release_id, done)]
        return SOON_SECONDS if left else None

    async def _is_settled(self, release_id: ReleaseId, done: Outside) -> bool:
        release = await self.reader.release(release_id)  # An action that was told of something else counts no more.
        who = await self.witness.who(release.workload, question(release, done))
        if who is not None:
            await self._save(release_id, done, lambda r, now: named(r, done, who, now=now))
            return True
        if await self.reader.now() < done.seen_at + PATIENCE:
            return False
        await self._save(release_id, done, lambda r, _now: unnamed(r, done))
        return True

    async def _save(self, release_id: ReleaseId, done: Outside, change: Callable[[Release, datetime], Outcome]) -> None:
        """Save it, unless another replica has."""
        async with self.open_records() as records:
            release = await records.release(release_id)
            if done in release.run.outside:
                await records.save(change(release, await records.now()))
