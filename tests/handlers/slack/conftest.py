"""Our side of Slack over a real database, and a Slack of our own over real HTTP beside it."""

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.domain.effects import ReleaseId
from handlers.metrics import Metrics
from handlers.slack import Connection, SlackSettings, assemble, new_session
from handlers.slack.chat import SlackChat
from tests.support.desk import ANN, CHECKOUT, Desk, open_desk
from tests.support.seconds import Seconds
from tests.support.slack import SECRET, TEAM, Slack, running_slack
from tests.support.slack_events import signed

PUBLIC_URL = "https://pointsman.example.com"


def link(release: ReleaseId) -> str:
    return f"{PUBLIC_URL}/releases/{release}"


@dataclass
class Office:
    """Slack's handlers, joined to a desk."""

    desk: Desk
    slack: Slack
    connection: Connection
    made: Any
    client: Any
    seconds: Seconds
    metrics: Metrics
    told: list[Any] = field(default_factory=list)

    async def send(self, body: str, *, ago: float = 0.0, **headers: str) -> Any:
        """Send what Slack sends, signed so many seconds ago."""
        sent = signed(body, at=self.desk.clock.now().timestamp() - ago) | headers
        return await self.client.post("/slack/events", data=body, headers=sent)

    async def private(self, many: int = 1) -> list[dict[str, Any]]:
        """Wait for so many private answers: they follow Slack's answer."""
        async with asyncio.timeout(5):
            while len(self.slack.private) < many:
                await self.slack.told.wait()
        return self.slack.private

    async def record(self) -> list[dict[str, Any]]:
        """The whole record, oldest first."""
        page = await self.desk.storage.reader.audit(limit=200)
        return [dict(item) for item in reversed(page.items)]

    async def actions(self) -> list[str]:
        return [line["action"] for line in await self.record()]


def settings(slack: Slack, **more: Any) -> SlackSettings:
    given: dict[str, Any] = {
        "bot_token": "xoxb-of-the-tests",
        "team": TEAM,
        "app": None,
        "api_url": f"{slack.url}/api/",
        "signing_secret": SECRET,
        "app_token": None,
        "addresses": {"ann.lee@example.co.uk": ANN},
        "usergroups": {"sre": "S0SRE"},
        "groups": {"sre": frozenset()},
    }
    return SlackSettings(**(given | more))


@asynccontextmanager
async def open_office(desk: Desk, slack: Slack, **more: Any):
    seconds, metrics = Seconds(), Metrics()
    async with new_session() as session:
        connection = Connection(settings(slack, **more), session, monotonic=seconds)
        made = assemble(
            connection,
            storage=desk.storage,
            people=desk.people,
            refusals=desk.refusals,
            metrics=metrics,
            public_url=PUBLIC_URL,
            now=desk.clock.now,
        )
        app = web.Application()
        app.add_routes(made.routes)
        async with TestClient(TestServer(app)) as client:
            yield Office(desk, slack, connection, made, client, seconds, metrics)
            await made.drain()


@pytest.fixture(autouse=True)
def logged():
    """Keep what is logged, in place of printing it."""
    with structlog.testing.capture_logs() as lines:
        yield lines


@pytest.fixture
async def slack():
    async with running_slack() as slack:
        yield slack


@pytest.fixture
async def desk(sqlite_url):
    async with open_desk(sqlite_url) as desk:
        yield desk


@pytest.fixture
async def office(desk, slack):
    async with open_office(desk, slack) as office:
        yield office


@pytest.fixture
async def connection(slack):
    async with new_session() as session:
        yield Connection(settings(slack), session, monotonic=Seconds())


@pytest.fixture
def chat(connection):
    return SlackChat(
        web=connection.web,
        people=connection.people,
        pace=connection.pace,
        usergroups={"sre": "S0SRE"},
        link=link,
        metrics=Metrics(),
    )


def words(message: Any) -> str:
    """Everything that people read of it."""
    return json.dumps(message, ensure_ascii=False)


@pytest.fixture
async def release(desk):
    return await desk.asks()


@pytest.fixture
def gate(release):
    return release.gates[-1].id


async def gate_now(desk):
    return (await desk.release(CHECKOUT)).gates[-1]
