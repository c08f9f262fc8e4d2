"""Everything that looks into clusters: which engine looks at which kind, in which cluster, and who follows it."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import aiohttp

from bot import config
from bot.app.rights import telling_rights
from bot.domain.engines import ARGO_ROLLOUTS, DEPLOYMENTS, FLAGGER
from bot.domain.errors import ClusterRefusedError, ClusterUnavailableError
from bot.domain.operation import Awaited
from bot.domain.sighting import Glance, Sighting
from bot.domain.workload import Workload
from bot.ports import Now, ReleaseEngine, Trouble
from bot.usecases.follow_sight import FollowSight
from handlers import argo_rollouts, deployments, flagger
from handlers.cluster import Cluster, InSight, Watch, WatchParts
from handlers.cluster.queue import WorkQueue
from handlers.metrics import Metrics
from handlers.prometheus import Page, Prometheus, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """One engine in one cluster.

    Args:
        look: reads a workload as it is now.
        glance: what the watch told of it last; None: it is not there.
        watches: what keeps it in sight, that of its own kind first.
        workers: what else runs for it.
    """

    look: Callable[[Workload, Awaited | None], Awaitable[Sighting]]
    glance: Callable[[Workload], Glance | None]
    watches: tuple[Watch[Any], ...]
    workers: tuple[Callable[[], Coroutine[Any, Any, None]], ...] = ()


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
    session: aiohttp.ClientSession | None = None,
) -> Watching:
    """Let every engine of every cluster look; `sights` sees by them from now on.

    Args:
        session: to read the values of metrics; None: they are not read.
    """
    queue = WorkQueue[Workload](
        name="sight",
        look=lambda workload: follow_sight(workload, sights.glance(workload)),
        later=lambda seconds, again: asyncio.get_running_loop().call_later(seconds, again),
        random=random.random,
        metrics=metrics,
    )
    parts = WatchParts(now=now, monotonic=monotonic, sleep=asyncio.sleep, random=random.random, metrics=metrics)
    changed: dict[str, deployments.Place] = {}
    for written in settings.clusters:
        if (cluster := clusters.get(written.name)) is None:
            continue
        if FLAGGER in written.engines:
            sights.engines[(written.name, flagger.KIND)] = _flagger(written, cluster, parts, queue.add, session)
        if ARGO_ROLLOUTS in written.engines:
            sights.engines[(written.name, argo_rollouts.KIND)] = _argo_rollouts(written, cluster, parts, queue.add)
        if DEPLOYMENTS in written.engines and written.deployments.namespaces:
            looking = _looking(written, cluster)
            sights.engines[(written.name, deployments.KIND)] = _deployments(written, looking, parts, queue.add)
            changed[written.name] = deployments.Place(looking=looking, allowed=_may_change(written.allow))
    sights.told[DEPLOYMENTS] = deployments.Operations(places=changed)
    sights.told[FLAGGER] = flagger.Operations(places=_targets(settings, clusters))
    sights.told[ARGO_ROLLOUTS] = argo_rollouts.Operations(places=_places(settings, clusters))
    telling = telling_rights(settings, clusters, sleep=parts.sleep, random=parts.random)
    return Watching(workers=[queue.run, *sights.workers(), *telling], ready=sights.ready())


def _flagger(
    written: config.models.Cluster,
    cluster: Cluster,
    parts: WatchParts,
    wake: Callable[[Workload], None],
    session: aiohttp.ClientSession | None,
) -> Engine:
    watch = flagger.CanaryWatch(cluster=cluster, namespaces=written.namespaces, parts=parts, wake=wake)
    readings = _readings(written, session, parts.monotonic) if session else None
    allow = written.allow
    acting = allow.roll_back_promoted or allow.restore_target or allow.retry
    if readings is None:
        looking = flagger.Looking(cluster=cluster, sharing=watch.sharing, acting=acting)
        return Engine(look=looking, glance=watch.glance, watches=watch.watches)
    measures = flagger.Measures(
        cluster=cluster, watch=watch, readings=readings, wake=wake, sleep=parts.sleep, metrics=parts.metrics
    )
    looking = flagger.Looking(cluster=cluster, sharing=watch.sharing, measured=measures.lines, acting=acting)
    return Engine(look=looking, glance=watch.glance, watches=watch.watches, workers=(measures.run,))


def _readings(
    written: config.models.Cluster, session: aiohttp.ClientSession, monotonic: Callable[[], float]
) -> flagger.Readings | None:
    """Where the values of metrics come from; None: the settings name nothing."""
    prometheus = Prometheus(session=session, url=written.prometheus) if written.prometheus else None
    url = written.flagger_metrics
    page = Page(session=session, url=url, monotonic=monotonic) if url else None
    sources: tuple[Source, ...] = tuple(source for source in (prometheus, page) if source is not None)
    return flagger.Readings(sources=sources, prometheus=prometheus, monotonic=monotonic) if sources else None


def _argo_rollouts(
    written: config.models.Cluster, cluster: Cluster, parts: WatchParts, wake: Callable[[Workload], None]
) -> Engine:
    watch = argo_rollouts.RolloutWatch(cluster=cluster, namespaces=written.namespaces, parts=parts, wake=wake)
    looking = argo_rollouts.Looking(cluster=cluster, sharing=watch.sharing)
    return Engine(look=looking, glance=watch.glance, watches=watch.watches)


def _looking(written: config.models.Cluster, cluster: Cluster) -> deployments.Looking:
    return deployments.Looking(cluster=cluster, gates=written.allow.gate_deployments)


def _may_change(allow: config.models.Allow) -> deployments.Allowed:
    return deployments.Allowed(operate=allow.gate_deployments, put_back=allow.roll_back_promoted)


def _deployments(
    written: config.models.Cluster,
    looking: deployments.Looking,
    parts: WatchParts,
    wake: Callable[[Workload], None],
) -> Engine:
    watch = deployments.DeploymentWatch(
        cluster=looking.cluster,
        namespaces=written.namespaces,
        picked=written.deployments.namespaces,
        selector=written.deployments.selector,
        gates=looking.gates,
        complete=looking.complete,
        parts=parts,
        wake=wake,
    )
    return Engine(look=looking, glance=watch.glance, watches=watch.watches)


def _targets(settings: config.Settings, clusters: Mapping[str, Cluster]) -> dict[str, flagger.Place]:
    return {
        written.name: flagger.Place(
            cluster=clusters[written.name],
            allowed=flagger.Allowed(
                put_back=written.allow.roll_back_promoted,
                restore=written.allow.restore_target,
                retry=written.allow.retry,
            ),
        )
        for written in settings.clusters
        if written.name in clusters and FLAGGER in written.engines
    }


def _places(settings: config.Settings, clusters: Mapping[str, Cluster]) -> dict[str, argo_rollouts.Place]:
    return {
        written.name: argo_rollouts.Place(
            cluster=clusters[written.name],
            allowed=argo_rollouts.Allowed(
                operate=written.allow.argo_rollouts,
                retry=written.allow.retry,
                put_back=written.allow.roll_back_promoted,
            ),
        )
        for written in settings.clusters
        if written.name in clusters and ARGO_ROLLOUTS in written.engines
    }
