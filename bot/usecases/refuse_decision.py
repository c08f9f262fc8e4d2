"""A decision that cannot even be tried comes on record all the same."""

from dataclasses import dataclass
from typing import NoReturn

from bot.domain.decision import Decision, Principal, Surface, Verb, Verdict
from bot.domain.decisions.taking import Taking, refused
from bot.domain.effects import ReleaseId
from bot.domain.errors import Refusal, RefusalKind
from bot.domain.gate import GateId
from bot.ports import NewId, OpenRecords, Reader
from bot.usecases.note_decision import NoteDecision, ignore
from bot.usecases.who_may import WhoMay


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseDecision:
    """Write it down and raise it.

    Raises:
        Refusal: the one it was given, always.
        NotFoundError: there is no such release.
    """

    open_records: OpenRecords
    reader: Reader
    who_may: WhoMay
    new_id: NewId
    note: NoteDecision = ignore

    async def __call__(
        self,
        refusal: Refusal,
        release: ReleaseId,
        *,
        gate: GateId | None = None,
        verb: Verdict | Verb,
        by: Principal,
        surface: Surface,
        reason: str = "",
        platform_user: str | None = None,
    ) -> NoReturn:
        workload = (await self.reader.release(release)).workload
        rights = await self.who_may(workload)  # May ask a chat: never inside the transaction.
        async with self.open_records() as records:
            now = await records.now()
            decision = Decision(verb=verb, by=by, at=now, surface=surface, reason=reason, platform_user=platform_user)
            found = await records.release(release)
            taking = Taking(decision=decision, rights=rights, new_id=self.new_id)
            await records.save(refused(found, found.gate(gate) if gate else None, taking, refusal))
        self.note(decision, refusal)
        raise refusal  # After the commit, like every refusal.


def beyond_the_token() -> Refusal:
    """A known principal came with a token that is for reading alone."""
    return Refusal("This token may read, and not decide.", kind=RefusalKind.NOT_ALLOWED)
