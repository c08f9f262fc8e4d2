"""Everything that looks into clusters: which engine looks at which kind, in which cluster, and who follows it."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bot.domain.decision import Principal
from bot.domain.errors import ClusterRefusedError, ClusterUnavailableError
from bot.domain.looks.sighting import Glance, Sighting, by_main_address
from bot.domain.operation import Awaited
from bot.domain.outside import Named, Question
from bot.domain.workload import Workload
from bot.ports import ReleaseEngine, Trouble
from handlers.cluster import InSight, Watch


async def nobody(_workload: Workload, _asked: Question) -> Named | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """One engine in one cluster.

    Args:
        look: reads a workload as it is now.
        glance: what the watch told of it last; None: it is not there.
        tell: carries out what people decided.
        watches: what keeps it in sight, that of its own kind first.
        workers: what else runs for it.
        who: who did something to it with another tool.
    """

    look: Callable[[Workload, Awaited | None], Awaitable[Sighting]]
    glance: Callable[[Workload], Glance | None]
    tell: ReleaseEngine
    watches: tuple[Watch[Any], ...]
    workers: tuple[Callable[[], Coroutine[Any, Any, None]], ...] = ()
    who: Callable[[Workload, Question], Awaitable[Named | None]] = nobody


@dataclass(slots=True, kw_only=True)
class Sights:
    """Implements `bot.ports.Clusters` and `Witness`: joins the engines of all clusters.

    Attributes:
        engines: by cluster and kind.
        addresses: the one that counts, for each further address of a person.
    """

    addresses: Mapping[str, Principal] = field(default_factory=dict)
    engines: dict[tuple[str, str], Engine] = field(default_factory=dict)

    def sees(self, workload: Workload) -> bool:
        return (workload.cluster, workload.kind) in self.engines

    async def look(self, workload: Workload, *, awaited: Awaited | None = None) -> Sighting:
        try:
            seen = await self._there(workload).look(workload, awaited)
        except ClusterRefusedError as error:
            raise ClusterUnavailableError(str(error)) from error
        return by_main_address(seen, self.addresses)

    async def who(self, workload: Workload, asked: Question) -> Named | None:
        return await self._there(workload).who(workload, asked)

    def told_of(self, workload: Workload) -> ReleaseEngine:
        """Return whom to tell of it.

        Raises:
            ClusterUnavailableError: the settings connect nobody for it.
        """
        return self._there(workload).tell

    def glance(self, workload: Workload) -> Glance | None:
        engine = self._engine(workload)
        return engine.glance(workload) if engine else None

    def trouble(self, workload: Workload) -> Trouble | None:
        if (engine := self._engine(workload)) is None:
            return None
        own = (health for watch in engine.watches[:1] for health in watch.health)
        bad = next((health for health in own if not health.ok), None)
        if bad is None or bad.in_sight is InSight.NOT_YET:
            return None
        return Trouble(why=bad.why or bad.in_sight.replace("_", " "), since=bad.since)

    def workers(self) -> list[Callable[[], Coroutine[Any, Any, None]]]:
        watches = [watch.run for engine in self.engines.values() for watch in engine.watches]
        return watches + [worker for engine in self.engines.values() for worker in engine.workers]

    def ready(self) -> dict[str, Callable[[], bool]]:
        return {
            f"{cluster} {watch.resource}": partial(getattr, watch, "ok")
            for (cluster, _), engine in self.engines.items()
            for watch in engine.watches
        }

    def _there(self, workload: Workload) -> Engine:
        if (engine := self._engine(workload)) is None:
            raise ClusterUnavailableError(f"nobody looks into {workload.cluster}")
        return engine

    def _engine(self, workload: Workload) -> Engine | None:
        return self.engines.get((workload.cluster, workload.kind))
