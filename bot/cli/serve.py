"""`pointsman serve`: the bot."""

import asyncio
import signal
from pathlib import Path

import click

from bot import config
from bot.app import StartError
from bot.app import serve as run
from bot.app.logs import set_up_logs
from bot.cli.frame import BROKEN, load_settings, stop, with_config


@click.command()
@click.option(
    "--log-format", type=click.Choice(["json", "text"]), default="json", show_default=True, help="text is for people."
)
@with_config
@click.pass_obj
def serve(path: Path, log_format: str) -> None:
    """Run the bot until it is told to stop (SIGTERM or Ctrl-C).

    It listens at once.  While the database is away gates answer no, and it goes on when the database comes.
    """
    settings = load_settings(path)
    set_up_logs(log_format)
    try:
        asyncio.run(_serve(settings))
    except StartError as error:
        stop(str(error), BROKEN)


async def _serve(settings: config.Settings) -> None:
    await run(settings, stop=stopped_by_signals())


def stopped_by_signals() -> asyncio.Event:
    """Return an event that SIGTERM and Ctrl-C set."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    return stopped
