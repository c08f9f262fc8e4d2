"""Keeps the Rollouts of a cluster in sight: what changed is looked at, freshly."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.domain.looks.sighting import Glance
from bot.domain.workload import Workload
from handlers.argo_rollouts.reading import read_rollout
from handlers.argo_rollouts.resources import ROLLOUTS
from handlers.argo_rollouts.rollouts import KIND, Rollout
from handlers.argo_rollouts.sightings import applied, standing_of
from handlers.cluster import Cluster, Key, Watch, WatchParts

Shared = tuple[str, str, str]
"""Namespace, kind and name of what a Rollout refers to."""


@dataclass(slots=True, kw_only=True)
class RolloutWatch:
    """The watch of one cluster.

    Args:
        wake: told of each workload that changed; it must not take long.
    """

    cluster: Cluster
    namespaces: Sequence[str]
    parts: WatchParts
    wake: Callable[[Workload], None]
    rollouts: Watch[Rollout] = field(init=False)
    _referring: defaultdict[Shared, set[Key]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        self.rollouts = Watch(
            cluster=self.cluster,
            resource=ROLLOUTS,
            slim=_slim,
            on_change=self._changed,
            parts=self.parts,
            namespaces=self.namespaces,
        )

    @property
    def watches(self) -> tuple[Watch[Any], ...]:
        return (self.rollouts,)

    def glance(self, workload: Workload) -> Glance | None:
        rollout = self.rollouts.records.get((workload.namespace, workload.name))
        if rollout is None or rollout.deleted:
            return None
        return Glance(uid=rollout.uid, standing=standing_of(rollout), applied=applied(rollout))

    def sharing(self, workload: Workload) -> tuple[str, ...]:
        """Which other Rollouts refer to the same pods."""
        key = (workload.namespace, workload.name)
        rollout = self.rollouts.records.get(key)
        if rollout is None or (shared := _shared(rollout)) is None:
            return ()
        return tuple(f"{namespace}/{name}" for namespace, name in sorted(self._referring[shared] - {key}))

    def _changed(self, old: Rollout | None, new: Rollout | None) -> None:
        if old is not None and (shared := _shared(old)) is not None:
            self._referring[shared].discard((old.namespace, old.name))
        if new is not None and (shared := _shared(new)) is not None:
            self._referring[shared].add((new.namespace, new.name))
        if (rollout := new or old) is not None:
            workload = Workload(cluster=self.cluster.name, kind=KIND, namespace=rollout.namespace, name=rollout.name)
            self.wake(workload)


def _slim(fields: Mapping[str, Any]) -> Rollout | None:
    return read_rollout(fields)


def _shared(rollout: Rollout) -> Shared | None:
    ref = rollout.workload
    return (rollout.namespace, ref.kind, ref.name) if ref is not None else None
