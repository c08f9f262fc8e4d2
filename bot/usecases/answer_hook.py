"""An engine says or asks something: take it in, save what follows, answer."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.asking import Answer
from bot.domain.beginning import Known
from bot.domain.hearing import Hearing, hear
from bot.domain.policy import Rights
from bot.domain.run import Heard
from bot.ports import NewId, OpenRecords, Reader
from bot.usecases.who_may import WhoMay


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the engine is told, if it asked; and whether anything was saved because of it."""

    answer: Answer | None
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerHook:
    """Raises: RecordsUnavailableError: nothing was saved, and nothing may be said.

    Args:
        several_clusters: names carry their cluster.
    """

    open_records: OpenRecords
    reader: Reader
    who_may: WhoMay
    new_id: NewId
    several_clusters: bool = False

    async def __call__(self, heard: Heard) -> Answered:
        rights = await self.who_may(heard.workload)
        return await self._unchanged(heard, rights) or await self._changed(heard, rights)

    async def _unchanged(self, heard: Heard, rights: Rights) -> Answered | None:
        """Answer by a look alone, as a wait or a yes that is said again needs no lock; None: something changes."""
        known = await self.reader.known(heard.workload)
        hearing = self._hear(known, heard, rights, await self.reader.now())
        return None if _changes(known, heard, hearing) else self._answered(heard, hearing, changed=False)

    async def _changed(self, heard: Heard, rights: Rights) -> Answered:
        async with self.open_records() as records:
            known = await records.known(heard.workload)
            now = await records.now()
            hearing = self._hear(known, heard, rights, now)
            if changed := _changes(known, heard, hearing):
                await records.heard(heard.workload, hooks=frozenset({heard.hook}), at=now)
            await records.save(hearing.outcome)
        return self._answered(heard, hearing, changed=changed)

    def _hear(self, known: Known, heard: Heard, rights: Rights, now: datetime) -> Hearing:
        return hear(known, heard, rights=rights, now=now, new_id=self.new_id)

    def _answered(self, heard: Heard, hearing: Hearing, *, changed: bool) -> Answered:
        answer = hearing.answer
        if answer is not None and answer.release is not None and self.several_clusters:
            answer = replace(answer, release=f"{heard.workload.cluster}/{answer.release}")
        return Answered(answer=answer, changed=changed)


def _changes(known: Known, heard: Heard, hearing: Hearing) -> bool:
    outcome = hearing.outcome
    new_to_us = known.heard_at is None or heard.hook not in known.hooks
    return new_to_us or bool(outcome.audit) or any(release != known.latest for release in outcome.releases)
