"""What the core needs from outside, in its own words.  Adapters fit by shape; nobody inherits."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

from bot.domain.audit import Entry, Head
from bot.domain.beginning import Known
from bot.domain.card import Card
from bot.domain.decision import Principal
from bot.domain.effects import Destination, ReleaseId, Tell
from bot.domain.errors import ClusterUnavailableError
from bot.domain.gate import GateId
from bot.domain.insights import Insights, Period
from bot.domain.operation import Awaited, Order
from bot.domain.plan import Plan
from bot.domain.recap import Noted
from bot.domain.release import Outcome, Release
from bot.domain.sighting import Sighting
from bot.domain.summary import DueSummary, Summary
from bot.domain.workload import Workload

Now = Callable[[], datetime]
"""The time of this process, aware and in UTC.  What is stored or compared is the database's."""

NewId = Callable[[], str]
"""A new ULID."""

SigningKey = Callable[[], Awaitable[bytes]]
"""The key that links are signed with, the same in every replica.  Raises: RecordsUnavailableError."""


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

    async def first_time(self, key: str) -> bool:
        """Claim a key of something that came in; False: it came before."""


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

    async def noted(self, *actions: str, period: Period, limit: int) -> tuple[Noted, ...]:
        """What the record says of releases by these actions, the newest first."""


class Groups(Protocol):
    async def members(self, group: str) -> frozenset[Principal] | None:
        """Who is in a group now; None: it cannot be told.  Answers at once from what is known of late."""


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


class ReleaseEngine(Protocol):
    """An engine that does not ask: it is told.

    Raises:
        ClusterUnavailableError: it is not known whether it was done; look, then try again.
        ConflictError: it is not any more as people saw it; nothing was changed; look again.
        EngineRefusedError: it will never be done.
    """

    async def carry_out(self, order: Order) -> Mapping[str, Any]:
        """Do it, if all is as people saw it; return what its effect is known by later."""

    async def wake(self, order: Order) -> None:
        """Let an engine look again that has lost what was written to it."""


class NoClusters:
    """No cluster is looked into: hooks are all there is.  Implements `Clusters`."""

    def sees(self, workload: Workload) -> bool:  # noqa: ARG002
        return False

    async def look(self, workload: Workload, *, awaited: Awaited | None = None) -> Sighting:  # noqa: ARG002
        raise ClusterUnavailableError(f"nobody looks into {workload.cluster}")

    def trouble(self, workload: Workload) -> Trouble | None:  # noqa: ARG002
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One effect claimed for one destination.

    Args:
        key: the same at every try, so that the other side or we can recognise a repeat.
        release: whose card is to be shown, where there is nothing else to say; None: it is about no release.
        tell: a line to say.
        summary: a summary to post.
        operates: the release wants something of its engine.
        posted_as: the card's id there; None: it was never posted.
        posted_at: when that was.
    """

    id: int
    key: str
    release: ReleaseId | None
    to: Destination
    attempts: int
    tell: Tell | None = None
    summary: DueSummary | None = None
    operates: bool = False
    posted_as: str | None = None
    posted_at: datetime | None = None
    version: int = 0


class Outbox(Protocol):
    """Saved effects that wait to be carried out.

    Raises:
        RecordsUnavailableError: the database is away.
    """

    async def claim(self, *, worker: str, limit: int, but: frozenset[Destination]) -> tuple[Delivery, ...]:
        """Take effects that are due, towards any destination but these; nobody else gets them until the lease ends."""

    async def shown(self, delivery: Delivery, posted_as: str) -> None: ...

    async def told(self, delivery: Delivery) -> None: ...

    async def again(self, delivery: Delivery, *, seconds: float, why: str) -> None: ...

    async def repost(self, delivery: Delivery) -> None:
        """The card is gone: post it again, once; gone a second time, it stays gone."""

    async def give_up(self, delivery: Delivery, *, why: str) -> None:
        """It will never be taken there; kept, and shown to people as failed."""

    async def hand_over(self, worker: str) -> None:
        """Give back what this worker has claimed."""


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
