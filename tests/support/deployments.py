"""A shop with a plain Deployment, and the practice controller at work on it, one turn at a time."""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.domain.workload import Workload
from handlers.cluster import DEPLOYMENTS, REPLICA_SETS, Cluster
from handlers.sandbox.api_server import ApiServer
from handlers.sandbox.deployments.controller import Controller
from handlers.sandbox.objects import Thing
from handlers.sandbox.pods import Pods

OLD, NEW, NEWER = "shop/checkout:1.8.1", "shop/checkout:1.8.2", "shop/checkout:1.8.3"
WORKLOAD = Workload(cluster="prod-eu", kind="Deployment", namespace="shop", name="checkout")
LABELS = {"app": "checkout"}
TURNS = 16
"""After these a release is over that nothing holds."""


class Clock(Protocol):
    now: datetime


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


def template(image: str, **annotations: str) -> Thing:
    metadata = {"labels": LABELS} | ({"annotations": annotations} if annotations else {})
    return {"metadata": metadata, "spec": {"containers": [{"name": "app", "image": image}]}}


@dataclass(slots=True, kw_only=True)
class Shop:
    """What stands in the cluster.

    Args:
        broken: images whose pods are never ready.
    """

    clock: Clock
    server: ApiServer
    cluster: Cluster
    controller: Controller
    pods: Pods
    broken: set[str] = field(default_factory=set)

    @property
    def deployment(self) -> Thing:
        found = self.server.get(DEPLOYMENTS, "shop", "checkout")
        assert found is not None
        return found

    @property
    def image(self) -> str:
        return image_of(self.deployment)

    @property
    def serving(self) -> dict[str, int]:
        """Pods that serve, by image."""
        found = [(image_of(s), s.get("status", {}).get("availableReplicas", 0)) for s in self.server.all(REPLICA_SETS)]
        return {image: number for image, number in found if number}

    def deploy(self, image: str = OLD, **spec: Any) -> None:
        """Make it, and let the first version come up."""
        self.server.put(deployment(image, **spec), manager="kubectl-edit")
        self.settle()

    def change(self, **spec: Any) -> None:
        changed = deepcopy(self.deployment)
        changed["spec"].update(spec)
        self.server.put(changed, manager="kubectl-edit")

    def push(self, image: str, **spec: Any) -> None:
        self.change(template=template(image), **spec)

    def delete(self) -> None:
        """Delete it, and with it what it owns."""
        for found in self.server.all(REPLICA_SETS):
            self.server.delete(REPLICA_SETS, "shop", found["metadata"]["name"])
        self.server.delete(DEPLOYMENTS, "shop", "checkout")

    def settle(self) -> None:
        for _ in range(TURNS):
            self.step()

    def give_up(self) -> None:
        """Let its `progressDeadlineSeconds` pass."""
        self.clock.now += timedelta(seconds=self.deployment["spec"].get("progressDeadlineSeconds", 600) + 1)
        self.settle()

    def step(self) -> None:
        """One turn of the controller; then pods are as they are wanted, and serve at once."""
        self.controller.step()
        self.pods.step()


def image_of(thing: Thing) -> str:
    return str(thing["spec"]["template"]["spec"]["containers"][0]["image"])


def new_shop(clock: Clock, server: ApiServer, cluster: Cluster) -> Shop:
    broken: set[str] = set()

    def is_broken(of: Thing) -> bool:
        return of["spec"]["containers"][0]["image"] in broken

    return Shop(
        clock=clock,
        server=server,
        cluster=cluster,
        controller=Controller(objects=server, now=lambda: clock.now),
        pods=Pods(objects=server, now=lambda: clock.now, starting_takes=timedelta(0), broken=is_broken),
        broken=broken,
    )
