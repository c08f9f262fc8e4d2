"""An engine says or asks something: take it in, save what follows, answer."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.circumstances import Circumstances
from bot.domain.errors import ClusterUnavailableError
from bot.domain.looks.sighting import Look, Sightless
from bot.domain.messages.answer import Answer
from bot.domain.messages.hearing import Hearing, hear, needs_a_look
from bot.domain.policy import Rights
from bot.domain.run import Heard
from bot.domain.runs.beginning import Known
from bot.domain.workload import Workload
from bot.ports import Clusters, NewId, OpenRecords, Reader
from bot.usecases.who_may import WhoMay

TRIES = 3
"""Looks that are taken when other replicas save theirs meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the engine is told, if it asked; and whether anything was saved because of it."""

    answer: Answer | None
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerHook:
    """Takes in one hook of an engine, saves what follows from it, and gives the answer if it asked.

    What follows is decided anew whenever more is known: from the record alone, after a look, and under its lock.

    Raises:
        UnavailableError: the record or the cluster is away, and nothing may be said.

    Args:
        several_clusters: names carry their cluster.
    """

    open_records: OpenRecords
    reader: Reader
    who_may: WhoMay
    new_id: NewId
    clusters: Clusters
    several_clusters: bool

    async def __call__(self, heard: Heard) -> Answered:
        rights = await self.who_may(heard.workload)
        sees = self.clusters.sees(heard.workload)
        known = await self.reader.known(heard.workload)
        unlooked = Sightless.AWAY if sees else Sightless.BLIND
        if (answered := await self._unchanged(known, heard, rights, unlooked)) is not None:
            return answered
        for _ in range(TRIES):
            if sees and needs_a_look(known, heard):
                answered = await self._looked(known, heard)
            else:
                answered = await self._changed(known, heard, rights, unlooked)
            if answered is not None:
                return answered
            known = await self.reader.known(heard.workload)
        raise ClusterUnavailableError(f"{heard.workload} changes faster than it can be looked at")

    async def _looked(self, before: Known, heard: Heard) -> Answered | None:
        """Look, then answer by the record and the people of after the look: what was decided meanwhile counts."""
        look = await self._look(heard.workload)
        rights = await self.who_may(heard.workload)
        known = await self.reader.known(heard.workload)
        if known.last_sight != before.last_sight:
            return None
        return await self._unchanged(known, heard, rights, look) or await self._changed(known, heard, rights, look)

    async def _look(self, workload: Workload) -> Look:
        """Never inside a transaction: an API server may take its time."""
        try:
            return await self.clusters.look(workload)
        except ClusterUnavailableError:
            return Sightless.AWAY

    async def _unchanged(self, known: Known, heard: Heard, rights: Rights, look: Look) -> Answered | None:
        """Answer by what is known, as a wait or a yes said again needs no lock; None: something changes, or is unsure.

        Where the cluster is in sight, a yes is never answered without a look; a no is, as it ships nothing.
        """
        hearing = self._hear(known, heard, rights, look, await self.reader.now())
        answer = hearing.answer
        unseen = look is Sightless.AWAY and answer is not None and not (answer.memorable and not answer.yes)
        if unseen or _changes(known, heard, hearing):
            return None
        return self._answered(heard, hearing, changed=False)

    async def _changed(self, before: Known, heard: Heard, rights: Rights, look: Look) -> Answered | None:
        """Save what follows; None: another look was saved meanwhile, and ours may be the older one."""
        async with self.open_records() as records:
            known = await records.known(heard.workload)
            if not isinstance(look, Sightless) and known.last_sight != before.last_sight:
                return None
            now = await records.now()
            hearing = self._hear(known, heard, rights, look, now)
            if hearing.answer is not None and hearing.answer.unsure:
                raise ClusterUnavailableError(f"{heard.workload} cannot be looked at, so no yes can be said")
            if changed := _changes(known, heard, hearing):
                await records.heard(heard.workload, hooks=frozenset({heard.hook}), at=now)
            await records.save(hearing.outcome)
        return self._answered(heard, hearing, changed=changed)

    def _hear(self, known: Known, heard: Heard, rights: Rights, look: Look, now: datetime) -> Hearing:
        return hear(known, heard, Circumstances(rights=rights, now=now, new_id=self.new_id), look=look)

    def _answered(self, heard: Heard, hearing: Hearing, *, changed: bool) -> Answered:
        answer = hearing.answer
        if answer is not None and answer.release is not None and self.several_clusters:
            answer = replace(answer, release=f"{heard.workload.cluster}/{answer.release}")
        return Answered(answer=answer, changed=changed)


def _changes(known: Known, heard: Heard, hearing: Hearing) -> bool:
    """Whether there is anything to save: a hook that was never heard to call is news by itself."""
    new_to_us = known.heard_at is None or heard.hook not in known.hooks
    return new_to_us or known.is_changed_by(hearing.outcome)
