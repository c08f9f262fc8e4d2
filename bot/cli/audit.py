"""`pointsman audit`: the record, for whoever must trust it."""

import json
import re
from pathlib import Path
from typing import Any, TypeVar

import click

from bot.cli.frame import BROKEN, nearest, stop, with_config
from bot.cli.record import progress, with_database
from bot.cli.report import report
from bot.cli.spreadsheet import csv_writer
from bot.cli.verbs import verb
from bot.domain.audit import FIELDS, BrokenChainError, Head
from storage import chain
from storage.database import Database

T = TypeVar("T")


class HeadParameter(click.ParamType[Head]):
    """`SEQ:HASH`, as `audit head` prints it."""

    name = "SEQ:HASH"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Head:
        found = re.fullmatch(r"([0-9]{1,15}):([0-9a-f]{64})", str(value))
        if found is None:
            self.fail(f"{value!r} is not SEQ:HASH, such as 42:9f86d081…", param, ctx)
        return Head(int(found[1]), found[2])


class RecordOrRelease(click.Group):
    """`audit verify` is about the whole record; `audit shop/checkout` asks the bot for what it says of a release."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] in self.commands or args[0].startswith("-"):
            return super().resolve_command(ctx, args)
        if (slip := nearest(args[0], self.commands)) is not None:
            ctx.fail(f"There is no command {args[0]!r}; is {slip} meant?")
        return "audit", verb("audit"), args


@click.group(cls=RecordOrRelease)
def audit() -> None:
    """Verify, export or cite the record.

    \b
    pointsman audit shop/checkout#142     what the record says of one release; this asks the bot at POINTSMAN_URL
    """  # noqa: D301  Click reads it.


@audit.command()
@click.option("--head", "heads", multiple=True, type=HeadParameter(), help="A head that was published; repeatable.")
@with_config
@click.pass_obj
def verify(path: Path, heads: tuple[Head, ...]) -> None:
    """Check the whole chain of the record.

    \b
    Exit code 0: whole; prints how many records, and the head.
              1: broken; names the first record that does not fit.
              2: cannot tell, as the database cannot be read.

    A head that was published somewhere else, given by --head, also finds a record whose end was cut off.
    """  # noqa: D301  Click reads it.

    async def check(database: Database) -> Head:
        with progress(await chain.count(database)) as advance:
            return await chain.verify(database, heads=heads, progress=advance)

    try:
        head = with_database(path, check)
    except BrokenChainError as error:
        stop(f"broken: {error}", BROKEN)
    records = "1 record" if head.seq == 1 else f"{head.seq} records"
    click.echo(f"whole: {records}, head {head}")


@audit.command()
@with_config
@click.pass_obj
def head(path: Path) -> None:
    """Print the newest record's place and hash, as SEQ:HASH.  Publish it where nobody can edit it."""

    async def read(database: Database) -> Head:
        async with database.reading() as connection:
            return await chain.read_head(connection)

    click.echo(str(with_database(path, read)))


@audit.command()
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
@with_config
@click.pass_obj
def export(path: Path, form: str) -> None:
    """Write the record to standard output, oldest first.

    jsonl is what the hashes are taken of, and can be verified by anybody; csv is for a spreadsheet.
    """

    async def write(database: Database) -> None:
        with progress(await chain.count(database)) as advance:
            done = 0
            async for row in chain.stream(database):
                write_row(chain.to_record(row))
                done += 1
                if done % chain.BATCH == 0:
                    advance(done)

    write_row = csv_writer(FIELDS) if form == "csv" else _write_json
    with_database(path, write)


def _write_json(record: dict[str, Any]) -> None:
    click.echo(json.dumps(record, ensure_ascii=False, separators=(",", ":")))


audit.add_command(report)
