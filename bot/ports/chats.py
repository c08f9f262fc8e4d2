"""What is said outside: saved effects, and the chats that take them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.card import Card
from bot.domain.effects import Destination, Effect, ReleaseId, Tell
from bot.domain.figures.plan import Plan
from bot.domain.figures.summary import DueSummary, Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One effect claimed for one destination.

    Args:
        key: the same at every try, so that the other side or we can recognise a repeat.
        posted_as: the card's id there; None: it was never posted.
        posted_at: when that was.
    """

    id: int
    key: str
    what: Effect | DueSummary
    to: Destination
    attempts: int
    version: int
    posted_as: str | None = None
    posted_at: datetime | None = None

    @property
    def release(self) -> ReleaseId | None:
        """None: it is about no release."""
        return None if isinstance(self.what, DueSummary) else self.what.release


class Outbox(Protocol):
    """Saved effects that wait to be carried out.

    Raises:
        RecordsUnavailableError: the database is away.
    """

    async def claim(self, *, worker: str, limit: int, but: frozenset[Destination]) -> tuple[Delivery, ...]:
        """Take effects that are due, towards any destination but these; nobody else gets them until the lease ends."""

    async def shown(self, delivery: Delivery, posted_as: str) -> None: ...

    async def told(self, delivery: Delivery) -> None: ...

    async def again(self, delivery: Delivery, *, seconds: float, why: str | None) -> None:
        """Put it off.  `why`: what it failed by; None: it did not, and is to be looked at again."""

    async def repost(self, delivery: Delivery) -> None:
        """The card is gone: post it again, once; gone a second time, it stays gone."""

    async def give_up(self, delivery: Delivery, *, why: str) -> None:
        """It will never be taken there; kept, and shown to people as failed."""

    async def hand_over(self, worker: str) -> None:
        """Give back what this worker has claimed."""

    async def oldest_due(self) -> timedelta | None:
        """How long the effect has been due that waits longest; None: none waits."""


class ChatPlatform(Protocol):
    """One chat, towards which cards and lines go.

    Raises:
        ChatUnavailableError: nothing is known to have changed; try again later.
        ChatRefusedError: it will never be taken.
        CardGoneError: the card that was posted is not there any more.
    """

    async def show(self, card: Card, *, to: str, posted_as: str | None, key: str, retry: bool) -> str:
        """Post the card, or redraw the one posted before; return its id there.

        Args:
            retry: an earlier try ended without an answer, so that the card may be there already.
        """

    async def tell(self, tell: Tell, *, to: str, posted_as: str, key: str) -> None: ...

    async def post(self, summary: Summary, *, to: str, key: str, retry: bool) -> None:
        """Post a summary, and its picture where the chat takes one; without the picture it stands as well.

        Args:
            retry: an earlier try ended without an answer, so that it may be there already.
        """


class Schedules(Protocol):
    """What is due again and again, kept so that any number of replicas owes each of it once."""

    async def owe(self, plan: Plan) -> bool:
        """Owe the newest slot of a plan to its channels, if it is newer than the last one owed; True: it was.

        A plan that was never seen begins with its next slot.  What a channel is still owed from before becomes part of
        the new summary.

        Raises:
            RecordsUnavailableError: the database is away; nothing is owed yet.
        """
