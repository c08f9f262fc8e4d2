"""A cluster on loopback: the practice API server, and what goes wrong in front of it."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from handlers.cluster import Cluster, Resource, Watch, WatchParts
from handlers.cluster.connecting import ApiConnection, by_url
from handlers.metrics import Metrics
from handlers.sandbox.api_server import ApiServer

EPOCH = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Fault = Callable[[web.Request, Handler], Awaitable[web.StreamResponse]]


def new_server(**settings: Any) -> ApiServer:
    numbers = itertools.count(1)
    return ApiServer(now=lambda: EPOCH, new_id=lambda: f"uid-{next(numbers)}", **settings)


@dataclass
class Faults:
    """What stands in front of a server, and what it does to the next requests."""

    planned: list[Fault] = field(default_factory=list)
    watches: list[Fault] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    open: list[web.Request] = field(default_factory=list)

    def next(self, *faults: Fault) -> None:
        """Do this to the next requests of any kind, one after another."""
        self.planned += faults

    def next_watches(self, *faults: Fault) -> None:
        self.watches += faults

    def break_watches(self) -> None:
        """Break every watch that is open."""
        for request in tuple(self.open):
            _break(request)

    @web.middleware
    async def stand_before(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        watch = request.query.get("watch") == "true"
        self.asked.append("watch" if watch else request.method)
        planned = self.watches if watch and self.watches else self.planned
        if planned:
            return await planned.pop(0)(request, handler)
        if not watch:
            return await handler(request)
        self.open.append(request)
        try:
            return await handler(request)
        finally:
            self.open.remove(request)


def answers(status: int, text: str, content_type: str = "text/plain") -> Fault:
    """Something else answers, such as a proxy."""

    async def fault(_request: web.Request, _handler: Handler) -> web.StreamResponse:
        return web.Response(status=status, text=text, content_type=content_type)

    return fault


async def aborts(request: web.Request, _handler: Handler) -> web.StreamResponse:
    """The connection breaks before an answer."""
    _break(request)
    return web.Response()


async def hangs(_request: web.Request, _handler: Handler) -> web.StreamResponse:
    """Nobody answers, and nothing breaks."""
    await asyncio.Event().wait()
    return web.Response()


def waits(until: asyncio.Event) -> Fault:
    """The answer is late: it comes when the test says so."""

    async def fault(request: web.Request, handler: Handler) -> web.StreamResponse:
        await until.wait()
        return await handler(request)

    return fault


def streams(*lines: bytes, then: str = "end") -> Fault:
    """A watch says this, and then ends, breaks or falls silent."""

    async def fault(request: web.Request, _handler: Handler) -> web.StreamResponse:
        stream = web.StreamResponse()
        stream.enable_chunked_encoding()
        await stream.prepare(request)
        for line in lines:
            await stream.write(line)
        match then:
            case "break":
                _break(request)
            case "silence":
                await asyncio.Event().wait()
            case _:
                await stream.write_eof()
        return stream

    return fault


def _break(request: web.Request) -> None:
    transport = request.transport
    assert isinstance(transport, asyncio.Transport)
    transport.abort()


@asynccontextmanager
async def serving(server: ApiServer, faults: Faults | None = None) -> AsyncIterator[str]:
    """Serve; what is given out is the URL."""
    app = server.application()
    if faults is not None:
        app.middlewares.append(faults.stand_before)
    async with TestServer(app) as listening:
        yield str(listening.make_url("")).rstrip("/")


@asynccontextmanager
async def connected(url: str, name: str = "prod-eu") -> AsyncIterator[Cluster]:
    connection = ApiConnection(by_url(url))
    try:
        yield Cluster(name=name, connection=connection)
    finally:
        await connection.close()


@dataclass
class Sight:
    """A watch at work, and what it told."""

    watch: Watch[str]
    pauses: list[float]
    clock: list[float]
    changes: list[tuple[str | None, str | None]]
    metrics: Metrics

    def counted(self, what: str) -> float:
        labels = {"cluster": self.watch.cluster.name, "resource": str(self.watch.resource), "what": what}
        return self.metrics.registry.get_sample_value("pointsman_watch_events_total", labels) or 0.0

    async def until(self, so: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not so():
                await asyncio.sleep(0)


def described(thing: dict[str, Any]) -> str | None:
    """The record that the tests keep: what its name and its word are."""
    word = thing.get("spec", {}).get("word")
    if word == "ignored":
        return None
    if word == "raises":
        raise KeyError("word")
    return f"{thing['metadata']['name']} {word}"


@asynccontextmanager
async def watching(cluster: Cluster, resource: Resource, **settings: Any) -> AsyncIterator[Sight]:
    """Watch; a pause takes no time, and the clock stands still unless a test moves it."""
    pauses: list[float] = []
    clock = [0.0]
    changes: list[tuple[str | None, str | None]] = []
    metrics = Metrics()

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0)

    parts = WatchParts(
        now=lambda: EPOCH + timedelta(seconds=clock[0]),
        monotonic=lambda: clock[0],
        sleep=sleep,
        random=lambda: 1.0,
        metrics=metrics,
    )
    watch = Watch(
        cluster=cluster,
        resource=resource,
        slim=settings.pop("slim", described),
        on_change=settings.pop("on_change", lambda old, new: changes.append((old, new))),
        parts=parts,
        **settings,
    )
    task = asyncio.create_task(watch.run())
    try:
        yield Sight(watch, pauses, clock, changes, metrics)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
