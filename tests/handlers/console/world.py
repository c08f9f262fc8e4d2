"""The console over real HTTP and a real record, with releases as a test wants them."""

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientResponse, ClientSession, CookieJar, web
from aiohttp.test_utils import TestServer

from bot.domain.audit import Action
from bot.domain.decision import Mark, Principal, Surface, Verdict
from bot.domain.effects import ReleaseId
from bot.domain.gate import Gate, GateId, GateState, Terms
from bot.domain.policy import Match, Need, OnExpiry, Policy, ReasonRule, Stage
from bot.domain.release import Release, ReleaseState, changed, entry
from bot.domain.run import Check, Run, StoryLine
from bot.domain.tokens import ApiToken, ApiTokens
from bot.domain.workload import Workload
from bot.ports import Clusters, Now, Storage
from bot.usecases.changes import Changes
from bot.usecases.count_refusals import CountRefusals
from bot.usecases.people import serve_people
from bot.usecases.who_may import WhoMay
from handlers.console import Console, assemble
from handlers.metrics import Metrics
from storage.assemble import assemble as kept
from storage.database import Database, open_database
from tests.support.desk import InSight

NIGHT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
ANN, BOB = Principal("ann@example.com"), Principal("bob@example.com")
TOKENS = ApiTokens(
    [
        ("ann-secret", ApiToken(name="ann", principal=ANN, may_decide=True, person=True)),
        ("bob-secret", ApiToken(name="bob", principal=BOB, may_decide=True, person=True)),
        ("eve-secret", ApiToken(name="eve", principal=Principal("eve@example.com"), may_decide=True, person=True)),
        ("reader-secret", ApiToken(name="reader", principal=Principal("rita@example.com"), person=True)),
        ("ci-secret", ApiToken(name="ci", principal=Principal("token:ci"), may_decide=True)),
    ]
)
POLICY = Policy(name="shop-prod", match=Match(namespace="shop"), needs=(Need(of=("group:sre",), quorum=2),))
HOOKS = frozenset({"confirm-rollout", "confirm-promotion", "rollback", "event"})

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ids = itertools.count(1)


def new_id() -> str:
    """An id that looks like those there are, and sorts as they do."""
    number, text = next(_ids), ""
    for _ in range(8):
        number, sign = divmod(number, len(_SIGNS))
        text = _SIGNS[sign] + text
    return f"01K9CCCCCCCCCCCCCC{text}"


class Groups:
    async def members(self, group: str) -> frozenset[Principal] | None:
        return frozenset({ANN, BOB}) if group == "sre" else None


@dataclass
class World:
    """Everything behind the console.  `now` is the time of the record."""

    url: str
    console: Console
    storage: Storage
    database: Database
    changes: Changes
    refusals: CountRefusals
    metrics: Metrics
    now: datetime = NIGHT

    async def add(self, release: Release, *, hooks: frozenset[str] = HOOKS) -> Release:
        """Put a release on record, or what has become of it."""
        async with self.storage.open_records() as records:
            await records.known(release.workload)
            await records.heard(release.workload, hooks=hooks, at=self.now)
            started = entry(release, Action.RELEASE_STARTED, actor="engine:flagger", surface=Surface.HOOK)
            await records.save(changed(release, started))
        return release

    async def release(self, release: Release) -> Release:
        return await self.storage.reader.release(release.id)

    async def record(self, release: Release) -> list[Mapping[str, Any]]:
        return list((await self.storage.reader.audit(release=release.id)).items)


@asynccontextmanager
async def running_console(
    database_url: str, *, public_url: str = "http://console.example", clusters: Clusters | None = None
) -> AsyncIterator[World]:
    """Serve the console alone, as an application does that has nothing else.

    Args:
        clusters: what is in sight; None: nothing, Flagger's hooks alone tell.
    """
    held: list[World] = []

    async def clock(_connection: Any) -> datetime:
        return held[0].now

    database, changes, metrics = open_database(database_url, clock=clock), Changes(), Metrics()
    storage = kept(database, routes=lambda _release: (), announce=changes.announce, new_key=lambda: bytes(32))
    refusals = CountRefusals(open_records=storage.open_records)
    console = _assembled(
        storage,
        changes=changes,
        refusals=refusals,
        metrics=metrics,
        now=lambda: held[0].now,
        public_url=public_url,
        clusters=clusters or InSight(),
    )
    app = web.Application(middlewares=[console.middleware])
    app.add_routes(console.routes)
    app.on_shutdown.append(console.on_shutdown)
    reading = asyncio.create_task(console.run())
    try:
        async with TestServer(app) as server:
            url = str(server.make_url("/")).rstrip("/")
            held.append(World(url, console, storage, database, changes, refusals, metrics))
            yield held[0]
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        await database.close()


