"""`pointsman audit report`: what reached users in a period, for whoever audits."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from bot.cli.frame import with_config
from bot.cli.record import progress, with_database
from bot.cli.spreadsheet import csv_writer
from bot.domain.figures.insights import Period
from bot.domain.figures.report import COLUMNS, RECORDED, reached_users, row_of
from storage import report as stored
from storage.chain import read_head
from storage.database import Database

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class When(click.ParamType[datetime]):
    """A day of UTC, or a point in time with its zone.

    Args:
        end: a day is meant with the whole of it.
    """

    name = "DAY|TIME"

    def __init__(self, *, end: bool = False) -> None:
        self.end = end

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        text = str(value)
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            right = "a day, such as 2026-03-31, or a time with its zone, such as 2026-03-31T12:00Z"
            self.fail(f"{text!r} is not {right}", param, ctx)
        if _DAY.fullmatch(text):
            return at.replace(tzinfo=UTC) + timedelta(days=1 if self.end else 0)
        if at.tzinfo is None:
            self.fail(f"{text!r} has no zone; write Z for UTC behind it, or +01:00", param, ctx)
        return at.astimezone(UTC)


@click.command()
@click.option("--from", "start", type=When(), required=True, help="The first day (UTC), or a time with its zone.")
@click.option("--to", "end", type=When(end=True), required=True, help="The last day, all of it; or a time, without it.")
@click.option("--format", "_form", type=click.Choice(["csv"]), default="csv", show_default=True)
@with_config
@click.pass_obj
def report(path: Path, start: datetime, end: datetime, _form: str) -> None:
    """Write one row for each release that reached users in a period, for an auditor.

    It tells what changed, who approved by which rule, who could have, how long it waited and how it ended; of those
    that nobody decided, too.  The last line, on standard error, tells how many there are, and the head of the record.
    """
    if start >= end:
        raise click.BadParameter("must come after --from", param_hint="--to")
    rows, head = with_database(path, lambda database: _write(database, Period(start=start, end=end)))
    click.echo(f"{rows} release{'' if rows == 1 else 's'}, record {head}", err=True)


async def _write(database: Database, period: Period) -> tuple[int, str]:
    async with database.reading() as connection:
        head = await read_head(connection)
    rows = 0
    with progress(await stored.count(database, period), label="releases") as advance:
        write_row = csv_writer(COLUMNS)
        seen = 0
        async for release, records in stored.under_way(database, period, actions=RECORDED):
            seen += 1
            if seen % stored.BATCH == 0:
                advance(seen)
            if reached_users(release):
                write_row(row_of(release, records))
                rows += 1
    return rows, str(head)
