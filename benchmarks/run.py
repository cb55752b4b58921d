"""Bulk load, facts and page data on this machine, as a table with ratios.

    .venv/bin/python benchmarks/run.py                   10 million interactions: minutes, and 10 GB of disk
    .venv/bin/python benchmarks/run.py --rows 1000000

Every pair that is compared is measured in the same run. CPU seconds count all cores, so they say more
than the clock on a machine that does other work besides.
"""

import argparse
import os
import platform
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from quintet.facts.refresh import rebuild, refresh
from quintet.kernel.home import Home
from quintet.simulate.exports import interactions_csv
from quintet.sources.files.load.load import load
from quintet.sources.files.mapping.model import FileMap, SourceMap

ROOT = Path(__file__).resolve().parent.parent
NATIVE = SourceMap("native", "simulated", files=(FileMap("*", "interactions"),))


@dataclass(frozen=True)
class Timed:
    """How long something took: by the clock, and in seconds of all cores."""

    name: str
    seconds: float
    cpu: float
    note: str = ""


def timed(name: str, work: Callable[[], object], note: str = "") -> Timed:
    """Do it once and take the time."""
    started, before = time.perf_counter(), sum(os.times()[:4])
    work()
    result = Timed(name, time.perf_counter() - started, sum(os.times()[:4]) - before, note)
    print(f"{result.name}: {result.seconds:.1f} s", file=sys.stderr)
    return result


def bulk_load(folder: Path, home: Home, rows: int, new: int) -> list[Timed]:
    """A plain copy of the file, our load of it, and the plain copy again: the page cache favours nobody."""
    file, tail = folder / "interactions.csv", folder / "new.csv"
    interactions_csv(file, rows + new)
    cut_tail(file, tail, new)
    size = f"{rows:,} rows, {file.stat().st_size / 1e9:.2f} GB"
    first = timed("plain DuckDB copy, CSV to Parquet", lambda: plain_copy(file), size)
    ours = timed("quintet import of the same file", lambda: load(home, [file], NATIVE), size)
    again = timed("plain DuckDB copy, once more", lambda: plain_copy(file), size)
    file.unlink()
    return [first, ours, again]


def cut_tail(file: Path, tail: Path, lines: int) -> None:
    """Move the last lines of a CSV file to another one, with the header."""
    data = _end_of(file, min(lines * 2_000, file.stat().st_size))
    at = len(data)
    for _ in range(lines + 1):
        at = data.rindex(b"\n", 0, at)
    kept = data[at + 1 :]
    with file.open("rb") as whole:
        header = whole.readline()
    tail.write_bytes(header + kept)
    os.truncate(file, file.stat().st_size - len(kept))


def _end_of(file: Path, size: int) -> bytes:
    with file.open("rb") as whole:
        whole.seek(-size, os.SEEK_END)
        return whole.read()


def plain_copy(file: Path) -> None:
    """What DuckDB needs for the same file when it does nothing else."""
    target = file.with_suffix(".parquet")
    with closing(duckdb.connect()) as con:
        con.execute(f"COPY (FROM read_csv('{file}')) TO '{target}' (FORMAT parquet)")
    target.unlink()


def facts(folder: Path, home: Home, new: int) -> list[Timed]:
    """Everything from the ledger, then only what is new."""
    full = timed("facts, full build", lambda: rebuild(home))
    more = timed(
        "quintet import of the new rows", lambda: load(home, [folder / "new.csv"], NATIVE), f"{new:,} rows"
    )
    told = []
    some = timed("facts, refresh after them", lambda: told.append(refresh(home)))
    how = "incremental" if told[0].incremental else "NOT incremental"
    return [full, more, Timed(some.name, some.seconds, some.cpu, how)]


def machine() -> str:
    """What this was measured on."""
    cpuinfo = Path("/proc/cpuinfo")
    text = cpuinfo.read_text() if cpuinfo.exists() else ""
    names = [line.split(":")[1].strip() for line in text.splitlines() if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cpu = names[0] if names else platform.processor()
    load_now = os.getloadavg()[0]
    return (
        f"{cpu}, {os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}, "
        f"DuckDB {duckdb.__version__}; load average at the start {load_now:.1f}"
    )


def printed(steps: list[Timed], ratios: list[tuple[str, float, float, str]], where: str) -> None:
    """The tables."""
    table = Table("what", "seconds", "CPU seconds", "", title=where, title_justify="left")
    for step in steps:
        table.add_row(step.name, f"{step.seconds:.2f}", f"{step.cpu:.2f}", step.note)
    console = Console(width=120)
    console.print(table)
    compared = Table("ratio", "by the clock", "in CPU seconds", "wanted")
    for name, clock, cpu, wanted in ratios:
        compared.add_row(name, f"{clock:.3f}", f"{cpu:.3f}", wanted)
    console.print(compared)


def main() -> None:
    """Measure, print, tidy up."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=10_000_000, help="interactions in the file")
    parser.add_argument("--new", type=int, default=100_000, help="interactions that come later")
    parser.add_argument("--folder", type=Path, default=ROOT / ".bench", help="emptied before and after")
    wanted = parser.parse_args()
    shutil.rmtree(wanted.folder, ignore_errors=True)
    wanted.folder.mkdir(parents=True)
    home, where = Home.at(wanted.folder / "home"), machine()
    home.path.mkdir()
    first, ours, again = loads = bulk_load(wanted.folder, home, wanted.rows, wanted.new)
    full, _, some = built = facts(wanted.folder, home, wanted.new)
    ratios = [
        (
            "speed of our import against the plain copy",
            (first.seconds + again.seconds) / 2 / ours.seconds,
            (first.cpu + again.cpu) / 2 / ours.cpu,
            "0.5 or more",
        ),
        ("refresh against full build", some.seconds / full.seconds, some.cpu / full.cpu, "0.1 or less"),
    ]
    printed([*loads, *built], ratios, where)
    shutil.rmtree(wanted.folder)


if __name__ == "__main__":
    main()
