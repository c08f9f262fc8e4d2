"""A database with its tables, and releases to keep in it."""

from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.domain.effects import Destination
from storage.database import open_database
from storage.migrating import upgrade
from storage.records import sql_records
from tests.domain.conftest import NOON, World

CHANNEL = Destination("slack", "C1")


class Store:
    """One replica's way to the database."""

    def __init__(self, url, clock):
        self.database = open_database(url, clock=clock)
        self.announced: list[Any] = []
        self.open = sql_records(
            self.database,
            routes=lambda _release: (CHANNEL,),
            announce=lambda workloads, seq: self.announced.append((set(workloads), seq)),
        )

    async def keep(self, *outcomes):
        async with self.open() as records:
            for outcome in outcomes:
                await records.known(outcome.release.workload)
                await records.save(outcome)


class Clock:
    def __init__(self):
        self.now = NOON

    async def __call__(self, _connection):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def store(database_url, clock):
    async with opened(database_url, clock) as found:
        yield found


@asynccontextmanager
async def opened(url, clock):
    store = Store(url, clock)
    try:
        await upgrade(store.database)
        yield store
    finally:
        await store.database.close()


@pytest.fixture
def world():
    return World()
