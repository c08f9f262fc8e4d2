"""How well a watch sees."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class InSight(StrEnum):
    """Whether what we know of a kind of object is how it is now."""

    NOT_YET = "not_yet"
    YES = "yes"
    AWAY = "away"
    """The API server does not answer, or knows us no longer."""
    FORBIDDEN = "forbidden"
    """A role lacks `list` or `watch`."""
    NOT_INSTALLED = "not_installed"
    """The cluster has no such kind."""


@dataclass(slots=True)
class WatchHealth:
    """What one watch has seen last.

    Args:
        since: when that became so.
        why: in the API server's words; empty when all is well.
        listed: whether everything was seen once.
    """

    now: Callable[[], datetime]
    in_sight: InSight = InSight.NOT_YET
    why: str = ""
    listed: bool = False
    since: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.since = self.now()

    @property
    def ok(self) -> bool:
        return self.in_sight is InSight.YES

    def becomes(self, in_sight: InSight, why: str = "") -> bool:
        """Keep what is so now, and tell whether it was otherwise."""
        changed = self.in_sight is not in_sight
        self.in_sight, self.why = in_sight, why
        if changed:
            self.since = self.now()
        return changed
