"""`pointsman simulate`: a practice release in a real channel."""

import asyncio
import logging
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import click

from bot import config
from bot.app import StartError
from bot.app import serve as run
from bot.app.core import clock
from bot.app.logs import set_up_logs
from bot.app.practice import PracticeError, practice_settings
from bot.cli.frame import BROKEN, load_settings, stop, with_config
from bot.cli.serve import stopped_by_signals
from bot.domain.effects import Destination
from bot.domain.errors import UnavailableError
from handlers.sandbox.flagger.canary import Phase
from handlers.sandbox.flagger.engine import SandboxEngine
from handlers.sandbox.flagger.manifest import HookType
from handlers.sandbox.flagger.world import Story, play_once, practice_release
from storage.database import open_database
from storage.effects import SqlOutbox

SAYS = {
    Phase.INITIALIZED: "the practice engine is ready",
    Phase.PROGRESSING: "the release begins, and goes to 60 % by itself",
    Phase.WAITING_PROMOTION: "it waits for people: press a button on the card",
    Phase.PROMOTING: "approved: it is promoted",
    Phase.SUCCEEDED: "promoted; that is the end of the practice",
    Phase.FAILED: "rolled back; that is the end of the practice",
}

LOOK_SECONDS = 0.5
LAST_LOOKS = 20
"""So many looks the chat has to take what is still to be told."""


class ToParameter(click.ParamType[Destination]):
    """`slack:C0123ABCD`."""

    name = "CHAT:PLACE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Destination:
        platform, colon, address = str(value).partition(":")
        if not colon or not address:
            self.fail(f"{value!r} is no place such as slack:C0123ABCD", param, ctx)
        return Destination(platform, address)


@click.command()
@click.option("--to", required=True, type=ToParameter(), help="Where the card goes: slack:C0123ABCD, a channel's id.")
@click.option("--engine", type=click.Choice(["flagger"]), default="flagger", show_default=True, help="Who is played.")
@click.option("--although-it-runs", is_flag=True, help="Even while a bot answers at server.public_url.")
@with_config
@click.pass_obj
def simulate(path: Path, to: Destination, engine: str, although_it_runs: bool) -> None:  # noqa: ARG001, FBT001  Click names them.
    """Play a practice release into a real channel, so that a team can try before production.

    The card says that it is practice, its buttons work, and nothing is deployed.  Whoever a policy of the settings
    names may decide.  The record is kept in a folder of its own that is gone at the end; the real one, clusters and
    the other chats are not touched.  Ctrl-C ends the release on its card, too.

    It needs Socket Mode.  Slack gives each click to one connection of an app: while the real bot runs, stop it, or
    practise with an app of its own.
    """
    settings = load_settings(path)
    if not although_it_runs and asyncio.run(_answers(settings.server.public_url)):
        stop(
            f"a bot answers at {settings.server.public_url}: Slack would give it half of the clicks, and half of its"
            " own to this one; stop it, or practise with an app of its own (or say --although-it-runs)",
            BROKEN,
        )
    _quiet()
    try:
        with tempfile.TemporaryDirectory(prefix="pointsman-practice-") as folder:
            practice, token = practice_settings(settings, to, Path(folder))
            asyncio.run(_play(Practice(practice, token)))
    except PracticeError as error:
        stop(f"cannot practise: {error}", BROKEN)
    except StartError as error:
        stop(str(error), BROKEN)


async def _answers(public_url: str) -> bool:
    """Whether a bot is at the public address."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=3)) as session,
            session.get(f"{public_url}/version", allow_redirects=False) as response,
        ):
            return "version" in await response.json()
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return False


def _quiet() -> None:
    """Leave the terminal to the story; what goes wrong is shown."""
    set_up_logs("text")
    logging.getLogger().setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Practice:
    """One practice release.

    Args:
        interval: between two looks of the practice engine.
        pod_start: from when pods are wanted until they serve.
    """

    settings: config.Settings
    token: str
    interval: timedelta = timedelta(seconds=2)
    pod_start: timedelta = timedelta(seconds=3)

    async def play(self, stopped: asyncio.Event) -> None:
        """Play to the end, or until stopped; the card tells its end either way.

        Raises:
            PracticeError: nothing arrives in the chat.
            StartError: the practice bot cannot run.
        """
        enough, database = asyncio.Event(), open_database(self.settings.database.url.reveal())
        serving = asyncio.create_task(run(self.settings, stop=enough, database=database))
        async with aiohttp.ClientSession() as session:
            engine = SandboxEngine(session=session, now=clock, sleep=asyncio.sleep, interval=self.interval)
            story = practice_release(self._hooks, pod_start=self.pod_start)
            playing = asyncio.create_task(play_once(story, engine, entered=_say))
            try:
                await _until_over(serving, playing, stopped, SqlOutbox(database))
                if not playing.done():
                    await _stop_playing(playing)
                    await self._end(session, story)
                await _told(SqlOutbox(database))
            finally:
                await _stop_playing(playing)
                enough.set()
                await serving

    @property
    def _hooks(self) -> str:
        return f"http://127.0.0.1:{self.settings.server.port}/hooks/{self.token}/flagger"

    async def _end(self, session: aiohttp.ClientSession, story: Story) -> None:
        """Let the release end, so that its card has no buttons that lead nowhere."""
        manifest = story.canary.manifest
        over = {"name": manifest.name, "namespace": manifest.namespace, "phase": "Terminated"}
        with suppress(aiohttp.ClientError):
            await session.post(f"{self._hooks}/{HookType.POST_ROLLOUT}", json=over)


async def _play(practice: Practice) -> None:
    console = f"http://127.0.0.1:{practice.settings.server.port}"
    click.echo(
        f"\n  A practice release comes; its card is posted when it waits.  Console: {console}.  Ctrl-C ends it.\n"
    )
    await practice.play(stopped_by_signals())


async def _until_over(
    serving: asyncio.Task[None], playing: asyncio.Task[Phase], stopped: asyncio.Event, outbox: SqlOutbox
) -> None:
    while not (playing.done() or serving.done() or stopped.is_set()):
        with suppress(UnavailableError):  # Its tables are made while it starts.
            for to, why in await outbox.failures():
                raise PracticeError(f"nothing arrives at {to.address}: {why}")
        with suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), LOOK_SECONDS)
    if playing.done():
        playing.result()


async def _stop_playing(playing: asyncio.Task[Phase]) -> None:
    playing.cancel()
    await asyncio.wait({playing})


async def _told(outbox: SqlOutbox) -> None:
    """Wait until the chat has taken what was to be told."""
    with suppress(UnavailableError):
        for _ in range(LAST_LOOKS):
            if await outbox.oldest_due() is None:
                return
            await asyncio.sleep(LOOK_SECONDS)


def _say(phase: Phase) -> None:
    if phase in SAYS:
        click.echo(f"  {clock():%H:%M:%S}  {SAYS[phase]}")
