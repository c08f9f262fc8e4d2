"""Somebody pressed a button in a chat: find what it wants and who it is, and decide."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.domain.card import Button
from bot.domain.cards.drawing import draw
from bot.domain.cards.seen import Seen
from bot.domain.decision import NO_REASON, Principal, Reason, Surface, Verb, Verdict
from bot.domain.decisions.attempting import Attempt
from bot.domain.effects import ReleaseId
from bot.domain.errors import StrangerError
from bot.domain.gate import Gate, GateId
from bot.ports import Reader
from bot.usecases.decide import Decide
from bot.usecases.look import Look
from bot.usecases.record_stranger import RecordStranger


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants to decide: on a gate (`Verdict`) or a release (`Verb`), by its opaque id."""

    verb: Verdict | Verb
    subject: str


def wanted_of(action: str, subject: str) -> Wanted | None:
    """Understand `gate.approve`, `release.roll_back`; a place may stand behind.  None: not one of ours."""
    kind, _, rest = action.partition(".")
    word = rest.partition(".")[0]
    try:
        if kind == "gate":
            return Wanted(verb=Verdict(word), subject=subject)
        return Wanted(verb=Verb(word), subject=subject) if kind == "release" else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Presser:
    """Who pressed.

    Args:
        user: as the chat names the person.
        identify: tells whose name that is; raises StrangerError where the chat does not vouch for it.
    """

    surface: Surface
    user: str
    identify: Callable[[], Awaitable[Principal]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A decision that was taken, and the release as it left it.

    Args:
        gate: None where it was on the whole release; of `reopen` the new one.
    """

    verb: Verdict | Verb
    by: Principal
    seen: Seen
    gate: Gate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PressButton:
    """The rules are the core's; here is only who it is, and on what."""

    decide: Decide
    reader: Reader
    look: Look
    record_stranger: RecordStranger

    async def seen(self, wanted: Wanted) -> Seen:
        """Raises: NotFoundError, RecordsUnavailableError."""
        if isinstance(wanted.verb, Verdict):
            return await self.look.at(await self.reader.release_of(GateId(wanted.subject)))
        return await self.look(ReleaseId(wanted.subject))

    async def button(self, wanted: Wanted) -> tuple[Seen, Button | None]:
        """Find the button as the card has it now, which tells whether a reason is asked; an old card may differ."""
        seen = await self.seen(wanted)
        buttons = draw(seen).buttons
        found = (button for button in buttons if (button.verb, button.subject) == (wanted.verb, wanted.subject))
        return seen, next(found, None)

    async def __call__(self, wanted: Wanted, seen: Seen, *, presser: Presser, reason: Reason = NO_REASON) -> Pressed:
        """Decide.  When this returns, the decision is saved.

        Raises:
            Refusal, StrangerError, NotFoundError, RecordsUnavailableError: it was not taken.
        """
        by = await self._identify(wanted, seen, presser)
        decided = await self.decide(
            Attempt(
                verb=wanted.verb,
                release=seen.release.id,
                gate=GateId(wanted.subject) if isinstance(wanted.verb, Verdict) else None,
                by=by,
                surface=presser.surface,
                reason=reason,
                platform_user=presser.user,
                may_decide=True,  # A chat vouches for people; no token is shown that could be for reading alone.
            )
        )
        return Pressed(verb=wanted.verb, by=by, seen=replace(seen, release=decided.release), gate=decided.gate)

    async def _identify(self, wanted: Wanted, seen: Seen, presser: Presser) -> Principal:
        """Tell who somebody is; who is nobody here comes on record."""
        try:
            return await presser.identify()
        except StrangerError as stranger:
            gate = next((gate for gate in seen.release.gates if gate.id == wanted.subject), None)
            await self.record_stranger(
                stranger, user=presser.user, verb=wanted.verb, surface=presser.surface, about=(seen.release, gate)
            )
            raise
