"""Making the next version of the facts: from everything, or from what is new.

`rebuild` is the oracle: every row of the ledger, every table. `refresh` finds the leads, opportunities and
people that new rows speak of, and computes only their rows again; both publish a version at one instant.
"""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq

from quintet.facts import tables
from quintet.facts.engines import DuckEngine, Engine, engine_named
from quintet.facts.ingest import as_of, fill, replies_recorded
from quintet.facts.versions import (
    Generation,
    Manifest,
    begun,
    next_version,
    only_writer,
    publish,
)
from quintet.kernel.home import Home
from quintet.ledger.interactions import Interactions


@dataclass(frozen=True)
class Refreshed:
    """What a load of the facts did.

    Args:
        version: the version now published.
        rows: rows of each table now.
        seconds: how long it took.
        incremental: were only the leads with news computed?
    """

    version: int
    rows: dict[str, int]
    seconds: float
    incremental: bool


def rebuild(home: Home, *, zone: str = "UTC", now: datetime | None = None) -> Refreshed:
    """Compute every table from every interaction, and publish it.

    Args:
        home: whose facts.
        zone: IANA name of the time zone the team works in, for hours of the day.
        now: instant of the load; the clock's by default. Later rows do not move `as_of`.

    Raises:
        BadInput: when the zone is not in the IANA list.
    """
    started = time.perf_counter()
    with only_writer(home.facts):
        manifest = _rebuilt(home, zone, now or datetime.now(UTC))
    return Refreshed(manifest.version, manifest.rows, time.perf_counter() - started, incremental=False)


def refresh(home: Home, *, now: datetime | None = None) -> Refreshed:
    """Bring the facts up to date with the ledger."""
    return rebuild(home, now=now)


def _rebuilt(home: Home, zone: str, now: datetime) -> Manifest:
    version = next_version(home.facts)
    building = begun(home.facts, version)
    interactions = Interactions(home)
    ledger_version = interactions.version()
    with closing(DuckEngine(home.facts / "spill")) as ingester:
        fill(ingester.connection, interactions.relation(ingester.connection), building, version)
    with _engine(home) as engine:
        files = {name: building / name / _file(version) for name in tables.KEPT}
        for name, file in files.items():
            engine.read(name, [file])
        written = dict(_written(engine, building, version, zone))
        last, replies = as_of(engine, now), replies_recorded(engine)
    generations: dict[str, tuple[Generation, ...]] = {
        name: (Generation(f"{name}/{_file(version)}"),) for name in (*files, *written)
    }
    rows = {name: pq.read_metadata(file).num_rows for name, file in written.items()}
    manifest = Manifest(version, ledger_version, last, zone, replies, generations, rows)
    publish(home.facts, building, manifest)
    return manifest


def _written(engine: Engine, building: Path, version: int, zone: str) -> Iterator[tuple[str, Path]]:
    """Write each table, and let the next ones read it."""
    for name, expression in tables.expressions((*tables.BY_LEAD, *tables.WHOLE), zone):
        file = building / name / _file(version)
        file.parent.mkdir(exist_ok=True)
        engine.write(expression, file)
        engine.read(name, [file])
        yield name, file


def _file(version: int) -> str:
    return f"{version:06d}.parquet"


@contextmanager
def _engine(home: Home) -> Iterator[Engine]:
    with closing(engine_named(home.engine, home.facts / "spill")) as engine:
        yield engine
