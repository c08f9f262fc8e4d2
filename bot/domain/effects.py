"""What must still happen outside, in the core's words."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import NewType

ReleaseId = NewType("ReleaseId", str)


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time inside a line; each surface writes it as its readers expect."""

    at: datetime


Line = tuple[str | Moment, ...]
"""One line of text.  Its strings are plain text: whoever draws it escapes them."""


class Urgency(IntEnum):
    """Which card is drawn first."""

    ENDED = 0
    ASKS = 1
    PROGRESS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowCard:
    """Draw the card of a release wherever it is shown.  It carries no content: what is drawn is the record then."""

    release: ReleaseId
    urgency: Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Say a line below the card.

    Args:
        notifies: a new message that makes phones ring; otherwise it stays in the thread.
        mentions: whom it calls, as policies name them; only where it notifies.
        at: when it came about; a card posted since then has said it already if `card_says_it`.
    """

    release: ReleaseId
    line: Line
    at: datetime
    notifies: bool = False
    mentions: tuple[str, ...] = ()
    card_says_it: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Operate:
    """Do to the engine what the release wants of it.  It carries no content: what is done is what is wanted then."""

    release: ReleaseId


Effect = ShowCard | Tell | Operate


@dataclass(frozen=True, slots=True, order=True)
class Destination:
    """A place in a chat: `slack:C0RELEASES`."""

    platform: str
    address: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.address}"

    @classmethod
    def parse(cls, text: str) -> "Destination":
        platform, _, address = text.partition(":")
        return cls(platform, address)
