"""Events out of a Pub/Sub subscription: taken once, answered afterwards, and acknowledged when they are done with."""

import asyncio
import json
from base64 import b64encode
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.errors import RecordsUnavailableError
from handlers.google_chat import Dialect, pubsub
from tests.support.desk import ANN
from tests.support.google_chat_events import clicked, commanded
from tests.support.google_chat_office import open_office

NAME = "projects/shop/subscriptions/chat"


@dataclass
class PubSub:
    """A subscription over real HTTP.

    Attributes:
        waiting: what was published and not yet acknowledged, by what acknowledges it.
        faults: statuses in place of an answer, the next first.
    """

    waiting: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: list[int] = field(default_factory=list)
    url: str = ""

    def publish(self, event: Any, *, data: str | None = None) -> None:
        number = str(len(self.waiting) + 1)
        sent = b64encode(json.dumps(event).encode()).decode() if data is None else data
        self.waiting[f"ack-{number}"] = {"data": sent, "messageId": number}

    async def answer(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"].startswith("Bearer token-")
        if self.faults:
            return web.json_response({"error": {"message": "no"}}, status=self.faults.pop(0))
        name, _, verb = request.match_info["name"].rpartition(":")
        assert name == NAME
        asked = await request.json()
        if verb == "acknowledge":
            for ack in asked["ackIds"]:
                self.waiting.pop(ack, None)
            return web.json_response({})
        found = [{"ackId": ack, "message": message} for ack, message in self.waiting.items()]
        return web.json_response({"receivedMessages": found[: asked["maxMessages"]]} if found else {})


@asynccontextmanager
async def running_pubsub():
    found = PubSub()
    app = web.Application()
    app.add_routes([web.post("/v1/{name:.+}", found.answer)])
    async with TestServer(app) as server:
        found.url = f"http://127.0.0.1:{server.port}"
        yield found


@pytest.fixture
async def topic(monkeypatch):
    async with running_pubsub() as topic:
        monkeypatch.setattr(pubsub, "URL", topic.url)
        yield topic


@pytest.fixture
async def office(desk, chat, google, dialect, topic):
    async with open_office(desk, chat, google, dialect, subscription=NAME) as office:
        yield office


async def pull(office, times=1):
    """Let the worker pull so many times."""
    (run,) = office.made.workers
    subscription = run.__self__
    for _ in range(times):
        await subscription.once()


async def test_there_is_no_way_in_over_http(office):
    assert office.made.routes == []


async def test_a_command_is_answered_privately_and_acknowledged(office, topic, gate):
    topic.publish(commanded(office.dialect, "approve checkout"))

    await pull(office)

    (told,) = office.chat.private()
    assert "You approved shop/checkout#1" in str(told)
    assert [mark.by for mark in (await office.desk.release()).gates[-1].approvals] == [ANN]
    assert topic.waiting == {}


async def test_no_answer_carries_buttons_that_would_do_nothing(office, topic, gate):
    topic.publish(commanded(office.dialect, "status checkout"))

    await pull(office)

    assert "gate.approve" not in str(office.chat.private())


async def test_what_is_delivered_again_acts_once(office, topic, gate):
    for _ in range(2):
        topic.publish(commanded(office.dialect, "approve checkout"))

    await pull(office)

    assert (await office.actions()).count("decision.taken") == 1
    assert topic.waiting == {}


async def test_a_click_is_a_decision_here_too(office, topic, gate):
    topic.publish(clicked(office.dialect, verb="gate.approve", subject=gate))

    await pull(office)

    assert [mark.by for mark in (await office.desk.release()).gates[-1].approvals] == [ANN]


async def test_what_cannot_be_taken_now_comes_again(office, topic, gate, monkeypatch):
    async def away(*_args):
        raise RecordsUnavailableError("the database is away")

    topic.publish(commanded(office.dialect, "approve checkout"))
    with monkeypatch.context() as broken:
        broken.setattr(type(office.desk.storage.answers), "claim", away)
        await pull(office)
    assert len(topic.waiting) == 1

    await pull(office)

    assert topic.waiting == {}
    assert (await office.actions()).count("decision.taken") == 1


@pytest.mark.parametrize("data", ["", "!", "bm8=", "W10="])
async def test_what_cannot_be_read_is_passed_by(office, topic, data):
    topic.publish(None, data=data)

    await pull(office)

    assert topic.waiting == {}


async def test_what_is_of_another_space_is_on_record_and_passed_by(office, topic, gate):
    topic.publish(commanded(office.dialect, "approve checkout", space="spaces/ELSEWHERE"))

    await pull(office)

    assert (await office.actions())[-1] == "event.refused"
    assert topic.waiting == {}


async def test_a_fault_ends_neither_the_loop_nor_the_next_event(office, topic, gate, monkeypatch):
    async def raises(*_args, **_more):
        raise ZeroDivisionError

    topic.publish(commanded(office.dialect, "approve checkout"))
    with monkeypatch.context() as broken:
        broken.setattr(type(office.desk.people.answer_command), "__call__", raises)
        await pull(office)

    assert topic.waiting == {}
    assert office.metrics.faults.labels("google_chat")._value.get() == 1


@pytest.mark.parametrize("dialect", [Dialect.CLASSIC], ids=str)
@pytest.mark.parametrize("status", [401, 403, 404, 429, 503])
async def test_while_pubsub_is_away_it_is_asked_again_later(office, topic, status):
    slept = []

    async def sleep(seconds):
        slept.append((seconds, office.made.ready()))
        if len(slept) == 2:
            raise asyncio.CancelledError

    topic.faults = [status]
    (run,) = office.made.workers
    run.__self__.sleep = sleep

    with pytest.raises(asyncio.CancelledError):
        await run()

    assert slept == [(pubsub.AWAY_SECONDS, False), (pubsub.PAUSE_SECONDS, True)]
