"""Rollouts beside Canaries: the memory of the whole bot, and the time from a click to the patch that it causes."""

import asyncio
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks import practice_rollouts
from benchmarks.serving import free_port, process
from benchmarks.telling import PATIENCE_SECONDS, print_waits, until
from benchmarks.whole_bot import HEADERS, in_sight, whole_bot

BETWEEN_CLICKS = 0.5
"""Seconds.  Faster than any team; slow enough that it is one click that is measured."""


async def run(*, quick: bool) -> None:
    each, waiting = (500, 20) if quick else (10_000, 100)
    print(f"\n{each} Canaries with their targets and primaries beside {each} Rollouts; {waiting} wait for people")
    with (
        tempfile.TemporaryDirectory() as name,
        process(practice_rollouts.run, free_port(), each, each, waiting) as cluster,
    ):
        seen = in_sight(Path(name), cluster, engines="flagger, argo-rollouts", more=", allow: {argo_rollouts: true}")
        with whole_bot(Path(name), cluster=seen) as bot:
            async with aiohttp.ClientSession(headers=HEADERS) as session:
                await until(partial(bot.ready, session))
                gates = await _all_waiting(session, bot.url, waiting)
                print(f"  memory of the whole bot      {bot.resident():6.0f} MiB   goal less than 250 MiB")
                bare = [await _read(session, cluster, path) for path in gates]
                before_clicks = bot.work()
                sent, answered = await _clicked(session, bot.url, cluster, gates)
                work = 1000 * (bot.work() - before_clicks) / len(gates)
    print_waits("one read at the API server", bare, "baseline; a click causes three, one after the other")
    print_waits("click → answer", answered, "")
    print_waits("click → patch at the server", sent, "goal less than 100 ms")
    print(f"  the bot's own work for each click, all that follows it too: {work:.0f} ms")


async def _all_waiting(session: aiohttp.ClientSession, bot: str, waiting: int) -> dict[str, str]:
    """Wait until the gates of all Rollouts that wait were reached; return them, by the Rollout's path."""
    began = time.perf_counter()
    while len(gates := await _gates(session, bot)) < waiting:
        if time.perf_counter() - began > PATIENCE_SECONDS:
            raise RuntimeError(f"only {len(gates)} of {waiting} gates were reached in {PATIENCE_SECONDS} s")
        await asyncio.sleep(0.2)
    print(f"  all gates reached in         {time.perf_counter() - began:6.1f} s")
    await asyncio.sleep(2)  # What was woken at the start has been looked at.
    return gates


async def _gates(session: aiohttp.ClientSession, bot: str) -> dict[str, str]:
    found: dict[str, str] = {}
    cursor = ""
    while True:
        page = await _page(session, f"{bot}/api/v1/releases", {"limit": "100"} | ({"after": cursor} if cursor else {}))
        for release in page["items"]:
            path = practice_rollouts.ROLLOUTS.path(release["workload"]["namespace"], release["workload"]["name"])
            found |= {f"{path}/status": gate["id"] for gate in release["gates"] if gate["state"] == "closed"}
        cursor = page.get("next") or ""
        if not cursor:
            return found


async def _page(session: aiohttp.ClientSession, url: str, query: dict[str, str]) -> dict[str, Any]:
    async with session.get(url, params=query) as response:
        body: dict[str, Any] = await response.json()
        return body if response.status == 200 else {"items": []}  # Its tables are made while it starts.


async def _read(session: aiohttp.ClientSession, cluster: str, path: str) -> float:
    began = time.monotonic()
    async with session.get(cluster + path.removesuffix("/status")) as response:
        await response.read()
    return time.monotonic() - began


async def _clicked(
    session: aiohttp.ClientSession, bot: str, cluster: str, gates: dict[str, str]
) -> tuple[list[float], list[float]]:
    """Approve one after the other, as people do."""
    sent, answered = [], []
    for path, gate in gates.items():
        await asyncio.sleep(BETWEEN_CLICKS)
        began = time.monotonic()
        async with session.post(f"{bot}/api/v1/gates/{gate}/decisions", json={"decision": "approve"}) as response:
            response.raise_for_status()
        answered.append(time.monotonic() - began)
        sent.append(await _came(session, cluster, path) - began)
    return sent, answered


async def _came(session: aiohttp.ClientSession, cluster: str, path: str) -> float:
    for _ in range(1000):
        async with session.get(f"{cluster}/came") as response:
            came: dict[str, float] = await response.json()
        if path in came:
            return came[path]
        await asyncio.sleep(0.02)
    raise RuntimeError(f"no patch of {path} came")
