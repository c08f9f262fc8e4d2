"""What the metrics of Canaries under way say: read now and then, off every hook's path, and kept for the next look."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.domain.card import Evidence
from bot.domain.errors import ClusterRefusedError, UnavailableError
from bot.domain.sight import Standing
from bot.domain.workload import Workload
from handlers.cluster import Cluster
from handlers.flagger.evidence import metric_lines
from handlers.flagger.looking import target_of
from handlers.flagger.measuring import Readings, Subject
from handlers.flagger.metrics import metrics_of, templates_of
from handlers.flagger.resources import CANARIES, METRIC_TEMPLATES
from handlers.flagger.status import read_status
from handlers.flagger.watching import CanaryWatch
from handlers.metrics import Metrics, Where

log = structlog.get_logger(__name__)

EVERY_SECONDS = 10.0
"""As often as Flagger itself may measure."""

AT_ONCE = 4

Lines = tuple[Evidence, ...]


@dataclass(slots=True, kw_only=True)
class Measures:
    """The metrics of one cluster's Canaries.

    Args:
        wake: told of a workload whose metrics say something else than before.
    """

    cluster: Cluster
    watch: CanaryWatch
    readings: Readings
    wake: Callable[[Workload], None]
    sleep: Callable[[float], Awaitable[object]]
    metrics: Metrics
    _lines: dict[Workload, Lines] = field(default_factory=dict)

    def lines(self, workload: Workload) -> Lines:
        """What they said last.  Answers at once."""
        return self._lines.get(workload, ())

    async def run(self) -> None:
        """Measure until cancelled."""
        while True:
            await self.once()
            await self.sleep(EVERY_SECONDS)

    async def once(self) -> None:
        """Measure each Canary that is analysed now; one that fails keeps us from no other."""
        under_way = {workload for workload, glance in self.watch.glances() if glance.standing is Standing.PROGRESSING}
        self._lines = {workload: lines for workload, lines in self._lines.items() if workload in under_way}
        free = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(self._guarded(workload, free) for workload in sorted(under_way)))

    async def _guarded(self, workload: Workload, free: asyncio.Semaphore) -> None:
        async with free:
            try:
                lines = await self._measure(workload)
            except (UnavailableError, ClusterRefusedError) as error:
                log.debug("not_measured", workload=str(workload), why=str(error))
                return
            except Exception:
                self.metrics.count_fault(Where.MEASURE)
                log.exception("measure_fault", workload=str(workload))
                return
        if self._lines.get(workload) != lines:
            self._lines[workload] = lines
            self.wake(workload)

    async def _measure(self, workload: Workload) -> Lines:
        canary = await self.cluster.get(CANARIES, workload.namespace, workload.name)
        if canary is None:
            return ()
        metrics = metrics_of(canary, await self._templates(canary))
        _, target = target_of(canary)
        subject = Subject(namespace=workload.namespace, target=target, run=read_status(canary).works_on)
        return metric_lines(await self.readings.read(subject, metrics))

    async def _templates(self, canary: Mapping[str, Any]) -> Mapping[tuple[str, str], Mapping[str, Any]]:
        """The templates that may be read: they tell units and queries, and are not needed for the rest."""
        found = {}
        for namespace, name in templates_of(canary):
            try:
                template = await self.cluster.get(METRIC_TEMPLATES, namespace, name)
            except ClusterRefusedError:
                continue  # Flagger's own gauge tells the value all the same.
            if template is not None:
                found[(namespace, name)] = template
        return found
