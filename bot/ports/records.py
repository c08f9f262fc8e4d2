"""The record: transactions on it, and reads outside of them."""

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from bot.domain.audit import Action, Entry, Head
from bot.domain.decision import Principal
from bot.domain.effects import ReleaseId
from bot.domain.figures.insights import Insights, Period
from bot.domain.figures.recap import Noted
from bot.domain.gate import GateId
from bot.domain.looks.waking import LastLook
from bot.domain.release import Outcome, Release
from bot.domain.runs.beginning import Known
from bot.domain.workload import Workload


class Records(Protocol):
    """One transaction on the record.  Everything read through it stays as it is until it ends.

    Raises:
        RecordsUnavailableError: the database is away; nothing was saved.
        NotFoundError: there is no such release or gate.
    """

    async def now(self) -> datetime: ...

    async def known(self, workload: Workload) -> Known:
        """Load what is known of a workload, locked; one never heard of before is known from now on."""

    async def release(self, release: ReleaseId) -> Release: ...

    async def release_of(self, gate: GateId) -> Release: ...

    async def heard(self, workload: Workload, *, hooks: frozenset[str], at: datetime) -> None:
        """Keep that a workload was heard now, by which hooks."""

    async def heard_of(self, usual_gaps: Mapping[Workload, int | None], *, at: datetime) -> None:
        """Keep for many that they were heard, and the usual seconds between their ticks; None: as it was."""

    async def save(self, outcome: Outcome) -> None:
        """Save releases, record and effects.  Told to nobody before the transaction has ended well."""

    async def append(self, *entries: Entry) -> None:
        """Write lines that belong to no release."""


OpenRecords = Callable[[], AbstractAsyncContextManager[Records]]


T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """Newest first; `next` is the cursor of the following page, None at the end."""

    items: tuple[T, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFilter:
    """None matches all.

    Args:
        newest: of each workload its newest release alone.
        waiting: a gate of it waits for people.
    """

    cluster: str | None = None
    namespace: str | None = None
    name: str | None = None
    state: str | None = None
    number: int | None = None
    kind: str | None = None
    open: bool | None = None
    newest: bool = False
    waiting: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """So many gates of one cluster and stage wait for people, the first of them since then."""

    cluster: str
    stage: str
    gates: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How a workload was heard so far.

    Args:
        hooks: names of the hooks it was ever heard to call.
        usual_gap: seconds between its ticks, as a rule; None: not known.
    """

    hooks: frozenset[str] = frozenset()
    usual_gap: int | None = None


class Reader(Protocol):
    """Reads of the record outside any transaction; each sees what was committed last.

    Raises:
        RecordsUnavailableError: the database is away.
        NotFoundError: there is no such release or gate.
        ValueError: `after` is no cursor of ours.
    """

    async def now(self) -> datetime: ...

    async def release(self, release: ReleaseId) -> Release: ...

    async def release_of(self, gate: GateId) -> Release: ...

    async def releases(self, wanted: ReleaseFilter, *, after: str | None = None, limit: int = 50) -> Page[Release]: ...

    async def audit(
        self, *, release: str | None = None, after: str | None = None, limit: int = 50
    ) -> Page[Mapping[str, Any]]: ...

    async def habits(self, workloads: Collection[Workload]) -> Mapping[Workload, Habits]:
        """How each was heard, in one read; what was never heard of is left out."""

    async def known(self, workload: Workload) -> Known: ...

    async def last_looks(self) -> Mapping[Workload, LastLook]:
        """What was seen last of every workload that ever had a release."""

    async def due(self, by: datetime, *, silent_since: datetime | None) -> tuple[Workload, ...]:
        """Workloads with an open release that time may change: a deadline comes by then; not heard since the other."""

    async def changed_since(self, seq: int, *, limit: int) -> tuple[tuple[int, Workload | None], ...]:
        """The places of the record behind `seq` with the workload each is about, oldest first."""

    async def waiting(self) -> tuple[Waiting, ...]: ...

    async def head(self) -> Head: ...


class Figures(Protocol):
    """What happened in a period.

    Raises:
        RecordsUnavailableError: the database is away.
    """

    async def insights(self, period: Period) -> Insights: ...

    async def ended(self, period: Period, *, limit: int) -> tuple[Release, ...]:
        """The releases that ended in it, the newest end first."""

    async def noted(self, *actions: Action, period: Period, limit: int) -> tuple[Noted, ...]:
        """What the record says of releases by these actions, the newest first."""


class Groups(Protocol):
    async def members(self, group: str) -> frozenset[Principal] | None:
        """Who is in a group now; None: it cannot be told.  Answers at once from what is known of late."""
