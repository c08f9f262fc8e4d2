"""A shop with a plain Deployment, and a controller that does with it what Kubernetes does, one step at a time."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from bot.domain.workload import Workload
from handlers.cluster import DEPLOYMENTS, REPLICA_SETS, Cluster
from handlers.deployments.reading import HASH, REVISION, digest_of
from handlers.sandbox.api_server import ApiServer

OLD, NEW, NEWER = "shop/checkout:1.8.1", "shop/checkout:1.8.2", "shop/checkout:1.8.3"
WORKLOAD = Workload(cluster="prod-eu", kind="Deployment", namespace="shop", name="checkout")
LABELS = {"app": "checkout"}
Thing = dict[str, Any]


def deployment(image: str = OLD, *, replicas: int = 2, strategy: str = "RollingUpdate", **spec: Any) -> Thing:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"namespace": "shop", "name": "checkout", "labels": {"pointsman.dev/watch": "true"}},
        "spec": {
            "replicas": replicas,
            "strategy": {"type": strategy},
            "selector": {"matchLabels": LABELS},
            "template": template(image),
            **spec,
        },
    }


def template(image: str) -> Thing:
    return {"metadata": {"labels": LABELS}, "spec": {"containers": [{"name": "app", "image": image}]}}


@dataclass
class Shop:
    """What stands in the cluster.

    Args:
        broken: images whose pods are never ready.
    """

    server: ApiServer
    cluster: Cluster
    broken: set[str] = field(default_factory=set)

    @property
    def deployment(self) -> Thing:
        found = self.server.get(DEPLOYMENTS, "shop", "checkout")
        assert found is not None
        return found

    @property
    def image(self) -> str:
        return str(self.deployment["spec"]["template"]["spec"]["containers"][0]["image"])

    def deploy(self, image: str = OLD, **spec: Any) -> None:
        """Make it, and let the first version come up."""
        self.server.put(deployment(image, **spec))
        self.settle()

    def change(self, **spec: Any) -> None:
        changed = deepcopy(self.deployment)
        changed["spec"].update(spec)
        self.server.put(changed)

    def push(self, image: str, **spec: Any) -> None:
        self.change(template=template(image), **spec)

    def settle(self) -> None:
        for _ in range(12):
            self.step()

    def give_up(self) -> None:
        """As after its `progressDeadlineSeconds`."""
        self._tell(self.deployment, {"status": "False", "reason": "ProgressDeadlineExceeded", "message": "timed out"})

    def step(self) -> None:
        """One turn of the controller: at most one pod comes, and one goes."""
        thing = self.deployment
        sets = list(self._sets(thing))
        current = next(
            (s for s in sets if digest_of(s["spec"]["template"]) == digest_of(thing["spec"]["template"])), None
        )
        if not thing["spec"].get("paused"):
            current = self._number(thing, sets, current)
            self._scale(thing, [s for s in sets if s["metadata"]["name"] != current["metadata"]["name"]], current)
        self._tell(self.deployment, self._progress(self.deployment))

    def _number(self, thing: Thing, sets: list[Thing], current: Thing | None) -> Thing:
        newest = max((int(s["metadata"]["annotations"][REVISION]) for s in sets), default=0)
        if current is None or (int(current["metadata"]["annotations"][REVISION]) < newest):
            current = self._replica_set(thing, current, newest + 1)
        annotated = deepcopy(thing)
        annotated["metadata"].setdefault("annotations", {})[REVISION] = current["metadata"]["annotations"][REVISION]
        self.server.put(annotated)
        return current

    def _replica_set(self, thing: Thing, current: Thing | None, revision: int) -> Thing:
        hash_ = digest_of(thing["spec"]["template"])[:10]
        made = deepcopy(current) or {
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "metadata": {
                "namespace": "shop",
                "name": f"checkout-{hash_}",
                "labels": LABELS | {HASH: hash_},
                "ownerReferences": [
                    {"kind": "Deployment", "name": "checkout", "uid": thing["metadata"]["uid"], "controller": True}
                ],
            },
            "spec": {"replicas": 0, "template": deepcopy(thing["spec"]["template"])},
        }
        made["spec"]["template"]["metadata"]["labels"] = LABELS | {HASH: hash_}
        made["metadata"].setdefault("annotations", {})[REVISION] = str(revision)
        return self.server.put(made)

    def _scale(self, thing: Thing, others: list[Thing], current: Thing) -> None:
        wanted, old = thing["spec"]["replicas"], sum(s["spec"]["replicas"] for s in others)
        if thing["spec"]["strategy"]["type"] == "Recreate" and old:
            for replica_set in others:
                self._size(replica_set, 0)
            return
        made = current["spec"]["replicas"]
        ready = current.get("status", {}).get("availableReplicas", 0)
        kept = max(0, wanted - ready)
        for replica_set in others:
            self._size(replica_set, min(kept, replica_set["spec"]["replicas"]))
            kept = max(0, kept - replica_set["spec"]["replicas"])
        self._size(current, min(made + 1, wanted))

    def _size(self, replica_set: Thing, size: int) -> None:
        image = replica_set["spec"]["template"]["spec"]["containers"][0]["image"]
        ready = 0 if image in self.broken else size
        sized = deepcopy(replica_set)
        sized["spec"]["replicas"] = size
        sized["status"] = {"replicas": size, "availableReplicas": ready}
        self.server.put(sized)

    def _sets(self, thing: Thing) -> Iterator[Thing]:
        for found in self.server.all(REPLICA_SETS):
            if found["metadata"]["ownerReferences"][0]["uid"] == thing["metadata"]["uid"]:
                yield found

    def _progress(self, thing: Thing) -> Mapping[str, Any]:
        counts = self._counts(thing)
        if thing["spec"].get("paused"):
            return {"status": "Unknown", "reason": "DeploymentPaused"}
        done = set(counts.values()) == {thing["spec"]["replicas"]}
        return {"status": "True", "reason": "NewReplicaSetAvailable" if done else "ReplicaSetUpdated"}

    def _counts(self, thing: Thing) -> dict[str, int]:
        sets = list(self._sets(thing))
        wanted = digest_of(thing["spec"]["template"])
        return {
            "replicas": sum(s["spec"]["replicas"] for s in sets),
            "updatedReplicas": sum(s["spec"]["replicas"] for s in sets if digest_of(s["spec"]["template"]) == wanted),
            "availableReplicas": sum(s.get("status", {}).get("availableReplicas", 0) for s in sets),
        }

    def _tell(self, thing: Thing, progressing: Mapping[str, Any]) -> None:
        told = deepcopy(thing)
        told["status"] = {
            "observedGeneration": thing["metadata"]["generation"],
            **self._counts(thing),
            "conditions": [{"type": "Progressing", **progressing}],
        }
        self.server.put(told)
