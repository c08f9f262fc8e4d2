"""The practice API server by hand, as who plays an engine uses it; and what no real one does on command."""

import asyncio
import json
from datetime import timedelta

import aiohttp
import pytest

from bot.domain.errors import ClusterUnavailableError
from handlers.cluster import DEPLOYMENTS, NAMESPACES, Resource
from handlers.cluster.ports import Request
from tests.support.cluster import connected, new_server, serving

CANARIES = Resource("flagger.app", "v1beta1", "canaries", "Canary")
LIMITS = aiohttp.ClientTimeout(total=5)


@pytest.fixture
def server():
    return new_server(history=10, bookmark_every=timedelta(milliseconds=5))


def canary(weight=0, **status):
    thing = {"apiVersion": "flagger.app/v1beta1", "kind": "Canary", "metadata": {"name": "cart", "namespace": "shop"}}
    return thing | {"spec": {"weight": weight}} | ({"status": status} if status else {})


def watch(**query):
    query = {"watch": "true"} | query
    return Request(method="GET", path=CANARIES.path("shop"), limits=LIMITS, query=tuple(query.items()))


async def lines(server, count, **query):
    """The first lines of a watch; -1: all until its end."""
    async with serving(server) as url, connected(url) as cluster, cluster.connection.request(watch(**query)) as answer:
        told = [json.loads(await answer.content.readline()) for _ in range(count)]
        return told if count >= 0 else [json.loads(line) async for line in answer.content]


def test_what_is_put_is_made_then_replaced_with_its_status(server):
    made = server.put(canary(phase="Initialized"), manager="flagger")
    after = server.put(canary(5, phase="Progressing"), manager="flagger")

    assert (made["status"], after["status"]) == ({"phase": "Initialized"}, {"phase": "Progressing"})
    assert [thing["metadata"]["generation"] for thing in (made, after)] == [1, 2]
    assert made["metadata"]["uid"] == after["metadata"]["uid"]
    assert {entry["manager"] for entry in after["metadata"]["managedFields"]} == {"flagger"}
    assert server.get(NAMESPACES, "", "shop")


def test_what_is_put_without_a_status_keeps_the_one_it_has(server):
    server.put(canary(phase="Progressing"))

    assert server.put(canary(5))["status"] == {"phase": "Progressing"}


def test_what_was_seen_elsewhere_keeps_its_identity_under_a_version_of_ours(server):
    metadata = {"name": "cart", "namespace": "shop", "uid": "recorded", "generation": 7, "resourceVersion": "230"}
    placed = server.place({**canary(), "metadata": metadata})

    assert placed["metadata"] == metadata | {"resourceVersion": str(server.store.version)}


def test_what_is_handed_out_can_be_changed_without_changing_what_is_kept(server):
    server.put(canary())["spec"]["weight"] = 99
    server.get(CANARIES, "shop", "cart")["spec"]["weight"] = 99
    server.all(CANARIES)[0]["spec"]["weight"] = 99

    assert server.get(CANARIES, "shop", "cart")["spec"] == {"weight": 0}


def test_what_is_deleted_by_hand_waits_for_its_finalizers(server):
    held = canary()
    held["metadata"] = held["metadata"] | {"finalizers": ["flagger.app/finalizer"]}
    server.put(held)
    server.delete(CANARIES, "shop", "cart")
    marked = server.get(CANARIES, "shop", "cart")
    server.put({**marked, "metadata": {**marked["metadata"], "finalizers": []}})

    assert marked["metadata"]["deletionTimestamp"]
    assert server.get(CANARIES, "shop", "cart") is None
    server.delete(CANARIES, "shop", "cart")  # Twice does no harm.


async def test_only_the_last_changes_are_remembered(server):
    first = server.put(canary())["metadata"]["resourceVersion"]
    for weight in range(1, 30):
        server.put(canary(weight))
    (told,) = await lines(server, -1, resourceVersion=first)

    assert (told["type"], told["object"]["code"]) == ("ERROR", 410)


async def test_a_list_under_way_is_forgotten_with_its_moment(server):
    for name in "abc":
        server.put({**canary(), "metadata": {"name": name, "namespace": "shop"}})
    async with serving(server) as url, connected(url) as cluster:
        request = Request(method="GET", path=CANARIES.path(), limits=LIMITS, query=(("limit", "1"),))
        async with cluster.connection.request(request) as answer:
            token = (await answer.json())["metadata"]["continue"]
        server.put(canary(1))
        server.store.forget()
        following = Request(
            method="GET", path=CANARIES.path(), limits=LIMITS, query=(("limit", "1"), ("continue", token))
        )
        async with cluster.connection.request(following) as answer:
            expired = await answer.json()

    assert (expired["code"], expired["reason"]) == (410, "Expired")


async def test_bookmarks_come_now_and_then_to_those_who_ask(server):
    version = server.put(canary())["metadata"]["resourceVersion"]
    server.put({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "cart", "namespace": "shop"}})
    told = await lines(server, 2, resourceVersion=version, allowWatchBookmarks="true")

    assert [line["type"] for line in told] == ["BOOKMARK", "BOOKMARK"]
    assert told[0]["object"]["metadata"]["resourceVersion"] == str(server.store.version)


async def test_who_does_not_ask_gets_none(server):
    version = server.put(canary())["metadata"]["resourceVersion"]

    assert await lines(server, -1, resourceVersion=version, timeoutSeconds="1") == []


async def test_a_server_that_stops_ends_its_watches(server):
    ended = asyncio.Event()

    async def follow(url):
        async with connected(url) as cluster, cluster.connection.request(watch()) as answer:
            async for _ in answer.content:
                pass
        ended.set()

    async with serving(server) as url:
        following = asyncio.create_task(follow(url))
        while not server.store._waiting:
            await asyncio.sleep(0)
    await asyncio.wait_for(following, 5)

    assert ended.is_set()


async def test_rights_that_were_taken_are_missing_and_those_given_back_are_there(server):
    server.put(canary())
    async with serving(server) as url, connected(url) as cluster:
        server.access.take("get", "deployments")
        missing = await cluster.may("get", DEPLOYMENTS), await cluster.may("get", CANARIES)
        server.access.give_back("get", "deployments")

        assert missing == (False, True)
        assert await cluster.may("get", DEPLOYMENTS)


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b'{"metadata": 1}'])
async def test_a_body_that_is_no_object_is_a_mistake_of_the_caller(server, body):
    server.put(canary())
    path = CANARIES.path("shop")
    async with (
        serving(server) as url,
        aiohttp.ClientSession() as session,
        session.post(url + path, data=body) as answer,
    ):
        told = await answer.json()

    assert (answer.status, told["reason"]) == (400, "BadRequest")


async def test_a_server_that_is_gone_is_away(server):
    async with serving(server) as url:
        gone = url
    async with connected(gone) as cluster:
        with pytest.raises(ClusterUnavailableError):
            await cluster.get(CANARIES, "shop", "cart")
