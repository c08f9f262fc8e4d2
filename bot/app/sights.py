"""Everything that looks into clusters: which engine looks at which kind, in which cluster, and who follows it."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bot import config
from bot.domain.errors import ClusterRefusedError, ClusterUnavailableError
from bot.domain.operation import Awaited
from bot.domain.sighting import Glance, Sighting
from bot.domain.workload import Workload
from bot.ports import Now, ReleaseEngine, Trouble
from bot.usecases.follow_sight import FollowSight
from handlers import flagger
from handlers.cluster import Cluster, InSight, Watch, WatchParts
from handlers.cluster.queue import WorkQueue
from handlers.metrics import Metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """One engine in one cluster.

    Args:
        look: reads a workload as it is now.
        glance: what the watch told of it last; None: it is not there.
        watches: what keeps it in sight, that of its own kind first.
    """

    look: Callable[[Workload, Awaited | None], Awaitable[Sighting]]
    glance: Callable[[Workload], Glance | None]
    watches: tuple[Watch[Any], ...]


@dataclass(slots=True, kw_only=True)
class Sights:
    """Implements `bot.ports.Clusters`: joins the engines of all clusters.

    Attributes:
        engines: by cluster and kind.
        told: engines that do not ask, by their name.
    """

    engines: dict[tuple[str, str], Engine] = field(default_factory=dict)
    told: dict[str, ReleaseEngine] = field(default_factory=dict)

    def sees(self, workload: Workload) -> bool:
        return (workload.cluster, workload.kind) in self.engines

    async def look(self, workload: Workload, *, awaited: Awaited | None = None) -> Sighting:
        if (engine := self._engine(workload)) is None:
            raise ClusterUnavailableError(f"nobody looks into {workload.cluster}")
        try:
            return await engine.look(workload, awaited)
        except ClusterRefusedError as error:
            raise ClusterUnavailableError(str(error)) from error

    def glance(self, workload: Workload) -> Glance | None:
        engine = self._engine(workload)
        return engine.glance(workload) if engine else None

    def trouble(self, workload: Workload) -> Trouble | None:
        if (engine := self._engine(workload)) is None:
            return None
        bad = next((health for health in engine.watches[0].health if not health.ok), None)
        if bad is None or bad.in_sight is InSight.NOT_YET:
            return None
        return Trouble(why=bad.why or bad.in_sight.replace("_", " "), since=bad.since)

    def workers(self) -> list[Callable[[], Coroutine[Any, Any, None]]]:
        return [watch.run for engine in self.engines.values() for watch in engine.watches]

    def ready(self) -> dict[str, Callable[[], bool]]:
        return {
            f"{cluster} {watch.resource}": partial(getattr, watch, "ok")
            for (cluster, _), engine in self.engines.items()
            for watch in engine.watches
        }

    def _engine(self, workload: Workload) -> Engine | None:
        return self.engines.get((workload.cluster, workload.kind))


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """What runs while clusters are in sight, and what tells how well.

    Args:
        ready: whether each kind of object of each cluster is in sight, by a name for people.
    """

    workers: list[Callable[[], Coroutine[Any, Any, None]]]
    ready: dict[str, Callable[[], bool]]


def watch_clusters(
    settings: config.Settings,
    clusters: Mapping[str, Cluster],
    sights: Sights,
    follow_sight: FollowSight,
    *,
    metrics: Metrics,
    now: Now,
    monotonic: Callable[[], float],
) -> Watching:
    """Let every engine of every cluster look; `sights` sees by them from now on."""
    queue = WorkQueue[Workload](
        name="sight",
        look=lambda workload: follow_sight(workload, sights.glance(workload)),
        later=lambda seconds, again: asyncio.get_running_loop().call_later(seconds, again),
        random=random.random,
        metrics=metrics,
    )
    parts = WatchParts(now=now, monotonic=monotonic, sleep=asyncio.sleep, random=random.random, metrics=metrics)
    for written in settings.clusters:
        if (cluster := clusters.get(written.name)) is None:
            continue
        if "flagger" in written.engines:
            watch = flagger.CanaryWatch(cluster=cluster, namespaces=written.namespaces, parts=parts, wake=queue.add)
            looking = flagger.Looking(cluster=cluster, sharing=watch.sharing)
            sights.engines[(written.name, flagger.KIND)] = Engine(
                look=looking, glance=watch.glance, watches=watch.watches
            )
    return Watching(workers=[queue.run, *sights.workers()], ready=sights.ready())
