"""The live stream, over HTTP, and the board behind it."""

import asyncio
import json
from collections import Counter
from datetime import timedelta

import pytest
from aiohttp import web

from bot.domain.errors import RecordsUnavailableError
from bot.domain.release import ReleaseState
from handlers.console import board
from tests.handlers.console.world import checkout, ended, gate, running_console, somebody
from tests.support.metrics import faults_in

SOON_SECONDS = 5


async def next_event(answer):
    """The next event of the stream: its name and its data."""
    name, data = "message", []
    async with asyncio.timeout(SOON_SECONDS):
        async for line in answer.content:
            field, _, value = line.decode().rstrip("\r\n").partition(": ")
            if field == "event":
                name = value
            elif field == "data":
                data.append(value)
            elif not field and data:
                return name, json.loads("\n".join(data)) if data != [""] else None
    raise EOFError


async def test_the_stream_begins_with_all_there_is(world, ann):
    release = await world.add(checkout(gate()))

    async with await ann.get("/live") as stream:
        name, page = await next_event(stream)

    assert stream.headers["Content-Type"] == "text/event-stream"
    assert name == "page"
    assert page["waiting"] == 1
    assert page["lists"] == {"waits": [f"release-{release.id}"], "moves": [], "over": []}
    assert ann.csrf in page["items"][f"release-{release.id}"]
    assert page["asks"][release.id].startswith("Approve?")


async def test_then_only_what_changed_is_sent(world, ann):
    await world.add(checkout(number=31, name="storefront"))
    waiting = gate()
    release = await world.add(checkout(waiting))

    async with await ann.get("/live") as stream:
        await next_event(stream)
        await ann.approve(waiting)
        _, page = await next_event(stream)

    assert set(page["items"]) == {f"release-{release.id}"}
    assert f"take_back-{waiting.id}" in page["items"][f"release-{release.id}"]


async def test_what_another_replica_changed_is_seen_at_the_next_poll(world, ann, sqlite_url, monkeypatch):
    monkeypatch.setattr(board, "POLL_SECONDS", 0.1)
    async with await ann.get("/live") as stream, running_console(sqlite_url) as other:
        await next_event(stream)
        await other.add(checkout(gate()))
        _, page = await next_event(stream)

    assert page["waiting"] == 1


async def test_the_page_of_a_release_follows_its_gates_and_its_record(world, ann):
    waiting = gate()
    release = await world.add(checkout(waiting))

    async with await ann.get(f"/live?release={release.id}") as stream:
        await next_event(stream)
        await ann.decide(waiting, "reject", reason="totals are wrong")
        _, page = await next_event(stream)

    assert set(page["items"]) == {"card", "gates", "story", "record"}
    assert "totals are wrong" in page["items"]["record"]


async def test_a_release_that_nobody_can_see_on_the_board_is_left_as_it_is(world, ann):
    async with await ann.get("/live?release=01K9CCCCCCCCCCCCCC99999999") as stream:
        _, page = await next_event(stream)

    assert page["items"] == {}


async def test_while_the_record_is_away_the_stream_says_so(world, ann, monkeypatch):
    async with await ann.get("/live") as stream:
        await next_event(stream)

        async def away():
            raise RecordsUnavailableError("away")

        with monkeypatch.context() as broken:
            broken.setattr(type(world.storage.reader), "head", lambda _reader: away())
            world.changes.announce([None], 0)
            name, _ = await next_event(stream)
        assert name == "away"

        world.changes.announce([None], 0)
        name, _ = await next_event(stream)
        assert name == "page"


async def test_a_fault_of_ours_is_counted_and_the_stream_goes_on(world, ann, monkeypatch):
    async with await ann.get("/live") as stream:
        await next_event(stream)

        with monkeypatch.context() as broken:
            broken.setattr(type(world.storage.reader), "head", lambda _reader: 1 / 0)
            world.changes.announce([None], 0)
            name, _ = await next_event(stream)

        assert name == "away"
        assert faults_in(world.metrics)["console"] >= 1


async def test_who_has_signed_out_is_told_nothing_more(world, ann):
    async with await ann.get("/live") as stream:
        await next_event(stream)
        await ann.post("/sign-out", {"csrf": ann.csrf})
        world.now += timedelta(minutes=1)
        await world.add(checkout(gate()))

        assert await next_event(stream) == ("signed-out", None)
        with pytest.raises(EOFError):
            await next_event(stream)


async def test_the_end_of_the_process_ends_the_stream(sqlite_url):
    async with running_console(sqlite_url) as world, somebody(world) as person:
        await person.sign_in("ann-secret")
        stream = await person.get("/live")
        await next_event(stream)
        await world.console.on_shutdown(web.Application())

        with pytest.raises(EOFError):
            await next_event(stream)
        stream.close()


async def test_many_who_look_on_cost_the_database_no_more_than_one(world, ann, monkeypatch):
    release = await world.add(checkout(gate()))
    reads: Counter[str] = Counter()
    for name in ("releases", "audit"):
        method = getattr(world.storage.reader, name)

        async def counted(*args, _name=name, _method=method, **kwargs):
            reads[_name] += 1
            return await _method(*args, **kwargs)

        monkeypatch.setattr(
            type(world.storage.reader), name, lambda _reader, *args, _counted=counted, **kw: _counted(*args, **kw)
        )

    streams = [await ann.get(f"/live?release={release.id}") for _ in range(10)]
    for stream in streams:
        await next_event(stream)
    reads.clear()
    await world.add(ended(release, ReleaseState.PROMOTED))
    for stream in streams:
        await next_event(stream)
        stream.close()

    assert reads["audit"] == 1
    assert reads["releases"] <= 4  # Twice two lists: the change and, at most, a poll.


async def test_who_asks_whether_it_still_counts_is_answered_without_a_stream(ann):
    async with ann.session.head(ann.world.url + "/live", allow_redirects=False) as answer:
        assert answer.status == 204
