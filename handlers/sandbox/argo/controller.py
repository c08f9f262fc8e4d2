"""The practice controller at work: it sees changes, sometimes too late or never, and reconciles."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from handlers.sandbox.argo.objects import ROLLOUTS
from handlers.sandbox.argo.reconcile import note_workload, reconcile
from handlers.sandbox.objects import Objects, Thing

DEAF_FOR = timedelta(milliseconds=400)
"""So long after a write of its own 1.9.1 may put its older copy in the place of what people wrote meanwhile."""

Key = tuple[str, str]


@dataclass(slots=True, kw_only=True)
class Controller:
    """Reconciles every Rollout of a store.

    Args:
        chance: a number from 0 up to 1, anew at each call.
        loses: how often, of 1, a decision is never seen that comes within `DEAF_FOR` of a write of its own.
        version: differs whenever anything was written; while it does not, only pauses and deadlines can end, and a
            look once a second is enough.
    """

    objects: Objects
    now: Callable[[], datetime]
    chance: Callable[[], float] = lambda: 1.0
    loses: float = 0.0
    version: Callable[[], object] = object
    _seen: dict[Key, Thing] = field(default_factory=dict)
    _wrote: dict[Key, datetime] = field(default_factory=dict)
    _lost: dict[Key, str] = field(default_factory=dict)
    _idle_at: object = None

    def step(self) -> None:
        """Reconcile each Rollout once, by what this controller has seen of it."""
        at = (self.version(), int(self.now().timestamp()))
        if at == self._idle_at:
            return
        self._reconcile()
        self._idle_at = at

    def _reconcile(self) -> None:
        there = {_key(rollout): rollout for rollout in self.objects.all(ROLLOUTS)}
        for key in self._seen.keys() - there.keys():
            self._forget(key)
        for key, rollout in there.items():
            self._see(key, rollout)
            if (noted := note_workload(self.objects, self._seen[key])) is not None:
                self._keep(key, noted)
            if (written := reconcile(self.objects, self._seen[key], self.now())) is not None:
                self._keep(key, written)

    def _see(self, key: Key, rollout: Thing) -> None:
        seen, version = self._seen.get(key), _version(rollout)
        if seen is not None and version in {_version(seen), self._lost.get(key)}:
            return
        wrote = self._wrote.get(key)
        deaf = seen is not None and wrote is not None and self.now() - wrote < DEAF_FOR
        if deaf and self.chance() < self.loses:
            self._lost[key] = version
            return
        self._seen[key] = rollout
        self._lost.pop(key, None)

    def _keep(self, key: Key, written: Thing) -> None:
        self._seen[key] = written
        self._wrote[key] = self.now()
        self._lost.pop(key, None)

    def _forget(self, key: Key) -> None:
        del self._seen[key]
        self._wrote.pop(key, None)
        self._lost.pop(key, None)


def _key(rollout: Thing) -> Key:
    return rollout["metadata"]["namespace"], rollout["metadata"]["name"]


def _version(rollout: Thing) -> str:
    return str(rollout["metadata"]["resourceVersion"])
