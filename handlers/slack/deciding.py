"""From a button or a dialog to a decision, and to what its person is told."""

from dataclasses import dataclass, replace

from bot.domain.card import Button
from bot.domain.decision import Principal, Surface, Verb, Verdict
from bot.domain.drawing import draw
from bot.domain.effects import ReleaseId
from bot.domain.errors import NotFoundError, Refusal, UnavailableError
from bot.domain.gate import Gate, GateId
from bot.domain.meaning import offer
from bot.domain.release import Release
from bot.domain.seen import Seen
from bot.ports import OpenRecords, Reader
from bot.usecases.decide_on_gate import DecideOnGate
from bot.usecases.decide_on_release import DecideOnRelease
from bot.usecases.look import Look
from handlers.slack.cards import Block
from handlers.slack.people import SlackPeople, StrangerError
from handlers.slack.receipts import GONE, UNAVAILABLE, made_at_gate, made_on_release, receipt
from handlers.slack.strangers import record_stranger


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants to decide: on a gate (`Verdict`) or a release (`Verb`), by its opaque id."""

    verb: Verdict | Verb
    subject: str


Said = tuple[str, list[Block]]
"""What a person is told: as text, and as blocks."""


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


REFUSALS = (Refusal, StrangerError, NotFoundError, UnavailableError)
"""Why nothing was decided, where a person can know it; anything else is a bug of ours."""


def why(refusal: Exception) -> str:
    """Say to a person why nothing was decided."""
    if isinstance(refusal, NotFoundError):
        return GONE
    return UNAVAILABLE if isinstance(refusal, UnavailableError) else str(refusal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """The rules are the core's; here is only who it is, and how it is told."""

    decide_on_gate: DecideOnGate
    decide_on_release: DecideOnRelease
    open_records: OpenRecords
    reader: Reader
    look: Look
    people: SlackPeople

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

    async def identify(self, wanted: Wanted, seen: Seen, user: str) -> Principal:
        """Tell who somebody is; who is nobody here comes on record.

        Raises:
            StrangerError: not a full member, or not known in time.
            RecordsUnavailableError: nor could that be written down.
        """
        try:
            return await self.people.identify(user)
        except StrangerError as stranger:
            gate = next((gate for gate in seen.release.gates if gate.id == wanted.subject), None)
            await record_stranger(self.open_records, stranger, user=user, verb=wanted.verb, about=(seen.release, gate))
            raise

    async def __call__(self, wanted: Wanted, seen: Seen, *, user: str, reason: str = "") -> Said:
        """Decide.  When this returns, the decision is saved.

        Raises:
            Refusal, StrangerError, NotFoundError, RecordsUnavailableError: it was not taken.
        """
        by = await self.identify(wanted, seen, user)
        release, gate = await self._decide(wanted, by=by, user=user, reason=reason)
        match wanted.verb:
            case Verdict() as verdict:
                made = made_at_gate(verdict, gate, by) if gate else None
            case Verb() as verb:
                made = made_on_release(verb, release)
        undo = offer(replace(seen, release=release), Verdict.TAKE_BACK, by) if wanted.verb is Verdict.APPROVE else None
        return receipt(wanted.verb, seen.label, made=made, undo=undo)

    async def _decide(self, wanted: Wanted, *, by: Principal, user: str, reason: str) -> tuple[Release, Gate | None]:
        match wanted.verb:
            case Verdict() as verdict:
                return await self.decide_on_gate(
                    GateId(wanted.subject),
                    verdict=verdict,
                    by=by,
                    surface=Surface.SLACK,
                    reason=reason,
                    platform_user=user,
                )
            case Verb() as verb:
                release = await self.decide_on_release(
                    ReleaseId(wanted.subject),
                    verb=verb,
                    by=by,
                    surface=Surface.SLACK,
                    reason=reason,
                    platform_user=user,
                )
                return release, None
