"""What happened, as marks below the plot, and as lines that say each mark."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from bot.domain.figures.course import Event, Kind
from handlers.pictures.canvas import Canvas
from handlers.pictures.layout import EDGE, TEXT
from handlers.pictures.shapes import Shape
from handlers.pictures.span import Span
from handlers.pictures.theme import Colour, Theme
from handlers.pictures.words import clock

MARK = 28
ROW = 50
RAILS = 3
"""Rows of marks: what happened at almost the same time stands below each other."""

FIRST, LAST = 2, 8
"""So many lines from the beginning and from the end, where there are more."""


def sign_of(kind: Kind, theme: Theme) -> tuple[Shape, Colour]:
    match kind:
        case Kind.ASKED:
            return Shape.DIAMOND, theme.blue
        case Kind.APPROVED:
            return Shape.CIRCLE, theme.green
        case Kind.REFUSED:
            return Shape.CROSS, theme.vermilion
        case Kind.CHECK_FAILED:
            return Shape.TRIANGLE, theme.orange
        case Kind.WENT_WELL:
            return Shape.CHECK, theme.green
        case Kind.WENT_BADLY:
            return Shape.SQUARE, theme.vermilion
        case Kind.NOTED:
            return Shape.RING, theme.grey


def draw_rail(canvas: Canvas, events: Sequence[Event], span: Span, top: int) -> int:
    """Mark when everything happened; return where that ends."""
    free = [0.0] * RAILS
    deepest = 0
    for event in events:
        x = min(span.x(event.at), span.right - MARK / 2 + 8)
        row = next((row for row, left in enumerate(free) if x - left >= MARK + 4), RAILS - 1)
        free[row], deepest = x, max(deepest, row)
        shape, colour = sign_of(event.kind, canvas.theme)
        canvas.mark(shape, x, top + 22 + row * (MARK + 6), MARK, colour, halo=3)
    return top + 44 + deepest * (MARK + 6)


def draw_events(canvas: Canvas, events: Sequence[Event], top: int, *, dated: bool) -> int:
    """Say what each mark is, oldest first; return where that ends."""
    canvas.level(EDGE, canvas.width - EDGE, top + 14)
    base = top + 24
    times = max(canvas.measure(clock(event.at, dated=dated), TEXT) for event in events)
    left = EDGE + MARK + 18
    for event in shortened(joined(events)):
        base += ROW
        if isinstance(event, int):
            canvas.text(left, base - 6, f"{event} more in between", TEXT, fill=canvas.theme.soft)
            continue
        shape, colour = sign_of(event.kind, canvas.theme)
        canvas.mark(shape, EDGE + MARK / 2, base - 18, MARK, colour)
        canvas.text(left, base - 6, clock(event.at, dated=dated), TEXT, fill=canvas.theme.soft)
        words = left + times + 22
        canvas.text(words, base - 6, event.words, TEXT, width=canvas.width - EDGE - words)
    return base


def joined(events: Sequence[Event]) -> list[Event]:
    """Say once what happened several times running."""
    alike = [list(group) for _, group in groupby(events, key=lambda event: (event.kind, event.words))]
    return [
        replace(group[0], words=f"{group[0].words}, {len(group)} times") if len(group) > 1 else group[0]
        for group in alike
    ]


def shortened(events: Sequence[Event]) -> list[Event | int]:
    """All of them; of many, the first and the last, and between them how many there are."""
    if len(events) <= FIRST + LAST + 1:
        return list(events)
    return [*events[:FIRST], len(events) - FIRST - LAST, *events[-LAST:]]
