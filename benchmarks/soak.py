"""What stays in memory: thousands of releases from their first question to their end, and the slope."""

import asyncio
import itertools
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from benchmarks.serving import TOKEN, body_of
from benchmarks.telling import until
from benchmarks.whole_bot import HEADERS, WholeBot, whole_bot

WORKLOADS = 200
AT_ONCE = 16
HOOKS = f"/hooks/{TOKEN}/flagger"
IN_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Where the record is kept, if there is such a folder: what grows is measured here, not the disk."""


@dataclass(frozen=True, slots=True)
class Sample:
    releases: int
    mib: float


async def pass_through(session: aiohttp.ClientSession, number: int) -> None:
    """One release: asked, approved, told, promoted."""
    workload, checksum = number % WORKLOADS, f"{number:010x}"
    question = body_of(workload, checksum=checksum)
    assert await _hook(session, "confirm-promotion", question) == 403
    async with session.get("/api/v1/releases", params={"name": f"app-{workload}", "limit": "1"}) as answer:
        gate = (await answer.json())["items"][0]["gates"][0]["id"]
    async with session.post(f"/api/v1/gates/{gate}/decisions", json={"decision": "approve"}) as answer:
        answer.raise_for_status()
    assert await _hook(session, "confirm-promotion", question) == 200
    said = {
        "eventMessage": f"Promotion completed! Scaling down app-{workload}.shop",
        "eventType": "Normal",
        "timestamp": str(1_795_000_000_000 + number),
    }
    assert await _hook(session, "event", body_of(workload, phase="Succeeded", checksum=checksum, metadata=said)) == 200


async def _hook(session: aiohttp.ClientSession, hook: str, body: bytes) -> int:
    async with session.post(f"{HOOKS}/{hook}", data=body) as answer:
        await answer.read()
        return answer.status


async def soak(session: aiohttp.ClientSession, bot: WholeBot, releases: int, every: int) -> list[Sample]:
    samples, numbers, began = [Sample(0, bot.resident())], iter(range(releases)), time.perf_counter()
    while batch := list(itertools.islice(numbers, every)):
        turns = iter(batch)
        await asyncio.gather(*(_work(session, turns) for _ in range(AT_ONCE)))
        samples.append(Sample(batch[-1] + 1, bot.resident()))
        _print_progress(samples[-1], releases, time.perf_counter() - began)
    return samples


def _print_progress(sample: Sample, releases: int, passed: float) -> None:
    rate = sample.releases / passed
    left = (releases - sample.releases) / rate
    print(f"  {sample.releases:6} releases   {sample.mib:6.1f} MiB   {rate:4.0f} /s   {left:4.0f} s left", flush=True)


async def _work(session: aiohttp.ClientSession, numbers: Iterator[int]) -> None:
    for number in numbers:
        await pass_through(session, number)


def slope(samples: list[Sample]) -> float:
    """KiB for each release, by least squares over the second half, when all that is filled once is full."""
    late = samples[len(samples) // 2 :]
    mean_x, mean_y = (sum(values) / len(late) for values in zip(*((s.releases, s.mib) for s in late), strict=True))
    above: float = sum((s.releases - mean_x) * (s.mib - mean_y) for s in late)
    below: float = sum((s.releases - mean_x) * (s.releases - mean_x) for s in late)
    return above / below * 1024


async def run(*, quick: bool) -> None:
    releases = 1_000 if quick else 20_000
    print(f"\n{releases} releases of {WORKLOADS} workloads, each asked, approved and promoted")
    with tempfile.TemporaryDirectory(dir=IN_MEMORY) as folder, whole_bot(Path(folder)) as bot:
        async with aiohttp.ClientSession(bot.url, headers=HEADERS) as session:
            await until(lambda: bot.ready(session))
            began, before = time.perf_counter(), bot.work()
            samples = await soak(session, bot, releases, releases // 20)
            took, work = time.perf_counter() - began, bot.work() - before
    print(f"  slope          {slope(samples):6.2f} KiB for each release over the second half; goal 0.1 and less")
    print(f"  in             {took:6.0f} s, {releases / took:.0f} /s; {1000 * work / releases:.0f} ms of work for each")
