"""Keeps the Rollouts of a cluster in sight: what changed is looked at, freshly."""

from collections import defaultdict
from collections.abc import Callable, Sequence
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
            slim=read_rollout,
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
        if (shared := _shared(rollout)) is None:
            return ()
        return tuple(f"{namespace}/{name}" for namespace, name in sorted(self._referring[shared] - {key}))

    def _changed(self, old: Rollout | None, new: Rollout | None) -> None:
        """Wake it, and those that it began or ceased to share its pods with."""
        rollout = new or old
        assert rollout is not None
        key = (rollout.namespace, rollout.name)
        before, after = _shared(old), _shared(new)
        woken = {key}
        if before != after:
            woken |= self._leave(before, key) | self._join(after, key)
        for namespace, name in sorted(woken):
            self.wake(Workload(cluster=self.cluster.name, kind=KIND, namespace=namespace, name=name))

    def _leave(self, shared: Shared | None, key: Key) -> set[Key]:
        if shared is None:
            return set()
        self._referring[shared].discard(key)
        return self._referring[shared] or self._referring.pop(shared)

    def _join(self, shared: Shared | None, key: Key) -> set[Key]:
        if shared is None:
            return set()
        self._referring[shared].add(key)
        return self._referring[shared]


def _shared(rollout: Rollout | None) -> Shared | None:
    ref = rollout.workload if rollout is not None else None
    return (rollout.namespace, ref.kind, ref.name) if rollout is not None and ref is not None else None
