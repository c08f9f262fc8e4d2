"""Nobody waits longer than they said, and nobody's work goes on unseen."""

import asyncio

import pytest
import structlog

from handlers.patience import within


async def test_what_comes_in_time_is_returned():
    assert await within(5, asyncio.sleep(0, "brought")) == "brought"


async def test_what_it_raises_in_time_is_raised():
    async def fails():
        raise ValueError("its own")

    with pytest.raises(ValueError, match="its own"):
        await within(5, fails())


async def test_what_will_not_be_stopped_is_not_waited_for():
    released = asyncio.Event()
    stopped = asyncio.Event()

    async def hangs():
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()
            await released.wait()
            raise OSError("at last")

    with structlog.testing.capture_logs() as lines:
        with pytest.raises(TimeoutError):
            await within(0.01, hangs())
        await stopped.wait()
        assert lines == []

        released.set()
        while not lines:
            await asyncio.sleep(0)
    assert [line["event"] for line in lines] == ["stopped_work_fault"]


async def test_with_who_waits_the_work_stops():
    stopped = asyncio.Event()

    async def works():
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    waiting = asyncio.create_task(within(60, works()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting.cancel()
    async with asyncio.timeout(5):
        await stopped.wait()
