"""The practice controller at work: it reconciles each Deployment, sometimes by what it read a moment before."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from handlers.cluster.resources import DEPLOYMENTS
from handlers.sandbox.deployments import progress, revisions, rolling_out, sizes
from handlers.sandbox.deployments.turn import Cluster, OvertakenError, Turn, name_of, owned_sets
from handlers.sandbox.objects import Thing

Key = tuple[str, str]


@dataclass(slots=True, kw_only=True)
class Controller:
    """Reconciles every Deployment of a store.

    Args:
        chance: a number from 0 up to 1, anew at each call.
        lags: how often, of 1, it works by what it read in the turn before.
        version: differs whenever anything was written; while it does not, only a deadline can pass, and a look once a
            second is enough.
    """

    objects: Cluster
    now: Callable[[], datetime]
    chance: Callable[[], float] = lambda: 1.0
    lags: float = 0.0
    version: Callable[[], object] = object
    _seen: dict[Key, Thing] = field(default_factory=dict)
    _idle_at: object = None

    def step(self) -> None:
        """Reconcile each Deployment once."""
        at = (self.version(), int(self.now().timestamp()))
        if at == self._idle_at:
            return
        there = {_key(found): found for found in self.objects.all(DEPLOYMENTS)}
        self._seen = {key: self._see(key, found) for key, found in there.items()}
        for found in self._seen.values():
            self._reconcile(found)
        self._idle_at = at if self._seen == there else None

    def _see(self, key: Key, found: Thing) -> Thing:
        seen = self._seen.get(key)
        same = seen is not None and seen["metadata"]["uid"] == found["metadata"]["uid"]
        return seen if seen is not None and same and self.chance() < self.lags else found

    def _reconcile(self, deployment: Thing) -> None:
        sets = owned_sets(self.objects, deployment)
        try:
            reconcile(Turn(objects=self.objects, deployment=deployment, sets=sets, now=self.now()))
        except OvertakenError:
            self._idle_at = None


def reconcile(turn: Turn) -> None:
    """Bring one Deployment a little further.

    Source: kubernetes/kubernetes pkg/controller/deployment/deployment_controller.go syncDeployment
    """
    if turn.deployment["metadata"].get("deletionTimestamp"):
        progress.tell_counts(turn)
        return
    progress.tell_pauses(turn)
    numbered = revisions.number(turn)
    if turn.paused:
        sizes.scale(turn)
        revisions.keep_history(turn)
        progress.tell_counts(turn)
    elif numbered:
        return  # It looks for the ReplicaSet once more, runs into its own write, and begins again.
    elif sizes.is_scaled(turn):
        sizes.scale(turn)
        progress.tell_counts(turn)
    elif turn.recreates:
        rolling_out.recreate(turn)
    else:
        rolling_out.roll(turn)


def _key(found: Thing) -> Key:
    return found["metadata"]["namespace"], name_of(found)
