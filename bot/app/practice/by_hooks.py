"""Practice with an engine that asks by itself, as Flagger does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import aiohttp

from bot.app.core import clock
from bot.app.practice.place import Entered, Pace, Place, Playing, stopped, working
from handlers.sandbox.flagger.canary import Phase
from handlers.sandbox.flagger.engine import SandboxEngine
from handlers.sandbox.flagger.manifest import HookType
from handlers.sandbox.flagger.world import Story, play, play_once, practice_release, practice_world
from handlers.sandbox.scenes import Scene

CLUSTER = """\
  - name: {name}
    hook_tokens: [{{file: hook}}]"""

SCENES = {
    Phase.INITIALIZED: Scene.READY,
    Phase.PROGRESSING: Scene.GOING,
    Phase.WAITING_PROMOTION: Scene.WAITING,
    Phase.PROMOTING: Scene.PROMOTING,
    Phase.SUCCEEDED: Scene.PROMOTED,
    Phase.FAILED: Scene.ROLLED_BACK,
}


class ByHooks:
    """Implements `PracticeEngine`."""

    def cluster(self, place: Place) -> str:
        (place.folder / "hook").write_text(f"{place.token}\n")
        return CLUSTER.format(name=place.name)

    @asynccontextmanager
    async def shop(self, place: Place, pace: Pace) -> AsyncIterator[None]:
        stories = practice_world(_hooks(place))
        async with aiohttp.ClientSession() as session, working(play(stories, _engine(session, pace))):
            yield

    @asynccontextmanager
    async def release(self, place: Place, pace: Pace, entered: Entered) -> AsyncIterator[Playing]:
        def told(phase: Phase) -> None:
            if phase in SCENES:
                entered(SCENES[phase])

        async with aiohttp.ClientSession() as session:
            story = practice_release(_hooks(place), pod_start=pace.pod_start)
            playing = asyncio.create_task(play_once(story, _engine(session, pace), entered=told))
            try:
                yield Playing(playing, lambda: _take_away(session, _hooks(place), story))
            finally:
                await stopped(playing)


def _engine(session: aiohttp.ClientSession, pace: Pace) -> SandboxEngine:
    return SandboxEngine(session=session, now=clock, sleep=asyncio.sleep, interval=pace.tick)


def _hooks(place: Place) -> str:
    return f"http://127.0.0.1:{place.port}/hooks/{place.token}/flagger"


async def _take_away(session: aiohttp.ClientSession, hooks: str, story: Story) -> None:
    """Tell what Flagger tells of a Canary that is deleted."""
    manifest = story.canary.manifest
    over = {"name": manifest.name, "namespace": manifest.namespace, "phase": "Terminated"}
    with suppress(aiohttp.ClientError):
        await session.post(f"{hooks}/{HookType.POST_ROLLOUT}", json=over)
