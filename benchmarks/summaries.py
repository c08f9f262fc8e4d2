"""How long a time line, a weekly summary and the figures of a year take over a year's record."""

import random
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

from sqlalchemy import text

from benchmarks.practice_year import LINES, fill, name_of
from bot.domain.decision import Surface
from storage.migrating import upgrade
from tests.support.desk import ANN, TWO_O_CLOCK, Desk, open_desk
from tests.support.postgres import running_postgres

Ask = Callable[[], Awaitable[object]]


async def run(*, quick: bool) -> None:
    releases = 5_000 if quick else 100_000
    print(f"\nSummaries and time lines, over {releases:,} releases and {releases * LINES:,} lines of the record")
    with tempfile.TemporaryDirectory() as folder:
        await _measure("SQLite", f"sqlite+aiosqlite:///{folder}/bench.db", releases)
    with running_postgres() as server, server.new_database() as url:
        await _measure("PostgreSQL", url, releases)


async def _measure(name: str, url: str, releases: int) -> None:
    async with open_desk(url) as desk:
        await upgrade(desk.database)
        await fill(desk.database, releases, end=TWO_O_CLOCK)
        async with desk.database.transaction() as connection:
            await connection.execute(text("ANALYZE"))
        chance = random.Random(11)

        async def history() -> None:
            asked = f"history {name_of(chance.randrange(releases))}"
            answer = await desk.people.answer_command(asked, by=ANN, surface=Surface.API, may_decide=True)
            assert "approved" in answer.text, answer.text

        await _print(name, "history", history, times=200, goal_ms=50)
        await _print(name, "weekly summary", _summary(desk), times=10, goal_ms=1_000)
        await _print(name, "half a year twice", _figures(desk), times=3, goal_ms=None)


def _summary(desk: Desk) -> Ask:
    return lambda: desk.people.tell_figures.summary(timedelta(days=7))


def _figures(desk: Desk) -> Ask:
    return lambda: desk.people.tell_figures.insights(timedelta(days=182))


async def _print(name: str, what: str, ask: Ask, *, times: int, goal_ms: int | None) -> None:
    await ask()  # The first one opens connections.
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        await ask()
        took.append((time.perf_counter() - begun) * 1000)
    took.sort()
    half, slow = took[times // 2], took[min(int(times * 0.99), times - 1)]
    goal = f"   goal p99 {goal_ms} ms" if goal_ms else ""
    print(f"  {name:12} {what:20} half within {half:7.1f} ms   p99 {slow:7.1f} ms{goal}")
