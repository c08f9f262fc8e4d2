"""A cluster that was away, or took us for a stranger, and is back: what it says now counts, and what was recorded."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from handlers.cluster import DEPLOYMENTS, Cluster
from handlers.cluster.connecting import ApiConnection, by_kubeconfig
from handlers.flagger.resources import CANARIES
from tests.acceptance.test_clusters_in_trouble import AWAY, LONG, World, trouble
from tests.support.cluster import Faults, streams
from tests.support.tls import Certificate, new_certificate, tls_server

WATCHES = 10
"""More than there are."""


@pytest.fixture
async def world(sqlite_url) -> AsyncIterator[World]:
    async with trouble(sqlite_url) as world:
        yield world


class TestAnHour:
    """It is away for an hour; meanwhile Ann approves, and Flagger goes on asking."""

    @pytest.fixture(autouse=True)
    async def _away(self, world):
        world.faults.next(*[AWAY] * LONG)
        await world.watch_once()
        await world.bot.approve()
        self.told = []
        for _ in range(12):
            world.bot.clock.pass_(minutes=5)
            world.bot.monotonic[0] += 300
            self.told.append(await world.asks())
            await world.bot.core.hearing.write(world.bot.monotonic[0])

    async def back(self, world):
        world.faults.planned.clear()
        await watched(world)
        await world.follows()

    async def test_no_yes_is_told_all_the_time_and_the_approval_stands(self, world):
        assert self.told == [503] * 12
        assert "Not verified since" in await world.warnings()
        assert len((await world.bot.newest()).gates[-1].approvals) == 1

        await self.back(world)

        assert await world.asks() == 200
        assert "Not verified since" not in await world.warnings()

    async def test_what_was_pushed_meanwhile_was_approved_by_nobody(self, world):
        push(world, "registry.example.com/checkout:pushed")
        await self.back(world)

        newest, before = (await world.bot.releases())[:2]
        assert await world.asks() == 403
        assert (before.state, newest.state) == ("superseded", "waiting")
        assert not newest.gates[-1].approvals

    async def test_what_ended_meanwhile_has_ended(self, world):
        status = canary(world)["status"]
        world.canary(status=status | {"phase": "Succeeded", "lastAppliedSpec": "another", "canaryWeight": 0})
        await self.back(world)

        assert await world.state() == "promoted"
        assert "release.promoted" in await world.bot.actions()

    async def test_what_was_deleted_meanwhile_has_ended_too(self, world):
        world.server.delete(CANARIES, world.workload.namespace, world.workload.name)
        await self.back(world)

        assert await world.state() == "ended"
        assert await world.asks() != 200

    async def test_what_people_decided_meanwhile_holds(self, world):
        await world.bot.roll_back()
        await self.back(world)

        assert await world.asks() == 403
        assert await world.state() == "refused"


async def watched(world):
    """Each watch lists, sees, and ends."""
    world.faults.next_watches(*[streams()] * WATCHES)
    await world.watch_once()
    world.faults.watches.clear()


def canary(world):
    there = world.server.get(CANARIES, world.workload.namespace, world.workload.name)
    assert there
    return there


def push(world, image):
    """Write another version into the target."""
    target = json.loads(json.dumps(world.server.get(DEPLOYMENTS, world.workload.namespace, world.workload.name)))
    target["spec"]["template"]["spec"]["containers"][0]["image"] = image
    target["metadata"]["generation"] += 1
    world.server.place(target)


class Guard:
    """An API server that knows one token and shows one certificate, and the kubeconfig that leads to it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.token = folder, "the-first-token"
        self.certificate = new_certificate(folder / "first")

    @asynccontextmanager
    async def way(self, server, faults: Faults) -> AsyncIterator[Cluster]:
        app = server.application()
        app.middlewares.extend([self._know, faults.stand_before])
        async with tls_server(app, self.certificate) as self.url:
            self.write_kubeconfig(self.token, self.certificate)
            connection = ApiConnection(by_kubeconfig("prod-eu", str(self.folder / "kubeconfig")))
            yield Cluster(name="prod-eu", connection=connection)
            await connection.close()

    def write_kubeconfig(self, token: str, certificate: Certificate) -> None:
        known = {
            "clusters": [
                {"name": "eu", "cluster": {"server": self.url, "certificate-authority": str(certificate.authority)}}
            ],
            "contexts": [{"name": "prod-eu", "context": {"cluster": "eu", "user": "bot"}}],
            "users": [{"name": "bot", "user": {"token": token}}],
        }
        (self.folder / "kubeconfig").write_text(json.dumps(known))

    @web.middleware
    async def _know(self, request, handler):
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return web.json_response({"kind": "Status", "message": "Unauthorized", "code": 401}, status=401)
        return await handler(request)


async def test_a_token_that_is_rotated_beside_the_running_bot_is_taken_up(sqlite_url, tmp_path):
    guard = Guard(tmp_path)
    async with trouble(sqlite_url, way=guard.way) as world:
        await world.bot.approve()
        guard.token = "the-second-token"
        await watched(world)
        unknown, card = await world.asks(), await world.warnings()
        guard.write_kubeconfig(guard.token, guard.certificate)
        await watched(world)

        assert unknown == 503
        assert "Unauthorized" in card
        assert await world.asks() == 200
        assert "Not verified since" not in await world.warnings()


async def test_a_certificate_that_expired_tells_no_yes_until_it_is_renewed(sqlite_url, tmp_path):
    guard = Guard(tmp_path)
    expired = new_certificate(tmp_path / "expired", expired=True)
    async with trouble(sqlite_url, way=guard.way) as world:
        await world.bot.approve()
        async with tls_server(web.Application(), expired) as address:
            good, guard.url = guard.url, address
            guard.write_kubeconfig("the-second-token", expired)
            guard.token = "the-second-token"
            await watched(world)
            unknown, card = await world.asks(), await world.warnings()
        guard.url = good
        guard.write_kubeconfig(guard.token, guard.certificate)
        await watched(world)

        assert unknown == 503
        assert "certificate has expired" in card
        assert await world.asks() == 200
