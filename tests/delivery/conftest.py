"""A database, a chat, and a carrier between them."""

import asyncio
from datetime import timedelta

import pytest

from bot.delivery import Carrier
from bot.domain.effects import Destination, ShowCard, Tell, Urgency
from bot.domain.policy import Stage
from bot.domain.release import Outcome
from storage.database import open_database
from storage.migrating import upgrade
from storage.outbox import SqlOutbox
from storage.records import sql_records
from tests.domain.conftest import World
from tests.storage.conftest import Clock
from tests.support.chat import Chat

C1, C2 = Destination("slack", "C1"), Destination("slack", "C2")


async def never():
    await asyncio.Event().wait()


class Office:
    """A database, a chat and a carrier between them."""

    def __init__(self, database, clock):
        self.database, self.clock = database, clock
        self.places = (C1,)
        self.open = sql_records(database, routes=lambda _r: self.places, announce=lambda *_: None)
        self.outbox = SqlOutbox(database)
        self.chat, self.results, self.world = Chat(), [], World()
        self.operated, self.steps = [], []
        self.world.asks(Stage.PROMOTION)
        self.release = self.world.release

    def carrier(self, worker="one", outbox=None):
        async def draw(release):
            return f"card of {release}"

        async def summarise(due):
            return f"summary {due.name}"

        return Carrier(
            outbox=outbox or self.outbox,
            platforms={"slack": self.chat},
            draw=draw,
            summarise=summarise,
            operate=self.operate,
            worker=worker,
            jitter=lambda seconds: seconds,
            changed=never,
            told=lambda platform, how: self.results.append(how),
        )

    async def operate(self, release):
        self.operated.append(release)
        step = self.steps.pop(0) if self.steps else None
        if isinstance(step, Exception):
            raise step
        return step

    async def change(self, *effects, urgency=Urgency.ASKS):
        effects = effects or (ShowCard(release=self.release.id, urgency=urgency),)
        async with self.open() as records:
            await records.known(self.release.workload)
            await records.save(Outcome(releases=(self.release,), effects=effects))

    def line(self, text, **more):
        return Tell(release=self.release.id, line=(text,), at=self.clock.now, **more)

    async def carry(self, **later):
        if later:
            self.clock.now += timedelta(**later)
        carrier = self.carrier()
        while await carrier.once():
            await carrier.idle()


@pytest.fixture
async def office(database_url):
    clock = Clock()
    database = open_database(database_url, clock=clock)
    try:
        await upgrade(database)
        yield Office(database, clock)
    finally:
        await database.close()
