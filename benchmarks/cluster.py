"""A large cluster in sight of the whole bot: memory, time to be ready, stalls; and how fast a change is card data."""

import asyncio
import json
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import aiohttp

from benchmarks import practice_cluster
from benchmarks.card_data import CardData
from benchmarks.serving import free_port, process
from benchmarks.telling import p99, print_stalls, print_waits, until
from benchmarks.whole_bot import WholeBot, in_sight, whole_bot

RATE = 1_000
PAGE = 500
"""As the bot lists."""

KNOWN = 'pointsman_watch_events_total{cluster="bench",resource="canaries.flagger.app",what="modified"}'


async def run(*, quick: bool) -> None:
    canaries, under_way, seconds = (1_000, 20, 10.0) if quick else (10_000, 100, 60.0)
    print(f"\n{canaries} Canaries with their targets and primaries in sight of the whole bot; {under_way} under way")
    async with aiohttp.ClientSession() as session:
        bare = await _alone(session)
        with process(practice_cluster.run, free_port(), canaries, under_way) as cluster:
            lists = await _lists_alone(session, cluster)
            with _bot(cluster) as bot:
                await _starts(session, bot, bare, lists)
                card_data = CardData(bot.database)
                await until(lambda: card_data.releases() >= under_way)
                await asyncio.sleep(5)  # Cards are drawn, and all is at rest.
                await _changes(session, bot, cluster, card_data, seconds)


@contextmanager
def _bot(cluster: str | None = None) -> Iterator[WholeBot]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seeing = {"cluster": in_sight(folder, cluster, engines="flagger")} if cluster else {}
        with whole_bot(folder, **seeing) as bot:
            yield bot


@dataclass(frozen=True, slots=True)
class Started:
    """Seconds until it was ready, and MiB then."""

    seconds: float
    mib: float


async def _alone(session: aiohttp.ClientSession) -> Started:
    """The baseline: a bot that looks into no cluster."""
    with _bot() as bot:
        return await _started(session, bot)


async def _started(session: aiohttp.ClientSession, bot: WholeBot) -> Started:
    began = time.perf_counter()
    await until(partial(bot.ready, session))
    return Started(time.perf_counter() - began, bot.resident())


async def _lists_alone(session: aiohttp.ClientSession, cluster: str) -> float:
    """The baseline: the same lists, decoded and dropped."""
    began = time.perf_counter()
    await asyncio.gather(*(_drop(session, cluster + kind.path()) for kind in practice_cluster.KINDS))
    return time.perf_counter() - began


async def _drop(session: aiohttp.ClientSession, url: str) -> None:
    following = ""
    while True:
        query = {"limit": str(PAGE)} | ({"continue": following} if following else {})
        async with session.get(url, params=query) as response:
            following = json.loads(await response.read())["metadata"].get("continue", "")
        if not following:
            return


async def _starts(session: aiohttp.ClientSession, bot: WholeBot, bare: Started, lists: float) -> None:
    ready, expected = await _started(session, bot), bare.seconds + lists
    print(f"  a bot without a cluster  {bare.mib:5.0f} MiB  ready in {bare.seconds:5.1f} s   baseline")
    print(f"  its lists, only decoded                 {lists:5.1f} s   baseline")
    print(f"  this bot                 {ready.mib:5.0f} MiB  ready in {ready.seconds:5.1f} s   goal < 200 MiB, < 10 s")
    print(f"  ratio                    {ready.mib / bare.mib:9.2f}           {ready.seconds / expected:5.2f}")
    print_stalls("the loop until then", {}, await bot.figures(session))


async def _changes(
    session: aiohttp.ClientSession, bot: WholeBot, cluster: str, card_data: CardData, seconds: float
) -> None:
    print(f"\n{RATE} changes a second for {seconds:.0f} s, every Canary as often")
    before, work = await bot.figures(session), bot.work()
    known, reads, commits = Known(before.get(KNOWN, 0)), list[float](), list[float]()
    async with (
        _meanwhile(lambda: _sample(card_data, 0.01)),
        _meanwhile(lambda: _read(session, cluster, reads)),
        _meanwhile(lambda: _commit(bot.database.with_name("beside.db"), commits)),
        _meanwhile(lambda: known.run(session, bot)),
    ):
        limits = aiohttp.ClientTimeout(total=None)
        query = {"rate": str(RATE), "seconds": str(seconds)}
        async with session.post(f"{cluster}/changes", params=query, timeout=limits) as answer:
            made = await answer.json()
        await until(lambda: known.count >= len(made["at"]) and card_data.has(made["weights"]))
    spent = bot.work() - work
    print(f"  made                     {len(made['at']):6}   of releases under way {len(made['weights'])}")
    bare = p99(reads), p99(reads) + p99(commits)
    print_waits("one read at the server", reads, "baseline; a look is four, one or two at a time")
    print_waits("one commit on the same disk", commits, "baseline; a look that shows something new ends with one")
    print_waits("change → known", waits := known.waits(made["at"]), f"ratio to a read {p99(waits) / bare[0]:.1f}")
    waits = card_data.waits(made["weights"])
    print_waits("change → card data", waits, f"ratio to a read and a commit {p99(waits) / bare[1]:.1f}")
    print_stalls("the loop", before, await bot.figures(session))
    print(f"  the bot                  {bot.resident():5.0f} MiB  at work {100 * spent / seconds:.0f} % of a core")


@asynccontextmanager
async def _meanwhile(work: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    task = asyncio.ensure_future(work())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _sample(card_data: CardData, every: float) -> None:
    while True:
        card_data.read()
        await asyncio.sleep(every)


async def _read(session: aiohttp.ClientSession, cluster: str, reads: list[float]) -> None:
    """The baseline: what one read takes at an API server that is as busy."""
    path = practice_cluster.CANARIES.path("team-00", "app-00000")
    while True:
        began = time.monotonic()
        async with session.get(cluster + path) as response:
            await response.read()
        reads.append(time.monotonic() - began)
        await asyncio.sleep(0.1)


async def _commit(database: Path, commits: list[float]) -> None:
    """The baseline: what one transaction takes on a disk that is as busy, as durably as the bot's."""

    def commit() -> None:
        with sqlite3.connect(database, timeout=60) as connection:
            connection.execute("PRAGMA synchronous=FULL")
            began = time.monotonic()
            connection.execute("CREATE TABLE IF NOT EXISTS row (at REAL)")
            connection.execute("INSERT INTO row VALUES (?)", (began,))
            connection.commit()
        commits.append(time.monotonic() - began)

    while True:
        await asyncio.to_thread(commit)
        await asyncio.sleep(0.1)


@dataclass(slots=True)
class Known:
    """How many changes the bot knew at which time: the watch tells them in their order."""

    before: float
    count: int = 0
    seen: list[tuple[float, int]] = field(default_factory=list)

    async def run(self, session: aiohttp.ClientSession, bot: WholeBot) -> None:
        while True:
            self.count = int((await bot.figures(session)).get(KNOWN, 0) - self.before)
            self.seen.append((time.monotonic(), self.count))
            await asyncio.sleep(0.25)

    def waits(self, at: Sequence[float]) -> list[float]:
        """For each time that was looked, how old the oldest change was that was not known; 0: all were known."""
        behind = ((moment, at[count]) for moment, count in self.seen if count < len(at))
        return [max(0.0, moment - made) for moment, made in behind]
