"""The bot as it runs, over real HTTP, with a clock that a test sets and nothing in the background."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from bot import config
from bot.app.core import Core, make_core
from bot.app.sights import Sights
from bot.app.surfaces import Surfaces, connections, make_surfaces
from bot.app.watching import watch_clusters
from bot.domain.decision import Principal, Surface, Verb, Verdict
from bot.domain.release import Release
from bot.domain.workload import Workload
from bot.ports import ReleaseFilter
from handlers.cluster import Cluster
from handlers.health import Health
from handlers.schedule import FollowHead
from storage.migrating import upgrade
from tests.support.databases import opened
from tests.support.deciding import decide_on_gate, decide_on_release

TOKEN = "hook-token-of-the-tests"
EPOCH = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANN, BOB = Principal("ann@example.com"), Principal("bob@example.com")

SETTINGS = """
server: {public_url: "http://127.0.0.1:8080"}
clusters:
  - {name: prod-eu, hook_tokens: [{env: HOOK_TOKEN}]}
policies:
  - {name: shop, approvers: [ann@example.com, bob@example.com], reason: never}
api_tokens:
  - {name: ann, token: {env: ANN_TOKEN}, may: [read, decide], email: ann@example.com}
  - {name: bob, token: {env: BOB_TOKEN}, may: [read, decide], email: bob@example.com}
  - {name: reader, token: {env: READER_TOKEN}}
  - {name: ci, token: {env: CI_TOKEN}, may: [read, decide]}
"""
SECRETS = {
    "HOOK_TOKEN": TOKEN,
    "ANN_TOKEN": "ann-token-of-the-tests",
    "BOB_TOKEN": "bob-token-of-the-tests",
    "READER_TOKEN": "reader-token-of-the-tests",
    "CI_TOKEN": "ci-token-of-the-tests",
}


@dataclass
class Clock:
    """The time that the record knows; `None` is the database's own."""

    now: datetime = EPOCH

    async def __call__(self, _connection: Any) -> datetime:
        return self.now

    def pass_(self, **duration: float) -> None:
        self.now += timedelta(**duration)


@dataclass
class Bot:
    core: Core
    client: TestClient[web.Request, web.Application]
    clock: Clock
    follow: FollowHead
    surfaces: Surfaces
    sights: Sights = field(default_factory=Sights)
    seq: int = 0
    monotonic: list[float] = field(default_factory=lambda: [0.0])

    async def hook(self, path: str, body: Any, *, token: str = TOKEN, **kwargs: Any) -> ClientResponse:
        """Call a hook as an engine does; `path` as behind the token."""
        return await self.client.post(f"/hooks/{token}/{path}", json=body, **kwargs)

    async def ask(self, path: str, body: Any) -> int:
        return (await self.hook(path, body)).status

    async def releases(self) -> tuple[Release, ...]:
        """All of them, the newest first."""
        return (await self.core.storage.reader.releases(ReleaseFilter(), limit=200)).items

    async def newest(self) -> Release:
        return (await self.releases())[0]

    async def approve(self, by: Principal = ANN) -> None:
        gate = (await self.newest()).waiting_gate
        assert gate is not None, "nothing waits"
        await decide_on_gate(self.core.people.decide, gate.id, verdict=Verdict.APPROVE, by=by, surface=Surface.CONSOLE)

    async def roll_back(self, by: Principal = ANN) -> None:
        release = (await self.newest()).id
        await decide_on_release(self.core.people.decide, release, verb=Verb.ROLL_BACK, by=by, surface=Surface.CONSOLE)

    async def record(self) -> list[dict[str, Any]]:
        """The whole record, oldest first."""
        items = (await self.core.storage.reader.audit(limit=10_000)).items
        return [dict(item) for item in reversed(items)]

    async def actions(self) -> list[str]:
        return [line["action"] for line in await self.record()]

    async def deliver(self) -> None:
        """Carry what waits to be carried, as the bot does all the time."""
        carrier = self.core.carrier(self.surfaces.platforms)
        while await carrier.once():
            await carrier.idle()

    async def refresh(self) -> None:
        """Read the record's head, as the bot does several times a second."""
        self.seq = await self.follow.once(self.seq)


def settings_of(text: str, url: str, secrets: Mapping[str, str] = MappingProxyType({})) -> config.Settings:
    text = f"database: {{url: {{env: DATABASE_URL}}}}\n{text}"
    environ = {**SECRETS, **secrets, "DATABASE_URL": url}
    return config.parse(text, name="pointsman.yaml", environ=environ, base=Path())


@asynccontextmanager
async def running_bot(
    url: str,
    *,
    settings: str = SETTINGS,
    clock: Clock | None = None,
    clusters: Mapping[str, Cluster] | None = None,
    secrets: Mapping[str, str] = MappingProxyType({}),
) -> AsyncIterator[Bot]:
    """Run the bot on a database, its tables made.

    Args:
        clusters: what it looks into, by name; it is not woken by watches, a test wakes it.
        secrets: what the settings name beside the usual ones.
    """
    clock = clock or Clock()
    read = settings_of(settings, url, secrets)
    monotonic = [0.0]
    async with opened(url, clock=clock) as database:
        await upgrade(database)
        async with connections(read, now=lambda: clock.now, monotonic=lambda: monotonic[0]) as outside:
            sights = Sights()
            core = make_core(
                read, database, outside.groups, sights, now=lambda: clock.now, monotonic=lambda: monotonic[0]
            )
            watch_clusters(
                read,
                clusters or {},
                sights,
                core.engines.follow_sight,
                core.changes,
                metrics=core.metrics,
                now=core.now,
                monotonic=core.monotonic,
            )
            health = Health(version="test", read_at=lambda: core.changes.read_at, monotonic=lambda: monotonic[0])
            async with make_surfaces(read, core, outside) as surfaces, _serving(health, surfaces) as client:
                follow = FollowHead(
                    reader=core.storage.reader, changes=core.changes, monotonic=lambda: monotonic[0], sleep=_no_sleep
                )
                yield Bot(core, client, clock, follow, surfaces, sights, monotonic=monotonic)


@asynccontextmanager
async def _serving(health: Health, surfaces: Surfaces) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    app = web.Application(client_max_size=1024**2, middlewares=surfaces.middlewares)
    app.add_routes([*health.routes(), *surfaces.routes])
    app.on_shutdown.extend(surfaces.on_shutdown)
    async with TestClient(TestServer(app)) as client:
        yield client


async def _no_sleep(_seconds: float) -> None:
    return


WORKLOAD = Workload("prod-eu", "Canary", "shop", "checkout")
