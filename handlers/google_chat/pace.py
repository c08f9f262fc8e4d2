"""How fast Google Chat may be spoken to."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.domain.errors import ChatUnavailableError
from handlers.chats.pace import Budget, Pace

# Source: developers.google.com/workspace/chat/limits.  One for each space, whether it posts or draws anew.
WRITES = Budget(burst=1, each_second=1)


@dataclass(frozen=True, slots=True)
class Writes:
    """What is written to each space, by its name or that of its webhook."""

    pace: Pace

    @classmethod
    def counted(cls, clock: Callable[[], float]) -> "Writes":
        return cls(Pace(clock))

    @contextmanager
    def one(self, place: str) -> Iterator[None]:
        """Write once.  Too early, the effect is given back rather than kept waiting here: others go elsewhere.

        Raises:
            ChatUnavailableError: with the seconds to wait.
        """
        if wait := self.pace.take(place, WRITES):
            raise ChatUnavailableError(f"Google Chat's limit of {place}", retry_after=wait)
        try:
            yield
        except ChatUnavailableError as error:
            if error.retry_after is not None:
                self.pace.hold(place, error.retry_after)
            raise
