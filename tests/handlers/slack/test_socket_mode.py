"""Socket Mode: the same clicks over a connection of our own."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from bot.domain.decision import Principal
from handlers.slack import socket_mode
from tests.handlers.slack.conftest import open_office
from tests.support.desk import ANN, CHECKOUT
from tests.support.slack import APP, TEAM
from tests.support.slack_events import click_payload

EVENT = {"type": "event_callback", "team_id": TEAM, "api_app_id": APP, "event": {"type": "something_new"}}


@pytest.fixture
async def gate(desk):
    return (await desk.asks()).gates[-1].id


@asynccontextmanager
async def connected(desk, slack):
    """Run the bot's side until the test ends."""
    async with open_office(desk, slack, app_token="xapp-of-the-tests", signing_secret=None) as office:
        _learn, _warm, listen = office.made.workers
        listening = asyncio.create_task(listen())
        await slack.until(lambda: slack.sockets)
        try:
            yield office
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


async def approvals(desk) -> list[Principal]:
    return [mark.by for mark in (await desk.release(CHECKOUT)).gates[-1].approvals]


async def test_there_is_no_door_for_requests(desk, slack):
    async with connected(desk, slack) as office:
        assert office.made.routes == []


async def test_a_click_is_a_decision_and_acknowledged(desk, slack, gate):
    async with connected(desk, slack) as office:
        await slack.send("interactive", click_payload(slack, "gate.approve", gate))
        await slack.until(lambda: "E1" in slack.acknowledged)
        assert await approvals(desk) == [ANN]
        assert "You approved" in (await office.private())[0]["text"]
        assert office.made.ready()


async def test_a_command_is_answered_in_the_acknowledgement(desk, slack, gate):
    command = {"command": "/release", "text": "waiting", "user_id": "U0ANN", "team_id": TEAM, "api_app_id": APP}
    async with connected(desk, slack):
        await slack.send("slash_commands", command)
        await slack.until(lambda: "E1" in slack.acknowledged)

    assert "shop/checkout#1" in slack.acknowledged["E1"]["text"]


async def test_an_envelope_sent_again_does_nothing_and_is_acknowledged(desk, slack, gate):
    async with connected(desk, slack):
        for place, action in enumerate(["gate.approve", "gate.take_back", "gate.approve"]):
            await slack.send("interactive", click_payload(slack, action, gate), envelope=f"E{place}")
            await slack.until(lambda place=place: f"E{place}" in slack.acknowledged)

    assert await approvals(desk) == []


async def test_what_failed_is_not_acknowledged_and_done_when_it_comes_again(desk, slack, gate, monkeypatch):
    failed = asyncio.Event()

    async def fails(*_args, **_more):
        failed.set()
        raise ZeroDivisionError

    payload = click_payload(slack, "gate.approve", gate)
    async with connected(desk, slack):
        with monkeypatch.context() as broken:
            broken.setattr(type(desk.people.decide), "__call__", fails)
            await slack.send("interactive", payload, envelope="E1")
            await failed.wait()
        await slack.send("interactive", click_payload(slack, "x", gate), envelope="E2")
        await slack.until(lambda: "E2" in slack.acknowledged)
        assert "E1" not in slack.acknowledged

        await slack.send("interactive", payload, envelope="E3")
        await slack.until(lambda: "E3" in slack.acknowledged)

    assert await approvals(desk) == [ANN]


@pytest.mark.parametrize("more", [{"team": {"id": "T0OTHER"}}, {"api_app_id": "A0OTHER"}])
async def test_what_is_of_another_team_or_app_is_not_acknowledged(desk, slack, gate, more):
    async with connected(desk, slack) as office:
        await slack.send("interactive", click_payload(slack, "gate.approve", gate) | more, envelope="E1")
        await slack.send("events_api", EVENT, envelope="E2")
        await slack.until(lambda: "E2" in slack.acknowledged)

    assert "E1" not in slack.acknowledged
    assert "event.refused" in await office.actions()
    assert await approvals(desk) == []


async def test_a_connection_that_slack_renews_is_opened_again(desk, slack, gate):
    async with connected(desk, slack):
        first = slack.sockets[0]
        await first.send_json({"type": "disconnect", "reason": "refresh_requested"})
        await slack.until(lambda: slack.sockets and slack.sockets[-1] is not first)

        await slack.send("interactive", click_payload(slack, "gate.approve", gate))
        await slack.until(lambda: "E1" in slack.acknowledged)


async def test_it_connects_when_slack_is_there_again(desk, slack, monkeypatch):
    monkeypatch.setattr(socket_mode, "AGAIN_SECONDS", 0)
    slack.faults["apps.connections.open"] = ["invalid_auth", 500, 429]

    async with connected(desk, slack) as office:
        assert len(slack.called("apps.connections.open")) == 4
        assert not office.made.ready()  # Which app it is was not asked yet.


async def test_what_was_begun_is_answered_before_it_stops(desk, slack, gate, monkeypatch):
    begun, let_go = asyncio.Event(), asyncio.Event()
    decide = type(desk.people.decide).__call__

    async def slowly(*args, **more):
        begun.set()
        await let_go.wait()
        return await decide(*args, **more)

    monkeypatch.setattr(type(desk.people.decide), "__call__", slowly)
    async with connected(desk, slack):
        await slack.send("interactive", click_payload(slack, "gate.approve", gate))
        await begun.wait()
        asyncio.get_running_loop().call_soon(let_go.set)

    assert "E1" in slack.acknowledged
    assert await approvals(desk) == [ANN]
