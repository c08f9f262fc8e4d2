"""Pods of ReplicaSets: wanted at one moment, serving a little later, or never."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from handlers.cluster.resources import REPLICA_SETS
from handlers.sandbox.objects import Objects, Thing

NO_ROOM = {
    "type": "ReplicaFailure",
    "status": "True",
    "reason": "FailedCreate",
    "message": "pods are forbidden: exceeded quota: pods, requested: pods=1, used: pods=4, limited: pods=4",
}


def never_serves(template: Thing) -> bool:
    """An image whose name ends so is one whose pods never get ready."""
    return any(container["image"].endswith("-broken") for container in template["spec"]["containers"])


@dataclass(slots=True, kw_only=True)
class Pods:
    """What Kubernetes does for ReplicaSets.

    Args:
        starting_takes: from a pod's beginning until it serves.
        broken: of which template none ever does.
        full: a quota lets no more be made.
        version: differs whenever anything was written.
    """

    objects: Objects
    now: Callable[[], datetime]
    starting_takes: timedelta
    broken: Callable[[Thing], bool] = never_serves
    full: bool = False
    version: Callable[[], object] = object
    _born: dict[str, list[datetime]] = field(default_factory=dict)
    _settled_at: object = None

    def step(self) -> None:
        """Begin and end pods as they are wanted, and write how many there are."""
        at = self.version()
        if at == self._settled_at:
            return
        self._settled_at = at
        for found in self.objects.all(REPLICA_SETS):
            counted = self._counted(found)
            if found.get("status") != counted:
                self.objects.put({**found, "status": counted}, manager="kube-controller-manager")

    def _counted(self, found: Thing) -> Thing:
        wanted, now = found["spec"]["replicas"], self.now()
        born = self._born.setdefault(found["metadata"]["uid"], [])
        born += [] if self.full else [now] * (wanted - len(born))
        del born[wanted:]
        ready = sum(now - moment >= self.starting_takes for moment in born)
        if self.broken(found["spec"]["template"]):
            ready = 0
        elif ready < len(born):
            self._settled_at = None
        counted = {"replicas": len(born), "observedGeneration": found["metadata"]["generation"]}
        serving = {"fullyLabeledReplicas": len(born), "readyReplicas": ready, "availableReplicas": ready}
        failures = {"conditions": [NO_ROOM]} if len(born) < wanted else {}
        return counted | {name: count for name, count in serving.items() if count} | failures
