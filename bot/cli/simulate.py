"""`pointsman simulate`: a practice release in a real channel."""

import asyncio
import logging
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import click

from bot import config
from bot.app import StartError
from bot.app import serve as run
from bot.app.core import clock
from bot.app.logs import set_up_logs
from bot.app.practice.engines import ENGINES
from bot.app.practice.place import Pace, Place, PracticeEngine
from bot.app.practice.settings import PracticeError, practice_settings
from bot.cli.frame import BROKEN, load_settings, stop, with_config
from bot.cli.serve import stopped_by_signals
from bot.domain.effects import Destination
from bot.domain.engines import FLAGGER
from bot.domain.errors import UnavailableError
from bot.ports import ReleaseFilter
from handlers.sandbox.scenes import Scene
from storage.database import open_database
from storage.outbox import SqlOutbox
from storage.reading import SqlReader

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
@click.option("--engine", type=click.Choice(list(ENGINES)), default=FLAGGER, show_default=True, help="Who is played.")
@click.option("--although-it-runs", is_flag=True, help="Even while a bot answers at server.public_url.")
@with_config
@click.pass_obj
def simulate(path: Path, to: Destination, engine: str, although_it_runs: bool) -> None:  # noqa: FBT001  Click names it.
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
            place = Place.anywhere("practice", Path(folder))
            practice = practice_settings(settings, to, place, ENGINES[engine].cluster(place))
            asyncio.run(_play(Practice(practice, ENGINES[engine], place)))
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
    """One practice release, and a bot that asks about it."""

    settings: config.Settings
    engine: PracticeEngine
    place: Place
    pace: Pace = field(default_factory=Pace)

    async def play(self, stopped: asyncio.Event) -> None:
        """Play to the end, or until stopped; the card tells its end either way.

        Raises:
            PracticeError: nothing arrives in the chat.
            StartError: the practice bot cannot run.
        """
        enough, database = asyncio.Event(), open_database(self.settings.database.url.reveal())
        outbox, reader = SqlOutbox(database), SqlReader(database)
        async with self.engine.release(self.place, self.pace, _say) as playing:
            serving = asyncio.create_task(run(self.settings, stop=enough, database=database))
            try:
                await _until_over(serving, playing.task, stopped, outbox)
                if not playing.task.done():
                    await playing.end()
                await _told(outbox, reader)
            finally:
                enough.set()
                await serving


async def _play(practice: Practice) -> None:
    console = f"http://127.0.0.1:{practice.place.port}"
    click.echo(
        f"\n  A practice release comes; its card is posted when it waits.  Console: {console}.  Ctrl-C ends it.\n"
    )
    await practice.play(stopped_by_signals())


async def _until_over(
    serving: asyncio.Task[None], playing: asyncio.Task[object], stopped: asyncio.Event, outbox: SqlOutbox
) -> None:
    while not (playing.done() or serving.done() or stopped.is_set()):
        with suppress(UnavailableError):  # Its tables are made while it starts.
            for to, why in await outbox.failures():
                raise PracticeError(f"nothing arrives at {to.address}: {why}")
        with suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), LOOK_SECONDS)
    if playing.done():
        playing.result()


async def _told(outbox: SqlOutbox, reader: SqlReader) -> None:
    """Wait until the end is on record, and the chat has taken what was to be told."""
    with suppress(UnavailableError):
        for _ in range(LAST_LOOKS):
            under_way = await reader.releases(ReleaseFilter(open=True), limit=1)
            if not under_way.items and await outbox.oldest_due() is None:
                return
            await asyncio.sleep(LOOK_SECONDS)


def _say(scene: Scene) -> None:
    click.echo(f"  {clock():%H:%M:%S}  {scene}")
