"""Rows as CSV that a spreadsheet shows and never runs."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from typing import Any

import click

FORMULAS = frozenset("=+-@")


def csv_writer(columns: Sequence[str]) -> Callable[[dict[str, Any]], None]:
    """Write the heading; return what writes a row."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)

    def write(cells: list[str]) -> None:
        writer.writerow(cells)
        click.echo(buffer.getvalue(), nl=False)
        buffer.seek(0)
        buffer.truncate()

    write(list(columns))
    return lambda row: write([cell(row[name]) for name in columns])


def cell(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict) else str(value)
    return f"'{text}" if text[:1] in FORMULAS else text
