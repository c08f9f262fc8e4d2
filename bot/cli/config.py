"""`pointsman config`: is the settings file right?"""

import json
from pathlib import Path

import click

from bot import config as settings_of
from bot.cli.frame import load_settings, with_config


@click.group()
def config() -> None:
    """Check the settings, or print their schema."""


@config.command()
@with_config
@click.pass_obj
def check(path: Path) -> None:
    """Name every mistake of the settings file with its key and line.

    Exit code 1 if there is one.  What is allowed but hardly meant is told as a warning.
    """
    settings = load_settings(path)
    for warning in settings_of.warnings(settings):
        click.echo(f"warning: {warning.told(str(path))}", err=True)
    clusters, policies = len(settings.clusters), len(settings.policies)
    click.echo(f"{path} is right: {_many(clusters, 'cluster')}, {_many(policies, 'policy', 'policies')}.")


@config.command()
def schema() -> None:
    """Print the JSON schema of the settings, for editors."""
    click.echo(json.dumps(settings_of.schema(), indent=2, ensure_ascii=False))


def _many(number: int, one: str, more: str | None = None) -> str:
    return f"1 {one}" if number == 1 else f"{number} {more or one + 's'}"
