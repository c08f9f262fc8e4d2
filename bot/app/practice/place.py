"""Where a practice cluster is, and what is played in it."""

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from handlers.sandbox.scenes import Scene

Entered = Callable[[Scene], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A practice cluster and its bot, on this machine alone.

    Args:
        name: of the cluster, in the settings.
        folder: keeps what the settings refer to.
        token: of the hooks.
        port, metrics_port: of the bot.
        api_port: of the cluster's API server.
    """

    name: str
    folder: Path
    token: str
    port: int
    metrics_port: int
    api_port: int

    @classmethod
    def anywhere(cls, name: str, folder: Path) -> "Place":
        """One that nobody else uses."""
        with ExitStack() as opened:
            sockets = [opened.enter_context(socket.socket()) for _ in range(3)]
            for one in sockets:
                one.bind(("127.0.0.1", 0))
            port, metrics_port, api_port = (one.getsockname()[1] for one in sockets)
        return cls(
            name=name,
            folder=folder,
            token=secrets.token_urlsafe(32),
            port=port,
            metrics_port=metrics_port,
            api_port=api_port,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How quickly it is played.

    Args:
        tick: between two looks of an engine that works by intervals.
        pod_start: from when pods are wanted until they serve.
    """

    tick: timedelta = timedelta(seconds=2)
    pod_start: timedelta = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Playing:
    """One release while it is played.

    Args:
        task: ends with the release.
        take_away: what somebody does who deletes the application.
    """

    task: asyncio.Task[object]
    take_away: Callable[[], Awaitable[None]]

    async def end(self) -> None:
        """End it in the midst, so that its card has no buttons that lead nowhere."""
        await stopped(self.task)
        await self.take_away()


class PracticeEngine(Protocol):
    """One way of releasing, to practise with."""

    def cluster(self, place: Place) -> str:
        """Write what the settings refer to; return what they say of the cluster: an entry of their list."""

    def shop(self, place: Place, pace: Pace) -> AbstractAsyncContextManager[None]:
        """Let applications release for ever, as long as this is open.

        Raises:
            StartError: a port is taken.
        """

    def release(self, place: Place, pace: Pace, entered: Entered) -> AbstractAsyncContextManager[Playing]:
        """Play one release; it is stopped when this is left.

        Args:
            entered: told each scene when it begins.

        Raises:
            StartError: a port is taken.
        """


@asynccontextmanager
async def working(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Let something go on as long as this is open; where it breaks, all of it does."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(work)
        yield
        task.cancel()


async def stopped(task: asyncio.Task[object]) -> None:
    task.cancel()
    await asyncio.wait({task})
