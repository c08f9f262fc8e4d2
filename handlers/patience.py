"""An answer in time, whatever hangs."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog

log = structlog.get_logger(__name__)

Brought = TypeVar("Brought")


async def within(seconds: float, work: Coroutine[Any, Any, Brought]) -> Brought:
    """Return what the work brings; after so many seconds stop it, and wait for it no longer.

    `asyncio.timeout` waits until what it stops has tidied up, which a statement that hangs in its thread keeps it from.

    Raises:
        TimeoutError: it was stopped; whether its last step was done is not known.
    """
    task = asyncio.create_task(work)
    try:
        await asyncio.wait({task}, timeout=seconds)
        if not task.done():
            raise TimeoutError
        return task.result()
    finally:
        if not task.done():
            task.add_done_callback(_let_go)
            task.cancel()


def _let_go(task: asyncio.Task[Any]) -> None:
    """Nobody waits for it any more, so what it raises is told here."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.warning("stopped_work_fault", exc_info=error)
