"""Who is looked at when a watch wakes: nobody for nothing, and nobody forgotten."""

import asyncio

import pytest

from bot.app.sights import Sights
from bot.app.watching import Waking
from bot.domain.workload import Workload
from handlers.metrics import Metrics

CHECKOUT, SEARCH = (Workload("prod-eu", "Canary", "shop", name) for name in ("checkout", "search"))


class Following:
    """Follows whom the record says something of; memory may know that nothing could follow."""

    def __init__(self):
        self.asked, self.open, self.resting = [], set(), set()

    def rests(self, workload, _glance):
        return workload in self.resting

    async def __call__(self, workload, _glance):
        self.asked.append(workload.name)
        return workload in self.open


@pytest.fixture
def following():
    return Following()


@pytest.fixture
async def waking(following):
    waking = Waking(following, Sights(), Metrics())
    task = asyncio.create_task(waking.queue.run())
    yield waking
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_what_rests_by_memory_costs_nothing(waking, following):
    following.resting = {CHECKOUT}
    for workload in (CHECKOUT, SEARCH):
        waking.wake(workload)
    await waking.queue.idle()

    assert following.asked == ["search"]


@pytest.mark.parametrize("resting", [{CHECKOUT}, set()], ids=["by memory", "by the record"])
async def test_what_was_passed_by_is_looked_at_once_the_record_says_something_new_of_it(waking, following, resting):
    following.resting = resting
    waking.wake(CHECKOUT)
    await waking.queue.idle()
    before = len(following.asked)
    following.open = {CHECKOUT}
    for workload in (CHECKOUT, SEARCH, None):
        waking.on_record(workload)
    await waking.queue.idle()

    assert following.asked[before:] == ["checkout"]


async def test_what_was_looked_at_is_not_looked_at_for_what_was_saved_of_it(waking, following):
    following.open = {CHECKOUT}
    waking.wake(CHECKOUT)
    await waking.queue.idle()
    waking.on_record(CHECKOUT)
    await waking.queue.idle()

    assert following.asked == ["checkout"]
