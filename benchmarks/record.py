"""How fast the record grows, and how fast it is verified."""

import tempfile
import time

from bot.domain.audit import Action, Entry
from bot.domain.decision import Principal, Surface
from storage import chain
from storage.database import Database, open_database
from storage.migrating import upgrade
from tests.support.postgres import running_postgres


async def run(*, quick: bool) -> None:
    appends, rows = (200, 20_000) if quick else (1_000, 100_000)
    print("\nThe record")
    with tempfile.TemporaryDirectory() as folder:
        await _measure("SQLite", f"sqlite+aiosqlite:///{folder}/bench.db", appends, rows)
    with running_postgres() as server, server.new_database() as url:
        await _measure("PostgreSQL", url, appends, rows)


async def _measure(name: str, url: str, appends: int, rows: int) -> None:
    database = open_database(url)
    try:
        await upgrade(database)
        begun = time.perf_counter()
        for number in range(appends):
            await _append(database, [_entry(number)])
        single = appends / (time.perf_counter() - begun)
        for first in range(0, rows, 500):
            await _append(database, [_entry(first + number) for number in range(500)])
        begun = time.perf_counter()
        head = await chain.verify(database)
        verified = head.seq / (time.perf_counter() - begun)
    finally:
        await database.close()
    print(f"  {name:12}   {single:6.0f} appends /s, one by one   {verified:8.0f} rows verified /s, goal 20000")


async def _append(database: Database, entries: list[Entry]) -> None:
    async with database.transaction() as connection:
        await chain.append(connection, entries, await database.clock(connection))


def _entry(number: int) -> Entry:
    return Entry(
        actor=Principal("ann@example.com"),
        action=Action.DECISION_TAKEN,
        surface=Surface.SLACK,
        cluster="prod-eu",
        kind="Canary",
        namespace="shop",
        name=f"app-{number % 100}",
        release="01K9AAAAAAAAAAAAAAAAAAAAAA",
        gate="01K9BBBBBBBBBBBBBBBBBBBBBB",
        stage="promotion",
        revision="78bbfb4c47",
        decision="approve",
        reason="looks good",
        details={"policy": "shop-prod", "settings": "0" * 64, "others": ["bob@example.com"], "quorum": 2, "count": 1},
    )
