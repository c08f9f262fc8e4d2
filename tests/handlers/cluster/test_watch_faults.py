"""What a watch lives through: it goes on, it says so, and nothing is missed."""

import asyncio
import json

import pytest

from handlers.cluster import DAEMON_SETS, DEPLOYMENTS, InSight, stream
from tests.support.cluster import aborts, answers, connected, hangs, streams, waits, watching

GONE = b'{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}\n'
ERROR = b'{"type":"ERROR","object":{"kind":"Status","code":500,"message":"etcdserver: leader changed"}}\n'
INDENTED = '{\n  "kind": "Status",\n  "status": "Failure",\n  "message": "slow down",\n  "code": 429\n}'


def bookmark(version):
    thing = {"kind": "Deployment", "apiVersion": "apps/v1", "metadata": {"resourceVersion": str(version)}}
    return json.dumps({"type": "BOOKMARK", "object": thing}).encode() + b"\n"


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(answers(500, ""), id="500 without a body"),
        pytest.param(streams(then="break"), id="the stream breaks at once"),
        pytest.param(streams(bookmark(1), b'{"type":"MODI', then="break"), id="the stream breaks in a line"),
        pytest.param(streams(b"<html>Sign in</html>\n"), id="a page in place of events"),
        pytest.param(streams(b"[1, 2]\n"), id="JSON that is no event"),
        pytest.param(streams(b'{"type": "ADDED"}\n'), id="an event without an object"),
        pytest.param(streams(b'{"type": "ADDED", "object": {"metadata": 7}}\n'), id="an object without a name"),
        pytest.param(streams(b"[" * 5000 + b"]" * 5000 + b"\n"), id="nested too deep"),
        pytest.param(streams(ERROR), id="an error as an event"),
        pytest.param(answers(503, "upstream connect error"), id="503 with a text"),
        pytest.param(answers(429, INDENTED, "application/json"), id="429 with indented JSON"),
        pytest.param(answers(500, "{}", "application/json"), id="500 that says nothing"),
        pytest.param(answers(204, ""), id="an answer that is no watch"),
    ],
)
async def test_a_watch_that_fails_goes_on_from_where_it_was_after_a_pause(deploy, cluster, faults, fault):
    deploy("cart")
    faults.next_watches(fault)
    async with watching(cluster, DEPLOYMENTS) as sight:
        await sight.until(lambda: sight.watch.ok and bool(sight.pauses))
        deploy("cart", "two")
        await sight.until(lambda: len(sight.changes) == 2)

    assert sight.changes == [(None, "cart one"), ("cart one", "cart two")]
    assert sight.pauses == [1.0]
    assert faults.asked == ["GET", "watch", "watch"]  # Nothing was listed twice.


async def test_what_is_away_for_long_is_asked_less_and_less_often_but_never_given_up(deploy, cluster, faults):
    deploy("cart")
    faults.next(*[aborts] * 8 * 2)  # The library asks once more by itself.
    async with watching(cluster, DEPLOYMENTS) as sight:
        await sight.until(lambda: sight.watch.ok)

    assert sight.pauses == [1, 2, 4, 8, 16, 30, 30, 30]
    assert sight.changes == [(None, "cart one")]


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(streams(GONE), id="410 as an event"),
        pytest.param(answers(410, "too old resource version"), id="410 as the answer"),
    ],
)
async def test_an_expired_version_lists_again_at_once_and_tells_the_differences(server, deploy, cluster, faults, fault):
    deploy("kept")
    deploy("changed")
    deploy("deleted")

    async def meanwhile(request, handler):
        deploy("changed", "two")
        deploy("new")
        server.delete(DEPLOYMENTS, "shop", "deleted")
        sight.clock[0] += 60
        return await fault(request, handler)

    faults.next_watches(meanwhile)
    async with watching(cluster, DEPLOYMENTS) as sight:
        await sight.until(lambda: len(sight.changes) == 6)

    assert sight.changes[3:] == [("changed one", "changed two"), (None, "new one"), ("deleted one", None)]
    assert sight.pauses == []


