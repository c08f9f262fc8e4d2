"""What is wrong in a settings file, told with its key and line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

Place = tuple[str | int, ...]
"""Where a value stands: `("policies", 1, "quorum")` is shown as `policies[1].quorum`."""

LONGEST_QUOTE = 60  # characters


@dataclass(frozen=True, slots=True)
class Mistake:
    """One wrong or doubtful place.

    Attributes:
        key: The dotted path; empty when the file as a whole is meant.
        line: From 1; 0 when there is no line to name.
    """

    key: str
    line: int
    message: str

    def told(self, name: str) -> str:
        """Say it on one line, with the name of the file before it."""
        where = f"{name}:{self.line}" if self.line else name
        return visible(f"{where}: {self.key}: {self.message}" if self.key else f"{where}: {self.message}")


class SettingsError(Exception):
    """The settings cannot be used; `mistakes` are all that were found, by line."""

    def __init__(self, name: str, mistakes: Iterable[Mistake]) -> None:
        self.name = name
        self.mistakes = tuple(sorted(mistakes, key=lambda mistake: mistake.line))
        super().__init__(name, self.mistakes)

    def __str__(self) -> str:
        return "\n".join(mistake.told(self.name) for mistake in self.mistakes)


def dotted(place: Place) -> str:
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return visible(path.removeprefix("."))


def visible(text: str) -> str:
    """Escape what would break a line or a terminal: a key may hold anything, and must be found again in the file."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


def line_of(place: Place, lines: Mapping[Place, int]) -> int:
    """Find the line of a place; what is not written has the line of what it is missing from."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 0)


def quoted(text: str) -> str:
    """Quote a value for a message: one line, not too long."""
    return repr(text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…")


def hint(word: str, known: Iterable[str]) -> str:
    """Name the known word that comes nearest, as the end of a sentence; empty when none is near."""
    near = get_close_matches(word, sorted(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""
