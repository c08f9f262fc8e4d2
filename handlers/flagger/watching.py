"""Keeps the Canaries of a cluster in sight: what changed is looked at, freshly."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypedDict

import msgspec

from bot.domain.looks.sighting import Glance
from bot.domain.workload import Workload
from handlers.cluster import DAEMON_SETS, DEPLOYMENTS, Cluster, Key, Metadata, Resource, Watch, WatchParts
from handlers.flagger.canaries import KIND
from handlers.flagger.looking import target_of
from handlers.flagger.resources import CANARIES
from handlers.flagger.sightings import PRIMARY
from handlers.flagger.status import read_status

_NOISE = frozenset({"lastTransitionTime", "conditions"})
"""Written anew at every tick of a failed Canary, though nothing changed."""


class _Spec(TypedDict, total=False):
    targetRef: Any


class CanaryShape(TypedDict, total=False):
    """What is looked at of a Canary."""

    metadata: Metadata
    spec: _Spec | None
    status: Any


class _TargetStatus(TypedDict, total=False):
    availableReplicas: Any


class TargetShape(TypedDict, total=False):
    """What is looked at of a Deployment or DaemonSet."""

    metadata: Metadata
    status: _TargetStatus | None


Target = tuple[str, str, str]
"""Plural, namespace and name."""


@dataclass(frozen=True, slots=True)
class CanaryRecord:
    """What is kept of a Canary; two are equal if a look would show the same."""

    key: Key
    target: Target | None
    glance: Glance
    content: bytes


@dataclass(frozen=True, slots=True)
class TargetRecord:
    """What is kept of a Deployment or DaemonSet."""

    target: Target
    content: bytes


@dataclass(slots=True, kw_only=True)
class CanaryWatch:
    """The watches of one cluster.

    Args:
        wake: told of each workload that changed; it must not take long.
    """

    cluster: Cluster
    namespaces: Sequence[str]
    parts: WatchParts
    wake: Callable[[Workload], None]
    canaries: Watch[CanaryRecord] = field(init=False)
    targets: tuple[Watch[TargetRecord], ...] = field(init=False)
    _of_target: defaultdict[Target, set[Key]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        common: dict[str, Any] = {"cluster": self.cluster, "parts": self.parts, "namespaces": self.namespaces}
        self.canaries = Watch(
            resource=CANARIES, shape=CanaryShape, slim=canary_record, on_change=self._canary_changed, **common
        )
        self.targets = tuple(
            Watch(
                resource=resource,
                shape=TargetShape,
                slim=target_record(resource),
                on_change=self._target_changed,
                **common,
            )
            for resource in (DEPLOYMENTS, DAEMON_SETS)
        )

    @property
    def watches(self) -> tuple[Watch[Any], ...]:
        return (self.canaries, *self.targets)

    def glance(self, workload: Workload) -> Glance | None:
        record = self.canaries.records.get((workload.namespace, workload.name))
        return record.glance if record else None

    def glances(self) -> Iterator[tuple[Workload, Glance]]:
        for key, record in self.canaries.records.items():
            yield self._workload(key), record.glance

    def sharing(self, workload: Workload) -> tuple[str, ...]:
        """Which other Canaries have the same target."""
        record = self.canaries.records.get((workload.namespace, workload.name))
        if record is None or record.target is None:
            return ()
        others = self._of_target.get(record.target, set()) - {record.key}
        return tuple(f"{namespace}/{name}" for namespace, name in sorted(others))

    def _canary_changed(self, old: CanaryRecord | None, new: CanaryRecord | None) -> None:
        if old is not None and old.target is not None:
            self._of_target[old.target].discard(old.key)
            if not self._of_target[old.target]:
                del self._of_target[old.target]
        if new is not None and new.target is not None:
            self._of_target[new.target].add(new.key)
        if (record := new or old) is not None:
            self._wake(record.key)

    def _target_changed(self, old: TargetRecord | None, new: TargetRecord | None) -> None:
        record = new or old
        if record is None:
            return
        plural, namespace, name = record.target
        for target in (record.target, (plural, namespace, name.removesuffix(PRIMARY))):
            for key in self._of_target.get(target, ()):
                self._wake(key)

    def _wake(self, key: Key) -> None:
        self.wake(self._workload(key))

    def _workload(self, key: Key) -> Workload:
        namespace, name = key
        return Workload(cluster=self.cluster.name, kind=KIND, namespace=namespace, name=name)


def canary_record(fields: Mapping[str, Any]) -> CanaryRecord:
    metadata = fields.get("metadata") or {}
    key = (str(metadata.get("namespace", "")), str(metadata.get("name", "")))
    resource, name = target_of(fields)
    status = read_status(fields)
    told = fields.get("status")
    kept = {word: value for word, value in told.items() if word not in _NOISE} if isinstance(told, dict) else None
    return CanaryRecord(
        key=key,
        target=(resource.plural, key[0], name) if resource is not None else None,
        glance=Glance(uid=str(metadata.get("uid", "")), standing=status.standing, applied=status.works_on),
        content=_content(fields, kept),
    )


def target_record(resource: Resource) -> Callable[[dict[str, Any]], TargetRecord]:
    def slim(fields: Mapping[str, Any]) -> TargetRecord:
        metadata, status = fields.get("metadata") or {}, fields.get("status") or {}
        target = (resource.plural, str(metadata.get("namespace", "")), str(metadata.get("name", "")))
        return TargetRecord(target=target, content=_content(fields, status.get("availableReplicas")))

    return slim


def _content(fields: Mapping[str, Any], status: Any) -> bytes:
    """One word for what a look would show.  What is wanted goes in by its generation, which is told cheaply."""
    metadata = fields.get("metadata") or {}
    wanted = [metadata.get(word) for word in ("uid", "generation", "deletionTimestamp", "annotations")]
    return hashlib.blake2b(msgspec.json.encode([wanted, status]), digest_size=8).digest()