async def test_versions_that_always_expire_are_asked_with_pauses(cluster, faults):
    faults.next_watches(*[streams(GONE)] * 3)
    async with watching(cluster, DEPLOYMENTS) as sight:
        await sight.until(lambda: sight.watch.ok and len(sight.pauses) == 3)

    assert sight.pauses == [1, 2, 4]


async def test_a_server_that_forgot_everything_is_listed_again(server, deploy, cluster):
    deploy("cart")
    async with watching(cluster, DEPLOYMENTS) as sight:
        await sight.until(lambda: sight.watch.ok)
        deploy("cart", "two")
        server.store.forget()
        sight.clock[0] += 60
        await sight.until(lambda: len(sight.changes) == 2)

    assert sight.counted("listed") == 2.0


async def test_a_page_of_a_list_that_expires_begins_the_list_anew(server, deploy, cluster, faults):
    for number in range(550):
        deploy(f"app-{number:03}")

    async def forgets(request, handler):
        server.store.forget()
        deploy("app-000", "two")
        server.store.forget()
        return await handler(request)

    async def passes(request, handler):
        return await handler(request)

    faults.next(passes, forgets)
    async with watching(cluster, DEPLOYMENTS) as sight:
        await sight.until(lambda: sight.watch.ok)

    assert len(sight.watch.records) == 550
    assert faults.asked == ["GET"] * 4 + ["watch"]


async def test_a_watch_that_ends_at_once_and_brings_nothing_is_asked_with_pauses(cluster, faults):
    faults.next_watches(*[streams()] * 3)
    async with watching(cluster, DEPLOYMENTS) as sight:
        await sight.until(lambda: sight.watch.ok and len(sight.pauses) == 3)

    assert sight.pauses == [1, 2, 4]


async def test_a_watch_goes_on_from_its_bookmark(deploy, cluster, faults):
    version = int(deploy("cart")["metadata"]["resourceVersion"])
    asked = []

    async def looks(request, handler):
        asked.append(request.query["resourceVersion"])
        return await handler(request)

    faults.next_watches(streams(bookmark(version + 40)), looks)
    async with watching(cluster, DEPLOYMENTS) as sight:
        await sight.until(lambda: bool(asked))

    assert asked == [str(version + 40)]
    assert sight.pauses == []


async def test_silence_ends_with_the_time_of_the_watch(deploy, cluster, faults, monkeypatch):
    monkeypatch.setattr(stream, "WATCH_SECONDS", 1)
    monkeypatch.setattr(stream, "SLACK_SECONDS", -0.95)
    faults.next_watches(streams(then="silence"), hangs)
    async with watching(cluster, DEPLOYMENTS) as sight:
        await sight.until(lambda: len(sight.pauses) == 2)
        states = [health.in_sight for health in sight.watch.health]
        monkeypatch.undo()
        deploy("cart")
        await sight.until(lambda: bool(sight.changes))

    assert states == [InSight.AWAY]


