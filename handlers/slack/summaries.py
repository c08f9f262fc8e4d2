"""Summaries as Slack's blocks.  Pure."""

from collections.abc import Iterator

from bot.domain.card import PUSH_LENGTH
from bot.domain.figures.summary import Section, Summary
from handlers.slack.cards import CONTEXT, HEADER, SECTION, Block, context, section
from handlers.slack.text import in_markup, literal, markup, plain, stacked, text_of


def to_summary(summary: Summary) -> tuple[str, list[Block]]:
    """Draw a summary: what a phone shows before it is opened, and the blocks."""
    return plain(summary.push, PUSH_LENGTH)["text"], list(_blocks(summary))


def _blocks(summary: Summary) -> Iterator[Block]:
    yield {"type": "header", "text": plain(summary.title, HEADER)}
    if summary.lead:
        yield section(text_of(summary.lead, SECTION))
    for part in summary.sections:
        yield section(_with_heading(part))
    yield context(text_of([summary.footer], CONTEXT))


def _with_heading(part: Section) -> Block:
    return markup(stacked([f"*{literal(part.title)}*", *map(in_markup, part.lines)], SECTION))
