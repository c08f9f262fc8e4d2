"""Colours of a picture, in the light and in the dark.

The hues are those of Okabe and Ito, which people with any colour vision tell apart; those that are too faint on their
ground are moved in lightness alone.  No meaning hangs on colour: each outcome has a pattern, each mark a shape.
"""

from dataclasses import dataclass
from enum import StrEnum

Colour = tuple[int, int, int]


class Scheme(StrEnum):
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """What each thing is drawn in.

    Args:
        wash: behind the time in which people were waited for.
        fill: below the line of a plot.
        rule: lines that help the eye.
    """

    paper: Colour
    ink: Colour
    soft: Colour
    rule: Colour
    wash: Colour
    fill: Colour
    blue: Colour
    vermilion: Colour
    purple: Colour
    grey: Colour
    orange: Colour
    green: Colour


LIGHT = Theme(
    paper=(255, 255, 255),
    ink=(21, 24, 28),
    soft=(81, 88, 98),
    rule=(222, 226, 231),
    wash=(255, 242, 214),
    fill=(200, 223, 241),
    blue=(0, 114, 178),
    vermilion=(203, 86, 0),
    purple=(166, 73, 129),
    grey=(121, 129, 140),
    orange=(163, 104, 0),
    green=(0, 122, 88),
)

DARK = Theme(
    paper=(24, 28, 34),
    ink=(230, 233, 237),
    soft=(165, 173, 184),
    rule=(51, 58, 67),
    wash=(58, 48, 24),
    fill=(27, 62, 88),
    blue=(86, 180, 233),
    vermilion=(240, 126, 52),
    purple=(221, 150, 190),
    grey=(143, 152, 164),
    orange=(230, 159, 0),
    green=(62, 196, 152),
)

THEMES = {Scheme.LIGHT: LIGHT, Scheme.DARK: DARK}
