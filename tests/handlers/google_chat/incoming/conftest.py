"""Google Chat's way in over a real database, in the dialect that a test asks for."""

import pytest
import structlog

from handlers.google_chat import Dialect
from tests.support.desk import open_desk
from tests.support.google_chat import running_google_chat
from tests.support.google_chat_events import running_google
from tests.support.google_chat_office import open_office


@pytest.fixture(autouse=True)
def logged():
    """Keep what is logged, in place of printing it."""
    with structlog.testing.capture_logs() as lines:
        yield lines


@pytest.fixture(params=list(Dialect))
def dialect(request):
    """Run the test twice, in each dialect."""
    return request.param


@pytest.fixture
async def chat():
    async with running_google_chat() as chat:
        yield chat


@pytest.fixture
async def google():
    async with running_google() as google:
        yield google


@pytest.fixture
async def desk(sqlite_url):
    async with open_desk(sqlite_url) as desk:
        yield desk


@pytest.fixture
async def office(desk, chat, google, dialect):
    async with open_office(desk, chat, google, dialect) as office:
        yield office


@pytest.fixture
async def gate(desk):
    """A gate that waits for two."""
    return (await desk.asks()).gates[-1].id
