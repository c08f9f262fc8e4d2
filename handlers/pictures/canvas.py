"""A picture in the making: text, level and upright lines, boxes and marks."""

from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING

from handlers.pictures.png import to_png
from handlers.pictures.shapes import TILE, Pattern, Shape, corner_mask, pattern_mask, shape_mask
from handlers.pictures.theme import Colour, Theme

if TYPE_CHECKING:
    from PIL import ImageFont

_FONTS = files("handlers.pictures").joinpath("fonts")

ELLIPSIS = "…"

STRIPE = 64
"""Rows that are packed at once: a whole picture beside itself would take as much memory again."""


@dataclass(frozen=True, slots=True)
class Box:
    """Pixels; the right and the lower edge are outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top


class Canvas:
    """One picture, drawn in one thread.  Its fonts are its own: a font is not to be shared between threads."""

    def __init__(self, width: int, height: int, theme: Theme) -> None:
        from PIL import Image, ImageDraw  # noqa: PLC0415 -- loaded when the first picture is drawn

        self.width, self.height, self.theme = width, height, theme
        self._image = Image.new("RGB", (width, height), theme.paper)
        self._draw = ImageDraw.Draw(self._image)
        self._fonts: dict[tuple[int, bool], ImageFont.FreeTypeFont] = {}
        self._masks: dict[tuple[Shape, int], Image.Image] = {}
        self._tiles: dict[Pattern, Image.Image] = {}

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: int,
        *,
        bold: bool = False,
        fill: Colour | None = None,
        anchor: str = "ls",
        width: float | None = None,
    ) -> float:
        """Write on one line; return how wide it came out.

        Args:
            anchor: Pillow's, e.g. `ls`: x is its left edge and y its base line.
            width: cut so that it fits.
        """
        fitting = text if width is None else self.cut(text, size, width, bold=bold)
        self._draw.text((x, y), fitting, font=self._font(size, bold=bold), fill=fill or self.theme.ink, anchor=anchor)
        return self.measure(fitting, size, bold=bold)

    def measure(self, text: str, size: int, *, bold: bool = False) -> float:
        return self._font(size, bold=bold).getlength(text)

    def cut(self, text: str, size: int, width: float, *, bold: bool = False) -> str:
        """Cut a text so that it is at most so wide, its last sign saying that it goes on."""
        if self.measure(text, size, bold=bold) <= width:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            fits = self.measure(text[:middle].rstrip() + ELLIPSIS, size, bold=bold) <= width
            low, high = (middle, high) if fits else (low, middle - 1)
        return text[:low].rstrip() + ELLIPSIS

    def level(self, left: float, right: float, y: float, *, fill: Colour | None = None, thick: int = 2) -> None:
        top = round(y - thick / 2)
        self._draw.rectangle((round(left), top, round(right) - 1, top + thick - 1), fill=fill or self.theme.rule)

    def upright(self, x: float, top: float, bottom: float, *, fill: Colour | None = None, thick: int = 2) -> None:
        left = round(x - thick / 2)
        self._draw.rectangle((left, round(top), left + thick - 1, round(bottom) - 1), fill=fill or self.theme.rule)

    def box(self, box: Box, fill: Colour, *, pattern: Pattern = Pattern.SOLID, edge: int = 3, radius: int = 0) -> None:
        """Fill a box.  A pattern has an edge of so many pixels in the same colour."""
        if box.width <= 0 or box.height <= 0:
            return
        inside = (box.left, box.top, box.right - 1, box.bottom - 1)
        if pattern is Pattern.SOLID or min(box.width, box.height) <= edge * 2:
            self._draw.rectangle(inside, fill=fill)
        else:
            self._tiled(box, fill, pattern)
            self._draw.rectangle(inside, outline=fill, width=edge)
        if radius and min(box.width, box.height) > radius:
            self._round(box, radius)

    def mark(self, shape: Shape, x: float, y: float, size: int, fill: Colour, *, halo: int = 0) -> None:
        """Draw a shape around a point, with so many pixels of paper around it."""
        if halo:
            self.mark(Shape.CIRCLE, x, y, size + halo * 2, self.theme.paper)
        mask = self._masks.setdefault((shape, size), shape_mask(shape, size))
        self._image.paste(fill, (round(x - size / 2), round(y - size / 2)), mask)

    def png(self, height: int) -> bytes:
        """Encode what is drawn, down to this line."""
        stripes = (self._rows(top, min(top + STRIPE, height)) for top in range(0, height, STRIPE))
        return to_png(stripes, width=self.width, height=height)

    def _rows(self, top: int, bottom: int) -> bytes:
        return self._image.crop((0, top, self.width, bottom)).tobytes()

    def _tiled(self, box: Box, fill: Colour, pattern: Pattern) -> None:
        """Lay tiles from the middle outwards, so that a pattern is whole or cut alike on both sides."""
        from PIL import Image  # noqa: PLC0415

        tile = self._tiles.setdefault(pattern, pattern_mask(pattern))
        mask = Image.new("L", (box.width, box.height), 0)
        for top in range(_first(box.height), box.height, TILE):
            for left in range(_first(box.width), box.width, TILE):
                mask.paste(tile, (left, top))
        self._image.paste(fill, (box.left, box.top), mask)

    def _round(self, box: Box, radius: int) -> None:
        from PIL import Image  # noqa: PLC0415

        corner = corner_mask(radius)
        turned = {
            (box.left, box.top): None,
            (box.right - radius, box.top): Image.Transpose.FLIP_LEFT_RIGHT,
            (box.left, box.bottom - radius): Image.Transpose.FLIP_TOP_BOTTOM,
            (box.right - radius, box.bottom - radius): Image.Transpose.ROTATE_180,
        }
        for place, turn in turned.items():
            self._image.paste(self.theme.paper, place, corner if turn is None else corner.transpose(turn))

    def _font(self, size: int, *, bold: bool) -> "ImageFont.FreeTypeFont":
        from PIL import ImageFont  # noqa: PLC0415

        key = (size, bold)
        if key not in self._fonts:
            data = _FONTS.joinpath("Inter-SemiBold.ttf" if bold else "Inter-Regular.ttf").read_bytes()
            self._fonts[key] = ImageFont.truetype(BytesIO(data), size)
        return self._fonts[key]


def _first(length: int) -> int:
    """Where the first of a row of tiles stands, the middle one being in the middle."""
    start = (length - TILE) // 2
    return start - -(-start // TILE) * TILE
