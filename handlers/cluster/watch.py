"""Keep in sight all objects of a kind: slim records of them, and a word for each that changed."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import translate
from types import MappingProxyType
from typing import Generic, TypeAlias, TypeVar

import structlog

from handlers.cluster.calls import Cluster
from handlers.cluster.decoding import Shape, Thing
from handlers.cluster.health import WatchHealth
from handlers.cluster.places import places
from handlers.cluster.resources import Resource
from handlers.cluster.stream import Stream
from handlers.metrics import Metrics, Where

log = structlog.get_logger(__name__)

Record = TypeVar("Record")
Key: TypeAlias = tuple[str, str]
"""Namespace and name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchParts:
    """What every watch of the process needs.

    Args:
        random: 0 up to 1.
        monotonic: seconds that only ever grow.
    """

    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    sleep: Callable[[float], Awaitable[object]]
    random: Callable[[], float]
    metrics: Metrics


@dataclass(slots=True, kw_only=True)
class Watch(Generic[Record]):
    """Records of all objects of a kind, as they are now.

    Args:
        namespaces: names or globs.  Names alone are watched one by one, so that roles in them suffice; else all
            namespaces are watched, and those that match are kept.
        slim: what of an object matters; None: this one does not.
        shape: what `slim` looks at, and `Metadata` in any case.
        on_change: is told what was and what is, once they differ; None: there was, or there is, none.  By then the
            records say what is.  It is called on the loop and must not take long; what it raises is logged and counted.
    """

    cluster: Cluster
    resource: Resource
    slim: Callable[[Thing], Record | None]
    on_change: Callable[[Record | None, Record | None], None]
    parts: WatchParts
    shape: Shape = dict
    namespaces: Sequence[str] = ("*",)
    selector: str = ""
    streams: list[Stream] = field(init=False)
    _matches: Callable[[str], object] = field(init=False)
    _records: dict[Key, Record] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._matches = re.compile("|".join(map(translate, self.namespaces))).fullmatch
        self.streams = [self._stream(namespace) for namespace in places(self.namespaces)]
        gauge = self.parts.metrics.watch_in_sight.labels(self.cluster.name, str(self.resource))
        gauge.set_function(lambda: float(self.ok))

    @property
    def records(self) -> Mapping[Key, Record]:
        return MappingProxyType(self._records)

    @property
    def health(self) -> list[WatchHealth]:
        return [stream.health for stream in self.streams]

    @property
    def ok(self) -> bool:
        return all(health.ok for health in self.health)

    @property
    def listed(self) -> bool:
        """Whether everything was seen once."""
        return all(health.listed for health in self.health)

    async def run(self) -> None:
        """Watch until cancelled."""
        async with asyncio.TaskGroup() as streams:
            for stream in self.streams:
                streams.create_task(stream.run(), name=f"watch {self.cluster.name} {self.resource}")

    def put(self, thing: Thing) -> None:
        key = key_of(thing)
        if self._matches(key[0]):
            self._take(key, thing)

    def drop(self, thing: Thing) -> None:
        self.forget(key_of(thing))

    def listing(self, namespace: str | None) -> "WholeList[Record]":
        return WholeList(self, namespace)

    def keys_in(self, namespace: str | None) -> Iterator[Key]:
        return (key for key in self._records if namespace is None or key[0] == namespace)

    def forget(self, key: Key) -> None:
        self._take(key, None)

    def _take(self, key: Key, thing: Thing | None) -> None:
        """Keep it and tell of it, if it matters; one that raises does not keep us from the next."""
        try:
            self._change(key, None if thing is None else self.slim(thing))
        except Exception:
            self.parts.metrics.count_fault(Where.WATCH)
            log.exception("watch_fault", cluster=self.cluster.name, resource=str(self.resource), object="/".join(key))

    def _change(self, key: Key, new: Record | None) -> None:
        old = self._records.get(key)
        if old == new:
            return
        self._keep(key, new)
        try:
            self.on_change(old, new)
        except Exception:
            self._keep(key, old)  # So that the next list brings it again.
            raise

    def _keep(self, key: Key, record: Record | None) -> None:
        if record is None:
            self._records.pop(key, None)
        else:
            self._records[key] = record

    def _stream(self, namespace: str | None) -> Stream:
        count = self.parts.metrics.watch_events
        return Stream(
            cluster=self.cluster,
            resource=self.resource,
            namespace=namespace,
            selector=self.selector,
            shape=self.shape,
            sink=self,
            health=WatchHealth(self.parts.now),
            sleep=self.parts.sleep,
            random=self.parts.random,
            monotonic=self.parts.monotonic,
            told=lambda what: count.labels(self.cluster.name, str(self.resource), what).inc(),
        )


class WholeList(Generic[Record]):
    """A list under way: what it does not have at its end is gone."""

    def __init__(self, watch: Watch[Record], namespace: str | None) -> None:
        self._watch = watch
        self._before = set(watch.keys_in(namespace))

    def put(self, thing: Thing) -> None:
        self._before.discard(key_of(thing))
        self._watch.put(thing)

    def end(self) -> None:
        for key in self._before:
            self._watch.forget(key)


def key_of(thing: Thing) -> Key:
    metadata = thing["metadata"]
    return str(metadata.get("namespace") or ""), str(metadata.get("name") or "")
