"""Google Chat's way in, joined to a desk, with Google's certificates and Chat's API beside it over real HTTP."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from bot.domain.figures.summary import Summary
from handlers.google_chat import Connection, Dialect, GoogleChatSettings, ServiceAccount, assemble, new_session
from handlers.metrics import Metrics
from tests.support import google_chat_answers, google_chat_events
from tests.support.desk import ANN, Desk, Sre
from tests.support.google_chat import SPACE, GoogleChat
from tests.support.google_chat_events import AGENT, AUDIENCE, DOMAIN, PROJECT, Google, token
from tests.support.seconds import Seconds

PUBLIC_URL = "https://pointsman.example.com"
EVENTS = "/google-chat/events"


@dataclass
class Office:
    """What Google Chat sends, and what the bot answers."""

    desk: Desk
    chat: GoogleChat
    google: Google
    dialect: Dialect
    connection: Connection
    made: Any
    client: TestClient[web.Request, web.Application]
    seconds: Seconds
    metrics: Metrics

    def token(self, **claims: Any) -> str:
        return token(self.desk.clock.now().timestamp(), dialect=self.dialect, **claims)

    async def post(self, body: Any, *, bearer: str | None = None, **headers: str) -> ClientResponse:
        """Send an event as Google does; `bearer` in place of a good token."""
        proved = {"Authorization": f"Bearer {self.token() if bearer is None else bearer}"}
        sent = body if isinstance(body, str | bytes) else json.dumps(body)
        return await self.client.post(
            EVENTS, data=sent, headers={"Content-Type": "application/json"} | proved | headers
        )

    async def happens(self, body: Any) -> google_chat_answers.Answered:
        """Send an event that is to be taken, and understand the answer as Chat does."""
        answer = await self.post(body)
        assert answer.status == 200, await answer.text()
        return google_chat_answers.understood(self.dialect, await answer.json())

    async def clicks(self, verb: str, subject: str, **what: Any) -> google_chat_answers.Answered:
        return await self.happens(google_chat_events.clicked(self.dialect, verb=verb, subject=subject, **what))

    async def types(self, text: str, **what: Any) -> google_chat_answers.Answered:
        return await self.happens(google_chat_events.commanded(self.dialect, text, **what))

    async def record(self) -> list[dict[str, Any]]:
        """The whole record, oldest first."""
        page = await self.desk.storage.reader.audit(limit=200)
        return [dict(item) for item in reversed(page.items)]

    async def actions(self) -> list[str]:
        return [line["action"] for line in await self.record()]


def settings(chat: GoogleChat, google: Google, dialect: Dialect, **more: Any) -> GoogleChatSettings:
    given: dict[str, Any] = {
        "service_account": ServiceAccount.read(chat.key_file),
        "project_number": PROJECT,
        "dialect": dialect,
        "audience": AUDIENCE if dialect is Dialect.ADD_ON else PROJECT,
        "agent": AGENT,
        "endpoint": AUDIENCE,
        "domains": frozenset({DOMAIN}),
        "spaces": frozenset({SPACE}),
        "direct": True,
        "commands": {"release": 1, "waiting": 2},
        "webhooks": {},
        "subscription": None,
        "api_url": chat.url,
        "certs_url": google.url,
        "addresses": {"ann.lee@example.co.uk": ANN},
        "groups": {},
    }
    return GoogleChatSettings(**(given | more))


async def no_picture(_summary: Summary) -> None:
    return None


@asynccontextmanager
async def open_office(
    desk: Desk, chat: GoogleChat, google: Google, dialect: Dialect = Dialect.ADD_ON, **more: Any
) -> AsyncIterator[Office]:
    seconds, metrics = Seconds(), Metrics()
    async with new_session() as session:
        connection = Connection(settings(chat, google, dialect, **more), session, now=desk.clock.now, monotonic=seconds)
        made = assemble(
            connection,
            storage=desk.storage,
            people=desk.people,
            refusals=desk.refusals,
            metrics=metrics,
            groups=Sre(),
            illustrate=no_picture,
            public_url=PUBLIC_URL,
        )
        app = web.Application()
        app.add_routes(made.routes)
        async with TestClient(TestServer(app)) as client:
            yield Office(desk, chat, google, dialect, connection, made, client, seconds, metrics)
            await made.drain()
