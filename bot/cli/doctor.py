"""`pointsman doctor`: what a person can get wrong, and how it is mended."""

import asyncio
import json
import os
import shutil
import sys
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import click

from bot.app.canaries import in_files
from bot.app.doctor import examinations
from bot.cli.files import FileError, read_text
from bot.cli.frame import BROKEN, stop, with_config
from bot.domain.finding import Finding, Grade
from bot.usecases.examine import Examination, examine

SIGNS = {
    Grade.GOOD: ("✓", "green"),
    Grade.CAUTION: ("!", "yellow"),
    Grade.BROKEN: ("✗", "red"),
    Grade.UNKNOWN: ("?", "cyan"),
}
COUNTED = {Grade.BROKEN: "broken", Grade.UNKNOWN: "not known", Grade.CAUTION: "doubtful", Grade.GOOD: "good"}

WIDEST = 120

Tell = Callable[[Finding], None]


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.argument("files", metavar="[FILE]...", nargs=-1)
@with_config
@click.pass_obj
def doctor(path: Path, form: str, files: tuple[str, ...]) -> None:
    """Look at everything that a person can get wrong, and say how to mend it.

    It changes nothing.  Run it where the bot runs, with the same settings and secrets, before it serves or while it
    does.

    \b
    ✓ good    ! works, but perhaps not as you think    ✗ broken    ? could not be looked at

    Given files of manifests, it looks at the Canaries in them, and at nothing else.

    Exit code 1 if something is broken.
    """  # noqa: D301  Click reads it.
    try:
        looks = in_files({file: read_text(Path(file)) for file in files}) if files else examinations(path, os.environ)
    except FileError as error:
        stop(str(error), BROKEN)
    found = asyncio.run(_examine(looks, _in_text() if form == "text" else _nothing))
    if form == "json":
        click.echo(json.dumps({"findings": [asdict(finding) for finding in found]}, indent=2, ensure_ascii=False))
    else:
        click.echo(f"\n{counted(found)}")
    if any(finding.grade is Grade.BROKEN for finding in found):
        sys.exit(BROKEN)


async def _examine(looks: Iterable[Examination], tell: Tell) -> list[Finding]:
    found = []
    async for finding in examine(looks, began=_looking_at):
        _looking_at("")
        tell(finding)
        found.append(finding)
    _looking_at("")
    return found


def _looking_at(area: str) -> None:
    """Say on a terminal what takes its time; the next line takes the place of this one."""
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{f'looking at {area} …' if area else ''}", nl=False, err=True)


def _nothing(_finding: Finding) -> None:
    """Tell nothing before all is found: JSON is one value."""


def _in_text() -> Tell:
    """Group findings below their area as they come."""
    area = ""

    def tell(finding: Finding) -> None:
        nonlocal area
        if finding.area != area:
            click.secho(f"\n{finding.area}", bold=True)
            area = finding.area
        for line in lines(finding):
            click.echo(line)

    return tell


def lines(finding: Finding) -> Iterator[str]:
    """Write a finding: its sign, what it says, and below it the mend."""
    sign, colour = SIGNS[finding.grade]
    said = _wrapped(finding.says, "    ")
    yield f"  {click.style(sign, fg=colour, bold=True)} {said.lstrip()}"
    if finding.mend:
        yield _wrapped(finding.mend, "      ")


def _wrapped(text: str, indent: str) -> str:
    """Wrap on a terminal; in a pipe a line stays one line."""
    if not sys.stdout.isatty():
        return indent + text
    width = min(shutil.get_terminal_size().columns, WIDEST)
    return textwrap.fill(text, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def counted(found: list[Finding]) -> str:
    """`1 broken, 2 doubtful, 9 good.`"""
    grades = Counter(finding.grade for finding in found)
    return ", ".join(f"{grades[grade]} {word}" for grade, word in COUNTED.items() if grades[grade]) + "."
