"""The watch of Rollouts: whom it wakes, and which of them share their pods."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.domain.looks.sighting import Glance
from bot.domain.sight import Standing
from bot.domain.workload import Workload
from handlers.argo_rollouts import RolloutWatch
from handlers.cluster import WatchParts
from handlers.metrics import Metrics
from handlers.sandbox.api_server import ApiServer
from handlers.sandbox.argo.objects import ROLLOUTS
from tests.handlers.argo_rollouts.samples import an_object
from tests.support.cluster import EPOCH, connected, new_server, serving

Woken = list[str]


async def no_time(_seconds: float) -> None:
    await asyncio.sleep(0)


PARTS = WatchParts(now=lambda: EPOCH, monotonic=lambda: 0.0, sleep=no_time, random=lambda: 1.0, metrics=Metrics())


@asynccontextmanager
async def watched(server: ApiServer) -> AsyncIterator[tuple[RolloutWatch, Woken]]:
    woken: Woken = []
    async with serving(server) as url, connected(url) as cluster:
        watch = RolloutWatch(
            cluster=cluster, namespaces=["*"], parts=PARTS, wake=lambda workload: woken.append(workload.name)
        )
        running = asyncio.create_task(watch.rollouts.run())
        try:
            yield watch, woken
        finally:
            running.cancel()
            await asyncio.wait({running})


async def until(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not so():
            await asyncio.sleep(0)


def a_rollout(name: str, refers_to: str | None = None, **more: Any) -> dict[str, Any]:
    reference = {"workloadRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": refers_to}}
    return an_object(metadata={"name": name, "uid": name}, spec=reference if refers_to else {}, **more)


def of(name: str) -> Workload:
    return Workload("prod-eu", "Rollout", "shop", name)


@pytest.fixture
def server() -> ApiServer:
    return new_server()


async def test_two_rollouts_that_refer_to_the_same_pods_know_of_each_other(server):
    for name, refers_to in (("checkout", "app"), ("checkout-too", "app"), ("till", "other"), ("search", None)):
        server.place(a_rollout(name, refers_to))

    async with watched(server) as (watch, woken):
        await until(lambda: len(woken) == 5)
        sharing = {name: watch.sharing(of(name)) for name in ("checkout", "checkout-too", "till", "search", "nobody")}

    assert sharing == {
        "checkout": ("shop/checkout-too",),
        "checkout-too": ("shop/checkout",),
        "till": (),
        "search": (),
        "nobody": (),
    }


async def test_who_begins_or_ceases_to_share_wakes_the_other(server):
    server.place(a_rollout("checkout", "app"))

    async with watched(server) as (watch, woken):
        await until(lambda: woken == ["checkout"])
        server.place(a_rollout("checkout-too", "app"))
        await until(lambda: woken[1:] == ["checkout", "checkout-too"])
        server.place(a_rollout("checkout-too", "app", status={"currentStepIndex": 2}))
        await until(lambda: woken[3:] == ["checkout-too"])
        server.delete(ROLLOUTS, "shop", "checkout-too")
        await until(lambda: woken[4:] == ["checkout", "checkout-too"])

        assert watch.sharing(of("checkout")) == ()


async def test_a_glance_is_what_the_watch_saw_last(server):
    server.place(a_rollout("checkout"))

    async with watched(server) as (watch, woken):
        await until(lambda: bool(woken))

        assert watch.glance(of("checkout")) == Glance(uid="checkout", standing=Standing.PROGRESSING, applied="new")
        assert watch.glance(of("till")) is None


async def test_replicas_that_come_and_go_wake_nobody(server):
    server.place(a_rollout("checkout"))

    async with watched(server) as (_, woken):
        await until(lambda: woken == ["checkout"])
        server.place(a_rollout("checkout", status={"availableReplicas": 3}))
        server.place(a_rollout("till"))
        await until(lambda: len(woken) > 1)

    assert woken == ["checkout", "till"]
