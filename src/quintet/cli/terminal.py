"""What a person at a terminal reads: tables, CSV, JSON, and errors with their next step."""

import csv
import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from quintet.kernel.errors import NotEnoughData, QuintetError

Row = Sequence[object]
_SHORT = 24  # characters: a longer text may be broken over several lines, unless it comes first
_ENDLESS = 10_000


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
            _print_table(Console(highlight=False), columns, rows, title)


def _print_table(console: Console, columns: Sequence[str], rows: Sequence[Row], title: str) -> None:
    """A table where it fits; on a narrower terminal each row on lines of its own, its first value above."""
    table = _table(columns, rows, title)
    if console.measure(table, options=console.options.update(max_width=_ENDLESS)).minimum <= console.width:
        console.print(table)
        return
    if title:
        console.print(Text(title, style="bold"))
    for first, *others in rows:
        console.print(Text(_cell(first), style="bold"), soft_wrap=True)
        told = [f"{name} {_cell(value)}" for name, value in zip(columns[1:], others, strict=True)]
        console.print(Padding(Text(" · ".join(told)), (0, 0, 0, 2)))


def _table(columns: Sequence[str], rows: Sequence[Row], title: str) -> Table:
    table = Table(title=title or None, title_justify="left", title_style="bold")
    for n, name in enumerate(columns):
        values = [row[n] for row in rows]
        longest = max((len(_cell(value)) for value in values), default=0)
        least = longest if n == 0 or longest <= _SHORT else _SHORT
        is_number = bool(rows) and all(isinstance(value, int | float | None) for value in values)
        table.add_column(
            name, justify="right" if is_number else "left", overflow="fold", min_width=max(least, 1)
        )
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
