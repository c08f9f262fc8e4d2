"""What several benchmarks do to tell their figures."""

import asyncio
import inspect
from bisect import bisect_right
from collections.abc import Awaitable, Callable, Sequence

PATIENCE_SECONDS = 120
STALL = "pointsman_loop_stall_seconds_bucket"
GOAL_SECONDS = 0.1


async def until(so: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait until it is so; nothing tells, and to look costs little.

    Raises:
        TimeoutError: what has not come by then does not come.
    """
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            found = so()
            if await found if inspect.isawaitable(found) else found:
                return
            await asyncio.sleep(0.05)


def print_waits(name: str, waited: Sequence[float], note: str) -> None:
    p50 = sorted(waited)[len(waited) // 2]
    print(f"  {name:28}   p50 {1000 * p50:7.1f} ms   p99 {1000 * p99(waited):7.1f} ms   {note}")


def p99(waited: Sequence[float]) -> float:
    return sorted(waited)[int(len(waited) * 0.99)]


def print_stalls(name: str, before: dict[str, float], after: dict[str, float]) -> None:
    """Tell the longest stall between two looks at the bot's metrics, as exactly as its own histogram does."""
    buckets = {float(key.split('"')[1]): after[key] - before.get(key, 0) for key in after if key.startswith(STALL)}
    counts = [buckets[limit] for limit in sorted(buckets)]
    longest = sorted(buckets)[bisect_right(counts, counts[-1] - 1)]
    over, looks = counts[-1] - buckets[GOAL_SECONDS], counts[-1]
    print(f"  {name:28}   stalls up to {1000 * longest:.0f} ms; {over:.0f} of {looks:.0f} looks over 100 ms, goal none")
