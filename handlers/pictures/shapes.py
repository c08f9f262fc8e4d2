"""Small shapes with smooth edges: marks, patterns and round corners, as masks.

Pillow draws slanted edges as stairs, so that a shape is drawn larger and made smaller.  Everything else in a picture
is upright or level and needs none of it.
"""

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

_FINER = 4
"""Times as large as it is shown."""

TILE = 12
"""Pixels after which a pattern comes again."""


class Shape(StrEnum):
    CIRCLE = "circle"
    DIAMOND = "diamond"
    TRIANGLE = "triangle"
    CROSS = "cross"
    SQUARE = "square"
    RING = "ring"
    CHECK = "check"


class Pattern(StrEnum):
    SOLID = "solid"
    SLANTED = "slanted"
    DOTTED = "dotted"
    BARRED = "barred"
    HOLLOW = "hollow"


_CORNERS: dict[Shape, tuple[tuple[float, float], ...]] = {
    Shape.DIAMOND: ((0.5, 0), (1, 0.5), (0.5, 1), (0, 0.5)),
    Shape.TRIANGLE: ((0.5, 0.04), (1, 0.92), (0, 0.92)),
    Shape.SQUARE: ((0.08, 0.08), (0.92, 0.08), (0.92, 0.92), (0.08, 0.92)),
}


def shape_mask(shape: Shape, size: int) -> "Image.Image":
    """Draw a shape, white on black, that fills a square of so many pixels."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 -- loaded when the first picture is drawn

    large = size * _FINER
    mask = Image.new("L", (large, large), 0)
    draw = ImageDraw.Draw(mask)
    match shape:
        case Shape.CIRCLE:
            draw.ellipse((0, 0, large - 1, large - 1), fill=255)
        case Shape.RING:
            draw.ellipse((0, 0, large - 1, large - 1), outline=255, width=large // 5)
        case Shape.CROSS:
            low, high, width = large * 0.14, large * 0.86, large // 4
            draw.line((low, low, high, high), fill=255, width=width)
            draw.line((low, high, high, low), fill=255, width=width)
        case Shape.CHECK:
            bend = ((0.06, 0.52), (0.38, 0.84), (0.94, 0.2))
            draw.line([(x * large, y * large) for x, y in bend], fill=255, width=large // 5, joint="curve")
        case Shape.DIAMOND | Shape.TRIANGLE | Shape.SQUARE:
            draw.polygon([(x * (large - 1), y * (large - 1)) for x, y in _CORNERS[shape]], fill=255)
    return mask.reduce(_FINER)


def pattern_mask(pattern: Pattern) -> "Image.Image":
    """Draw one tile of a pattern: white where it is coloured."""
    from PIL import Image, ImageDraw  # noqa: PLC0415

    large = TILE * _FINER
    mask = Image.new("L", (large, large), 0)
    draw = ImageDraw.Draw(mask)
    match pattern:
        case Pattern.SOLID:
            draw.rectangle((0, 0, large, large), fill=255)
        case Pattern.SLANTED:
            for shift in (-large, 0, large):
                line = (shift - large, large * 2, shift + large * 2, -large)
                draw.line(line, fill=255, width=round(large * 0.36))
        case Pattern.DOTTED:
            draw.ellipse((large * 0.2, large * 0.2, large * 0.8, large * 0.8), fill=255)
        case Pattern.BARRED:
            draw.rectangle((0, large * 0.25, large, large * 0.75), fill=255)
        case Pattern.HOLLOW:
            pass  # Its edge says it.
    return mask.reduce(_FINER)


def corner_mask(radius: int) -> "Image.Image":
    """Draw what is cut off the upper left corner, white where it goes."""
    from PIL import Image, ImageDraw  # noqa: PLC0415

    large = radius * _FINER
    mask = Image.new("L", (large, large), 255)
    ImageDraw.Draw(mask).ellipse((0, 0, large * 2, large * 2), fill=0)
    return mask.reduce(_FINER)
