"""A card as data: what people see of a release, the same on every surface."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.decision import Verb, Verdict
from bot.domain.effects import Line, ReleaseId

PUSH_LENGTH = 80
"""Characters of the line that a phone shows before anybody opens the card."""


class Tone(StrEnum):
    """How a release stands.  Said in words and a symbol too, never by colour alone."""

    ASKS = "asks"
    MOVES = "moves"
    GOOD = "good"
    BAD = "bad"
    OVER = "over"


SYMBOLS = {Tone.ASKS: "✋", Tone.MOVES: "▶️", Tone.GOOD: "✅", Tone.BAD: "❌", Tone.OVER: "⏹️"}


class Mark(StrEnum):
    """The symbol before a line of evidence."""

    GOOD = "✓"
    BAD = "✗"
    CAUTION = "⚠"
    PLAIN = "·"


class Style(StrEnum):
    PRIMARY = "primary"
    DANGER = "danger"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """What is asked before a button acts: version, effect and delay."""

    title: str
    text: str
    yes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One thing a person can do.

    Args:
        subject: the opaque id of the gate (a `Verdict`) or of the release (a `Verb`).
        needs_reason: the surface asks for words first.
    """

    verb: Verdict | Verb
    subject: str
    text: str
    style: Style = Style.PLAIN
    confirm: Confirm | None = None
    needs_reason: bool = False
    reason_optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    mark: Mark
    line: Line

    @property
    def judged(self) -> Line:
        return (f"{self.mark} ", *self.line)


STEPS = 10
"""Squares of the bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the release is: `part` of 0 to 1, and the words that say it."""

    part: float
    words: str

    @property
    def bar(self) -> str:
        """Squares.  Neither end is shown before it is reached."""
        squares = round(self.part * STEPS)
        if 0 < self.part < 1:
            squares = min(max(squares, 1), STEPS - 1)
        squares = min(max(squares, 0), STEPS)
        return "■" * squares + "□" * (STEPS - squares)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """From the top to the bottom of what is shown.

    Args:
        push: at most `PUSH_LENGTH` characters.
        effect: what a yes does; or, when nothing is asked, what happened and what is awaited.
        who: who can move it, who did, and until when.
        mentions: whom the posting of the card calls, as policies name them.
    """

    release: ReleaseId
    label: str
    tone: Tone
    push: str
    title: str
    effect: tuple[Line, ...] = ()
    progress: Progress | None = None
    evidence: tuple[Evidence, ...] = ()
    warnings: tuple[Line, ...] = ()
    who: tuple[Line, ...] = ()
    buttons: tuple[Button, ...] = ()
    changes: tuple[Line, ...] = ()
    footer: Line = ()
    mentions: tuple[str, ...] = ()
