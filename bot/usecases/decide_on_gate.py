"""A person answers at a gate."""

from dataclasses import dataclass

from bot.domain.decision import Decision, Principal, Surface, Verdict
from bot.domain.decisions.taking import Taking
from bot.domain.decisions.verdicts import decide
from bot.domain.gate import Gate, GateId
from bot.domain.messages.lapsing import lapse
from bot.domain.policy import Stage
from bot.domain.release import Release
from bot.ports import NewId, OpenRecords, Reader
from bot.usecases.note_decision import NoteDecision, ignore
from bot.usecases.who_may import WhoMay


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideOnGate:
    """Returns the release as it is now, and the gate: of `reopen`, the new one.

    Raises:
        Refusal: the person may not; it is on record.
        NotFoundError: there is no such gate.
    """

    open_records: OpenRecords
    reader: Reader
    who_may: WhoMay
    new_id: NewId
    note: NoteDecision = ignore

    async def __call__(
        self,
        gate: GateId,
        *,
        verdict: Verdict,
        by: Principal,
        surface: Surface,
        reason: str = "",
        platform_user: str | None = None,
    ) -> tuple[Release, Gate]:
        workload = (await self.reader.release_of(gate)).workload
        rights = await self.who_may(workload)  # May ask a chat: never inside the transaction.
        async with self.open_records() as records:
            now = await records.now()
            decision = Decision(
                verb=verdict, by=by, at=now, surface=surface, reason=reason, platform_user=platform_user
            )
            taking = Taking(decision=decision, rights=rights, new_id=self.new_id)
            outcome = lapse(await records.release_of(gate), now).then(lambda r: decide(r, gate, taking))
            await records.save(outcome)
        self.note(decision, outcome.refusal)
        if outcome.refusal:
            raise outcome.refusal  # After the commit: a refused attempt is on record too.
        release = outcome.release
        again = release.newest(Stage.START) if verdict is Verdict.REOPEN else None
        return release, again or release.gate(gate)
