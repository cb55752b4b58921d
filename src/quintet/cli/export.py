"""`quintet export`: facts and ledger as files of your own."""

from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from quintet.cli.company import open_home
from quintet.cli.terminal import Format, FormatOption, say, show
from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home


class FileFormat(StrEnum):
    """What the files are."""

    PARQUET = "parquet"
    CSV = "csv"


def export(
    folder: Annotated[Path, typer.Argument(help="Where the files go; made when it is not there.")],
    files: Annotated[FileFormat, typer.Option("--as", help="What the files are.")] = FileFormat.PARQUET,
    tables: Annotated[
        list[str] | None,
        typer.Option("--table", help="Only this table; may be repeated."),
    ] = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Write every facts table and the ledger to files, one each: your data stays yours."""
    from quintet.facts.schema import TABLES

    names = tables or [*TABLES, "interactions"]
    if unknown := sorted(set(names) - {*TABLES, "interactions"}):
        msg = f"--table must be one of {', '.join(TABLES)} or interactions, got {', '.join(unknown)}"
        raise BadInput(msg)
    home = open_home()
    folder.mkdir(parents=True, exist_ok=True)
    written = [(name, *_written(home, name, folder / f"{name}.parquet", files)) for name in names]
    say(f"Written to {folder.absolute()}.")
    show(("table", "rows", "file"), written, form)


def _written(home: Home, name: str, parquet: Path, files: FileFormat) -> tuple[int, str]:
    """Write one table and give its rows and file name; CSV is made from the Parquet file beside it."""
    from pyarrow.parquet import read_metadata

    (_write_interactions if name == "interactions" else _write_facts)(home, name, parquet)
    rows = read_metadata(parquet).num_rows
    return rows, (_as_csv(parquet) if files is FileFormat.CSV else parquet).name


def _write_facts(home: Home, name: str, parquet: Path) -> None:
    from quintet.facts.published import Facts

    with closing(Facts.published(home)) as facts:
        facts.engine.write(facts.table(name), parquet)


def _write_interactions(home: Home, _name: str, parquet: Path) -> None:
    """Every version of every record, with the batch that brought it."""
    from quintet.ledger.delta import connect
    from quintet.ledger.interactions import Interactions

    with closing(connect()) as connection:
        Interactions(home).relation(connection, newest=False).to_parquet(str(parquet), compression="zstd")


def _as_csv(parquet: Path) -> Path:
    import duckdb

    file = parquet.with_suffix(".csv")
    with closing(duckdb.connect()) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.read_parquet(str(parquet)).write_csv(str(file), header=True)
    parquet.unlink()
    return file
