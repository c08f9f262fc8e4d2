"""Sizes that all pictures share, and numbers in a row with what they mean."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from handlers.pictures.canvas import Canvas

WIDTH = 1200
EDGE = 48
"""Pixels around everything."""

TITLE, HEAD, TEXT = 52, 38, 32
"""Pixels.  A phone shows them at a third, so that the smallest is read as eleven."""

ROW = 58
"""Pixels from one row of heads to the next."""

SIGN = 34
"""Pixels of the sign before a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A number, what it counts, and the sign that stands for it in the picture.

    Args:
        sign: draws it into the square at this left and top.
    """

    value: str
    words: str
    sign: Callable[[int, int], None]


def draw_heads(canvas: Canvas, heads: Iterable[Head], top: int) -> int:
    """Write heads side by side, in as many rows as they need; return where they end."""
    x, y = EDGE, top
    for head in heads:
        value = canvas.measure(head.value, HEAD, bold=True)
        width = SIGN + 14 + value + 10 + canvas.measure(head.words, HEAD)
        if x > EDGE and x + width > canvas.width - EDGE:
            x, y = EDGE, y + ROW
        base = y + 40
        head.sign(round(x), base - SIGN + 3)
        canvas.text(x + SIGN + 14, base, head.value, HEAD, bold=True)
        canvas.text(x + SIGN + 14 + value + 10, base, head.words, HEAD, fill=canvas.theme.soft)
        x += round(width) + 44
    return y + ROW
