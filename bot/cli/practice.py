"""The practice engines of `demo`: each with what the settings say of its cluster, and what keeps it going."""

import asyncio
import random
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from ulid import ULID

from bot.app import StartError
from bot.app.core import clock
from handlers.sandbox.api_server import ApiServer
from handlers.sandbox.argo.world import play as play_argo
from handlers.sandbox.argo.world import practice_shop
from handlers.sandbox.flagger.engine import SandboxEngine
from handlers.sandbox.flagger.world import play, practice_world

BY_HOOKS = """\
  - name: demo
    hook_tokens: [{file: hook}]"""

IN_SIGHT = """\
  - name: demo
    kubernetes: {context: demo, kubeconfig: "FOLDER/kubeconfig"}
    engines: [argo-rollouts]
    allow: {retry: true}"""

KUBECONFIG = """\
apiVersion: v1
kind: Config
current-context: demo
clusters: [{{name: demo, cluster: {{server: "http://127.0.0.1:{port}"}}}}]
users: [{{name: demo, user: {{token: demo}}}}]
contexts: [{{name: demo, context: {{cluster: demo, user: demo}}}}]
"""

ENGINES = {"flagger": BY_HOOKS, "argo-rollouts": IN_SIGHT}
"""What the settings say of the cluster, by the engine that is practised with."""

API_PORT = 2
"""The practice API server listens so many ports above the console."""


def prepare(engine: str, folder: Path, port: int) -> str:
    """Write what the settings refer to; return what they say of the cluster."""
    if engine == "argo-rollouts":
        (folder / "kubeconfig").write_text(KUBECONFIG.format(port=port + API_PORT))
    return ENGINES[engine].replace("FOLDER", str(folder.resolve()))


@asynccontextmanager
async def practising(engine: str, *, hooks_url: str, port: int, tick: timedelta) -> AsyncIterator[None]:
    """Let a practice engine work as long as this is open.

    Raises:
        StartError: its port is taken.
    """
    keep = _argo_rollouts(port + API_PORT) if engine == "argo-rollouts" else _flagger(hooks_url, tick)
    async with keep:
        yield


@asynccontextmanager
async def _at_work(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


@asynccontextmanager
async def _flagger(hooks_url: str, tick: timedelta) -> AsyncIterator[None]:
    async with aiohttp.ClientSession() as session:
        working = SandboxEngine(session=session, now=clock, sleep=asyncio.sleep, interval=tick)
        async with _at_work(play(practice_world(hooks_url), working)):
            yield


@asynccontextmanager
async def _argo_rollouts(port: int) -> AsyncIterator[None]:
    server = ApiServer(now=clock, new_id=lambda: str(ULID()))
    runner = web.AppRunner(server.application(), access_log=None, shutdown_timeout=1.0, handle_signals=False)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port, reuse_address=True).start()
        shop = practice_shop(server, clock, random.random, lambda: server.store.version)
        async with _at_work(play_argo(shop)):
            yield
    except OSError as error:
        raise StartError(f"cannot listen on 127.0.0.1:{port}: {error.strerror}") from error
    finally:
        await runner.cleanup()
