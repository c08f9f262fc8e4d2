"""`pointsman` as a process of its own, and a way to a database that can be cut."""

import asyncio
import contextlib
import json
import os
import random
import socket
import sys
import tempfile
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).parents[2]
TRIES = 3
"""Another process may take a port that was free a moment ago."""

TOKEN = "hook-token-of-the-tests"
ENVIRON = {"HOOK_TOKEN": TOKEN, "ANN_TOKEN": "ann-token-of-the-tests", "SLACK_SECRET": "signing-secret-of-the-tests"}

SETTINGS = """
server: {{host: 127.0.0.1, port: {port}, metrics_port: {metrics_port}}}
database: {{url: {{env: DATABASE_URL}}}}
clusters: [{{name: prod-eu, hook_tokens: [{{env: HOOK_TOKEN}}]}}]
policies: [{{name: shop, approvers: [ann@example.com], reason: never}}]
api_tokens: [{{name: ann, token: {{env: ANN_TOKEN}}, may: [read, decide], email: ann@example.com}}]
"""

# Compiled once for all tests that start it, outside the checkout; without that each start takes seconds.
CACHED = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir(), "pointsman-compiled"))}

BODY = {"name": "checkout", "namespace": "shop", "phase": "Progressing", "checksum": "a"}


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def three_free_ports():
    """The first of three in a row, as the demo takes them, below those that systems hand out to others."""
    for first in random.sample(range(20_000, 32_000, 3), 100):
        with contextlib.ExitStack() as held, contextlib.suppress(OSError):
            for port in range(first, first + 3):
                held.enter_context(socket.socket()).bind(("127.0.0.1", port))
            return first
    raise AssertionError("no three ports in a row are free")


def write_settings(folder, *, more=""):
    """Write a settings file; return it and the port in it."""
    port = free_port()
    path = folder / "pointsman.yaml"
    path.write_text(SETTINGS.format(port=port, metrics_port=free_port()) + more)
    return path, port


async def pointsman(*arguments, url=None, timeout=30):
    """Run a command to its end; return its exit code and what it printed."""
    process = await start(*arguments, url=url)
    out, err = await asyncio.wait_for(process.communicate(), timeout)
    return process.returncode, out.decode(), err.decode()


async def start(*arguments, url=None):
    environ = os.environ | ENVIRON | CACHED | ({"DATABASE_URL": url} if url else {})
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *map(str, arguments),
        cwd=ROOT,
        env=environ,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


class EndedError(Exception):
    """The process has ended; it said why."""


@dataclass
class Serving:
    process: asyncio.subprocess.Process
    session: aiohttp.ClientSession

    async def hook(self, path="flagger/confirm-promotion", body=BODY, *, token=TOKEN):
        async with self.session.post(f"/hooks/{token}/{path}", json=body) as response:
            await response.read()
            return response.status

    async def status(self, path):
        async with self.session.get(path) as response:
            await response.read()
            return response.status

    async def until(self, path, status):
        async with asyncio.timeout(20):
            while await self._quietly(path) != status:
                if self.process.returncode is not None:
                    raise EndedError((await self.process.communicate())[1].decode())
                await asyncio.sleep(0.02)

    async def _quietly(self, path):
        try:
            return await self.status(path)
        except aiohttp.ClientError:
            return None

    async def decide(self, decision="approve"):
        async with self.session.get("/api/v1/releases", headers=ANN) as response:
            gate = (await response.json())["items"][0]["gates"][-1]["id"]
        url = f"/api/v1/gates/{gate}/decisions"
        async with self.session.post(url, json={"decision": decision}, headers=ANN) as response:
            return response.status


ANN = {"Authorization": f"Bearer {ENVIRON['ANN_TOKEN']}"}


@asynccontextmanager
async def serving(folder, url, *, more="", ready=True):
    """Run `pointsman serve` until the end of the block; kill it there if it still runs."""
    async with AsyncExitStack() as stack:
        for tries_left in reversed(range(TRIES)):
            path, port = write_settings(folder, more=more)
            process = await start("serve", "--config", path, url=url)
            stack.push_async_callback(_end, process)
            session = await stack.enter_async_context(aiohttp.ClientSession(f"http://127.0.0.1:{port}"))
            bot = Serving(process, session)
            try:
                await bot.until("/readyz" if ready else "/healthz", 200)
            except EndedError as error:
                if "cannot listen" not in str(error) or not tries_left:
                    raise
            else:
                break
        yield bot


async def _end(process):
    with suppress(ProcessLookupError):
        process.kill()
    await process.communicate()


@dataclass
class Bridge:
    """A Unix socket in a folder of its own that leads to PostgreSQL's, and can be taken away."""

    to: Path
    folder: Path
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Future[Any]] = field(default_factory=set)

    def url(self, database_url):
        return database_url.replace(str(self.to).replace("/", "%2F"), str(self.folder).replace("/", "%2F")).replace(
            str(self.to), str(self.folder)
        )

    async def up(self):
        self._server = await asyncio.start_unix_server(self._carry, self.folder / ".s.PGSQL.5432")

    async def down(self):
        assert self._server is not None
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        (self.folder / ".s.PGSQL.5432").unlink(missing_ok=True)
        await asyncio.sleep(0)

    async def _carry(self, reader, writer):
        there_reader, there_writer = await asyncio.open_unix_connection(self.to / ".s.PGSQL.5432")
        task = asyncio.gather(_pump(reader, there_writer), _pump(there_reader, writer))
        self._tasks.add(task)
        try:
            with suppress(asyncio.CancelledError, OSError):
                await task
        finally:
            self._tasks.discard(task)
            for end in (writer, there_writer):
                end.close()


async def _pump(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


def log_lines(text):
    return [json.loads(line) for line in text.splitlines()]
