"""What one person can press on a card: the card's buttons as forms, and the way back from an approval of their own."""

from dataclasses import dataclass
from urllib.parse import quote

from bot.domain.card import Button, Card, Style
from bot.domain.decision import Principal, Verb, Verdict
from bot.domain.gate import Gate
from bot.domain.release import Release


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who looks.  `csrf` stands in each of their forms."""

    principal: Principal
    may_decide: bool
    csrf: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A form on a card.

    Args:
        id: tells it apart on the page.
        action: where it is posted to.
        asks: it opens first, and says what follows or takes a reason.
        reason: the field stands in it.
        yes: what the button inside says.
    """

    id: str
    action: str
    verb: Verdict | Verb
    text: str
    style: Style
    asks: bool = False
    title: str = ""
    effect: str = ""
    reason: bool = False
    reason_optional: bool = False
    yes: str = ""


def controls_of(card: Card, release: Release, viewer: Viewer) -> tuple[Control, ...]:
    """List what this person can press, in the card's order; nothing for those who may only read."""
    if not viewer.may_decide:
        return ()
    own = approvals_of(release, viewer.principal)
    done = {control_id(gate.id, Verdict.APPROVE) for gate in own}
    drawn = (control_of(button) for button in card.buttons if control_id(button.subject, button.verb) not in done)
    return (*drawn, *map(take_back, own))


def approvals_of(release: Release, principal: Principal) -> tuple[Gate, ...]:
    """The gates where this person's approval stands and can be taken back still."""
    if not release.is_open:
        return ()
    return tuple(gate for gate in release.gates if gate.undecided and gate.approval_of(principal))


def take_back(gate: Gate) -> Control:
    return Control(
        id=control_id(gate.id, Verdict.TAKE_BACK),
        action=action_of(gate.id, Verdict.TAKE_BACK),
        verb=Verdict.TAKE_BACK,
        text="Take back my approval",
        style=Style.PLAIN,
    )


def control_id(subject: str, verb: Verdict | Verb) -> str:
    return f"{verb}-{subject}"


def action_of(subject: str, verb: Verdict | Verb) -> str:
    of = "gates" if isinstance(verb, Verdict) else "releases"
    return f"/{of}/{quote(subject, safe='')}/decisions"


def control_of(button: Button) -> Control:
    confirm = button.confirm
    return Control(
        id=control_id(button.subject, button.verb),
        action=action_of(button.subject, button.verb),
        verb=button.verb,
        text=button.text,
        style=button.style,
        asks=bool(confirm or button.needs_reason or button.reason_optional),
        title=confirm.title if confirm else button.text,
        effect=confirm.text if confirm else "",
        reason=button.needs_reason or button.reason_optional,
        reason_optional=not button.needs_reason or button.reason_optional,
        yes=confirm.yes if confirm else button.text,
    )
