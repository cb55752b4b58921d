"""One version of the facts in the making: a folder nobody reads yet."""

import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow.parquet as pq

from quintet.facts import news as what_is_new
from quintet.facts import tables, views
from quintet.facts.engines import DuckEngine, Engine, SparkEngine
from quintet.facts.ingest import fill
from quintet.facts.news import News
from quintet.facts.rep_names import rep_names
from quintet.facts.versions import Generation, Manifest, begun, folder_of, linked, next_version, publish
from quintet.kernel.home import Home
from quintet.ledger.interactions import Interactions

#: More generations than this are folded into one.
MOST_GENERATIONS = 6


@dataclass
class Building:
    """A version in the making.

    Args:
        home: whose facts.
        folder: its own folder.
        version: its number.
        ledger_version: version of the ledger it is computed from.
        zone: IANA time zone of the team.
        kept: DuckDB, which reads the ledger and keeps the rows.
        engine: where the tables are computed.
        old: the version before; None when everything is computed.
        generations: what it holds so far.
    """

    home: Home
    folder: Path
    version: int
    ledger_version: int
    zone: str
    kept: DuckEngine
    engine: Engine
    old: Manifest | None = None
    generations: dict[str, tuple[Generation, ...]] = field(default_factory=dict)

    @classmethod
    def begin(cls, home: Home, zone: str, ledger_version: int, old: Manifest | None = None) -> "Building":
        """An empty version; with `old`, one that holds what that one held."""
        version = next_version(home.facts)
        folder = begun(home.facts, version)
        duck = DuckEngine(home.facts / "spill")
        engine = SparkEngine() if home.engine == "spark" else duck
        building = cls(home, folder, version, ledger_version, zone, duck, engine, old)
        if old is not None:
            building._link(old)
        return building

    def _link(self, old: Manifest) -> None:
        source = folder_of(self.home.facts, old.version)
        for name, generations in old.tables.items():
            if name in (*tables.WHOLE, tables.NAMES):
                continue
            for one in generations:
                for file in filter(None, (one.file, one.gone)):
                    linked(source, self.folder, file)
            self.generations[name] = generations

    def keep_all(self, interactions: Interactions) -> None:
        """Keep the rows of every interaction."""
        fill(self.kept.connection, interactions.relation(self.kept.connection), self.folder, self.version)
        for name in tables.KEPT:
            self._add(name, Generation(self._file(name)))
            self._define(name)
        self._define_buyers()

    def keep_news(self, interactions: Interactions, after_batch: int) -> News | None:
        """Keep the rows of new interactions; None when a person was erased and all must be done anew."""
        con = self.kept.connection
        for name in tables.KEPT:
            views.define(self.kept, self.folder, name, self.generations[name], alias=f"old_{name}")
        news = what_is_new.gather(con, interactions, after_batch)
        if news.erased:
            return None
        for name in tables.KEPT:
            if news.touches(name):
                gone = self._gone(name) if news.gone[name] else None
                what_is_new.keep(
                    con, name, self.folder / self._file(name), self.folder / gone if gone else None
                )
                self._add(name, Generation(self._file(name), gone))
            self._define(name)
        self._define_buyers()
        return news

    def compute_all(self) -> None:
        """Compute every table from every row."""
        self._write_names()
        for name in (*tables.BY_LEAD, *tables.WHOLE):
            self._write(name, tables.expression(name, self.zone))
            self._define(name)

    def compute_touched(self, news: News) -> None:
        """Compute the tables of the leads with news from all of their rows, and the small tables anew."""
        if any(news.touches(name) for name in tables.KEPT if name != "people_rows"):
            self._compute_scope()
        for name in tables.BY_LEAD:
            self._define(name)
        self._write_names()
        for name in tables.WHOLE:
            self._write(name, tables.expression(name, self.zone))
            self._define(name)

    def _write_names(self) -> None:
        (self.folder / tables.NAMES).mkdir()
        names = rep_names(self.kept.connection, self.home)
        pq.write_table(names, self.folder / self._file(tables.NAMES), compression="zstd")
        self._add(tables.NAMES, Generation(self._file(tables.NAMES)))
        self._define(tables.NAMES)

    def _compute_scope(self) -> None:
        scoped, touched = self.folder / "scoped_rows.parquet", self.folder / "touched.parquet"
        what_is_new.scope(self.kept.connection, scoped)
        what_is_new.touched(self.kept.connection, "lead_id", touched)
        self.engine.read("buyer_rows", [scoped])
        self.engine.read("touched", [touched])
        for name in tables.BY_LEAD:
            gone = self._gone(name)
            what_is_new.touched(self.kept.connection, tables.BY_LEAD[name], self.folder / gone)
            self._write(name, tables.expression(name, self.zone), gone)
            self.engine.read(name, [self.folder / self._file(name)])
        self._define_buyers()
        scoped.unlink()
        touched.unlink()

    def publish(self, now: datetime, *, keep_older: bool = True) -> Manifest:
        """Make it the current version."""
        self._fold()
        manifest = Manifest(
            self.version,
            self.ledger_version,
            self._as_of(now),
            self.zone,
            self._replies_recorded(),
            self.generations,
            {name: self._rows(name) for name in (*tables.BY_LEAD, *tables.WHOLE)},
            tables.columns_digest(),
        )
        publish(self.home.facts, self.folder, manifest, keep_older=keep_older)
        return manifest

    def close(self) -> None:
        """Give back what it holds; of a version that was not published, nothing stays."""
        self.kept.close()
        if self.folder.exists():
            shutil.rmtree(self.folder)

    def _fold(self) -> None:
        """Write tables of many generations as one, so that readers stay quick."""
        for name, generations in self.generations.items():
            if len(generations) <= MOST_GENERATIONS:
                continue
            stray = [file for one in generations for file in (one.file, one.gone) if file]
            self.engine.write(tables.named(name), self.folder / name / f"{self.version:06d}.folded.parquet")
            self.generations[name] = (Generation(f"{name}/{self.version:06d}.folded.parquet"),)
            self._define(name)
            for file in stray:
                (self.folder / file).unlink()

    def _file(self, name: str) -> str:
        return f"{name}/{self.version:06d}.parquet"

    def _gone(self, name: str) -> str:
        return f"{name}/{self.version:06d}.gone.parquet"

    def _add(self, name: str, generation: Generation) -> None:
        self.generations[name] = (*self.generations.get(name, ()), generation)

    def _write(self, name: str, expression: ir.Table, gone: str | None = None) -> None:
        (self.folder / name).mkdir(exist_ok=True)
        # An opportunity's rows are all there when it was touched; a lead that was not may be there in part.
        some = "touched" if gone and tables.BY_LEAD[name] == "lead_id" else None
        self.engine.write(expression, self.folder / self._file(name), some)
        self._add(name, Generation(self._file(name), gone))

    def _define(self, name: str) -> None:
        """Let the table's name stand for all of its rows in this version."""
        for engine in self._engines():
            views.define(engine, self.folder, name, self.generations[name])

    def _define_buyers(self) -> None:
        for engine in self._engines():
            views.define_buyers(engine)

    def _engines(self) -> list[Engine]:
        return [self.kept] if self.kept is self.engine else [self.kept, self.engine]

    def _as_of(self, now: datetime) -> datetime | None:
        """The newest instant of the buyers' rows that is not in the future of the load."""
        moment = ibis.literal(now.astimezone(UTC).replace(tzinfo=None), type="timestamp")
        rows = [tables.named(name).select("occurred_at") for name in ("buyer_rows", "subscription_rows")]
        known = ibis.union(*rows)
        newest = known.filter(known.occurred_at <= moment).agg(newest=lambda t: t.occurred_at.max())
        return self.kept.arrow(newest)["newest"][0].as_py()

    def _replies_recorded(self) -> bool:
        attempts = tables.named("attempts")
        replied = attempts.filter(attempts.outcome == "replied").limit(1).select("lead_id")
        return self.kept.arrow(replied).num_rows > 0

    def _rows(self, name: str) -> int:
        if len(self.generations[name]) == 1:
            return int(pq.read_metadata(self.folder / self.generations[name][0].file).num_rows)
        return int(self.kept.arrow(tables.named(name).count().as_table()).column(0)[0].as_py())
