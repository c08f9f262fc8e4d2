"""A cluster that is away, forbids, or shows the unexpected: it is said, the rest goes on, nothing becomes a yes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.errors import ClusterUnavailableError
from bot.domain.workload import Workload
from handlers.cluster import CONFIG_MAPS, Cluster
from handlers.flagger.resources import CANARIES
from handlers.sandbox.api_server import ApiServer, writing
from tests.support.cluster import Faults, answers, connected, new_server, serving
from tests.support.recordings import read
from tests.support.running import SETTINGS, Bot, running_bot

STORY = "bluegreen-approved"
AWAY = answers(503, "no healthy upstream")
LONG = 1_000
"""Requests, more than anybody makes meanwhile."""

TWO_CLUSTERS = SETTINGS.replace(
    "policies:", "  - {name: prod-us, hook_tokens: [{env: CI_TOKEN}]}\npolicies:", 1
).replace("token: {env: CI_TOKEN}", "token: {env: OTHER_TOKEN}")


@dataclass
class World:
    """A release that waits for its start, in a cluster that trouble can come to."""

    bot: Bot
    server: ApiServer
    faults: Faults
    workload: Workload
    asking: dict[str, Any]

    async def asks(self) -> int:
        return await self.bot.ask("flagger/confirm-rollout", self.asking)

    async def follows(self) -> None:
        """Look as a watch that woke makes it look."""
        await self.bot.core.engines.follow_sight(self.workload, None)

    def canary(self, **changes: Any) -> None:
        """Change the Canary as the cluster has it."""
        there = self.server.get(CANARIES, self.workload.namespace, self.workload.name)
        assert there
        self.server.place(there | changes)

    async def state(self) -> str:
        return (await self.bot.newest()).state

    async def watch_once(self) -> None:
        """Let each watch of the cluster ask once, and find what the faults have prepared."""
        for engine in self.bot.sights.engines.values():
            for watch in engine.watches:
                for stream in watch.streams:
                    await stream.once()

    async def warnings(self) -> str:
        card = await self.bot.core.people.look.card((await self.bot.newest()).id)
        return str(card)


@pytest.fixture
async def world(sqlite_url) -> AsyncIterator[World]:
    async with trouble(sqlite_url) as world:
        yield world


@asynccontextmanager
async def plainly(server: ApiServer, faults: Faults) -> AsyncIterator[Cluster]:
    """A way to a cluster that asks nobody who they are."""
    async with serving(server, faults) as address, connected(address) as cluster:
        yield cluster


@asynccontextmanager
async def trouble(
    url: str, settings: str = SETTINGS, way: Any = plainly, *, away: bool = False, **more: Any
) -> AsyncIterator[World]:
    server, faults, recording = new_server(), Faults(), read("flagger", STORY)
    faults.next(*[AWAY] * (LONG if away else 0))
    workload = Workload("prod-eu", "Canary", recording.about["namespace"], recording.about["name"])
    async with (
        way(server, faults) as cluster,
        running_bot(url, settings=settings, clusters={"prod-eu": cluster}, **more) as bot,
    ):
        for line in recording.lines:
            if line.kind == "list":
                server.place(dict(line.fields["object"]))
            elif line.kind == "watch" and line.fields["event"]["type"] != "DELETED":
                server.place(dict(line.fields["event"]["object"]))
            elif line.kind == "hook" and line.fields["hook"] == "confirm-rollout":
                world = World(bot, server, faults, workload, dict(line.fields["body"]))
                assert await world.asks() == 403
                yield world
                return


async def test_a_first_yes_is_not_told_while_the_cluster_is_away_and_is_told_when_it_is_back(world):
    await world.bot.approve()
    world.faults.next(*[AWAY] * 10)
    away = await world.asks()
    world.faults.planned.clear()

    assert (away, await world.asks()) == (503, 200)


async def test_a_cluster_that_is_away_when_the_bot_starts_is_asked_about_and_gets_no_yes_unseen(sqlite_url):
    async with trouble(sqlite_url, away=True) as world:
        await world.watch_once()
        await world.bot.approve()
        unseen = await world.asks()
        said = await world.warnings()
        world.faults.planned.clear()
        await world.follows()
        seen = await world.asks()
        await world.bot.approve()

        assert (unseen, seen, await world.asks()) == (503, 403, 200)
        assert "no healthy upstream" in said


async def test_the_card_says_that_the_cluster_is_away(world):
    before = await world.warnings()
    world.faults.next(*[AWAY] * 10)
    await world.watch_once()
    after = await world.warnings()

    assert "Not verified since" not in before
    assert "Not verified since" in after
    assert "no healthy upstream" in after


@pytest.mark.parametrize("kind", ["canaries", "deployments"])
async def test_a_right_that_is_missing_tells_no_yes(world, kind):
    await world.bot.approve()
    world.server.access.take("get", kind)
    without = await world.asks()
    world.server.access.give_back("get", kind)

    assert (without, await world.asks()) == (503, 200)


async def test_configuration_that_may_not_be_read_does_not_keep_a_release_from_going_on(world):
    world.server.access.take("get", CONFIG_MAPS.plural)
    await world.bot.approve()

    assert await world.asks() == 200


async def test_a_kind_that_is_not_installed_any_more_ends_no_release_and_tells_no_yes(world):
    await world.bot.approve()
    world.faults.next(*[answers(404, "404 page not found")] * 10)

    assert await world.asks() == 503
    assert await world.state() == "waiting"


async def test_a_canary_that_is_gone_with_its_namespace_ends_its_release(world):
    world.server.delete(CANARIES, world.workload.namespace, world.workload.name)
    await world.follows()

    assert await world.state() == "ended"
    assert await world.asks() != 200


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"status": {}}, id="an empty status"),
        pytest.param({"status": None}, id="no status"),
        pytest.param({"status": {"phase": "Meditating"}}, id="a phase that nobody knows"),
        pytest.param({"status": {"phase": 7, "canaryWeight": "much"}}, id="a status of other types"),
        pytest.param({"spec": None}, id="no spec"),
    ],
)
async def test_a_canary_that_shows_the_unexpected_breaks_nothing(world, changes):
    world.canary(**changes)
    await world.follows()

    assert await world.asks() in {403, 503}
    assert "release.started" in await world.bot.actions()


@pytest.mark.parametrize("minutes", [-10, 10])
async def test_clocks_that_differ_by_minutes_change_no_answer(world, minutes):
    there = world.server.get(CANARIES, world.workload.namespace, world.workload.name)
    at = writing.written(world.bot.clock.now + timedelta(minutes=minutes))
    conditions = [condition | {"lastTransitionTime": at} for condition in there["status"]["conditions"]]
    world.canary(status=there["status"] | {"lastTransitionTime": at, "conditions": conditions})
    await world.follows()
    before = await world.asks()
    await world.bot.approve()

    assert (before, await world.asks()) == (403, 200)


async def test_a_canary_of_five_megabytes_is_looked_at(world):
    there = world.server.get(CANARIES, world.workload.namespace, world.workload.name)
    annotations = {"text": "x" * 5 * 1024**2}
    world.canary(metadata=there["metadata"] | {"annotations": annotations})
    await world.bot.approve()

    assert await world.asks() == 200


async def test_another_cluster_with_the_same_names_goes_on(sqlite_url):
    async with trouble(sqlite_url, TWO_CLUSTERS, secrets={"OTHER_TOKEN": "other-token-of-the-tests"}) as world:
        world.faults.next(*[AWAY] * 10)
        elsewhere = await world.bot.hook("flagger/confirm-rollout", world.asking, token="ci-token-of-the-tests")
        workloads = {release.workload.cluster for release in await world.bot.releases()}

    assert elsewhere.status == 403
    assert workloads == {"prod-eu", "prod-us"}


async def test_a_page_in_the_api_servers_place_ends_no_release(world):
    """A proxy that asks to sign in answers 200, in JSON to those who ask for JSON."""
    await world.follows()
    world.faults.next(*[answers(200, '{"error": "sign in"}', "application/json")] * 5)

    status = await world.asks()
    with suppress(ClusterUnavailableError):
        await world.follows()

    assert status in {403, 503}
    assert (await world.bot.newest()).is_open
