"""What a person at a terminal reads: tables, CSV, JSON, and errors with their next step."""

import csv
import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from quintet.kernel.errors import NotEnoughData, QuintetError

Row = Sequence[object]


class Format(StrEnum):
    """How an answer is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How to print the answer.")]


def say(text: str) -> None:
    """Print a line of progress, apart from the answer."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(Text(text))


def complain(error: QuintetError) -> None:
    """Print an error: what is wrong, and for want of data how much is missing."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(Text(str(error), style="bold red"))
    if isinstance(error, NotEnoughData):
        expected = f"; expected on {error.expected_on:%d %b %Y}" if error.expected_on else ""
        console.print(Text(f"There are {error.have:,} {error.unit}, it takes {error.need:,}{expected}."))


def show(columns: Sequence[str], rows: Sequence[Row], form: Format, title: str = "") -> None:
    """Print rows as a table, as CSV, or as a JSON list of objects."""
    match form:
        case Format.JSON:
            print(json.dumps([dict(zip(columns, row, strict=True)) for row in rows], indent=2, default=str))
        case Format.CSV:
            writer = csv.writer(sys.stdout)
            writer.writerow(columns)
            writer.writerows(rows)
        case Format.TABLE:
            Console(highlight=False).print(_table(columns, rows, title))


def _table(columns: Sequence[str], rows: Sequence[Row], title: str) -> Table:
    table = Table(title=title or None, title_justify="left", title_style="bold")
    numeric = [all(isinstance(row[n], int | float | None) for row in rows) for n in range(len(columns))]
    for name, is_number in zip(columns, numeric, strict=True):
        table.add_column(name, justify="right" if is_number and rows else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    return table


def _cell(value: object) -> str:
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case float():
            return f"{value:,.4g}"
        case _:
            return str(value)