def _assembled(
    storage: Storage,
    *,
    changes: Changes,
    refusals: CountRefusals,
    metrics: Metrics,
    now: Now,
    public_url: str,
    clusters: Clusters,
) -> Console:
    secrets = itertools.count(1)
    who_may = WhoMay(policies=(POLICY,), groups=Groups(), settings="d" * 64)
    return assemble(
        storage=storage,
        people=serve_people(storage, who_may, new_id=new_id, clusters=clusters, several_clusters=False),
        tokens=TOKENS,
        changes=changes,
        count_refusals=refusals,
        new_secret=lambda: f"secret-{next(secrets)}",
        now=now,
        public_url=public_url,
        metrics=metrics,
    )


def checkout(
    *gates: Gate, number: int = 142, name: str = "checkout", state: ReleaseState = ReleaseState.PROGRESSING, **more: Any
) -> Release:
    """A release of a shop's workload that has half of the users, as Flagger leads it."""
    run = Run(
        started=True,
        weight=50,
        most=50,
        text="“Fix tax rounding” by Lea · SHOP-412",
        lines=(
            StoryLine(NIGHT - timedelta(minutes=40), "New revision detected! Scaling up checkout.shop"),
            StoryLine(NIGHT - timedelta(minutes=38), "Starting canary analysis for checkout.shop"),
            StoryLine(NIGHT - timedelta(minutes=20), "Advance checkout.shop canary weight 50"),
        ),
    )
    values: dict[str, Any] = {
        "engine": "flagger",
        "started_at": NIGHT - timedelta(minutes=41),
        "strategy": "canary",
        "revision": "6f5b8c9d7",
        "run": run,
        "before": {"app": "registry.example/shop/checkout:1.8.1"},
        "after": {"app": "registry.example/shop/checkout:1.8.2"},
    }
    return Release(
        id=ReleaseId(new_id()),
        workload=Workload("prod-eu", "Canary", "shop", name),
        number=number,
        state=state,
        gates=gates,
        **values | more,
    )


def gate(stage: Stage = Stage.PROMOTION, *, quorum: int = 2, state: GateState = GateState.CLOSED, **more: Any) -> Gate:
    terms = Terms(
        policy="shop-prod",
        quorum=quorum,
        reason=ReasonRule.ON_REJECT,
        expires_at=NIGHT + timedelta(hours=2),
        on_expiry=OnExpiry.REJECT,
    )
    values: dict[str, Any] = {"terms": terms, "reached_at": NIGHT - timedelta(minutes=3)}
    return Gate(id=GateId(new_id()), stage=stage, state=state, **values | more)


def approved_by(principal: Principal, *, minutes_ago: int = 2) -> Mark:
    return Mark(principal, NIGHT - timedelta(minutes=minutes_ago), surface=Surface.SLACK)


def ended(release: Release, state: ReleaseState, **more: Any) -> Release:
    """What has become of a release; its gates that waited are withdrawn."""
    hour = timedelta(hours=1)
    gates = tuple(replace(gate, state=GateState.WITHDRAWN) if gate.undecided else gate for gate in release.gates)
    return replace(release, gates=gates, state=state, started_at=NIGHT - 2 * hour, ended_at=NIGHT - hour, **more)


FAILED_CHECK = Check(name="success", value="97.9 %", limit="≥ 99 %")


@dataclass
class Person:
    """Somebody at the console without script: what a browser would send, and what comes back."""

    world: World
    session: ClientSession
    csrf: str = ""

    async def get(self, path: str, **more: Any) -> ClientResponse:
        return await self.session.get(self.world.url + path, allow_redirects=False, **more)

    async def page(self, path: str) -> str:
        answer = await self.get(path)
        assert answer.status == 200, answer.status
        return await answer.text()

    async def post(self, path: str, fields: Mapping[str, str], **more: Any) -> ClientResponse:
        return await self.session.post(self.world.url + path, data=fields, allow_redirects=False, **more)

    async def sign_in(self, secret: str) -> ClientResponse:
        answer = await self.post("/sign-in", {"token": secret})
        if found := re.search(r'name="csrf" value="([^"]+)"', await answer.text()):
            self.csrf = found[1]
        return answer

    async def decide(self, about: Release | Gate, decision: str, **fields: str) -> ClientResponse:
        of = "gates" if isinstance(about, Gate) else "releases"
        return await self.post(f"/{of}/{about.id}/decisions", {"csrf": self.csrf, "decision": decision} | fields)

    async def approve(self, about: Gate, **fields: str) -> ClientResponse:
        return await self.decide(about, Verdict.APPROVE, **fields)


@asynccontextmanager
async def somebody(world: World) -> AsyncIterator[Person]:
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        yield Person(world, session)
