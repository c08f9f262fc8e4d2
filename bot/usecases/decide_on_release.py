"""A person decides on a whole release: roll back, pause, resume."""

from dataclasses import dataclass

from bot.domain.decision import Decision, Principal, Surface, Verb
from bot.domain.decisions.directing import command
from bot.domain.decisions.taking import Taking
from bot.domain.effects import ReleaseId
from bot.domain.messages.lapsing import lapse
from bot.domain.release import Release
from bot.ports import NewId, OpenRecords, Reader
from bot.usecases.note_decision import NoteDecision, ignore
from bot.usecases.who_may import WhoMay


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideOnRelease:
    """Returns the release as it is now.

    Raises:
        Refusal: the person may not; it is on record.
        NotFoundError: there is no such release.
    """

    open_records: OpenRecords
    reader: Reader
    who_may: WhoMay
    new_id: NewId
    note: NoteDecision = ignore

    async def __call__(
        self,
        release: ReleaseId,
        *,
        verb: Verb,
        by: Principal,
        surface: Surface,
        reason: str = "",
        platform_user: str | None = None,
    ) -> Release:
        workload = (await self.reader.release(release)).workload
        rights = await self.who_may(workload)  # May ask a chat: never inside the transaction.
        async with self.open_records() as records:
            now = await records.now()
            decision = Decision(verb=verb, by=by, at=now, surface=surface, reason=reason, platform_user=platform_user)
            latest = (await records.known(workload)).latest
            newest = latest is None or latest.id == release
            taking = Taking(decision=decision, rights=rights, new_id=self.new_id, newest=newest)
            outcome = lapse(await records.release(release), now).then(lambda r: command(r, taking))
            await records.save(outcome)
        self.note(decision, outcome.refusal)
        if outcome.refusal:
            raise outcome.refusal  # After the commit: a refused attempt is on record too.
        return outcome.release
