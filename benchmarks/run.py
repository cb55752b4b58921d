"""Bulk load, facts and page data on this machine, as a table with ratios.

    .venv/bin/python benchmarks/run.py                   10 million interactions: minutes, and 10 GB of disk
    .venv/bin/python benchmarks/run.py --rows 1000000

Every pair that is compared is measured in the same run. CPU seconds count all cores, so they say more
than the clock on a machine that does other work besides.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy: as a server does, whose threads serve pages

import argparse
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
from numpy import quantile
from rich.console import Console
from rich.table import Table

from page_data import page_data
from quintet.facts.refresh import Refreshed, rebuild, refresh
from quintet.kernel.home import Home
from quintet.simulate.exports import interactions_csv
from quintet.sources.files.load.load import load
from quintet.sources.files.mapping.model import FileMap, SourceMap

TURNS = 2
NATIVE = SourceMap("native", "simulated", files=(FileMap("*", "interactions"),))


@dataclass(frozen=True)
class Timed:
    """How long something took: by the clock, and in seconds of all cores."""

    name: str
    seconds: float
    cpu: float
    note: str = ""


@dataclass(frozen=True)
class Ratio:
    """What the targets speak of, as text: by the clock and in seconds of all cores."""

    name: str
    clock: str
    cpu: str
    wanted: str


def timed(name: str, work: Callable[[], object], note: str = "") -> Timed:
    """Do it once and take the time."""
    started, before = time.perf_counter(), sum(os.times()[:4])
    work()
    result = Timed(name, time.perf_counter() - started, sum(os.times()[:4]) - before, note)
    print(f"{result.name}: {result.seconds:.1f} s", file=sys.stderr)
    return result


def bulk_load(folder: Path, home: Home, rows: int, new: int) -> tuple[list[Timed], Ratio]:
    """A plain copy of the file and our load of it, in turns; then our load once more."""
    file, tail = folder / "interactions.csv", folder / "new.csv"
    interactions_csv(file, rows + new)
    cut_tail(file, tail, new)
    size = f"{rows:,} rows, {file.stat().st_size / 1e9:.2f} GB"
    plain, ours = [], []
    for _ in range(TURNS):
        plain.append(timed("plain DuckDB copy, CSV to Parquet", lambda: plain_copy(file), size))
        shutil.rmtree(home.path, ignore_errors=True)
        home.path.mkdir()
        ours.append(timed("import of the same file", lambda: load(home, [file], NATIVE), size))
    again = timed("import of it once more: nothing new", lambda: load(home, [file], NATIVE), size)
    file.unlink()
    ratio = against("speed of the import against the plain copy", best(plain), best(ours), "0.5 or more")
    return [*plain, *ours, again], ratio


def best(of: list[Timed]) -> Timed:
    """The fastest by the clock, and by processor: whatever else the machine did slowed the others."""
    return replace(of[0], seconds=min(one.seconds for one in of), cpu=min(one.cpu for one in of))


def against(name: str, above: Timed, below: Timed, wanted: str) -> Ratio:
    """One time in another."""
    return Ratio(name, f"{above.seconds / below.seconds:.3f}", f"{above.cpu / below.cpu:.3f}", wanted)


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


def facts(folder: Path, home: Home, new: int) -> tuple[list[Timed], Ratio]:
    """Everything from the ledger, then only what is new, then everything again."""
    first = timed("facts, first full build", lambda: rebuild(home))
    more = timed("import of new rows", lambda: load(home, [folder / "new.csv"], NATIVE), f"{new:,} rows")
    told: list[Refreshed] = []
    some = timed("facts, refresh after them", lambda: told.append(refresh(home)))
    some = replace(some, note="incremental" if told[0].incremental else "NOT incremental")
    full = timed("facts, full build of the same", lambda: rebuild(home))
    return [first, more, some, full], against("refresh against full build", some, full, "0.1 or less")


def pages(home: Home) -> list[Ratio]:
    """Milliseconds of what the pages draw: the middle and the slow end, by the clock and in CPU."""
    told = []
    for one in page_data(home):
        clock, cpu = (
            " / ".join(f"{quantile(kind, share):.0f} ms" for share in (0.5, 0.95))
            for kind in (one.wall, one.cpu)
        )
        told.append(Ratio(f"page data, {one.name}: p50 / p95", clock, cpu, "under 300 ms"))
    return told


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


def printed(steps: list[Timed], ratios: list[Ratio], where: str) -> None:
    """The tables."""
    table = Table("what", "seconds", "CPU seconds", "", title=where, title_justify="left")
    for step in steps:
        table.add_row(step.name, f"{step.seconds:.2f}", f"{step.cpu:.2f}", step.note)
    compared = Table("target", "by the clock", "in CPU", "wanted")
    for ratio in ratios:
        compared.add_row(ratio.name, ratio.clock, ratio.cpu, ratio.wanted)
    console = Console(width=120)
    console.print(table)
    console.print(compared)


def measured(folder: Path, rows: int, new: int) -> None:
    """Measure in an empty folder, and print."""
    home, where = Home.at(folder / "home"), machine()
    loads, copied = bulk_load(folder, home, rows, new)
    built, refreshed = facts(folder, home, new)
    printed([*loads, *built], [copied, refreshed, *pages(home)], where)


def main() -> None:
    """Measure, print, leave nothing behind."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=10_000_000, help="interactions in the file")
    parser.add_argument("--new", type=int, default=100_000, help="interactions that come later")
    parser.add_argument("--folder", type=Path, help="where a folder is made for it, and removed")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="quintet-bench-", dir=wanted.folder) as folder:
        measured(Path(folder), wanted.rows, wanted.new)


if __name__ == "__main__":
    main()
