"""What somebody wants decided, the same from every surface, and what follows: the one way in for decisions."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.decision import NO_REASON, Decision, Principal, Reason, Surface, Verb, Verdict
from bot.domain.decisions.directing import command
from bot.domain.decisions.taking import Taking, not_allowed, refused
from bot.domain.decisions.verdicts import decide
from bot.domain.effects import ReleaseId
from bot.domain.errors import Refusal, RefusalKind
from bot.domain.gate import GateId
from bot.domain.release import Outcome, Release


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Who wants what decided, as a surface understood it.

    Args:
        gate: what a `Verdict` is about; None: nothing was ever asked, or it is a `Verb`, about the whole release.
        platform_user: as the chat names the person, e.g. a Slack user id.
        may_decide: False: the token that was shown is for reading alone.  Chats vouch for people without one.
    """

    verb: Verdict | Verb
    release: ReleaseId
    gate: GateId | None = None
    by: Principal
    surface: Surface
    reason: Reason = NO_REASON
    platform_user: str | None = None
    may_decide: bool

    def decision(self, at: datetime) -> Decision:
        return Decision(
            verb=self.verb,
            by=self.by,
            at=at,
            surface=self.surface,
            reason=self.reason,
            platform_user=self.platform_user,
        )


def judge(release: Release, attempt: Attempt, taking: Taking) -> Outcome:
    """Take an attempt, or refuse it.

    Returns:
        What to save.  Its `refusal` tells why it was not taken; that is saved too.
    """
    gate = attempt.gate
    if not attempt.may_decide:
        found = release.gate(gate) if gate else None
        return refused(release, found, taking, not_allowed("This token may read, and not decide."))
    match attempt.verb:
        case Verb():
            return command(release, taking)
        case Verdict() if gate is not None:
            return decide(release, gate, taking)
        case Verdict():
            return refused(release, None, taking, _nothing_asked(release, taking))


def _nothing_asked(release: Release, taking: Taking) -> Refusal:
    """No gate was ever reached, so that there is none to refuse it."""
    if not taking.may_stop(release):
        return not_allowed(f"You may not decide on {release.label}.")
    state = release.state.replace("_", " ")
    asks = f"asks nobody now: it is {state}" if release.is_open else f"has ended: {state}"
    return Refusal(f"{release.label} {asks}.", kind=RefusalKind.SETTLED, state=release.state, at=release.ended_at)
