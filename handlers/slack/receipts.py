"""The words of private answers.  Pure."""

from typing import Any

from bot.domain.decision import Mark as Made
from bot.domain.decision import Principal, Verb, Verdict
from bot.domain.gate import Gate, GateState
from bot.domain.release import Release
from handlers.slack.cards import BUTTON, section
from handlers.slack.text import date, in_utc, literal, markup, plain

GONE = "This release or its gate is not known here any more."
UNAVAILABLE = (
    "The record cannot be reached now, so nothing is known to have been decided. Look at the card, and try again."
)
UNKNOWN_BUTTON = "This button is not known to the version of Pointsman that runs now."
EXPIRED = "Slack took too long to open the dialog. Nothing was decided; press the button again."

_DONE = {
    Verdict.APPROVE: "approved",
    Verdict.REJECT: "rejected",
    Verdict.TAKE_BACK: "took back your approval of",
    Verdict.REOPEN: "asked again for",
    Verb.ROLL_BACK: "decided to roll back",
    Verb.PAUSE: "paused",
    Verb.RESUME: "resumed",
    Verb.RETRY: "retried",
    Verb.SKIP: "decided to skip the analysis of",
    Verb.PROMOTE_FULL: "decided to promote in full",
}


def receipt(
    verb: Verdict | Verb, label: str, *, made: Made | None, back: str | None = None
) -> tuple[str, list[dict[str, Any]]]:
    """Confirm somebody's own decision, for this person alone.

    Args:
        made: the decision as it stands on record.
        back: the gate whose approval can still be taken back.
    """
    text = f"You {_DONE[verb]} {literal(label)}"
    at = f" at {in_utc(made.at, seconds=True)}" if made else ""
    shown = f" at {date(made.at, seconds=True)}" if made else ""
    blocks = [section(markup(f"{text}{shown}."))]
    if back is not None:
        button = {"type": "button", "action_id": f"gate.{Verdict.TAKE_BACK}", "value": back}
        blocks.append({"type": "actions", "elements": [button | {"text": plain("Take back", BUTTON)}]})
    return f"{text}{at}.", blocks


def made_at_gate(verdict: Verdict, gate: Gate, by: Principal) -> Made | None:
    """Find the decision that was just taken, as the record has it: a repeated one keeps its first time."""
    match verdict:
        case Verdict.APPROVE:
            return gate.approval_of(by)
        case Verdict.REJECT:
            return gate.settled
        case Verdict.REOPEN:
            return gate.reopened
        case Verdict.TAKE_BACK:
            return None


def made_on_release(verb: Verb, release: Release) -> Made | None:
    if verb is Verb.ROLL_BACK:
        return release.roll_back.mark if release.roll_back else None
    return release.paused if verb is Verb.PAUSE else None


def taken_back_by(verdict: Verdict, gate: Gate) -> str | None:
    """Name the gate, while its engine was not told."""
    retractable = verdict is Verdict.APPROVE and gate.told_at is None
    return gate.id if retractable and gate.state in {GateState.CLOSED, GateState.OPEN} else None
