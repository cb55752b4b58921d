"""The facts as everybody reads them: one published version, which does not change while it is open."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from quintet.facts import tables
from quintet.facts.asked import asked_file
from quintet.facts.asked_schema import ASKED
from quintet.facts.attempts import settled
from quintet.facts.coverage import Coverage, kept_coverage
from quintet.facts.customers import observed
from quintet.facts.engines import Engine, engine_named
from quintet.facts.schema import TABLES
from quintet.facts.versions import Manifest, current_version, folder_of
from quintet.facts.views import define
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.kernel.home import Home

#: Versions of one home that stay open, and versions of all homes.
VERSIONS_OPEN, MOST_OPEN = 2, 6


@dataclass(frozen=True)
class Facts:
    """One published version of the tables, read-only; several threads may ask it at once.

    Args:
        manifest: what the version holds.
        engine: where questions run.
        home: whose facts.
    """

    manifest: Manifest
    engine: Engine = field(repr=False)
    home: Home = field(repr=False)

    @classmethod
    def published(cls, home: Home) -> "Facts":
        """The newest version, opened once per process and shared by its threads.

        Raises:
            NotEnoughData: before the first load, also the first with a release of other columns.
        """
        for _attempt in range(3):
            version = current_version(home.facts)
            if version is None:
                break
            try:
                return _OPEN.facts(home, version, cls._opened)
            except FileNotFoundError:
                continue  # a quick series of loads removed it between the two reads
        msg = "there are no facts yet: import a file (quintet import) and run quintet refresh"
        raise NotEnoughData(msg, have=0, need=1, unit="loads")

    @classmethod
    def _opened(cls, home: Home, version: int) -> "Facts":
        folder = folder_of(home.facts, version)
        manifest = Manifest.read(folder)
        if manifest.columns != tables.columns_digest():
            msg = "the facts were computed by another release, with other columns: run quintet refresh"
            raise NotEnoughData(msg, have=0, need=1, unit="loads")
        engine = engine_named(home.engine)
        for name in (*tables.BY_LEAD, *tables.WHOLE):
            define(engine, folder, name, manifest.tables[name])
        return cls(manifest, engine, home)

    @property
    def version(self) -> int:
        """The number of the version."""
        return self.manifest.version

    @property
    def ledger_version(self) -> int:
        """The version of the ledger it was computed from."""
        return self.manifest.ledger_version

    @property
    def as_of(self) -> datetime | None:
        """Newest instant of the buyers' rows, UTC without a zone; None when no row has a date."""
        return self.manifest.as_of

    def table(self, name: str) -> ir.Table:
        """A table of schema.TABLES or asked_schema.ASKED, as an expression; `arrow` answers it.

        A table of ASKED is read from the ledger when it is asked for the first time in this version: seconds
        for millions of interactions, so ask for it in the worker, not on a page.

        Raises:
            BadInput: when there is no table of that name.
        """
        if name in ASKED:
            self.engine.read(name, [asked_file(self.home, self.manifest, name)])
            return ibis.table({column: kind for column, (kind, _) in ASKED[name].columns.items()}, name=name)
        if name not in TABLES:
            msg = f"table must be one of {', '.join((*TABLES, *ASKED))}, got {name!r}"
            raise BadInput(msg)
        stored = tables.named(name)
        if name == "attempts":
            return settled(stored, replies_recorded=self.manifest.replies_recorded)
        if name == "customers":
            return observed(stored, self.as_of or datetime(1970, 1, 1)).select(*TABLES[name].columns)  # noqa: DTZ001 -- no zone by contract
        return stored

    def arrow(self, expression: ir.Expr) -> pa.Table:
        """The rows of an expression over `table`s."""
        return self.engine.arrow(expression)

    def coverage(self) -> Coverage:
        """Which funnel steps and fields this company's data records, with counts; counted once a version."""
        return self._coverage

    @cached_property
    def _coverage(self) -> Coverage:
        return kept_coverage(self, folder_of(self.home.facts, self.version) / "coverage.json")

    def close(self) -> None:
        """Say that one has read enough.

        The version stays open for others of this process. Once two newer ones were opened, it is closed with
        its last reader.
        """


class _Open:
    """The versions open in this process: of each home the newest two, of the homes those asked last.

    One that is dropped here closes itself when nobody holds it any more, so a reader is never cut off.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.opened: dict[tuple[Path, str, int], Facts] = {}

    def facts(self, home: Home, version: int, opening: Callable[[Home, int], Facts]) -> Facts:
        """A version of a home; opened when it is not yet, or when its folder was made anew."""
        folder = folder_of(home.facts, version)
        key = folder, home.engine, (folder / "manifest.json").stat().st_mtime_ns
        with self.lock:
            found = self.opened.pop(key, None) or opening(home, version)
            self.opened[key] = found
            self._drop_old(folder.parent)
        return found

    def _drop_old(self, home: Path) -> None:
        same = [key for key in self.opened if key[0].parent == home]
        for key in (*same[:-VERSIONS_OPEN], *list(self.opened)[:-MOST_OPEN]):
            self.opened.pop(key, None)


_OPEN = _Open()
