"""The bot's own rules and hands, its record in memory, beside a cluster in the same process: for thousands of plays."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Protocol, cast

from bot.domain.decision import Principal, Surface, Verb, Verdict
from bot.domain.effects import ReleaseId
from bot.domain.errors import Refusal, UnavailableError
from bot.domain.gate import Gate, GateId
from bot.domain.looks.sighting import Sighting
from bot.domain.operation import Awaited
from bot.domain.policy import Need, Permission, Policy
from bot.domain.release import Release
from bot.domain.workload import Workload
from bot.ports import ReleaseEngine
from bot.usecases.changes import Changes
from bot.usecases.decide import Decide
from bot.usecases.follow_sight import FollowSight
from bot.usecases.last_looks import LastLooks
from bot.usecases.operate import Operate
from bot.usecases.who_may import WhoMay
from tests.support.deciding import decide_on_gate, decide_on_release
from tests.support.in_memory import MemoryRecords

ANN = Principal("ann@example.com")


class Clock(Protocol):
    now: datetime


class Looks(Protocol):
    async def __call__(self, workload: Workload, awaited: Awaited | None = None) -> Sighting: ...


class Nobody:
    """No group has members."""

    async def members(self, _group: str) -> frozenset[Principal]:
        return frozenset()


@dataclass(frozen=True, slots=True)
class Near:
    """Implements what `FollowSight` needs of `bot.ports.Clusters`."""

    looks: Looks

    async def look(self, workload: Workload, *, awaited: Awaited | None = None) -> Sighting:
        return await self.looks(workload, awaited)


@dataclass(slots=True, kw_only=True)
class PlayedBot:
    """One person decides, and may; effects are carried when they are due."""

    workload: Workload
    clock: Clock
    records: MemoryRecords
    follow: FollowSight
    operate: Operate
    decide: Decide
    gates: list[GateId] = field(default_factory=list)
    _due: dict[ReleaseId, datetime] = field(default_factory=dict)

    @property
    def releases(self) -> list[Release]:
        return list(self.records.releases.values())

    @property
    def unsaid(self) -> list[Awaited]:
        """Decisions whose effect was not seen, and of which nobody was told that nothing comes of them."""
        awaited = (release.run.awaited for release in self.releases)
        return [one for one in awaited if one is not None and not one.unanswered]

    def note_gates(self) -> None:
        """Take each new gate for a card that people may click on, now or much later."""
        found = [gate.id for release in self.releases for gate in release.gates]
        self.gates += [gate for gate in found if gate not in self.gates]

    async def carry(self) -> None:
        for release in tuple(self.records.wanting):
            if self.clock.now < self._due.get(release, self.clock.now):
                continue
            try:
                seconds = await self.operate(release)
            except UnavailableError:
                seconds = 1.0
            if seconds is None:
                self.records.wanting.discard(release)
            else:
                self._due[release] = self.clock.now + timedelta(seconds=seconds)

    async def answer(self, gate: GateId, verdict: Verdict) -> tuple[Release, Gate] | None:
        """None: it was refused."""
        try:
            return await decide_on_gate(self.decide, gate, verdict=verdict, by=ANN, surface=Surface.API, reason="so")
        except Refusal:
            return None

    async def command(self, verb: Verb) -> Release | None:
        newest = (await self.records.known(self.workload)).latest
        if newest is None:
            return None
        try:
            return await decide_on_release(self.decide, newest.id, verb=verb, by=ANN, surface=Surface.API, reason="so")
        except Refusal:
            return None


def played_bot(
    workload: Workload,
    clock: Clock,
    looks: Looks,
    engine: ReleaseEngine,
    permits: Mapping[str, frozenset[Permission]] | None = None,
) -> PlayedBot:
    records, ids = MemoryRecords(lambda: clock.now), count(1)
    policy = Policy(name="shop", needs=(Need(of=(ANN,), quorum=1),))
    who_may = WhoMay(policies=(policy,), groups=Nobody(), settings="5e77", permits=permits or {})
    reading = cast("Any", {"open_records": records.open, "reader": records, "who_may": who_may})
    new_id: Callable[[], str] = lambda: f"id-{next(ids)}"  # noqa: E731
    last_looks = LastLooks(reader=cast("Any", records), changes=Changes(), monotonic=lambda: 0.0)
    follow = FollowSight(**reading, clusters=cast("Any", Near(looks)), new_id=new_id, last_looks=last_looks)
    return PlayedBot(
        workload=workload,
        clock=clock,
        records=records,
        follow=follow,
        operate=Operate(**reading, follow_sight=follow, engine_of=lambda _workload: engine),
        decide=Decide(**reading, new_id=new_id),
    )