async def test_an_object_of_five_megabytes_is_seen(server, deploy, sight):
    await sight.until(lambda: sight.watch.ok)
    large = {"name": "large", "namespace": "shop", "annotations": {"text": "x" * 5 * 1024**2}}
    server.put({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": large, "spec": {"word": "one"}})
    deploy("cart")
    await sight.until(lambda: len(sight.changes) == 2)

    assert sight.changes == [(None, "large one"), (None, "cart one")]
    assert sight.pauses == []


async def test_a_line_without_end_is_a_fault(cluster, faults, monkeypatch):
    monkeypatch.setattr("handlers.cluster.lines.LONGEST_LINE", 1000)
    faults.next_watches(streams(b"x" * 2000, then="silence"))
    async with watching(cluster, DEPLOYMENTS) as sight:
        await sight.until(lambda: bool(sight.pauses))
        why = [health.why for health in sight.watch.health]

    assert why == ["a line of the watch is longer than 1000 bytes"]


@pytest.mark.parametrize("verb", ["list", "watch"])
async def test_a_right_that_is_missing_is_said_and_the_other_kinds_are_seen(server, cluster, deploy, verb):
    deploy("cart")
    server.access.take(verb, "daemonsets")
    async with watching(cluster, DAEMON_SETS) as blind, watching(cluster, DEPLOYMENTS) as sight:
        await sight.until(lambda: sight.watch.ok and bool(blind.pauses))
        (health,) = blind.watch.health
        said = health.in_sight, health.why
        server.access.give_back(verb, "daemonsets")
        await sight.until(lambda: blind.watch.ok)

    assert said[0] is InSight.FORBIDDEN
    assert said[1].startswith(f"{verb} daemonsets.apps: 403 daemonsets.apps is forbidden")
    assert sight.changes == [(None, "cart one")]
    assert set(blind.pauses) == {stream.ASK_AGAIN_SECONDS}


async def test_a_kind_that_is_not_installed_is_said_and_seen_once_it_is(faults, cluster):
    faults.next(answers(404, "404 page not found"))
    async with watching(cluster, DEPLOYMENTS) as sight:
        await sight.until(lambda: bool(sight.pauses))
        said = [health.in_sight for health in sight.watch.health]
        await sight.until(lambda: sight.watch.ok)

    assert said == [InSight.NOT_INSTALLED]
    assert sight.pauses == [stream.ASK_AGAIN_SECONDS]


async def test_one_cluster_that_is_away_does_not_touch_the_others(cluster, deploy):
    deploy("cart")
    async with (
        connected("http://127.0.0.1:1", "prod-us") as away,
        watching(away, DEPLOYMENTS) as blind,
        watching(cluster, DEPLOYMENTS) as sight,
    ):
        await sight.until(lambda: sight.watch.ok and bool(blind.pauses))
        states = [health.in_sight for health in blind.watch.health]

    assert states == [InSight.AWAY]
    assert sight.changes == [(None, "cart one")]


async def test_a_cluster_that_comes_back_after_an_hour_tells_what_changed_meanwhile(server, deploy, cluster, faults):
    deploy("cart")
    async with watching(cluster, DEPLOYMENTS) as sight:
        await sight.until(lambda: sight.watch.ok)
        faults.next(*[answers(503, "no healthy upstream")] * 120)
        faults.break_watches()
        await sight.until(lambda: len(sight.pauses) > 100)
        states = [health.in_sight for health in sight.watch.health]
        deploy("cart", "two")
        server.store.forget()
        sight.clock[0] += 3600
        await sight.until(lambda: len(sight.changes) == 2)

    assert states == [InSight.AWAY]
    assert sight.counted("expired") == 0.0  # It did not even try to go on from where it was.
    assert sight.changes == [(None, "cart one"), ("cart one", "cart two")]


async def test_all_is_listed_again_after_an_hour(cluster, deploy, faults):
    deploy("cart")
    async with watching(cluster, DEPLOYMENTS) as sight:
        await sight.until(lambda: sight.watch.ok)
        sight.clock[0] += stream.LIST_AGAIN_SECONDS + 1
        faults.break_watches()
        await sight.until(lambda: sight.counted("listed") == 2.0)

    assert sight.changes == [(None, "cart one")]


async def test_a_watch_that_is_late_tells_all_in_its_order(deploy, cluster, faults):
    late = asyncio.Event()
    faults.next_watches(waits(late))
    deploy("cart")
    async with watching(cluster, DEPLOYMENTS) as sight:
        await sight.until(lambda: "watch" in faults.asked)
        deploy("cart", "two")
        deploy("cart", "three")
        before = list(sight.changes)
        late.set()
        await sight.until(lambda: len(sight.changes) == 3)

    assert before == [(None, "cart one")]
    assert sight.changes[1:] == [("cart one", "cart two"), ("cart two", "cart three")]
