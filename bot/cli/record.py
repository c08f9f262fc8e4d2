"""The record of the settings, opened for one command, and how far its work is."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TypeVar

import click

from bot.cli.frame import database_away, load_settings
from bot.domain.errors import RecordsUnavailableError
from storage.database import Database, open_database

T = TypeVar("T")


@contextmanager
def progress(length: int, *, label: str = "records") -> Iterator[Callable[[int], None]]:
    """Show a bar on a terminal; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        yield lambda done: bar.update(done - bar.pos)
        bar.update(length - bar.pos)


def with_database(path: Path, work: Callable[[Database], Awaitable[T]]) -> T:
    """Do one thing with the record of the settings; end if it cannot be read."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Database]:
        database = open_database(load_settings(path).database.url.reveal())
        try:
            yield database
        finally:
            await database.close()

    async def run() -> T:
        async with opened() as database:
            return await work(database)

    try:
        return asyncio.run(run())
    except RecordsUnavailableError as error:
        database_away(error)
