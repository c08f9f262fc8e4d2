"""Attempts of people whom Slack does not vouch for: they come on record as well."""

from bot.domain.audit import Entry
from bot.domain.decision import Principal, Surface, Verb, Verdict
from bot.domain.errors import RefusalKind
from bot.domain.gate import Gate
from bot.domain.release import Release, entry
from bot.ports import OpenRecords
from handlers.slack.people import StrangerError


async def record_stranger(
    open_records: OpenRecords,
    stranger: StrangerError,
    *,
    user: str,
    verb: Verdict | Verb,
    about: tuple[Release, Gate | None] | None = None,
) -> None:
    """Write down who tried what, and on what, where that is clear.

    Raises:
        RecordsUnavailableError: it was not written.
    """
    actor = Principal(f"unknown:{user}")
    why = str(stranger)
    details = {"platform_user": user, "refused_as": str(RefusalKind.NOT_ALLOWED)}
    what, on = "decision.refused", Surface.SLACK
    if about is None:
        line = Entry(actor=actor, action=what, surface=on, decision=verb, reason=why, details=details)
    else:
        line = entry(about[0], what, actor=actor, surface=on, gate=about[1], decision=verb, reason=why, details=details)
    async with open_records() as records:
        await records.append(line)
