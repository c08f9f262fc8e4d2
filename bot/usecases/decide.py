"""A person, or a program that shows a token, decides: at a gate or on a whole release."""

from dataclasses import dataclass

from bot.domain.decision import Verdict
from bot.domain.decisions.attempting import Attempt, judge
from bot.domain.decisions.taking import Taking
from bot.domain.gate import Gate
from bot.domain.messages.lapsing import lapse
from bot.domain.policy import Stage
from bot.domain.release import Release
from bot.ports import NewId, OpenRecords, Reader, Records
from bot.usecases.note_decision import NoteDecision, ignore
from bot.usecases.who_may import WhoMay


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision that was taken.

    Args:
        release: as it is now.
        gate: as it is now; of `reopen`, the new one; None: it was on the whole release.
    """

    release: Release
    gate: Gate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """Every decision comes this way, from every surface.

    Raises:
        Refusal: it was not taken; the attempt is on record.
        NotFoundError: there is no such release.
    """

    open_records: OpenRecords
    reader: Reader
    who_may: WhoMay
    new_id: NewId
    note: NoteDecision = ignore

    async def __call__(self, attempt: Attempt) -> Decided:
        workload = (await self.reader.release(attempt.release)).workload
        rights = await self.who_may(workload)  # May ask a chat: never inside the transaction.
        async with self.open_records() as records:
            now = await records.now()
            release = await records.release(attempt.release)
            taking = Taking(
                decision=attempt.decision(now),
                rights=rights,
                new_id=self.new_id,
                newest=await _is_newest(records, release, attempt),
            )
            outcome = lapse(release, now).then(judge, attempt, taking)
            await records.save(outcome)
        self.note(taking.decision, outcome.refusal)
        if outcome.refusal:
            raise outcome.refusal  # After the commit: a refused attempt is on record too.
        return _decided(outcome.release, attempt)


async def _is_newest(records: Records, release: Release, attempt: Attempt) -> bool:
    """Whether no later release of the workload is known; at a gate nothing hangs on it."""
    if attempt.gate is not None:
        return True
    latest = (await records.known(release.workload)).latest
    return latest is None or latest.id == release.id


def _decided(release: Release, attempt: Attempt) -> Decided:
    if attempt.gate is None:
        return Decided(release=release, gate=None)
    again = release.newest(Stage.START) if attempt.verb is Verdict.REOPEN else None
    return Decided(release=release, gate=again or release.gate(attempt.gate))
