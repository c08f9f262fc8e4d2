"""What the metrics of a Canary say now: measured by Flagger itself where that can be told, else asked anew."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from handlers.flagger.metrics import DURATION, Metric
from handlers.flagger.queries import MILLISECONDS
from handlers.prometheus import MetricsUnavailableError, Prometheus, Source

GAUGE = "flagger_canary_metric_analysis"
"""The last value of each metric; it outlives the run.  Source: fluxcd/flagger pkg/metrics/recorder.go."""

KEPT_SECONDS = 5.0
PATIENCE_SECONDS = 4.0
"""So long in all, whatever hangs; what is not known by then is not known."""

MOST_REMEMBERED = 20_000
"""Canaries whose values are remembered; the one looked at longest ago is forgotten first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A metric with its value, in the metric's unit.

    Args:
        value: None: not known.
        fresh: it is of this run; else it may be of one before.
    """

    metric: Metric
    value: float | None = None
    fresh: bool = False

    @property
    def within(self) -> bool | None:
        """Whether it keeps to its limits; None: not known."""
        if self.value is None:
            return None
        low, high = self.metric.low, self.metric.high
        return (low is None or self.value >= low) and (high is None or self.value <= high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whose metrics: a Canary's target, as the gauge is labelled; and a word that differs for each run."""

    namespace: str
    target: str
    run: str


@dataclass(slots=True)
class _Memory:
    """What is remembered of one target: how the values stood before its run, and which moved since.

    None: never told.
    """

    run: str
    before: Mapping[str, float] | None = None
    last: Mapping[str, float] | None = None
    moved: frozenset[str] = frozenset()
    read_at: float = 0.0
    found: tuple[Measured, ...] = ()


@dataclass(slots=True, kw_only=True)
class Readings:
    """The metrics of one cluster.

    Args:
        sources: where Flagger's gauge is looked for, the first that answers.
        prometheus: where a metric's own query is asked.
    """

    sources: tuple[Source, ...]
    prometheus: Prometheus | None
    monotonic: Callable[[], float]
    _memories: dict[tuple[str, str], _Memory] = field(default_factory=dict)

    async def read(self, subject: Subject, metrics: tuple[Metric, ...]) -> tuple[Measured, ...]:
        """Tell each metric's value; what cannot be told is not known.  Never raises, and asks every 5 s at most."""
        kept = self._memories.get((subject.namespace, subject.target))
        if kept and kept.run == subject.run and self.monotonic() - kept.read_at < KEPT_SECONDS:
            same = {measured.metric: measured for measured in kept.found}
            if same.keys() >= set(metrics):
                return tuple(same[metric] for metric in metrics)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                memory = self._remember(subject, await self._gauge(subject))
                found = await asyncio.gather(*(self._measured(metric, memory, metrics) for metric in metrics))
        except TimeoutError:
            return tuple(Measured(metric=metric) for metric in metrics)
        memory.found, memory.read_at = tuple(found), self.monotonic()
        return memory.found

    async def _gauge(self, subject: Subject) -> dict[str, float] | None:
        for source in self.sources:
            try:
                samples = await source.labelled(GAUGE, namespace=subject.namespace, name=subject.target)
            except MetricsUnavailableError:
                continue  # Unknown is an answer; the next source may know.
            if samples:
                return {sample.labels.get("metric", ""): sample.value for sample in samples}
        return None

    def _remember(self, subject: Subject, values: dict[str, float] | None) -> _Memory:
        key = (subject.namespace, subject.target)
        memory = self._memories.pop(key, None)
        if memory is None:
            memory = _Memory(run=subject.run)
        elif memory.run != subject.run:
            memory = _Memory(run=subject.run, before=memory.last, last=memory.last)
        if values is not None:
            before = memory.before = values if memory.before is None else memory.before
            memory.moved |= {name for name, value in values.items() if before.get(name) != value}
            memory.last = values
        self._memories[key] = memory
        while len(self._memories) > MOST_REMEMBERED:
            del self._memories[next(iter(self._memories))]
        return memory

    async def _measured(self, metric: Metric, memory: _Memory, metrics: tuple[Metric, ...]) -> Measured:
        value = (memory.last or {}).get(metric.name)
        if value is not None and metric.name == DURATION and metric.unit == "ms":
            value *= MILLISECONDS  # The gauge is in seconds, the limits are not.
        if value is not None and _is_of_this_run(metric, memory, metrics):
            return Measured(metric=metric, value=value, fresh=True)
        asked = await self._asked(metric)
        return (
            Measured(metric=metric, value=value) if asked is None else Measured(metric=metric, value=asked, fresh=True)
        )

    async def _asked(self, metric: Metric) -> float | None:
        """Ask for the metric itself; like Flagger, of several samples the last one counts."""
        if self.prometheus is None or metric.query is None:
            return None
        try:
            samples = await self.prometheus.samples(metric.query)
        except MetricsUnavailableError:
            return None
        return samples[-1].value if samples else None


def _is_of_this_run(metric: Metric, memory: _Memory, metrics: tuple[Metric, ...]) -> bool:
    """Flagger checks one after the other up to the first that fails: one that moved tells of those before it too."""
    behind = metrics[metrics.index(metric) :]
    return any(one.name in memory.moved for one in behind)
