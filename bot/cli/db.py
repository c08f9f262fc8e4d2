"""`pointsman db`: the tables."""

import asyncio
from pathlib import Path

import click

from bot.cli.frame import database_away, load_settings, with_config
from bot.domain.errors import RecordsUnavailableError
from storage.database import open_database
from storage.migrating import upgrade as upgrade_tables


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
@with_config
@click.pass_obj
def upgrade(path: Path) -> None:
    """Bring the tables to this version.

    `serve` does the same when it starts; a command of its own lets a pipeline do it before.
    """
    url = load_settings(path).database.url.reveal()
    try:
        asyncio.run(_upgrade(url))
    except RecordsUnavailableError as error:
        database_away(error)
    click.echo("The tables are those of this version.")


async def _upgrade(url: str) -> None:
    database = open_database(url)
    try:
        await upgrade_tables(database)
    finally:
        await database.close()
