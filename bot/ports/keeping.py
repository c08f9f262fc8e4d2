"""What is kept for those who come in: sessions of the console, answers of the API."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.domain.decision import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A person signed in to the console.  `csrf` stands in each of their forms."""

    token: str
    csrf: str


class Sessions(Protocol):
    """Raises: RecordsUnavailableError."""

    async def open(self, secret: str, session: Session, *, lasts: timedelta) -> None: ...

    async def find(self, secret: str) -> Session | None:
        """None: unknown, closed, or over."""

    async def close(self, secret: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """What makes two requests the same one: who, where, their key; and a digest of the body's JSON value."""

    principal: Principal
    path: str
    key: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a request with this key was answered.  `status` None: the first is still at work.

    Args:
        same: its body is the same JSON value.
    """

    same: bool
    status: int | None = None
    answer: str | None = None


class Answers(Protocol):
    """Answers kept for a day, over restarts.  Raises: RecordsUnavailableError."""

    async def claim(self, once: Once) -> Kept | None:
        """None: it is ours to answer now."""

    async def keep(self, once: Once, *, status: int, answer: str) -> None: ...

    async def forget(self, once: Once) -> None:
        """It was not answered in a way worth keeping: the next try is a first one."""
