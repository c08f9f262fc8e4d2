"""What a picture costs: time of a processor, how long the event loop is held meanwhile, and memory."""

import asyncio
import contextlib
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.domain.figures.course import course_of
from bot.domain.policy import Stage
from handlers.pictures import Picture, picture_of, timeline_of
from tests.handlers.console.world import ANN, BOB, NIGHT, checkout
from tests.support.console_pictures import answered, went
from tests.support.figures import figures_of, some_days

BEGAN = NIGHT - timedelta(minutes=41)
MONTH = figures_of(*some_days(31))
RELEASE = checkout(
    answered(Stage.PROMOTION, BEGAN + timedelta(minutes=15), ANN, BOB, minutes=9), run=went(BEGAN), started_at=BEGAN
)

PEAK = """
import asyncio
from pathlib import Path
from benchmarks.pictures import MONTH, picture_of
def peak():
    return next(int(line.split()[1]) for line in Path("/proc/self/status").open() if line.startswith("VmHWM"))
async def ten():
    for _ in range(10):
        await picture_of(MONTH)
before = peak()
asyncio.run(ten())
print(peak() - before)
"""
"""Prints KiB: how much higher the peak is after ten pictures, Pillow itself included."""


async def run(*, quick: bool) -> None:
    times = 5 if quick else 40
    course = course_of(RELEASE, now=NIGHT)
    print("\nA picture, 1200 pixels wide")
    await _draw("chart of a month", times, lambda: picture_of(MONTH))
    await _draw("time line of a release", times, lambda: timeline_of("checkout 1.8.2 · prod-eu", course))
    print(f"  {'memory, with Pillow':24} {_grown() / 1024:6.1f} MiB   goal 20 MiB")


def _grown() -> int:
    return int(subprocess.run([sys.executable, "-c", PEAK], check=True, capture_output=True, text=True).stdout)


async def _draw(name: str, times: int, draw: Callable[[], Awaitable[Picture]]) -> None:
    picture = await draw()  # Pillow is loaded by the first one.
    spent, gaps = [], [0.0]
    for _ in range(times):
        before = time.process_time()
        await draw()
        spent.append(1000 * (time.process_time() - before))
    ticking = asyncio.create_task(_tick(gaps))
    for _ in range(times):
        await draw()
    ticking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await ticking
    spent.sort()
    print(
        f"  {name:24} p50 {spent[times // 2]:6.1f} ms   longest {spent[-1]:6.1f} ms of a processor   goal 100 ms"
        f"   loop held {1000 * max(gaps):5.1f} ms   {len(picture.png) // 1024} KiB"
    )


async def _tick(gaps: list[float]) -> None:
    """Note how late the loop comes back, again and again."""
    pause = 0.001
    while True:
        before = time.perf_counter()
        await asyncio.sleep(pause)
        gaps.append(time.perf_counter() - before - pause)
