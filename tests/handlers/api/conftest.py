"""The API over a real database, SQLite and PostgreSQL both."""

from collections.abc import AsyncIterator

import pytest

from tests.handlers.api.calling import Client, application, served
from tests.support.desk import Desk, open_desk


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with open_desk(database_url) as desk:
        yield desk


@pytest.fixture
async def api(desk: Desk) -> AsyncIterator[Client]:
    async with served(application(desk)) as client:
        yield client
