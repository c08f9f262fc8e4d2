"""Practice with an engine that is watched: its objects are in a practice API server."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web
from ulid import ULID

from bot.app.core import clock
from bot.app.practice.place import Entered, Pace, Place, Playing, stopped, working
from bot.app.start import StartError
from handlers.sandbox.api_server import ApiServer
from handlers.sandbox.stepping import OneRelease, World, play, play_once

CLUSTER = """\
  - name: {name}
    kubernetes: {{context: {name}, kubeconfig: "{folder}/kubeconfig"}}
    engines: [{engine}]"""

KUBECONFIG = """\
apiVersion: v1
kind: Config
current-context: {name}
clusters: [{{name: {name}, cluster: {{server: "http://127.0.0.1:{api_port}"}}}}]
users: [{{name: {name}, user: {{token: {name}}}}}]
contexts: [{{name: {name}, context: {{cluster: {name}, user: {name}}}}}]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class InSight:
    """Implements `PracticeEngine`.

    Args:
        engine: its name in the settings.
        more: further lines of the cluster's entry in the settings.
    """

    engine: str
    world: Callable[[ApiServer, Pace], World]
    one: Callable[[ApiServer, Pace], OneRelease]
    more: tuple[str, ...] = ()

    def cluster(self, place: Place) -> str:
        kubeconfig = KUBECONFIG.format(name=place.name, api_port=place.api_port)
        (place.folder / "kubeconfig").write_text(kubeconfig)
        entry = CLUSTER.format(name=place.name, folder=place.folder.resolve(), engine=self.engine)
        return "\n    ".join((entry, *self.more))

    @asynccontextmanager
    async def shop(self, place: Place, pace: Pace) -> AsyncIterator[None]:
        async with _served(place.api_port) as server, working(play(self.world(server, pace))):
            yield

    @asynccontextmanager
    async def release(self, place: Place, pace: Pace, entered: Entered) -> AsyncIterator[Playing]:
        async with _served(place.api_port) as server:
            release = self.one(server, pace)
            playing = asyncio.create_task(play_once(release, entered=entered))

            async def take_away() -> None:
                release.take_away()

            try:
                yield Playing(playing, take_away)
            finally:
                await stopped(playing)


@asynccontextmanager
async def _served(port: int) -> AsyncIterator[ApiServer]:
    server = ApiServer(now=clock, new_id=lambda: str(ULID()))
    runner = web.AppRunner(server.application(), access_log=None, shutdown_timeout=1.0, handle_signals=False)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port, reuse_address=True).start()
    except OSError as error:
        await runner.cleanup()
        why = os.strerror(error.errno) if error.errno else str(error)
        raise StartError(f"cannot listen on 127.0.0.1:{port}: {why}") from error
    try:
        yield server
    finally:
        await runner.cleanup()
