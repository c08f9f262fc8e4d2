"""Lets a world work that lives in an API server: step by step, until it is over or cancelled."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from handlers.sandbox.scenes import Scene

STEP_SECONDS = 0.2

Sleep = Callable[[float], Awaitable[None]]


class World(Protocol):
    """Applications, with all that works on them."""

    def open(self) -> None:
        """Put the first versions there."""

    def step(self) -> None:
        """Let everybody do what they do in `STEP_SECONDS`."""


class OneRelease(World, Protocol):
    """A world with one application, which releases once."""

    @property
    def scene(self) -> Scene | None:
        """What it has come to; None: the first version is not there yet."""

    def take_away(self) -> None:
        """Delete it in the midst."""


async def play(world: World, sleep: Sleep = asyncio.sleep) -> None:
    """Release and release again, waiting at every gate until somebody answers; ends only when cancelled."""
    world.open()
    while True:
        world.step()
        await sleep(STEP_SECONDS)


async def play_once(release: OneRelease, *, entered: Callable[[Scene], None], sleep: Sleep = asyncio.sleep) -> None:
    """Play one release to its end.

    Args:
        entered: told each scene when it begins.
    """
    scene = None
    release.open()
    while scene is None or not scene.last:
        release.step()
        if (now := release.scene) is not None and now is not scene:
            scene = now
            entered(scene)
        await sleep(STEP_SECONDS)
