"""A cluster with the practice controller of Argo Rollouts in it, and a clock that only moves when it is told to."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from aiohttp.test_utils import TestServer

from bot.domain.workload import Workload
from handlers.cluster import DEPLOYMENTS, Cluster
from handlers.cluster.connecting import ApiConnection, by_url
from handlers.sandbox.api_server import ApiServer
from handlers.sandbox.argo.controller import Controller
from handlers.sandbox.argo.objects import ANALYSIS_RUNS, ROLLOUTS, merged
from handlers.sandbox.objects import Thing
from handlers.sandbox.pods import Pods
from tests.support.cluster import EPOCH

TICK = timedelta(milliseconds=100)
LONG = 600
"""Ticks after which what has not come will not come."""

STEPS = [{"setWeight": 25}, {"pause": {}}, {"setWeight": 50}, {"pause": {}}]
CANARY = {"canary": {"steps": STEPS}}
ANALYSED = {
    "canary": {"steps": [{"setWeight": 25}, {"analysis": {"templates": [{"templateName": "latency"}]}}, {"pause": {}}]}
}
SWITCH = {"activeService": "live", "previewService": "preview", "autoPromotionEnabled": False}
BLUE_GREEN = {"blueGreen": SWITCH}
CHECKED = {"blueGreen": {**SWITCH, "prePromotionAnalysis": {"templates": [{"templateName": "errors"}]}}}
OLD, NEW, NEWER = (f"registry.example.com/checkout:1.8.{number}" for number in (1, 2, 3))


class Clock(Protocol):
    now: datetime


@dataclass(slots=True)
class OwnClock:
    now: datetime = EPOCH


@dataclass(slots=True, kw_only=True)
class Shop:
    """One Rollout, shop/checkout, with all that works on it.

    Args:
        verdict: how the next analysis ends; None: not yet.
    """

    clock: Clock
    server: ApiServer
    cluster: Cluster
    controller: Controller
    pods: Pods
    verdict: str | None = "Successful"

    @property
    def workload(self) -> Workload:
        return Workload(cluster=self.cluster.name, kind="Rollout", namespace="shop", name="checkout")

    @property
    def rollout(self) -> Thing:
        found = self.server.get(ROLLOUTS, "shop", "checkout")
        assert found is not None
        return found

    @property
    def status(self) -> Thing:
        status: Thing = self.rollout.get("status", {})
        return status

    def deploy(self, strategy: Mapping[str, Any] = CANARY, *, elsewhere: bool = False, **spec: Any) -> "Shop":
        """Make the Rollout, and let its first version become healthy."""
        for name in ("live", "preview"):
            metadata = {"namespace": "shop", "name": name}
            self.server.put({"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {"selector": {}}})
        spec = {"replicas": 4, "selector": {"matchLabels": {"app": "checkout"}}, "strategy": dict(strategy), **spec}
        metadata = {"namespace": "shop", "name": "checkout"}
        template = _template(OLD)
        if elsewhere:
            self.server.put({**_DEPLOYMENT, "spec": {"replicas": 0, "template": template}})
            spec["workloadRef"] = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "checkout"}
        else:
            spec["template"] = template
        self.server.put({"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": metadata, "spec": spec})
        self.until(lambda status: status.get("phase") == "Healthy")
        return self

    def push(self, image: str = NEW) -> "Shop":
        """Push a version, wherever its template is written."""
        resource = DEPLOYMENTS if "workloadRef" in self.rollout["spec"] else ROLLOUTS
        found = self.server.get(resource, "shop", "checkout")
        assert found is not None
        found["spec"]["template"] = _template(image)
        self.server.put(found, manager="kubectl-set")
        return self

    def until_it_waits(self) -> "Shop":
        """Until the controller has paused, and has written so in both of its steps."""
        self.until(lambda status: bool(status.get("pauseConditions")))
        self.run(1)
        return self

    def until(self, has_come: Callable[[Thing], bool]) -> None:
        for _ in range(LONG):
            if has_come(self.status):
                return
            self.tick()
        raise AssertionError(f"it never came: {self.status}")

    def run(self, seconds: float) -> None:
        for _ in range(round(timedelta(seconds=seconds) / TICK)):
            self.tick()

    def tick(self) -> None:
        self.clock.now += TICK
        self.controller.step()
        for run in self.server.all(ANALYSIS_RUNS):
            if self.verdict is not None and not run.get("status"):
                self.server.put({**run, "status": {"phase": self.verdict}})
        self.pods.step()

    def patch(self, patch: Thing, manager: str = "kubectl-argo-rollouts") -> None:
        """What somebody does elsewhere."""
        self.server.put(merged(self.rollout, patch), manager=manager)


_DEPLOYMENT = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"namespace": "shop", "name": "checkout"}}


def _template(image: str) -> Thing:
    return {
        "metadata": {"labels": {"app": "checkout"}},
        "spec": {"containers": [{"name": "app", "image": image}]},
    }


def new_shop(clock: Clock, server: ApiServer, cluster: Cluster, *, chance: Callable[[], float]) -> Shop:
    return Shop(
        clock=clock,
        server=server,
        cluster=cluster,
        controller=Controller(
            objects=server, now=lambda: clock.now, chance=chance, version=lambda: server.store.version
        ),
        pods=Pods(
            objects=server,
            now=lambda: clock.now,
            starting_takes=timedelta(seconds=0.6),
            version=lambda: server.store.version,
        ),
    )


@asynccontextmanager
async def open_shop(clock: Clock | None = None, *, chance: Callable[[], float] = lambda: 0.5) -> AsyncIterator[Shop]:
    clock, numbers = clock or OwnClock(), iter(range(1, 10**6))
    server = ApiServer(now=lambda: clock.now, new_id=lambda: f"uid-{next(numbers)}")
    async with TestServer(server.application()) as served:
        connection = ApiConnection(by_url(str(served.make_url("")).rstrip("/")))
        try:
            cluster = Cluster(name="prod-eu", connection=connection)
            yield new_shop(clock, server, cluster, chance=chance)
        finally:
            await connection.close()
