"""Servers of a process of their own, and a client that keeps them busy or asks at a steady rate."""

import asyncio
import json
import multiprocessing
import os
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from aiohttp import web

from bot import config
from bot.app import serve

TOKEN = "hook-token-of-the-benchmarks"
SETTINGS = """
server: {{host: 127.0.0.1, port: {port}, metrics_port: {metrics_port}}}
database: {{url: {{env: DATABASE_URL}}}}
clusters: [{{name: bench, hook_tokens: [{{env: HOOK_TOKEN}}]}}]
policies: [{{name: bench, approvers: [ann@example.com], reason: never}}]
api_tokens: [{{name: ann, token: {{env: API_TOKEN}}, may: [read, decide], email: ann@example.com}}]
{more}
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """Requests a second, and times in milliseconds."""

    rate: float
    p50: float
    p99: float
    errors: int


def body_of(number: int, **more: object) -> bytes:
    common = {"name": f"app-{number}", "namespace": "shop", "phase": "Progressing", "checksum": "78bbfb4c47"}
    return json.dumps(common | more).encode()


async def bare(request: web.Request) -> web.Response:
    """The baseline: read, parse and check the same body, answer the same bytes."""
    fields = json.loads(await request.read())
    if not isinstance(fields.get("name"), str) or not isinstance(fields.get("namespace"), str):
        return web.Response(status=400)
    return web.Response(
        body=b'{"gate": "closed", "reason": "waits for 1 of 1 approvals", "release": "shop/app-1#1"}',
        status=403,
        content_type="application/json",
    )


def _run_bare(port: int) -> None:
    app = web.Application()
    app.router.add_post("/hooks/{token}/{rest:.*}", bare)
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None, handle_signals=True)


def _run_bot(port: int, url: str, more: str) -> None:
    environ = {"DATABASE_URL": url, "HOOK_TOKEN": TOKEN, "API_TOKEN": "ann-of-the-benchmarks"} | dict(os.environ)
    text = SETTINGS.format(port=port, metrics_port=free_port(), more=more)
    settings = config.parse(text, name="benchmark", environ=environ, base=Path())
    asyncio.run(serve(settings, stop=asyncio.Event()))


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def process(target: Callable[..., None], port: int, *args: object) -> Iterator[str]:
    started = multiprocessing.get_context("spawn").Process(target=target, args=(port, *args), daemon=True)
    started.start()
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        started.terminate()
        started.join()


def _wait_for(port: int) -> None:
    for _ in range(1200):
        try:
            socket.create_connection(("127.0.0.1", port), 0.1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"nothing listens on {port}")


@contextmanager
def bare_server() -> Iterator[str]:
    with process(_run_bare, free_port()) as url:
        yield url


@contextmanager
def bot_server(database: str | None = None, more: str = "") -> Iterator[str]:
    """Run the bot; on an SQLite file of its own where no database is named."""
    with tempfile.TemporaryDirectory() as folder:
        url = database or f"sqlite+aiosqlite:///{folder}/bench.db"
        with process(_run_bot, free_port(), url, more) as base:
            time.sleep(1.5)  # Its tables are made, and the head of its record was read.
            yield base


async def busy(url: str, path: str, bodies: Sequence[bytes], *, seconds: float, clients: int = 16) -> Measured:
    """Ask as fast as answers come, each body in turn."""
    times: list[float] = []
    errors = 0
    turn = 0
    end = time.perf_counter() + seconds

    async def client(session: aiohttp.ClientSession) -> None:
        nonlocal turn, errors
        while (begun := time.perf_counter()) < end:
            body = bodies[turn % len(bodies)]
            turn += 1
            async with session.post(f"{url}/hooks/{TOKEN}/{path}", data=body) as response:
                await response.read()
                errors += response.status >= 500
            times.append(time.perf_counter() - begun)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        await asyncio.gather(*(client(session) for _ in range(clients)))
    return _measured(times, seconds, errors)


async def steady(url: str, path: str, bodies: Sequence[bytes], *, rate: int, seconds: float) -> Measured:
    """Offer so many requests a second; times count from when each was due."""
    times: list[float] = []
    errors = 0

    async def ask(session: aiohttp.ClientSession, due: float, body: bytes) -> None:
        nonlocal errors
        async with session.post(f"{url}/hooks/{TOKEN}/{path}", data=body) as response:
            await response.read()
            errors += response.status >= 500
        times.append(time.perf_counter() - due)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session, asyncio.TaskGroup() as tasks:
        begun = time.perf_counter()
        for number in range(int(rate * seconds)):
            due = begun + number / rate
            if (early := due - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            tasks.create_task(ask(session, due, bodies[number % len(bodies)]))
    return _measured(times, seconds, errors)


def _measured(times: list[float], seconds: float, errors: int) -> Measured:
    ordered = sorted(times)
    return Measured(
        rate=len(times) / seconds,
        p50=1000 * ordered[len(ordered) // 2],
        p99=1000 * ordered[int(len(ordered) * 0.99)],
        errors=errors,
    )


async def prepare(url: str, bodies: Sequence[bytes], path: str = "flagger/confirm-promotion") -> None:
    """Let every gate be reached and remembered."""
    limit = asyncio.Semaphore(16)

    async def ask(session: aiohttp.ClientSession, body: bytes) -> None:
        for _ in range(2):
            async with limit, session.post(f"{url}/hooks/{TOKEN}/{path}", data=body) as response:
                await response.read()

    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(ask(session, body) for body in bodies))
