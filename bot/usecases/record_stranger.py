"""Attempts of people whom a chat does not vouch for: they come on record as well."""

from dataclasses import dataclass

from bot.domain.audit import Action, Entry
from bot.domain.decision import Principal, Surface, Verb, Verdict
from bot.domain.errors import RefusalKind, StrangerError
from bot.domain.gate import Gate
from bot.domain.release import Release, entry
from bot.ports import OpenRecords


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordStranger:
    """Writes down who tried what, and on what, where that is clear.

    Raises:
        RecordsUnavailableError: it was not written.
    """

    open_records: OpenRecords

    async def __call__(
        self,
        stranger: StrangerError,
        *,
        user: str,
        verb: Verdict | Verb,
        surface: Surface,
        about: tuple[Release, Gate | None] | None = None,
    ) -> None:
        actor, why = Principal(f"unknown:{user}"), str(stranger)
        details = {"platform_user": user, "refused_as": str(RefusalKind.NOT_ALLOWED)}
        what = Action.DECISION_REFUSED
        if about is None:
            line = Entry(actor=actor, action=what, surface=surface, decision=verb, reason=why, details=details)
        else:
            release, gate = about
            line = entry(
                release, what, actor=actor, surface=surface, gate=gate, decision=verb, reason=why, details=details
            )
        async with self.open_records() as records:
            await records.append(line)
