"""When ticks fall due."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeAlias

Sleep: TypeAlias = Callable[[float], Awaitable[object]]
"""Waits so many seconds, as `asyncio.sleep` does."""


def next_due(due: datetime, now: datetime, *, interval: timedelta) -> datetime:
    """The tick after the one that was due at `due` and has ended now.

    Of those missed meanwhile one is caught up on, at once; the others are dropped.
    Source: Go's time.Ticker, which holds one tick for a slow reader
    """
    missed = (now - due) // interval
    return due + interval * max(1, missed)
