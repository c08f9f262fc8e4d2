"""The process: listen at once, work when the record can be read, stop in order."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version

import aiohttp
import structlog
from aiohttp import web

from bot import config
from bot.app.clusters import connected_clusters
from bot.app.core import Core, clock, make_core
from bot.app.memory import settle
from bot.app.sights import Sights
from bot.app.start import StartError
from bot.app.surfaces import Surfaces, connections, make_surfaces
from bot.app.watching import Watching, watch_clusters
from bot.domain.errors import UnavailableError
from handlers.health import Health, measure_stalls, metrics_routes
from handlers.schedule import FollowHead
from storage.database import Database, open_database
from storage.migrating import upgrade

log = structlog.get_logger()

LARGEST_BODY = 1024**2

RETRY_SECONDS = 1.0
GRACE_SECONDS = 6.0
"""What has begun is answered within, before the pod's grace period ends."""


async def serve(settings: config.Settings, *, stop: asyncio.Event, database: Database | None = None) -> None:
    """Run the bot until `stop` is set.

    Raises:
        StartError: a port is taken, or the settings cannot work.
    """
    async with AsyncExitStack() as opened:
        database = database or open_database(settings.database.url.reveal())
        opened.push_async_callback(database.close)
        outside = await opened.enter_async_context(connections(settings, now=clock, monotonic=time.monotonic))
        sights = Sights()
        core = make_core(settings, database, outside.groups, sights, now=clock, monotonic=time.monotonic)
        watching = watch_clusters(
            settings,
            await opened.enter_async_context(connected_clusters(settings)),
            sights,
            core.engines.follow_sight,
            core.changes,
            metrics=core.metrics,
            now=core.now,
            monotonic=core.monotonic,
            session=await opened.enter_async_context(aiohttp.ClientSession()),
        )
        health = Health(version=version("pointsman"), read_at=lambda: core.changes.read_at, monotonic=core.monotonic)
        surfaces = await opened.enter_async_context(make_surfaces(settings, core, outside))

        settle()
        health.parts.update(surfaces.ready | watching.ready)
        await opened.enter_async_context(_open_ports(settings, core, health, surfaces))

        await _work_until(stop, core, surfaces, watching)
        health.stopping = True
        log.info("stopping")


@asynccontextmanager
async def _open_ports(settings: config.Settings, core: Core, health: Health, surfaces: Surfaces) -> AsyncIterator[None]:
    """Serve everybody on one port, and Prometheus alone on the other."""
    app, metrics = web.Application(client_max_size=LARGEST_BODY, middlewares=surfaces.middlewares), web.Application()
    app.add_routes([*health.routes(), *surfaces.routes])
    app.on_shutdown.extend(surfaces.on_shutdown)
    metrics.add_routes(metrics_routes(core.metrics))
    server = settings.server
    async with _listening(app, server.host, server.port), _listening(metrics, server.host, server.metrics_port):
        log.info("listening", port=server.port, metrics_port=server.metrics_port)
        yield


async def _work_until(stop: asyncio.Event, core: Core, surfaces: Surfaces, watching: Watching) -> None:
    async with asyncio.TaskGroup() as workers:
        work = workers.create_task(_work(core, surfaces, watching), name="work")
        await stop.wait()
        work.cancel()
    await _write_what_is_left(core)


async def _work(core: Core, surfaces: Surfaces, watching: Watching) -> None:
    """Everything but answering: begins when the record is there, and ends only if it cannot run at all."""
    await _migrate(core.database)
    follow = FollowHead(reader=core.storage.reader, changes=core.changes, monotonic=core.monotonic, sleep=asyncio.sleep)
    scheduler = core.schedule().start()
    try:
        async with asyncio.TaskGroup() as workers:
            workers.create_task(follow.run(), name="head")
            workers.create_task(measure_stalls(core.metrics, core.monotonic, asyncio.sleep), name="stalls")
            workers.create_task(core.carrier(surfaces.platforms).run(), name="delivery")
            for worker in (*surfaces.workers, *watching.workers):
                workers.create_task(worker())
    finally:
        scheduler.shutdown(wait=False)


async def _migrate(database: Database) -> None:
    told = False
    while True:
        try:
            await upgrade(database)
        except UnavailableError as error:
            if not told:
                log.warning("database_away", why=str(error.__cause__ or error))
                told = True
            await asyncio.sleep(RETRY_SECONDS)
        else:
            log.info("database_ready")
            return


async def _write_what_is_left(core: Core) -> None:
    try:
        await core.refusals.write(core.now(), all_of_them=True)
    except UnavailableError:
        log.warning("refusals_not_written", why="the database is away")


@asynccontextmanager
async def _listening(app: web.Application, host: str, port: int) -> AsyncIterator[None]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE_SECONDS, handle_signals=False)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port, reuse_address=True).start()
    except OSError as error:
        await runner.cleanup()
        why = os.strerror(error.errno) if error.errno else str(error)
        raise StartError(f"cannot listen on {host}:{port}: {why}") from error
    try:
        yield
    finally:
        await runner.cleanup()
