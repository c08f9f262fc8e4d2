"""A database for a test, closed to its last thread."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from storage.database import Clock, Database, open_database

WORKER = "(_connection_worker_thread)"
GOODBYE_SECONDS = 2


@asynccontextmanager
async def opened(url: str, *, clock: Clock) -> AsyncIterator[Database]:
    """Open it, and leave no thread behind: that of a connection which never came answers its loop once more."""
    before = set(threading.enumerate())
    database = open_database(url, clock=clock)
    try:
        yield database
    finally:
        await database.close()
        for thread in set(threading.enumerate()) - before:
            if thread.name.endswith(WORKER):
                await asyncio.to_thread(thread.join, GOODBYE_SECONDS)
