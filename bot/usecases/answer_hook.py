"""An engine says or asks something: take it in, save what follows, answer."""

from dataclasses import dataclass

from bot.domain.asking import Answer
from bot.domain.hearing import hear
from bot.domain.run import Heard
from bot.ports import NewId, OpenRecords
from bot.usecases.who_may import WhoMay


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the engine is told, if it asked; and whether anything was saved because of it."""

    answer: Answer | None
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerHook:
    open_records: OpenRecords
    who_may: WhoMay
    new_id: NewId

    async def __call__(self, heard: Heard) -> Answered:
        rights = await self.who_may(heard.workload)
        async with self.open_records() as records:
            known = await records.known(heard.workload)
            now = await records.now()
            hearing = hear(known, heard, rights=rights, now=now, new_id=self.new_id)
            outcome = hearing.outcome
            changed = bool(outcome.audit) or any(release != known.latest for release in outcome.releases)
            if known.heard_at is None or heard.hook not in known.hooks or changed:
                await records.heard(heard.workload, hooks=frozenset({heard.hook}), at=now)
            await records.save(outcome)
        return Answered(answer=hearing.answer, changed=changed)
