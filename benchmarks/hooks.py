"""How fast hooks are answered, beside a bare aiohttp handler that parses and checks the same body."""

import asyncio

import aiohttp

from benchmarks.serving import bare_server, body_of, bot_server, busy, prepare, steady
from tests.support.postgres import running_postgres

PROMOTION = "flagger/confirm-promotion"


async def waits(gates: int, seconds: float) -> None:
    """Unchanged waits: every gate in turn."""
    bodies = [body_of(number) for number in range(gates)]
    with bare_server() as bare_url, bot_server() as url:
        print(f"\nUnchanged waits, {gates} gates asked in turn")
        await prepare(url, bodies)
        await busy(url, PROMOTION, bodies, seconds=seconds)  # Remembered by now.
        baseline = await busy(bare_url, PROMOTION, bodies, seconds=seconds)
        ours = await busy(url, PROMOTION, bodies, seconds=seconds)
        print(f"  bare handler   {baseline.rate:8.0f} /s   p99 {baseline.p99:6.2f} ms")
        print(f"  Pointsman      {ours.rate:8.0f} /s   p99 {ours.p99:6.2f} ms   errors {ours.errors}")
        print(f"  ratio          {ours.rate / baseline.rate:8.2f}      goal 0.8 and more")

        rate = 2000
        print(f"\nThe same, {rate} requests a second offered")
        baseline = await steady(bare_url, PROMOTION, bodies, rate=rate, seconds=seconds)
        ours = await steady(url, PROMOTION, bodies, rate=rate, seconds=seconds)
        print(f"  bare handler   p50 {baseline.p50:6.2f} ms   p99 {baseline.p99:6.2f} ms")
        print(f"  Pointsman      p50 {ours.p50:6.2f} ms   p99 {ours.p99:6.2f} ms   errors {ours.errors}")
        print(f"  p99 ratio      {ours.p99 / baseline.p99:6.2f}      goal 2 and less; errors 0")


async def cost(most: int, seconds: float) -> None:
    """What one check costs beside many waiting gates."""
    print("\nCost of a check, by the number of waiting gates")
    first: float | None = None
    for gates in (1, most // 10, most):
        bodies = [body_of(number) for number in range(gates)]
        with bot_server() as url:
            await prepare(url, bodies)
            await busy(url, PROMOTION, bodies, seconds=min(seconds, 3))
            measured = await busy(url, PROMOTION, bodies[:1], seconds=seconds, clients=1)
        first = first or measured.p50
        print(f"  {gates:6} gates   p50 {measured.p50:6.3f} ms   ratio {measured.p50 / first:5.2f}   goal 1.2 and less")


async def events(seconds: float) -> None:
    """Per-tick events that change nothing."""
    said = {"eventMessage": "Rollback hook pointsman-rollback not signaling a rollback", "eventType": "Normal"}
    bodies = [
        body_of(number % 100, metadata=said | {"timestamp": str(1_795_000_000_000 + number)}) for number in range(5000)
    ]
    with bare_server() as bare_url, bot_server() as url:
        await prepare(url, [body_of(number) for number in range(100)])
        await busy(url, "flagger/event", bodies, seconds=2)
        baseline = await busy(bare_url, "flagger/event", bodies, seconds=seconds)
        ours = await busy(url, "flagger/event", bodies, seconds=seconds)
    print("\nPer-tick events that change nothing")
    print(f"  bare handler   {baseline.rate:8.0f} /s")
    print(f"  Pointsman      {ours.rate:8.0f} /s   errors {ours.errors}")
    print(f"  ratio          {ours.rate / baseline.rate:8.2f}      goal 0.6 and more")


async def open_gate(seconds: float) -> None:
    """A yes is read from the record each time."""
    print("\nAn open gate, read from the record at each question")
    with bot_server() as url:
        await _open_gate("SQLite", url, seconds)
    with running_postgres() as server, server.new_database() as database, bot_server(database) as url:
        await _open_gate("PostgreSQL", url, seconds)


async def _open_gate(name: str, url: str, seconds: float) -> None:
    body = body_of(1)
    await prepare(url, [body])
    await approve_all(url)
    measured = await busy(url, PROMOTION, [body], seconds=seconds, clients=4)
    print(f"  {name:12}   {measured.rate:8.0f} /s   p50 {measured.p50:6.2f} ms   p99 {measured.p99:6.2f} ms")


async def approve_all(url: str) -> None:
    headers = {"Authorization": "Bearer ann-of-the-benchmarks"}
    async with aiohttp.ClientSession(url, headers=headers) as session:
        async with session.get("/api/v1/releases?limit=200") as response:
            releases = (await response.json())["items"]
        for gate in (gate for release in releases for gate in release["gates"]):
            async with session.post(f"/api/v1/gates/{gate['id']}/decisions", json={"decision": "approve"}) as response:
                response.raise_for_status()


async def run(*, quick: bool) -> None:
    seconds, gates = (2.0, 500) if quick else (10.0, 10_000)
    await waits(gates, seconds)
    await cost(gates, min(seconds, 4))
    await events(seconds)
    await open_gate(min(seconds, 5))
    await asyncio.sleep(0)
