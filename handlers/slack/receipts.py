"""The words of private answers.  Pure."""

from bot.domain.card import Button
from bot.domain.commands.meaning import offer
from bot.domain.decision import Mark as Made
from bot.domain.decision import Principal, Verb, Verdict
from bot.domain.gate import Gate
from bot.domain.release import Release
from bot.domain.wording import DONE
from bot.usecases.press_button import Pressed
from handlers.slack.cards import Block, button_of, rows, section
from handlers.slack.text import date, escaped, in_utc, literal, markup

NO_DIALOG = "Slack did not open the dialog in time. Nothing was decided; press the button again."


def receipt(
    verb: Verdict | Verb, label: str, *, made: Made | None, undo: Button | None = None
) -> tuple[str, list[Block]]:
    """Confirm somebody's own decision, for this person alone.

    Args:
        made: the decision as it stands on record.
        undo: takes it back, while that can be done.
    """
    done = f"You {DONE[verb]}"
    at = f" at {in_utc(made.at, seconds=True)}" if made else ""
    shown = f" at {date(made.at, seconds=True)}" if made else ""
    blocks = [section(markup(f"{done} {literal(label)}{shown}."))]
    if undo is not None:
        blocks += rows([button_of(undo)])
    return f"{done} {escaped(label)}{at}.", blocks


def receipt_of(pressed: Pressed) -> tuple[str, list[Block]]:
    """Confirm what was just decided; who approved may take it back."""
    match pressed.verb:
        case Verdict() as verdict:
            made = made_at_gate(verdict, pressed.gate, pressed.by) if pressed.gate else None
        case Verb() as verb:
            made = made_on_release(verb, pressed.seen.release)
    undo = offer(pressed.seen, Verdict.TAKE_BACK, pressed.by) if pressed.verb is Verdict.APPROVE else None
    return receipt(pressed.verb, pressed.seen.label, made=made, undo=undo)


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
