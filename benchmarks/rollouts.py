"""Rollouts beside Canaries: the memory of the whole bot, and the time from a click to the patch that it causes."""

import asyncio
import json
import multiprocessing
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks import practice_rollouts
from benchmarks.serving import free_port, process
from bot import config
from bot.app import serve

MIB = 1024**2
SECONDS = 120.0
"""What has not come by then does not come."""

BETWEEN_CLICKS = 0.5
"""Seconds.  Faster than any team; slow enough that it is one click that is measured."""

SETTINGS = """
server: {{host: 127.0.0.1, port: {port}, metrics_port: {metrics_port}}}
database: {{url: "sqlite+aiosqlite:///{folder}/bench.db"}}
clusters:
  - name: bench
    kubernetes: {{context: bench, kubeconfig: "{folder}/kubeconfig"}}
    engines: [flagger, argo-rollouts]
    hook_tokens: [{{env: HOOK_TOKEN}}]
    allow: {{argo_rollouts: true}}
policies: [{{name: bench, approvers: [ann@example.com], reason: never}}]
api_tokens: [{{name: ann, token: {{env: API_TOKEN}}, may: [read, decide], email: ann@example.com}}]
"""
ENVIRON = {"HOOK_TOKEN": "hook-token-of-the-benchmarks", "API_TOKEN": "ann-of-the-benchmarks"}


def run_bot(port: int, folder: str) -> None:
    text = SETTINGS.format(port=port, metrics_port=free_port(), folder=folder)
    settings = config.parse(text, name="benchmark", environ=ENVIRON | dict(os.environ), base=Path())
    asyncio.run(serve(settings, stop=asyncio.Event()))


def write_kubeconfig(folder: str, url: str) -> None:
    """Lead to an API server that asks nobody who they are."""
    written = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "bench", "cluster": {"server": url}}],
        "users": [{"name": "nobody", "user": {}}],
        "contexts": [{"name": "bench", "context": {"cluster": "bench", "user": "nobody"}}],
    }
    Path(folder, "kubeconfig").write_text(json.dumps(written))


async def run(*, quick: bool) -> None:
    each, waiting = (500, 20) if quick else (10_000, 100)
    print(f"\n{each} Canaries with their targets and primaries beside {each} Rollouts; {waiting} wait for people")
    with (
        tempfile.TemporaryDirectory() as folder,
        process(practice_rollouts.run, free_port(), each, each, waiting) as cluster,
    ):
        write_kubeconfig(folder, cluster)
        before = set(multiprocessing.active_children())
        with process(run_bot, free_port(), folder) as bot:
            (child,) = set(multiprocessing.active_children()) - before
            headers = {"Authorization": f"Bearer {ENVIRON['API_TOKEN']}"}
            async with aiohttp.ClientSession(headers=headers) as session:
                gates = await _all_waiting(session, bot, waiting)
                print(f"  memory of the whole bot      {_resident(child.pid):6.0f} MiB   goal less than 250 MiB")
                bare = [await _read(session, cluster, path) for path in gates]
                before_clicks = _work(child.pid)
                sent, answered = await _clicked(session, bot, cluster, gates)
                work = 1000 * (_work(child.pid) - before_clicks) / len(gates)
    _print("one read at the API server", bare, "baseline; a click causes three, one after the other")
    _print("click → answer", answered, "")
    _print("click → patch at the server", sent, "goal less than 100 ms")
    print(f"  the bot's own work for each click, all that follows it too: {work:.0f} ms")


async def _all_waiting(session: aiohttp.ClientSession, bot: str, waiting: int) -> dict[str, str]:
    """Wait until the gates of all Rollouts that wait were reached; return them, by the Rollout's path."""
    began = time.perf_counter()
    while len(gates := await _gates(session, bot)) < waiting:
        if time.perf_counter() - began > SECONDS:
            raise RuntimeError(f"only {len(gates)} of {waiting} gates were reached in {SECONDS:.0f} s")
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


def _resident(pid: int | None) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MIB


def _work(pid: int | None) -> float:
    """Seconds of CPU time that a process has used: they do not depend on what else runs."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _print(name: str, waited: list[float], goal: str) -> None:
    ordered = sorted(1000 * seconds for seconds in waited)
    p50, p99 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    print(f"  {name:28}   p50 {p50:7.1f} ms   p99 {p99:7.1f} ms   {goal}")
