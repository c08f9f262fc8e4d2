"""Cards as messages of Google Chat.  Pure: what stands on a card was decided elsewhere."""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.domain.card import PUSH_LENGTH, SYMBOLS, Card
from bot.domain.commands.plain import plain
from bot.domain.commands.reply import Reply
from bot.domain.effects import Line, Tell
from handlers.google_chat.text import NOTHING, escaped, in_a_column, in_html, in_words, label, stacked
from handlers.google_chat.widgets import (
    DETAILS,
    Widget,
    action,
    buttons,
    calls,
    deciding,
    opens,
    paragraph,
    section,
    sections,
)

Message = dict[str, Any]

TITLE = 200
"""Characters.  Chat itself shows two lines of it."""

PROGRESS = 200
FOOTER = 300

# Bytes of each part, so that the whole stays below the 32,000 that Chat takes, whatever people wrote; and of widgets
# there are a dozen, where Chat shows a hundred.  Source: developers.google.com/workspace/chat, create-messages.
EFFECT, EVIDENCE, WARNINGS, WHO, CHANGES = 4000, 3000, 3000, 3000, 3500
REPLY = 16_000

BUTTONS = 8

ONE_WAY = "This message cannot change: it shows how things stood when it was sent. What follows is told below it."
"""Said where a webhook posts."""


def to_message(
    card: Card, *, function: str | None, link: str, calling: Sequence[str] = (), one_way: bool = False
) -> Message:
    """Draw a card.

    Args:
        function: what a click calls: the address of an add-on's endpoint, or a classic app's fixed name.  None: no
            click reaches us, and every button leads to the console.
        link: where the console shows the release.
        calling: who is called, each as Chat calls or as we name them; only the posting of a card calls.
        one_way: it will never be drawn anew.
    """
    asked = f"\nAsked: {' '.join(calling)}" if calling else ""
    return {
        "text": f"{in_words((card.push,), PUSH_LENGTH)}{asked}",
        "cardsV2": [{"cardId": card.release, "card": _card(card, function, link, one_way=one_way)}],
    }


def to_note(tell: Tell, *, calling: Sequence[str] = (), card: str | None = None, console: str | None = None) -> Message:
    """Write a line below a card.

    Args:
        card, console: where the card is, or the release in the console; only what notifies leads there.
    """
    ways = [f"<{card}|Open the card>"] if card else []
    ways += [f"<{console}|Open in the console>"] if console else []
    return {"text": " ".join((*calling, in_words(tell.line), *ways))}


def drawn(reply: Reply, *, function: str | None, link: str) -> Message:
    """Draw an answer: its words as they are, and the buttons that would do what was asked.

    Args:
        link: where the console shows what finds no room.
    """
    lines: list[Line] = [(line,) for line in reply.text.splitlines()]
    if not reply.buttons or function is None:
        return {"text": in_a_column(lines, REPLY, link=link)}
    offered = buttons(deciding(button, function=function) for button in reply.buttons[:BUTTONS])
    card = {"sections": [section(paragraph(stacked(lines, REPLY, link=link)), offered)]}
    return {"fallbackText": in_words(lines[0]), "cardsV2": [{"cardId": "answer", "card": card}]}


def _card(card: Card, function: str | None, link: str, *, one_way: bool) -> dict[str, Any]:
    told = [*_effect(card, link), *how_it_looks(card, link)]
    ways = [_ways(card, function, link), *([paragraph(f"<i>{escaped(ONE_WAY)}</i>")] if one_way else [])]
    if card.who:
        groups = [told, [paragraph(stacked(card.who, WHO, link=link)), *ways]]
    else:
        groups = [[*told, *ways]]
    return {
        "header": {"title": label(f"{SYMBOLS[card.tone]} {card.title}", TITLE)},
        "sections": sections(*groups, [_foot(card, link)]),
    }


def _effect(card: Card, link: str) -> Iterator[Widget]:
    if card.effect:
        yield paragraph(stacked(card.effect, EFFECT, link=link))
    yield from progress(card)


def progress(card: Card) -> Iterator[Widget]:
    if card.progress is not None:
        yield paragraph(f"{card.progress.bar}  {in_html((card.progress.words,), PROGRESS)}")


def how_it_looks(card: Card, link: str) -> Iterator[Widget]:
    if card.evidence:
        yield paragraph(stacked((evidence.judged for evidence in card.evidence), EVIDENCE, link=link))
    if card.warnings:
        yield paragraph(stacked((("⚠ ", *warning) for warning in card.warnings), WARNINGS, link=link))


def _ways(card: Card, function: str | None, link: str) -> Widget:
    if function is None:
        return buttons([opens("Decide in the console" if card.buttons else "Open in the console", link)])
    details = calls("Details", action(DETAILS, card.release, function=function, dialog=True))
    return buttons([*(deciding(button, function=function) for button in card.buttons[:BUTTONS]), details])


def _foot(card: Card, link: str) -> Widget:
    """What changes, and below it in small letters whose card it is; a touch leads to the console."""
    footer = card.footer or (card.label,)
    if card.changes:
        changes = stacked(card.changes, CHANGES, link=link)
        said = {"text": changes, "bottomLabel": label(plain(footer), FOOTER)}
    else:
        said = {"text": in_html(footer, FOOTER).strip() or NOTHING}
    icon = {"materialIcon": {"name": "open_in_new"}, "altText": "Open in the console"}
    return {"decoratedText": {**said, "wrapText": True, "endIcon": icon, "onClick": {"openLink": {"url": link}}}}
