"""Summaries as messages of Google Chat.  Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.domain.card import PUSH_LENGTH
from bot.domain.commands.plain import plain
from bot.domain.figures.summary import Section, Summary
from handlers.google_chat.cards import TITLE, Message
from handlers.google_chat.text import in_html, in_words, label, stacked
from handlers.google_chat.widgets import Widget, paragraph, section

# Bytes, so that the whole stays below what Chat takes: what is left for the sections is shared among them.
LEAD, LONGEST, ALL = 3000, 4000, 18_000

SECTIONS = 14

# Characters.
HEADING, FOOTER = 80, 300

ALT = 500
"""Characters of the words that stand for a picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What Google's servers fetch without signing in, so that the address is unguessable and soon ends.

    Args:
        alt: the same in words.
    """

    url: str
    alt: str


def to_summary(summary: Summary, *, link: str, picture: Picture | None = None) -> Message:
    """Draw a summary.

    Args:
        link: where the console shows what finds no room.
    """
    parts, left = summary.sections[:SECTIONS], len(summary.sections) - SECTIONS
    share = min(LONGEST, ALL // max(len(parts), 1))
    sections = [
        section(*_lead(summary, link, picture)),
        *(_part(part, share, link) for part in parts),
        section(paragraph(_foot(summary, left, link))),
    ]
    card = {"header": {"title": label(summary.title, TITLE)}, "sections": sections}
    return {"text": in_words((summary.push,), PUSH_LENGTH), "cardsV2": [{"cardId": "summary", "card": card}]}


def _lead(summary: Summary, link: str, picture: Picture | None) -> Iterator[Widget]:
    yield paragraph(stacked(summary.lead, LEAD, link=link))
    if picture is not None:
        yield _image(picture, link)


def _part(part: Section, limit: int, link: str) -> dict[str, Any]:
    return section(paragraph(stacked(part.lines, limit, link=link)), header=in_html((part.title,), HEADING))


def _foot(summary: Summary, left: int, link: str) -> str:
    """The record; before it how much was left out, if anything was."""
    footer = in_html(summary.footer, FOOTER)
    return footer if left <= 0 else f'<a href="{link}">… and {left} more parts in the console</a><br>{footer}'


def _image(picture: Picture, link: str) -> dict[str, Any]:
    alt = label(plain((picture.alt,)), ALT)
    return {"image": {"imageUrl": picture.url, "altText": alt, "onClick": {"openLink": {"url": link}}}}
