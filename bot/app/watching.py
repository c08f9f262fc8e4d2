"""Joins each engine of each cluster to what follows it: a watch wakes, a look is taken, a decision is told."""

import asyncio
import random
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot import config
from bot.app.mapping import main_addresses
from bot.app.rights import telling_rights
from bot.app.sights import Engine, Sights
from bot.domain.engines import ARGO_ROLLOUTS, DEPLOYMENTS, FLAGGER
from bot.domain.workload import Workload
from bot.ports import Now
from bot.usecases.changes import Changes
from bot.usecases.follow_sight import FollowSight
from handlers import argo_rollouts, deployments, flagger
from handlers.cluster import Cluster, WatchParts
from handlers.cluster.queue import WorkQueue
from handlers.metrics import Metrics, Where
from handlers.prometheus import Page, Prometheus, Source


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
    changes: Changes,
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
    waking = Waking(follow_sight, sights, metrics)
    changes.listen(waking.on_record)
    parts = WatchParts(now=now, monotonic=monotonic, sleep=asyncio.sleep, random=random.random, metrics=metrics)
    sights.addresses = main_addresses(settings)
    for written in settings.clusters:
        if (cluster := clusters.get(written.name)) is not None:
            place = _Place(written=written, cluster=cluster, parts=parts, wake=waking.wake, session=session)
            sights.engines |= {(written.name, kind): engine for kind, engine in place.engines().items()}
    telling = telling_rights(settings, clusters, sleep=parts.sleep, random=parts.random)
    return Watching(workers=[waking.queue.run, *sights.workers(), *telling], ready=sights.ready())


@dataclass(slots=True)
class Waking:
    """Looks at what a watch has woken; what was passed by comes again once the record says something new of it."""

    follow_sight: FollowSight
    sights: Sights
    metrics: Metrics
    queue: WorkQueue[Workload] = field(init=False)
    _passed_by: set[Workload] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.queue = WorkQueue(
            name=Where.SIGHT,
            look=self._look,
            later=lambda seconds, again: asyncio.get_running_loop().call_later(seconds, again),
            random=random.random,
            metrics=self.metrics,
        )

    def wake(self, workload: Workload) -> None:
        if self.follow_sight.rests(workload, self.sights.glance(workload)):
            self._passed_by.add(workload)
        else:
            self.queue.add(workload)

    def on_record(self, workload: Workload | None) -> None:
        if workload is not None and workload in self._passed_by:
            self._passed_by.discard(workload)
            self.queue.add(workload)

    async def _look(self, workload: Workload) -> None:
        if not await self.follow_sight(workload, self.sights.glance(workload)):
            self._passed_by.add(workload)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """One cluster, and what its engines are made of."""

    written: config.models.Cluster
    cluster: Cluster
    parts: WatchParts
    wake: Callable[[Workload], None]
    session: aiohttp.ClientSession | None

    def engines(self) -> dict[str, Engine]:
        """Make those that the settings name, by the kind of object that each looks at."""
        wanted = self.written.engines
        made: dict[str, Engine] = {}
        if FLAGGER in wanted:
            made[flagger.KIND] = self._flagger()
        if ARGO_ROLLOUTS in wanted:
            made[argo_rollouts.KIND] = self._argo_rollouts()
        if DEPLOYMENTS in wanted and self.written.deployments.namespaces:
            made[deployments.KIND] = self._deployments()
        return made

    def _flagger(self) -> Engine:
        allow, cluster = self.written.allow, self.cluster
        watch = flagger.CanaryWatch(
            cluster=cluster, namespaces=self.written.namespaces, parts=self.parts, wake=self.wake
        )
        allowed = flagger.Allowed(put_back=allow.roll_back_promoted, restore=allow.restore_target, retry=allow.retry)
        measures = self._measures(watch)
        looking = flagger.Looking(
            cluster=cluster,
            sharing=watch.sharing,
            measured=measures.lines if measures else lambda _workload: (),
            acting=allowed.anything,
        )
        return Engine(
            look=looking,
            glance=watch.glance,
            tell=flagger.Operations(cluster=cluster, allowed=allowed),
            watches=watch.watches,
            workers=(measures.run,) if measures else (),
        )

    def _measures(self, watch: flagger.CanaryWatch) -> flagger.Measures | None:
        """What reads the values of metrics; None: the settings name no source."""
        if self.session is None:
            return None
        url, page_url = self.written.prometheus, self.written.flagger_metrics
        prometheus = Prometheus(session=self.session, url=url) if url else None
        page = Page(session=self.session, url=page_url, monotonic=self.parts.monotonic) if page_url else None
        sources: tuple[Source, ...] = tuple(source for source in (prometheus, page) if source is not None)
        if not sources:
            return None
        return flagger.Measures(
            cluster=self.cluster,
            watch=watch,
            readings=flagger.Readings(sources=sources, prometheus=prometheus, monotonic=self.parts.monotonic),
            wake=self.wake,
            sleep=self.parts.sleep,
            metrics=self.parts.metrics,
        )

    def _argo_rollouts(self) -> Engine:
        allow, cluster = self.written.allow, self.cluster
        watch = argo_rollouts.RolloutWatch(
            cluster=cluster, namespaces=self.written.namespaces, parts=self.parts, wake=self.wake
        )
        allowed = argo_rollouts.Allowed(
            operate=allow.argo_rollouts, retry=allow.retry, put_back=allow.roll_back_promoted
        )
        return Engine(
            look=argo_rollouts.Looking(cluster=cluster, sharing=watch.sharing),
            glance=watch.glance,
            tell=argo_rollouts.Operations(cluster=cluster, allowed=allowed),
            who=argo_rollouts.InArgoCd(cluster),
            watches=watch.watches,
        )

    def _deployments(self) -> Engine:
        written, allow = self.written, self.written.allow
        looking = deployments.Looking(cluster=self.cluster, gates=allow.gate_deployments)
        watch = deployments.DeploymentWatch(
            cluster=self.cluster,
            namespaces=written.namespaces,
            picked=written.deployments.namespaces,
            selector=written.deployments.selector,
            gates=looking.gates,
            complete=looking.complete,
            parts=self.parts,
            wake=self.wake,
        )
        allowed = deployments.Allowed(operate=allow.gate_deployments, put_back=allow.roll_back_promoted)
        return Engine(
            look=looking,
            glance=watch.glance,
            tell=deployments.Operations(cluster=self.cluster, allowed=allowed),
            watches=watch.watches,
        )
