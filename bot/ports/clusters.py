"""Clusters that are looked into, and engines that are told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.domain.looks.sighting import Sighting
from bot.domain.operation import Awaited, Order
from bot.domain.outside import Named, Question
from bot.domain.workload import Workload


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a cluster cannot be relied on to show what is, and since when."""

    why: str
    since: datetime


class Clusters(Protocol):
    """Looks into the clusters of the settings."""

    def sees(self, workload: Workload) -> bool:
        """Whether its cluster is looked into at all, for such a workload."""

    async def look(self, workload: Workload, *, awaited: Awaited | None = None) -> Sighting:
        """Read it from the API server, now.  What is not there any more is `Standing.GONE`.

        Args:
            awaited: what the look shall tell the effect of, as its `notice`.

        Raises:
            ClusterUnavailableError: nothing is known now.
        """

    def trouble(self, workload: Workload) -> Trouble | None:
        """Why what was last seen may be old; None: it is what the cluster shows.  Answers at once."""


class Witness(Protocol):
    """Knows what other tools tell of who used them."""

    async def who(self, workload: Workload, asked: Question) -> Named | None:
        """Who did that; None: it is not told, or not yet.

        Raises:
            ClusterUnavailableError: nothing is known now.
        """


class ReleaseEngine(Protocol):
    """An engine that does not ask: it is told.

    Raises:
        ClusterUnavailableError: it is not known whether it was done; look, then try again.
        ConflictError: it is not any more as people saw it; nothing was changed; look again.
        EngineRefusedError: it will never be done.
    """

    async def carry_out(self, order: Order, seen: Sighting) -> Mapping[str, Any]:
        """Do it, if all is as people saw it; return what its effect is known by later.

        Args:
            seen: a look just taken.  What is written tests that it still holds.
        """

    async def wake(self, order: Order, seen: Sighting) -> None:
        """Let an engine look again that has lost what was written to it."""
