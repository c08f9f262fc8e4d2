"""Slack's dialogs: one that asks for a reason, one that shows the details.  Pure."""

from collections.abc import Iterable, Iterator
from typing import Any

from bot.domain.card import Button, Card
from bot.domain.cards.seen import Seen
from bot.domain.cards.standing import how_it_stands
from bot.domain.decision import REASON_LENGTH
from bot.domain.effects import Line
from bot.domain.newest import Newest
from handlers.slack.cards import HEADER, SECTION, Block, bar, context, section
from handlers.slack.payload import Place, metadata_of
from handlers.slack.text import in_markup, markup, pages, plain, text_of

REASON = "reason"
"""The dialog's name, its input's block, and where its faults are shown."""

# Source: docs.slack.dev, reference/surfaces and reference/block-kit.
TITLE = SUBMIT = 24
GATES = 40
"""Gates that are shown, the newest: a Canary of small steps reaches many."""


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


def details(card: Card, seen: Seen, history: Newest, *, link: str) -> Block:
    """Show all that is known of a release: how it looks, its gates with who approved, and what happened when."""
    gates = Newest(lines=tuple(how_it_stands(seen, gate) for gate in seen.release.gates)).last(GATES)
    return {
        "type": "modal",
        "title": plain("Details", TITLE),
        "close": plain("Close", SUBMIT),
        "blocks": [
            {"type": "header", "text": plain(card.title, HEADER)},
            *_state(card),
            *_part("Changes", map(in_markup, card.changes)),
            *_part("Gates", _newest(gates, link)),
            *_part("What happened", _newest(history, link)),
            context(markup(f"<{link}|{in_markup((card.label,))} in the console>")),
        ],
    }


def _state(card: Card) -> Iterator[Block]:
    if card.effect:
        yield section(text_of(card.effect, SECTION))
    if card.progress is not None:
        yield section(plain(bar(card.progress), SECTION))
    seen: list[Line] = [evidence.judged for evidence in card.evidence]
    seen += [("⚠ ", *warning) for warning in card.warnings]
    if seen:
        yield section(text_of(seen, SECTION))
    if card.who:
        yield section(text_of(card.who, SECTION))


def _newest(told: Newest, link: str) -> Iterator[str]:
    """Lines as they are written; above them, how many were left out."""
    if told.earlier:
        yield f"<{link}|{told.earlier}>"
    yield from map(in_markup, told.lines)


def _part(title: str, written: Iterable[str]) -> Iterator[Block]:
    lines = tuple(written)
    if not lines:
        return
    yield {"type": "divider"}
    for text in pages([f"*{title}*", *lines], SECTION):
        yield section(markup(text))
