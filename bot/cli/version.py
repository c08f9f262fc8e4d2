"""`pointsman version`."""

from importlib.metadata import version as version_of

import click


@click.command()
def version() -> None:
    """Print the version."""
    click.echo(version_of("pointsman"))
