"""What every command shares: where the settings are, and how a mistake is told."""

import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from bot import config
from bot.domain.errors import RecordsUnavailableError

BROKEN = 1
CANNOT_TELL = 2

_Function = TypeVar("_Function", bound=Callable[..., Any])

_HELP = "The settings file."


class Lazy(click.Group):
    """A group whose commands are imported when they are called for: `version` need not wait for Slack's libraries."""

    COMMANDS = ("serve", "demo", "doctor", "wire", "config", "db", "audit", "version")

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self.COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in self.COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(f"bot.cli.{cmd_name}"), cmd_name)
        return command


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    envvar="POINTSMAN_CONFIG",
    default=Path("pointsman.yaml"),
    show_default=True,
    help=f"{_HELP}  Also by POINTSMAN_CONFIG; may stand after the command as well.",
)
@click.pass_context
def pointsman(context: click.Context, config_path: Path) -> None:
    """Ask before a release goes on.

    Pointsman answers Flagger's gates with what people decided in chat, and keeps a record of every decision.

    \b
    pointsman demo                    see it work, with nothing else installed
    pointsman doctor                  what is wrong, and how is it mended?
    pointsman serve                   run the bot
    pointsman audit verify            is the record whole?
    """  # noqa: D301  Click reads it.
    context.obj = config_path


def with_config(function: _Function) -> _Function:
    """Let `--config` stand after the command too."""

    def remember(context: click.Context, _option: click.Parameter, value: Path | None) -> None:
        if value is not None:
            context.obj = value

    option = click.option(
        "--config", type=click.Path(path_type=Path), expose_value=False, callback=remember, help=_HELP
    )
    return option(function)


def load_settings(path: Path) -> config.Settings:
    """Read the settings, or end with what is wrong with them."""
    try:
        return config.load(path, environ=os.environ)
    except config.SettingsError as error:
        stop(str(error), BROKEN)


def stop(message: str, code: int) -> NoReturn:
    """End with one clear message."""
    click.echo(message, err=True)
    sys.exit(code)


def database_away(error: RecordsUnavailableError) -> NoReturn:
    cause = str(error.__cause__ or error).splitlines()[0]
    stop(f"the database cannot be read: {cause}", CANNOT_TELL)
