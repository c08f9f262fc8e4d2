"""Slack's dialogs: one that asks for a reason, one that shows the details.  Pure."""

from collections.abc import Iterator
from typing import Any

from bot.domain.card import Button, Card
from bot.domain.command import REASON_LENGTH
from bot.domain.decision import short
from bot.domain.effects import Line, Moment
from bot.domain.gate import Gate
from bot.domain.release import Release
from handlers.slack.cards import HEADER, SECTION, Block, bar, context, judged, section
from handlers.slack.payload import Place, metadata_of
from handlers.slack.text import markup, plain, text_of

REASON = "reason"
"""The dialog's name, its input's block, and where its faults are shown."""

# Source: docs.slack.dev, reference/surfaces and reference/block-kit.
TITLE = SUBMIT = 24
STORY = 40
"""Lines of the time line; the oldest are left out first, and the console has them all."""


def reason_dialog(button: Button, card: Card, *, about: str, place: Place) -> Block:
    """Ask for the reason of a decision, and say once more what it does: it takes the place of a confirm.

    Args:
        about: what comes back with the dialog.
    """
    said: list[Line] = [(button.confirm.text,)] if button.confirm else []
    field: dict[str, Any] = {"type": "plain_text_input", "action_id": REASON, "multiline": True}
    return {
        "type": "modal",
        "callback_id": REASON,
        "private_metadata": metadata_of(about, place),
        "title": plain(button.text, TITLE),
        "submit": plain(button.confirm.yes if button.confirm else button.text, SUBMIT),
        "close": plain("Not now", SUBMIT),
        "blocks": [
            section(text_of([(card.title,), *said], SECTION)),
            {
                "type": "input",
                "block_id": REASON,
                "label": plain("Why?", SECTION),
                "hint": plain("Stands on the card and in the record.", SECTION),
                "optional": not button.needs_reason,
                "element": field | {"max_length": REASON_LENGTH, "focus_on_load": True},
            },
            context(text_of([(card.label,)], SECTION)),
        ],
    }


def details(card: Card, release: Release, *, link: str) -> Block:
    """Show all that is known of a release: how it looks, its gates with who approved, and what happened when."""
    return {
        "type": "modal",
        "title": plain("Details", TITLE),
        "close": plain("Close", SUBMIT),
        "blocks": [
            {"type": "header", "text": plain(card.title, HEADER)},
            *_state(card),
            *_gates(release),
            *_story(card),
            context(markup(f"<{link}|{card_label(card)} in the console>")),
        ],
    }


def card_label(card: Card) -> str:
    return str(plain(card.label, HEADER)["text"])


def _state(card: Card) -> Iterator[Block]:
    if card.effect:
        yield section(text_of(card.effect, SECTION))
    if card.progress is not None:
        yield section(plain(bar(card.progress), SECTION))
    seen: list[Line] = [judged(evidence) for evidence in card.evidence]
    seen += [("⚠ ", *warning) for warning in card.warnings]
    if seen:
        yield section(text_of(seen, SECTION))
    if card.who:
        yield section(text_of(card.who, SECTION))
    if card.changes:
        yield from _part("Changes", card.changes)


def _gates(release: Release) -> Iterator[Block]:
    if release.gates:
        yield from _part("Gates", tuple(_gate(gate) for gate in release.gates))


def _gate(gate: Gate) -> Line:
    step = f" at {gate.step}" if gate.step else ""
    line: list[str | Moment] = [f"{gate.stage}{step}: {gate.state}, {len(gate.approvals)} of {gate.terms.quorum}"]
    for mark in gate.approvals:
        line += [f"; {short(mark.by)} approved ", Moment(mark.at)]
    if gate.told_at is not None:
        line += ["; told ", Moment(gate.told_at)]
    if gate.settled is not None:
        line += [f"; {gate.state} by {short(gate.settled.by)} ", Moment(gate.settled.at)]
    return tuple(line)


def _story(card: Card) -> Iterator[Block]:
    if card.story:
        yield from _part("What happened", card.story[-STORY:])


def _part(title: str, lines: tuple[Line, ...]) -> Iterator[Block]:
    """Its lines, in as many blocks as they need: a long one is cut, none is left out."""
    yield {"type": "divider"}
    yield section(markup(f"*{title}*"))
    for first in range(0, len(lines), LINES_OF_A_BLOCK):
        yield section(text_of(lines[first : first + LINES_OF_A_BLOCK], SECTION))


LINES_OF_A_BLOCK = 5
"""So many of the longest lines fit into one block."""
