"""What every command shares: where the settings are, and how a mistake is told."""

import os
import sys
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from bot import config
from bot.domain.errors import RecordsUnavailableError

BROKEN = 1
CANNOT_TELL = 2
NOT_UNDERSTOOD = 2

_Function = TypeVar("_Function", bound=Callable[..., Any])

HELP = "The settings file."


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like it."""
    return next(iter(get_close_matches(word, list(known), n=1)), None)


def with_config(function: _Function) -> _Function:
    """Let `--config` stand after the command too."""

    def remember(context: click.Context, _option: click.Parameter, value: Path | None) -> None:
        if value is not None:
            context.obj = value

    option = click.option("--config", type=click.Path(path_type=Path), expose_value=False, callback=remember, help=HELP)
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
