"""How each ending of a release looks: a colour and a pattern, so that neither is needed alone."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.figures.insights import Outcomes
from handlers.pictures.shapes import Pattern
from handlers.pictures.theme import Colour, Theme


@dataclass(frozen=True, slots=True)
class Look:
    colour: Colour
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Part:
    """So many releases that ended alike."""

    count: int
    words: str
    look: Look


def parts_of(outcomes: Outcomes, theme: Theme) -> Iterator[Part]:
    """List what there is, as it is stacked from below."""
    for count, words, look in (
        (outcomes.promoted, "promoted", Look(theme.blue, Pattern.SOLID)),
        (outcomes.rolled_back, "rolled back", Look(theme.vermilion, Pattern.SLANTED)),
        (outcomes.failed, "failed", Look(theme.purple, Pattern.DOTTED)),
        (outcomes.superseded, "superseded", Look(theme.orange, Pattern.BARRED)),
        (outcomes.ended, "ended, how is not known", Look(theme.grey, Pattern.HOLLOW)),
    ):
        if count:
            yield Part(count, words, look)
