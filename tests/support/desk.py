"""The core over one real database, with releases to decide on and a clock that stands still until it is moved."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from bot.domain.decision import Principal
from bot.domain.errors import ClusterUnavailableError
from bot.domain.looks.sighting import Glance, Sighting
from bot.domain.operation import Awaited
from bot.domain.policy import Match, Need, Policy, ReasonRule, Stage
from bot.domain.release import Release
from bot.domain.routes import Routes
from bot.domain.run import Facts, Heard, Manifest, Signal
from bot.domain.workload import Workload
from bot.ports import ReleaseFilter, Storage, Trouble
from bot.usecases.answer_hook import AnswerHook
from bot.usecases.changes import Changes
from bot.usecases.count_refusals import CountRefusals
from bot.usecases.follow_sight import FollowSight
from bot.usecases.last_looks import LastLooks
from bot.usecases.people import People, serve_people
from bot.usecases.who_may import WhoMay
from storage.assemble import assemble
from storage.database import Database
from tests.support.databases import opened

ANN, BOB, CARL, EVE = (Principal(f"{name}@example.com") for name in ("ann", "bob", "carl", "eve"))
TWO_O_CLOCK = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
CHECKOUT = Workload("prod-eu", "Canary", "shop", "checkout")
CART = Workload("prod-eu", "Canary", "shop", "cart")
STAGING = Workload("prod-eu", "Canary", "staging", "checkout")
LEDGER = Workload("prod-eu", "Canary", "payments", "ledger")

POLICIES = (
    Policy(
        name="shop-prod",
        match=Match(namespace="shop", stage="promotion"),
        needs=(Need(of=("group:sre", BOB), quorum=2),),
        expires_after=timedelta(hours=2),
    ),
    Policy(name="shop", match=Match(namespace="shop"), needs=(Need(of=("group:sre", BOB)),)),
    Policy(
        name="payments",
        match=Match(namespace="payments"),
        needs=(Need(of=("group:sre",)), Need(of=(BOB,))),
        whole=True,
        reason=ReasonRule.ALWAYS,
    ),
)

NOWHERE = Routes()


@dataclass(slots=True)
class Clock:
    """The database's time."""

    at: datetime = TWO_O_CLOCK

    async def __call__(self, _connection: object) -> datetime:
        return self.at

    def now(self) -> datetime:
        return self.at

    def pass_(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass(frozen=True, slots=True)
class Sre:
    """One group: ann and carl."""

    async def members(self, group: str) -> frozenset[Principal] | None:
        return frozenset({ANN, CARL}) if group == "sre" else None


@dataclass(slots=True)
class InSight:
    """Clusters that show what they were last told to show.  Implements `bot.ports.Clusters`.

    Args:
        away: none answers.
        meanwhile: happens once, while somebody looks.
    """

    shown: dict[Workload, Sighting] = field(default_factory=dict)
    away: bool = False
    meanwhile: Callable[[], Awaitable[object]] | None = None

    def sees(self, workload: Workload) -> bool:
        return workload in self.shown

    async def look(self, workload: Workload, *, awaited: Awaited | None = None) -> Sighting:
        if self.meanwhile is not None:
            happens, self.meanwhile = self.meanwhile, None
            await happens()
        if self.away:
            raise ClusterUnavailableError("away")
        return self.shown[workload]

    def trouble(self, workload: Workload) -> Trouble | None:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    database: Database
    clock: Clock
    storage: Storage
    people: People
    answer_hook: AnswerHook
    refusals: CountRefusals
    clusters: InSight
    follow_sight: FollowSight

    async def sees(self, seen: Sighting) -> None:
        """The cluster shows this from now on, and its watch has said so."""
        self.clusters.shown[seen.workload] = seen
        sight = seen.sight
        glance = Glance(uid=sight.uid, standing=sight.standing, applied=sight.applied)
        await self.follow_sight(seen.workload, glance)

    async def started(self, workload: Workload = CHECKOUT, *, checksum: str = "a1") -> Release:
        """A release that runs and asks nobody."""
        await self._hear(Heard(workload=workload, engine="flagger", hook="event", signal=Signal.SCALING_UP))
        await self._ask(workload, Signal.CHECKS, None, checksum, hook="rollout")
        return await self.release(workload)

    async def asks(
        self, workload: Workload = CHECKOUT, *, stage: Stage = Stage.PROMOTION, checksum: str = "a1"
    ) -> Release:
        """A release that waits at a gate."""
        if stage is not Stage.START:
            await self.started(workload, checksum=checksum)
        await self._ask(workload, Signal.ASKS, stage, checksum)
        return await self.release(workload)

    async def asks_again(
        self, workload: Workload = CHECKOUT, *, stage: Stage = Stage.PROMOTION, checksum: str = "a1"
    ) -> bool:
        """The engine's next question; its answer."""
        return await self._ask(workload, Signal.ASKS, stage, checksum)

    async def asks_back(self, workload: Workload = CHECKOUT, *, checksum: str = "a1") -> bool:
        return await self._ask(workload, Signal.ASKS_ROLL_BACK, None, checksum, hook="rollback")

    async def halted(self, workload: Workload = CHECKOUT) -> Release:
        """A release whose manifest keeps the promotion shut."""
        await self.started(workload)
        await self._hear(_heard(workload, Signal.ASKS, Stage.PROMOTION, "a1", "gate/halt", manifest=Manifest.HALTS))
        return await self.release(workload)

    async def says(self, text: str, workload: Workload = CHECKOUT) -> None:
        """The engine says something that decides nothing."""
        await self._hear(Heard(workload=workload, engine="flagger", hook="event", signal=Signal.NOTE, line=text))

    async def ended(self, signal: Signal = Signal.COMPLETED, workload: Workload = CHECKOUT) -> Release:
        """Let the open release end."""
        heard = Heard(workload=workload, engine="flagger", hook="event", signal=signal, facts=Facts())
        await self._hear(heard)
        return await self.release(workload)

    async def release(self, workload: Workload = CHECKOUT) -> Release:
        """Read its newest release."""
        wanted = ReleaseFilter(
            cluster=workload.cluster, kind=workload.kind, namespace=workload.namespace, name=workload.name
        )
        return (await self.storage.reader.releases(wanted, limit=1)).items[0]

    async def actions(self, release: Release) -> list[str]:
        """What is on record about a release, oldest first."""
        page = await self.storage.reader.audit(release=release.id, limit=200)
        return [record["action"] for record in reversed(page.items)]

    async def _ask(
        self, workload: Workload, signal: Signal, stage: Stage | None, checksum: str, *, hook: str = ""
    ) -> bool:
        return await self._hear(_heard(workload, signal, stage, checksum, hook or f"confirm-{stage}"))

    async def _hear(self, heard: Heard) -> bool:
        answered = await self.answer_hook(heard)
        return answered.answer is not None and answered.answer.yes


def _heard(
    workload: Workload,
    signal: Signal,
    stage: Stage | None,
    checksum: str,
    hook: str,
    *,
    manifest: Manifest | None = None,
) -> Heard:
    return Heard(
        workload=workload,
        engine="flagger",
        hook=hook,
        signal=signal,
        stage=stage,
        checksum=checksum,
        binds=stage is not Stage.START,
        manifest=manifest,
    )


@asynccontextmanager
async def open_desk(
    url: str, *, policies: Iterable[Policy] = POLICIES, several_clusters: bool = False, routes: Routes = NOWHERE
) -> AsyncIterator[Desk]:
    clock = Clock()
    ids = count(1)

    def new_id() -> str:
        return f"{next(ids):026d}"  # In order, as ULIDs are, and of their form.

    async with opened(url, clock=clock) as database:
        yield _desk(database, clock, new_id, tuple(policies), routes, several_clusters=several_clusters)


def _desk(database, clock, new_id, policies, routes, *, several_clusters) -> Desk:
    storage = assemble(database, routes=routes, announce=lambda _workloads, _seq: None, new_key=lambda: bytes(32))
    who_may, clusters = WhoMay(policies=policies, groups=Sre(), settings="0" * 64), InSight()
    looking: dict[str, Any] = {
        "open_records": storage.open_records,
        "reader": storage.reader,
        "who_may": who_may,
        "new_id": new_id,
        "clusters": clusters,
    }
    last_looks = LastLooks(reader=storage.reader, changes=Changes(), monotonic=lambda: 0.0)
    return Desk(
        database=database,
        clock=clock,
        storage=storage,
        people=serve_people(storage, who_may, new_id=new_id, clusters=clusters, several_clusters=several_clusters),
        answer_hook=AnswerHook(**looking, several_clusters=several_clusters),
        refusals=CountRefusals(open_records=storage.open_records),
        clusters=clusters,
        follow_sight=FollowSight(**looking, last_looks=last_looks),
    )
