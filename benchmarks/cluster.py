"""A large cluster in sight: memory, time to be ready, the longest stall; and how fast a change is known."""

import asyncio
import hashlib
import json
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks import practice_cluster
from benchmarks.serving import free_port, process
from bot.app.memory import settle
from handlers.cluster import Cluster, Resource, Watch, WatchParts
from handlers.cluster.connecting import ApiConnection, by_url
from handlers.metrics import Metrics

MIB = 1024**2
PROBE_SECONDS = 0.002


@dataclass(frozen=True, slots=True)
class Known:
    """As much as a card needs of an object."""

    uid: str
    generation: int
    template: str
    images: tuple[str, ...]
    phase: str
    weight: int
    iterations: int
    failed_checks: int
    at: str
    stamp: float


def known(thing: dict[str, Any]) -> Known:
    metadata, spec, status = thing["metadata"], thing.get("spec") or {}, thing.get("status") or {}
    template = spec.get("template") or {}
    containers = (template.get("spec") or {}).get("containers") or []
    return Known(
        uid=metadata["uid"],
        generation=metadata.get("generation", 0),
        template=hashlib.sha256(json.dumps(template, sort_keys=True).encode()).hexdigest(),
        images=tuple(container["image"] for container in containers),
        phase=status.get("phase", ""),
        weight=status.get("canaryWeight", 0),
        iterations=status.get("iterations", 0),
        failed_checks=status.get("failedChecks", 0),
        at=status.get("lastTransitionTime", ""),
        stamp=float((metadata.get("annotations") or {}).get(practice_cluster.STAMP, 0)),
    )


@dataclass
class Probe:
    """How long the loop keeps others waiting: by the clock, and in CPU time of ours alone."""

    waits: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)

    async def run(self) -> None:
        while True:
            began, used = time.perf_counter(), time.thread_time()
            await asyncio.sleep(PROBE_SECONDS)
            self.waits.append(time.perf_counter() - began - PROBE_SECONDS)
            self.work.append(time.thread_time() - used)

    def told(self) -> str:
        return f"longest stall {max(self.waits) * 1000:6.1f} ms (of it our own work {max(self.work) * 1000:6.1f} ms)"


@asynccontextmanager
async def probing() -> AsyncIterator[Probe]:
    probe = Probe()
    task = asyncio.create_task(probe.run())
    try:
        yield probe
    finally:
        task.cancel()


def resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / MIB


def parts() -> WatchParts:
    return WatchParts(
        now=lambda: datetime.now(UTC),
        monotonic=time.monotonic,
        sleep=asyncio.sleep,
        random=random.random,
        metrics=Metrics(),
    )


async def in_sight(url: str, canaries: int, rate: int, seconds: float) -> None:
    connection = ApiConnection(by_url(url))
    cluster = Cluster(name="bench", connection=connection)
    late: list[float] = []

    def on_change(old: Known | None, new: Known | None) -> None:
        if old and new and new.stamp:
            late.append(time.monotonic() - new.stamp)

    settle()  # As the bot does.
    async with probing() as idle:
        await asyncio.sleep(2)
    bare = await _read_alone(cluster)
    before = resident()
    watches = [_watch(cluster, kind, on_change) for kind in practice_cluster.KINDS]
    async with probing() as probe:
        began, used = time.perf_counter(), time.process_time()
        tasks = [asyncio.create_task(watch.run()) for watch in watches]
        await _until(lambda: all(watch.ok for watch in watches))
        ready, work = time.perf_counter() - began, time.process_time() - used
    count = sum(len(watch.records) for watch in watches)
    print(f"\n{canaries} Canaries with their targets and primaries ({count} objects) in sight")
    print(f"  nothing to do  {idle.told()}")
    print(f"  only decoded   {bare:6.2f} s   ratio {ready / bare:.2f}")
    print(f"  ready in       {ready:6.2f} s (of it our own work {work:.2f} s)   goal less than 10 s")
    print(f"  the loop       {probe.told()}      goal less than 100 ms")
    grown = resident() - before
    print(f"  memory         {resident():6.0f} MiB, of it {grown:.0f} for the cluster      goal less than 200 MiB")
    await _changes(url, rate, seconds, late)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await connection.close()


async def _read_alone(cluster: Cluster) -> float:
    """The baseline: the same pages, decoded and dropped."""
    began = time.perf_counter()
    await asyncio.gather(*(_drop(cluster, kind) for kind in practice_cluster.KINDS))
    return time.perf_counter() - began


async def _drop(cluster: Cluster, kind: Resource) -> None:
    async for page in cluster.pages(kind):
        del page


async def _changes(url: str, rate: int, seconds: float, late: list[float]) -> None:
    print(f"\n{rate} changes a second for {seconds:.0f} s")
    async with probing() as probe, aiohttp.ClientSession() as session:
        query = {"rate": str(rate), "seconds": str(seconds)}
        async with session.post(f"{url}/changes", params=query, timeout=aiohttp.ClientTimeout(total=None)) as answer:
            made = (await answer.json())["made"]
        await _until(lambda: len(late) >= made)
    late.sort()
    p50, p99 = late[len(late) // 2] * 1000, late[int(len(late) * 0.99)] * 1000
    print(f"  known          {len(late)} of {made}, {made / seconds:.0f} /s")
    print(f"  change → known p50 {p50:6.1f} ms   p99 {p99:6.1f} ms   longest {late[-1] * 1000:6.1f} ms")
    print(f"  the loop       {probe.told()}      goal less than 100 ms")
    print(f"  memory         {resident():6.0f} MiB")


async def _until(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not so():  # noqa: ASYNC110  Nothing tells, and to look costs nothing.
            await asyncio.sleep(0.01)


def _watch(cluster: Cluster, kind: Resource, on_change: Any) -> Watch[Known]:
    return Watch(cluster=cluster, resource=kind, slim=known, on_change=on_change, parts=parts())


async def run(*, quick: bool) -> None:
    canaries, seconds = (2_000, 5.0) if quick else (10_000, 60.0)
    with process(practice_cluster.run, free_port(), canaries) as url:
        await in_sight(url, canaries, rate=1_000, seconds=seconds)
