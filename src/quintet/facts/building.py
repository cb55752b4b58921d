"""One version of the facts in the making: a folder nobody reads yet."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow.parquet as pq

from quintet.facts import news as what_is_new
from quintet.facts import tables, views
from quintet.facts.engines import DuckEngine, Engine, SparkEngine, Written
from quintet.facts.footers import empty_columns, rows_of
from quintet.facts.ingest import fill
from quintet.facts.news import News
from quintet.facts.rep_names import rep_names
from quintet.facts.versions import Generation, Manifest, begun, folder_of, linked, next_version, publish
from quintet.kernel.home import Home
from quintet.ledger.interactions import Interactions

#: More generations than this are folded into one.
MOST_GENERATIONS = 6
#: The one table of BY_LEAD that is computed from others of them.
_READS_OTHERS = "leads"


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
        known_at: only what was recorded until then; None for everything.
        generations: what it holds so far.
        counts: rows of the tables in which a refresh replaced some.
        is_shrunk: do older rows of the ledger no longer count?
    """

    home: Home
    folder: Path
    version: int
    ledger_version: int
    zone: str
    kept: DuckEngine
    engine: Engine
    old: Manifest | None = None
    known_at: datetime | None = None
    generations: dict[str, tuple[Generation, ...]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    is_shrunk: bool = False

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
        con = self.kept.connection
        fill(con, interactions.relation(con, known_at=self.known_at), self.folder, self.version)
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
        self.is_shrunk = any(news.gone.values())
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
            views.define_inputs(self.engine, name)
            self.engine.write(*self._written(name))
            self._add(name, Generation(self._file(name)))
            self._define(name)

    def compute_touched(self, news: News) -> None:
        """Compute the tables of the leads with news from all of their rows, and the small tables anew."""
        replaced = any(news.touches(name) for name in tables.KEPT if name != "people_rows")
        if replaced:
            self._compute_scope()
        for name in tables.BY_LEAD:
            self._define(name)
        self._write_names()
        *unnamed, naming = tables.WHOLE  # reps are named by the other tables
        for some in (unnamed, [naming]):
            for name in some:
                views.define_inputs(self.engine, name, after=replaced and self._follows(name))
            self.engine.write_each([self._written(name) for name in some])
            for name in some:
                self._add(name, Generation(self._file(name)))
                self._define(name)
        shutil.rmtree(self._scope, ignore_errors=True)

    def _follows(self, name: str) -> bool:
        """Can a small table be made from the version before and what is replaced in it?"""
        if name != "reps":
            return name in tables.FOLLOWING
        return not self.is_shrunk and not self.engine.arrow(tables.untold_reps()).num_rows

    def _write_names(self) -> None:
        (self.folder / tables.NAMES).mkdir()
        names = rep_names(self.kept.connection, self.home, self.known_at)
        pq.write_table(names, self.folder / self._file(tables.NAMES), compression="zstd")
        self._add(tables.NAMES, Generation(self._file(tables.NAMES)))
        self._define(tables.NAMES)

    def _compute_scope(self) -> None:
        self._scope.mkdir()
        touched = self._scope / "touched.parquet"
        unused = {name: empty_columns(self._files(name)) for name in tables.BUYER_ROWS}
        what_is_new.scope(self.kept.connection, unused)
        what_is_new.touched(self.kept.connection, "lead_id", touched)
        self._define_old()
        self.engine.read("touched", [touched])
        self._read_scope()
        alone = [name for name in tables.BY_LEAD if name != _READS_OTHERS]
        self._replace(alone)
        self._replace([_READS_OTHERS])
        self._define_buyers()

    def _read_scope(self) -> None:
        """Let buyer_rows stand for the rows of the leads with news alone."""
        if self.engine is self.kept:
            self.engine.define(tables.BUYERS, "SELECT * FROM scoped_rows")
            return
        file = self._scope / "rows.parquet"
        what_is_new.write_scope(self.kept.connection, file)
        self.engine.read(tables.BUYERS, [file])

    def _define_old(self) -> None:
        """Let old_<table> stand for a table as it was."""
        for name in tables.BY_LEAD:
            views.define(self.engine, self.folder, name, self.generations[name], alias=f"old_{name}")
        if self.old is not None:
            before = folder_of(self.home.facts, self.old.version)
            for name in tables.FOLLOWING:
                self.engine.read(f"old_{name}", [before / one.file for one in self.old.tables[name]])

    def _replace(self, names: Sequence[str]) -> None:
        """Compute the rows of the leads with news in some tables, and set aside the rows they replace."""
        written: list[Written] = []
        for name in names:
            what_is_new.touched(self.kept.connection, tables.BY_LEAD[name], self.folder / self._gone(name))
            written += [
                self._written(name, replaces=True),
                Written(tables.gone(name), self._set_aside(name), "touched"),
            ]
        self.engine.write_each(written)
        for name in names:
            self._add(name, Generation(self._file(name), self._gone(name)))
            self.engine.read(f"gone_{name}", [self._set_aside(name)])
            for alias in (name, f"new_{name}"):  # the tables after it read the new rows alone
                self.engine.read(alias, [self.folder / self._file(name)])
            before = self.old.rows[name] if self.old else 0
            self.counts[name] = (
                before - rows_of(self._set_aside(name)) + rows_of(self.folder / self._file(name))
            )

    def publish(self, now: datetime, *, keep_older: bool = True) -> Manifest:
        """Make it the current version."""
        manifest = Manifest(
            self.version,
            self.ledger_version,
            self._as_of(now),
            self.zone,
            self._replies_recorded(),
            rows={name: self._rows(name) for name in (*tables.BY_LEAD, *tables.WHOLE)},
            columns=tables.columns_digest(),
            known_at=self.known_at,
        )
        self._fold()
        manifest = replace(manifest, tables=self.generations)
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

    def _set_aside(self, name: str) -> Path:
        return self._scope / f"gone_{name}.parquet"

    def _written(self, name: str, *, replaces: bool = False) -> Written:
        """A table's file, and whose rows go into it."""
        (self.folder / name).mkdir(exist_ok=True)
        # An opportunity's rows are all there when it was touched; a lead that was not may be there in part.
        some = "touched" if replaces and tables.BY_LEAD[name] == "lead_id" else None
        return Written(tables.expression(name, self.zone), self.folder / self._file(name), some)

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
        moment = now.astimezone(UTC).replace(tzinfo=None)
        rows = [tables.named(name).select("occurred_at") for name in ("buyer_rows", "subscription_rows")]
        known = ibis.union(*rows)
        past = known.filter(known.occurred_at <= ibis.literal(moment, type="timestamp"))
        before = self.old.as_of if self.old else None
        if before and before <= moment and not self.is_shrunk:  # none older can be the newest
            past = past.filter(past.occurred_at >= ibis.literal(before, type="timestamp"))
        return self.kept.arrow(past.agg(newest=lambda t: t.occurred_at.max()))["newest"][0].as_py()

    def _replies_recorded(self) -> bool:
        """Does any e-mail have a reply? Those of the leads with news are few, and asked first."""
        states = ("new", "") if "attempts" in self.counts else ("",)
        return any(self._replied(tables.named("attempts", state)) for state in states)

    def _replied(self, attempts: ir.Table) -> bool:
        replied = attempts.filter(attempts.outcome == "replied").limit(1).select("lead_id")
        return self.engine.arrow(replied).num_rows > 0

    def _rows(self, name: str) -> int:
        if len(self.generations[name]) == 1:
            return rows_of(self._files(name)[0])
        return self.counts[name] if name in self.counts or self.old is None else self.old.rows[name]

    def _files(self, name: str) -> list[Path]:
        return [self.folder / one.file for one in self.generations[name]]

    @property
    def _scope(self) -> Path:
        """What is read at once and thrown away."""
        return self.folder / "scope"
