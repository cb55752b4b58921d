"""Open whatever a company sends: a file, a workbook, an archive or a folder of them."""

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb

from quintet.kernel.errors import BadInput
from quintet.sources.files.reading.columnar import read_json_lines, read_parquet
from quintet.sources.files.reading.delimited import read_delimited
from quintet.sources.files.reading.excel import read_workbook
from quintet.sources.files.reading.raw import RawTable

DELIMITED = (".csv", ".tsv", ".txt", ".tab", ".psv")
WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")
PARQUET = (".parquet", ".pq")
JSON = (".jsonl", ".ndjson", ".json")
READABLE = (*DELIMITED, *WORKBOOKS, *PARQUET, *JSON)


def open_tables(
    path: Path,
    con: duckdb.DuckDBPyConnection,
    *,
    workdir: Path,
    unread: Callable[[str], bool] = lambda _: False,
) -> list[RawTable]:
    """The tables of a file, a workbook, a .zip or a folder, every line of each accounted for.

    Args:
        path: what was sent; of a folder or an archive every file with a known ending is opened, in the
            order of their names, and the others are left alone.
        con: where the queries of the tables will run.
        workdir: takes copies of what cannot be read in place; the tables need it as long as they are used.
        unread: which files, by name, whoever asks will read as a whole at once, see `read_delimited`.

    Raises:
        BadInput: when there is nothing readable in it.
    """
    workdir.mkdir(parents=True, exist_ok=True)
    files = list(_files(path, workdir))
    if not files:
        raise BadInput(f"{path.name} holds no file to read; known endings are {', '.join(READABLE)} and .gz")
    return [table for file in files for table in _open(file, con, workdir, unread=unread(file.name))]


def is_readable(path: Path) -> bool:
    """Whether the ending of a file says that it holds a table."""
    return _ending(path) in READABLE


def _ending(path: Path) -> str:
    return Path(path.name.lower().removesuffix(".gz")).suffix


def _files(path: Path, workdir: Path) -> Iterator[Path]:
    if not path.exists():
        raise BadInput(f"{path} does not exist; give a file, a folder or a .zip")
    if path.is_dir():
        return (file for file in sorted(path.iterdir()) if file.is_file() and is_readable(file))
    if path.suffix.lower() == ".zip":
        return _unpacked(path, workdir)
    return iter([path])


def _unpacked(path: Path, workdir: Path) -> Iterator[Path]:
    """The files of an archive; folders inside it are kept, so that equal names do not meet."""
    target = workdir / f"{path.stem}.unpacked"
    try:
        with zipfile.ZipFile(path) as archive:
            members = [name for name in archive.namelist() if _is_member(name)]
            archive.extractall(target, members)
    except zipfile.BadZipFile as error:
        raise BadInput(f"{path.name} is no zip archive ({error}); pack it again") from error
    return (target / name for name in sorted(members))


def _is_member(name: str) -> bool:
    hidden = any(part.startswith((".", "__MACOSX")) for part in Path(name).parts)
    return not name.endswith("/") and not hidden and is_readable(Path(name))


def _open(path: Path, con: duckdb.DuckDBPyConnection, workdir: Path, *, unread: bool) -> list[RawTable]:
    if path.stat().st_size == 0:
        raise BadInput(f"{path.name} is empty; export it again")
    ending = _ending(path)
    if ending in WORKBOOKS:
        return read_workbook(path, workdir=workdir)
    if ending in PARQUET:
        return [read_parquet(path, con)]
    if ending in JSON:
        return [read_json_lines(path, workdir=workdir)]
    return [read_delimited(path, con, workdir=workdir, unread=unread)]
