"""The words of private answers.  Pure."""

from bot.domain.card import Button
from bot.domain.command import REASON_LENGTH
from bot.domain.decision import Mark as Made
from bot.domain.decision import Principal, Verb, Verdict
from bot.domain.gate import Gate
from bot.domain.release import Release
from handlers.slack.cards import Block, button_of, rows, section
from handlers.slack.text import date, escaped, in_utc, literal, markup

GONE = "This release or its gate is not known here any more."
UNAVAILABLE = "The record cannot be reached now, so nothing is known to have been decided. Try again in a moment."
UNKNOWN_BUTTON = "This button is not known to the version of Pointsman that runs now."
NO_DIALOG = "Slack did not open the dialog in time. Nothing was decided; press the button again."
TOO_LONG = f"Too long: a reason has at most {REASON_LENGTH} characters."

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
    verb: Verdict | Verb, label: str, *, made: Made | None, undo: Button | None = None
) -> tuple[str, list[Block]]:
    """Confirm somebody's own decision, for this person alone.

    Args:
        made: the decision as it stands on record.
        undo: takes it back, while that can be done.
    """
    done = f"You {_DONE[verb]}"
    at = f" at {in_utc(made.at, seconds=True)}" if made else ""
    shown = f" at {date(made.at, seconds=True)}" if made else ""
    blocks = [section(markup(f"{done} {literal(label)}{shown}."))]
    if undo is not None:
        blocks += rows([button_of(undo)])
    return f"{done} {escaped(label)}{at}.", blocks


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
