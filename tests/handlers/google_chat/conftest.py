"""Our side of Google Chat, and a Google Chat of our own over real HTTP beside it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog

from bot.domain.decision import Principal
from bot.domain.effects import Tell
from bot.domain.errors import ChatRefusedError, ChatUnavailableError
from handlers.google_chat.access import ServiceAccount
from handlers.google_chat.callers import Callers
from handlers.google_chat.chat import AppChat, AppOrWebhook
from handlers.google_chat.connection import Connection, GoogleChatSettings, new_session
from handlers.google_chat.events import Dialect
from handlers.google_chat.webhooks import Webhooks
from tests.support.cards import FULL, moment
from tests.support.google_chat import SPACE, running_google_chat
from tests.support.seconds import Seconds

PUBLIC_URL = "https://pointsman.example.com"
INSIGHTS = f"{PUBLIC_URL}/insights"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)

NOTE = Tell(release=FULL.release, line=("ann approved at ", moment(1, 58), "."), at=moment(1, 58).at)
CALL = replace(NOTE, notifies=True, mentions=("group:sre", "bob@example.com", "token:ci"))

FAULTS = [
    *[pytest.param(code, ChatRefusedError, id=str(code)) for code in (302, 400, 403, 404)],
    *[pytest.param(code, ChatUnavailableError, id=str(code)) for code in (408, 429, 500, 502, 503, 504)],
    pytest.param("drop", ChatUnavailableError, id="a broken connection"),
]


def link(release):
    return f"{PUBLIC_URL}/releases/{release}"


def settings(google_chat, **more):
    given = {
        "service_account": ServiceAccount.read(google_chat.key_file),
        "project_number": "1234567890",
        "dialect": Dialect.ADD_ON,
        "audience": f"{PUBLIC_URL}/google-chat/events",
        "agent": "service-1234567890@gcp-sa-gsuiteaddons.iam.gserviceaccount.com",
        "endpoint": f"{PUBLIC_URL}/google-chat/events",
        "domains": frozenset(),
        "spaces": frozenset({SPACE}),
        "direct": True,
        "commands": {"release": 1},
        "webhooks": {"ops": google_chat.webhook},
        "subscription": None,
        "api_url": google_chat.url,
        "certs_url": None,
        "addresses": {},
        "groups": {"sre": frozenset()},
    }
    return GoogleChatSettings(**(given | more))


@pytest.fixture(autouse=True)
def logged():
    """Keep what is logged, in place of printing it."""
    with structlog.testing.capture_logs() as lines:
        yield lines


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture
async def google_chat():
    async with running_google_chat() as google_chat:
        yield google_chat


@pytest.fixture
async def connection(google_chat, seconds):
    async with new_session() as session:
        yield Connection(settings(google_chat), session, now=lambda: datetime.now(UTC), monotonic=seconds)


async def no_picture(_summary):
    return None


class Groups:
    async def members(self, group):
        return {"sre": frozenset({Principal("ann@example.com"), Principal("nobody@example.com")})}.get(group)


@pytest.fixture
def chat(connection):
    ways: Any = {"link": link, "insights": INSIGHTS, "illustrate": no_picture}
    callers = Callers(api=connection.api, groups=Groups(), monotonic=connection.monotonic)
    webhooks = Webhooks(urls=connection.settings.webhooks, session=connection.session, writes=connection.writes, **ways)
    app = AppChat(
        api=connection.api,
        callers=callers,
        writes=connection.writes,
        function=connection.settings.endpoint,
        **ways,
    )
    return AppOrWebhook(app=app, webhooks=webhooks)


@pytest.fixture
def show(chat, seconds):
    def show_it(card=FULL, *, to=SPACE, posted_as=None, key="K1", retry=False):
        seconds.pass_(1)
        return chat.show(card, to=to, posted_as=posted_as, key=key, retry=retry)

    return show_it


@pytest.fixture
def tell(chat, seconds):
    def tell_it(note=NOTE, *, to=SPACE, posted_as, key="N1"):
        seconds.pass_(1)
        return chat.tell(note, to=to, posted_as=posted_as, key=key)

    return tell_it
