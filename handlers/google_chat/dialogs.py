"""Google Chat's dialogs: one that comes before a decision, one that shows the details, one that only says something.

Pure.
"""

from typing import Any

from bot.domain.card import Button, Card
from bot.domain.cards.seen import Seen
from bot.domain.cards.standing import how_it_stands
from bot.domain.decision import REASON_LENGTH
from bot.domain.effects import Line
from bot.domain.newest import Newest
from handlers.google_chat.cards import CHANGES, EFFECT, TITLE, WHO, how_it_looks, progress
from handlers.google_chat.text import in_html, label, newest, stacked
from handlers.google_chat.widgets import (
    Widget,
    action,
    buttons,
    calls,
    opens,
    paragraph,
    section,
    sections,
    word_of,
)

REASON = "reason"
"""The input's name."""

CARD = dict[str, Any]

GATES, STORY = 4000, 8000
"""Bytes; the oldest lines are left out first."""

LINES = 20
"""Of a notice."""


def confirm_dialog(button: Button, card: Card, *, function: str) -> CARD:
    """Say once more what a decision does, and ask for its reason where there is to be one."""
    said: list[Line] = [(card.title,), *([(button.confirm.text,)] if button.confirm else [])]
    act = action(word_of(button), button.subject, function=function)
    if button.needs_reason:
        act["requiredWidgets"] = [REASON]
    yes = button.confirm.yes if button.confirm else button.text
    asked = [_reason(button)] if button.needs_reason or button.reason_optional else []
    return {
        "header": {"title": label(button.confirm.title if button.confirm else button.text, TITLE)},
        "sections": [
            section(
                *(paragraph(in_html(line)) for line in said),
                *asked,
                buttons([calls(yes, act, style=button.style)]),
            )
        ],
    }


def _reason(button: Button) -> Widget:
    return {
        "textInput": {
            "name": REASON,
            "label": "Why?" if button.needs_reason else "Why? (may be left empty)",
            "hintText": "Stands on the card and in the record.",
            "type": "MULTIPLE_LINE",
            "validation": {"characterLimit": REASON_LENGTH},
        },
    }


def details(card: Card, seen: Seen, history: Newest, *, link: str) -> CARD:
    """Show all that is known of a release: how it looks, its gates with who approved, and what happened when."""
    gates = Newest(lines=tuple(how_it_stands(seen, gate) for gate in seen.release.gates))
    effect = [paragraph(stacked(card.effect, EFFECT, link=link))] if card.effect else []
    who = [paragraph(stacked(card.who, WHO, link=link))] if card.who else []
    return {
        "header": {"title": label(card.title, TITLE)},
        "sections": [
            *sections([*effect, *progress(card), *how_it_looks(card, link)], who),
            *_part("Changes", stacked(card.changes, CHANGES, link=link) if card.changes else ""),
            *_part("Gates", newest(gates, GATES, link=link)),
            *_part("What happened", newest(history, STORY, link=link)),
            section(buttons([opens(f"{card.label} in the console", link)])),
        ],
    }


def _part(title: str, html: str) -> list[dict[str, Any]]:
    return [section(paragraph(html), header=title)] if html else []


def notice(text: str) -> CARD:
    """Say something in place of the dialog that was asked for."""
    return {"sections": [section(*(paragraph(in_html((line,))) for line in text.splitlines()[:LINES]))]}
