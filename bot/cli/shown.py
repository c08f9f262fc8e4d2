"""Answers of the bot on a terminal: lists as tables, long lines wrapped.  In a pipe they are left as they are."""

import shutil
import textwrap
from collections.abc import Iterator
from typing import Any

import click

from bot.domain.commands.plain import one_line

WIDEST = 120
NARROWEST = 40
GAP = "  "
"""Between two columns."""


def lines(text: str) -> list[str]:
    """The lines of an answer; nothing in them moves a terminal's cursor."""
    return [one_line(line) for line in text.splitlines()]


def on_terminal(text: str, items: list[Any]) -> Iterator[str]:
    """A table where the answer lists releases, else its lines, wrapped."""
    width = max(NARROWEST, min(shutil.get_terminal_size().columns, WIDEST))
    known = {str(item["line"]): str(item["label"]) for item in items if isinstance(item, dict)}
    listed = [line for line in lines(text) if line in known]
    if len(listed) > 1:
        yield from _table([(known[line], line) for line in listed], width)
        rest = [line for line in lines(text) if line not in known]
    else:
        rest = lines(text)
    for line in rest:
        yield from _wrapped(line, width)


def _table(rows: list[tuple[str, str]], width: int) -> Iterator[str]:
    column = min(max(len(label) for label, _ in rows), width // 3)
    indent = " " * (column + len(GAP))
    for label, line in rows:
        told = line.removeprefix(label).removeprefix(" · ")
        first, *more = textwrap.wrap(told, width - len(indent), break_on_hyphens=False) or [""]
        if len(label) > column:
            yield click.style(label, bold=True)
            yield f"{indent}{first}"
        else:
            yield f"{click.style(label.ljust(column), bold=True)}{GAP}{first}"
        yield from (f"{indent}{further}" for further in more)


def _wrapped(line: str, width: int) -> Iterator[str]:
    indent = " " * (len(line) - len(line.lstrip()) + len(GAP))
    yield from textwrap.wrap(line, width, subsequent_indent=indent, break_on_hyphens=False) or [""]
