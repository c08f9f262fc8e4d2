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


@pytest.fixture
def on_gate(desk, api):
    """Decide on the newest gate of a workload."""

    async def decide(decision, by="ann", release=None, **body):
        gate = (release or await desk.release()).gates[-1]
        return await api.post(f"/gates/{gate.id}/decisions", {"decision": decision, **body}, by=by)

    return decide


@pytest.fixture
def on_release(desk, api):
    async def decide(decision, by="ann", **body):
        release = await desk.release()
        return await api.post(f"/releases/{release.id}/decisions", {"decision": decision, **body}, by=by)

    return decide


async def newest(desk, action):
    page = await desk.storage.reader.audit(limit=50)
    return next(record for record in page.items if record["action"] == action)
