"""One reconciliation of one Deployment: what it sees, and how it writes.

Source: kubernetes/kubernetes pkg/controller/deployment/deployment_controller.go, sync.go, util/deployment_util.go
"""

import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from handlers.cluster.resources import DEPLOYMENTS, REPLICA_SETS
from handlers.sandbox.objects import Objects, Thing

MANAGER = "kube-controller-manager"
HASH = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"
EARLIER_REVISIONS = "deployment.kubernetes.io/revision-history"
DESIRED = "deployment.kubernetes.io/desired-replicas"
MOST = "deployment.kubernetes.io/max-replicas"

FOREVER = 2**31 - 1
DEADLINE_SECONDS, HISTORY = 600, 10
"""Where a Deployment says nothing, the API server writes these into it."""


class Cluster(Objects, Protocol):
    """A store where the status is written apart, as the controller does it."""

    def put_status(self, thing: Thing, *, manager: str) -> Thing: ...


class OvertakenError(Exception):
    """The Deployment was written since it was read: the turn ends, and the next one reads it anew."""


@dataclass(slots=True, kw_only=True)
class Turn:
    """What was read, and what of it this turn has changed.

    Args:
        sets: the ReplicaSets of the Deployment, the oldest first.
    """

    objects: Cluster
    deployment: Thing
    sets: list[Thing]
    now: datetime

    @property
    def spec(self) -> Thing:
        spec: Thing = self.deployment["spec"]
        return spec

    @property
    def status(self) -> Thing:
        status: Thing = self.deployment.get("status", {})
        return status

    @property
    def name(self) -> str:
        return str(self.deployment["metadata"]["name"])

    @property
    def namespace(self) -> str:
        return str(self.deployment["metadata"]["namespace"])

    @property
    def replicas(self) -> int:
        return int(self.spec.get("replicas", 1))

    @property
    def paused(self) -> bool:
        return bool(self.spec.get("paused"))

    @property
    def recreates(self) -> bool:
        return bool(self.spec.get("strategy", {}).get("type") == "Recreate")

    @property
    def deadline(self) -> timedelta | None:
        """None: progress is not told at all."""
        seconds = self.spec.get("progressDeadlineSeconds", DEADLINE_SECONDS)
        return None if seconds == FOREVER else timedelta(seconds=seconds)

    @property
    def history(self) -> int:
        """So many old ReplicaSets are kept."""
        return int(self.spec.get("revisionHistoryLimit", HISTORY))

    @property
    def new(self) -> Thing | None:
        """The ReplicaSet of the template that is wanted."""
        wanted = without_hash(self.spec["template"])
        return next((found for found in self.sets if without_hash(found["spec"]["template"]) == wanted), None)

    @property
    def old(self) -> list[Thing]:
        new = self.new
        return [found for found in self.sets if found is not new]

    def write_status(self, status: Thing) -> None:
        """Write the status and the annotations; what is wanted stays.

        The real one goes on with the version that it read, so that it gets no further than to its second write.

        Raises:
            OvertakenError: nothing was written.
        """
        stored = self.objects.get(DEPLOYMENTS, self.namespace, self.name)
        version = self.deployment["metadata"].get("resourceVersion")
        if stored is None or stored["metadata"].get("resourceVersion") != version:
            raise OvertakenError
        stored["metadata"]["annotations"] = self.deployment["metadata"].get("annotations", {})
        self.deployment["status"] = status
        self.objects.put_status({**stored, "status": status}, manager=MANAGER)

    def write_set(self, found: Thing) -> Thing:
        written = self.objects.put(found, manager=MANAGER)
        self.sets = [written if name_of(known) == name_of(written) else known for known in self.sets]
        if all(name_of(known) != name_of(written) for known in self.sets):
            self.sets = [*self.sets, written]
        return written

    def remove_set(self, found: Thing) -> None:
        self.objects.delete(REPLICA_SETS, self.namespace, name_of(found), manager=MANAGER)
        self.sets = [known for known in self.sets if known is not found]


def owned_sets(objects: Objects, deployment: Thing) -> list[Thing]:
    """The oldest first."""
    uid = deployment["metadata"]["uid"]
    found = [
        found
        for found in objects.all(REPLICA_SETS, deployment["metadata"]["namespace"])
        if any(owner["uid"] == uid for owner in found["metadata"].get("ownerReferences", []))
    ]
    return sorted(found, key=lambda found: (found["metadata"]["creationTimestamp"], revision_of(found)))


def without_hash(template: Thing) -> Thing:
    bare = copy.deepcopy(template)
    bare.get("metadata", {}).get("labels", {}).pop(HASH, None)
    return bare


def name_of(found: Thing) -> str:
    return str(found["metadata"]["name"])


def revision_of(found: Thing) -> int:
    return int(found["metadata"].get("annotations", {}).get(REVISION, "0"))


def wanted(found: Thing | None) -> int:
    return int(found["spec"]["replicas"]) if found else 0


def count(sets: list[Thing], which: str = "replicas") -> int:
    """Pods that there are, or those of them that are as `which` says."""
    return sum(int(found.get("status", {}).get(which, 0)) for found in sets)
