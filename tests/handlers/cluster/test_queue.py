"""Keys that wait: each once, none twice at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.domain.errors import UnavailableError
from handlers.cluster import WorkQueue
from handlers.metrics import Metrics, Where


class Looking:
    """Looks when it is let, and remembers at what."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.most = 0
        self.put_off: list[tuple[float, object]] = []
        self.faults: dict[str, Exception] = {}
        self.let = asyncio.Event()
        self.let.set()
        self._open: list[str] = []

    async def look(self, key: str) -> None:
        self.seen.append(key)
        self._open.append(key)
        self.most = max(self.most, self._open.count(key))
        await self.let.wait()
        self._open.remove(key)
        if fault := self.faults.get(key):
            raise fault

    def queue(self) -> WorkQueue[str]:
        return WorkQueue(
            name=Where.SIGHT,
            look=self.look,
            later=lambda seconds, then: self.put_off.append((seconds, then)),
            random=lambda: 1.0,
            metrics=Metrics(),
        )


@pytest.fixture
def looking():
    return Looking()


@asynccontextmanager
async def running(queue: WorkQueue[str]) -> AsyncIterator[None]:
    task = asyncio.create_task(queue.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_what_changed_ten_times_before_it_was_looked_at_is_looked_at_once(looking):
    queue = looking.queue()
    for _ in range(10):
        queue.add("shop/checkout")

    async with running(queue):
        await queue.idle()

    assert looking.seen == ["shop/checkout"]


async def test_what_changes_while_it_is_looked_at_is_looked_at_again_but_not_at_the_same_time(looking):
    queue = looking.queue()
    looking.let.clear()
    async with running(queue):
        queue.add("shop/checkout")
        while not looking.seen:
            await asyncio.sleep(0)
        queue.add("shop/checkout")
        queue.add("shop/cart")
        looking.let.set()
        await queue.idle()

    assert sorted(looking.seen) == ["shop/cart", "shop/checkout", "shop/checkout"]
    assert looking.most == 1


async def test_where_something_is_away_the_key_comes_again_later_and_later(looking):
    queue = looking.queue()
    looking.faults["shop/checkout"] = UnavailableError("the database is away")
    async with running(queue):
        for _ in range(3):
            queue.add("shop/checkout")
            await queue.idle()
        looking.faults.clear()
        looking.put_off[-1][1]()
        await queue.idle()
        looking.faults["shop/checkout"] = UnavailableError("once more")
        queue.add("shop/checkout")
        await queue.idle()

    assert [seconds for seconds, _ in looking.put_off] == [1.0, 2.0, 4.0, 1.0]
    assert len(looking.seen) == 5


async def test_a_bug_fails_its_key_alone_and_is_counted(looking):
    queue = looking.queue()
    looking.faults["broken"] = KeyError("spec")
    async with running(queue):
        queue.add("broken")
        queue.add("shop/checkout")
        await queue.idle()

    assert sorted(looking.seen) == ["broken", "shop/checkout"]
    assert queue.metrics.registry.get_sample_value("pointsman_faults_total", {"where": "sight"}) == 1.0
    assert looking.put_off == []
