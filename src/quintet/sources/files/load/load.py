"""Load files into the ledger: every line loaded, known or rejected with a reason, and safe to do again.

Each file is one commit of the ledger, so a load that is killed has loaded whole files or none; loading
again adds what is missing and nothing twice.
"""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home
from quintet.ledger.identity import Aliases
from quintet.ledger.interactions import Interactions
from quintet.ledger.writing import Appended
from quintet.sources.files.load import merging, native, offer, people, rejects
from quintet.sources.files.load.checks import warnings_of
from quintet.sources.files.load.opening import opened
from quintet.sources.files.load.prepare import Item, Prepared, prepare
from quintet.sources.files.load.terms import FileLoaded, LoadReport, Progress, Rejected, Report
from quintet.sources.files.mapping.cells import settled
from quintet.sources.files.mapping.identity import KNOWN_REFS
from quintet.sources.files.mapping.model import SourceMap
from quintet.sources.files.mapping.questions import Question
from quintet.sources.files.mapping.sql import literal
from quintet.sources.files.mapping.toml import write_map
from quintet.sources.files.reading.raw import RawTable


def load(
    home: Home,
    paths: Sequence[Path],
    source: SourceMap,
    *,
    now: datetime | None = None,
    progress: Report | None = None,
) -> LoadReport:
    """Load the files of an export as a map says; loading them again adds nothing and says so.

    Args:
        home: whose ledger it goes to.
        paths: files, or folders of files.
        source: what their rows mean.
        now: the instant of the load; the present by default.
        progress: is told how far the load is.

    Returns:
        What became of every line of every file.

    Raises:
        BadInput: when the map leaves a question open; nothing is loaded then.
    """
    with opened(paths, source) as (con, tables):
        return load_tables(home, con, tables, source, now=now or datetime.now(UTC), progress=progress)


def load_tables(
    home: Home,
    con: duckdb.DuckDBPyConnection,
    tables: Sequence[RawTable],
    source: SourceMap,
    *,
    now: datetime,
    progress: Report | None = None,
) -> LoadReport:
    """Load tables that were read already; see `load`."""
    if progress:
        progress(Progress("mapping", "", 0, len(tables), 0, sum(raw.rows for raw in tables)))
    prepared = prepare(con, tables, source, known=known_refs(con, home, source), now=now)
    return load_prepared(home, prepared, now=now, progress=progress)


def load_prepared(
    home: Home, prepared: Prepared, *, now: datetime, progress: Report | None = None
) -> LoadReport:
    """Load tables whose rows are typed; see `load`."""
    started = time.perf_counter()
    refuse_open_questions(prepared.questions)
    merging.reject_circles(prepared, home)
    told = _Teller(progress, len(prepared.items), sum(item.raw.rows for item in prepared.items))
    report = run(home, prepared, now, told)
    told.at("done", "", told.files, told.rows)
    return replace(report, warnings=warnings_of(prepared), seconds=time.perf_counter() - started)


def refuse_open_questions(questions: Sequence[Question]) -> None:
    """Refuse to load while something is not clear.

    Raises:
        BadInput: with every question and the line of the map that answers it.
    """
    if questions:
        asked = "\n".join(
            f"- {one.file}{f', {one.column}' if one.column else ''}: {one.sentence}; {one.setting}"
            for one in questions
        )
        raise BadInput(f"{len(questions)} questions are open, so nothing was loaded:\n{asked}")


@dataclass
class _Teller:
    progress: Report | None
    files: int
    rows: int

    def at(self, step: str, file: str, files_done: int, rows_done: int) -> None:
        if self.progress:
            self.progress(Progress(step, file, files_done, self.files, rows_done, self.rows))


def known_refs(con: duckdb.DuckDBPyConnection, home: Home, source: SourceMap) -> str:
    """Make a table of the names and addresses the ledger knows of this system."""
    Aliases(home).relation(con).filter(
        f'"system" = {literal(source.system)} AND namespace <> {literal("id")}'
    ).project("entity, namespace, ref, entity_id").create_view("aliases_before", replace=True)
    con.execute("CREATE OR REPLACE TEMP TABLE known_before AS SELECT * FROM aliases_before")
    return "known_before"


def run(home: Home, prepared: Prepared, now: datetime, told: _Teller) -> LoadReport:
    """Append every file, keep what was rejected, link who is who."""
    folder, handed_in = _claim(home, prepared, now)
    refused = _keep_rejects(folder, prepared)
    files: list[FileLoaded] = []
    for item in _in_order(prepared.items):
        told.at("loading", item.raw.name, len(files), sum(one.read for one in files))
        if item.entry and item.entry.rows == "interactions":
            loaded, refused[item.raw.name] = _load_native(home, prepared.con, item)
        else:
            loaded = _load_file(home, prepared, item, now)
        files.append(replace(loaded, rejected=len(refused[item.raw.name])))
    _link(home, prepared, now)
    every = [one for found in refused.values() for one in found]
    if every:
        rejects.keep(folder, prepared, every)
    kept = folder if every else None
    report = LoadReport(folder.name, tuple(files), (), kept, Interactions(home).version())
    rejects.tell(folder, _story(report, prepared, now, "done") | handed_in)
    return report


def _claim(home: Home, prepared: Prepared, now: datetime) -> tuple[Path, dict[str, object]]:
    """The folder of this load, and which of its rows were handed in corrected.

    The same files with the same map are the same load, finished or killed: what it rejects is kept once.
    """
    digest = hashlib.sha256(write_map(prepared.source).encode())
    for item in prepared.items:
        digest.update(item.raw.sha256.encode())
    mark = digest.hexdigest()[:8]
    before = sorted(home.rejects.glob(f"*-{mark}/{rejects.STORY}"))
    folder = before[-1].parent if before else home.rejects / f"{now:%Y%m%dT%H%M%S}-{mark}"
    handed_in = {"resubmitted": rejects.story(folder).get("resubmitted", []) if before else []}
    rejects.tell(folder, _story(LoadReport(folder.name, ()), prepared, now, "loading") | handed_in)
    rejects.empty(folder)
    (folder / "map.toml").write_text(write_map(_settled(prepared)), "utf-8")
    return folder, handed_in


def _settled(prepared: Prepared) -> SourceMap:
    """The map with the formats that were found, so that a few corrected rows are read like the whole file."""
    found = {
        item.entry.match: settled(item.compiled) for item in prepared.items if item.entry and item.compiled
    }
    files = tuple(found.get(entry.match, entry) for entry in prepared.source.files)
    return replace(prepared.source, files=files)


def _story(report: LoadReport, prepared: Prepared, now: datetime, state: str) -> dict[str, object]:
    return {
        "load_id": report.load_id,
        "state": state,
        "map": prepared.source.name,
        "at": now.isoformat(),
        "day": prepared.day.isoformat(),
        "sentence": report.sentence() if state == "done" else "",
        "files": [vars(one) for one in report.files],
    }


def _keep_rejects(folder: Path, prepared: Prepared) -> dict[str, list[Rejected]]:
    found = {item.raw.name: rejects.found_rejects(prepared, item) for item in prepared.items}
    every = [one for some in found.values() for one in some]
    if every:
        rejects.keep(folder, prepared, every)
    return found


def _in_order(items: Sequence[Item]) -> list[Item]:
    """Merges last, so that whoever they join is there."""
    return sorted(items, key=lambda item: bool(item.entry and item.entry.rows == "merges"))


def _load_file(home: Home, prepared: Prepared, item: Item, now: datetime) -> FileLoaded:
    base = _counted(item)
    if not item.compiled:
        return replace(base, set_aside=item.raw.rows, why=item.entry.why if item.entry else "")
    offer.make_offers(prepared, item, home, now)
    told = offer.append(prepared, item, home, now)
    counts = _offered(base, told.appended)
    kinds = offer.kinds(prepared, item)
    return replace(counts, loaded=told.loaded, known=told.known, restated=told.restated, kinds=kinds)


def _load_native(home: Home, con: duckdb.DuckDBPyConnection, item: Item) -> tuple[FileLoaded, list[Rejected]]:
    """A file of interactions, and every line of it that is not loaded."""
    native.require_columns(item.raw)
    done = native.append(con, item.raw, home)
    item = replace(item, raw=done.raw)
    counts = _offered(_counted(item), done.appended)
    loaded = replace(counts, loaded=counts.added, known=counts.known_interactions)
    return loaded, [*rejects.structural(item), *done.rejects]


def _counted(item: Item) -> FileLoaded:
    raw, rows = item.raw, item.entry.rows if item.entry else "ignore"
    return FileLoaded(
        file=raw.name,
        rows=rows,
        physical_lines=raw.physical_lines,
        read=raw.rows,
        continuation_lines=raw.continuation_lines,
        blank_lines=raw.blank_lines,
    )


def _offered(base: FileLoaded, made: Appended) -> FileLoaded:
    return replace(
        base,
        offered=made.offered,
        added=made.added,
        known_interactions=made.known,
        conflicts=made.conflicts,
    )


def _link(home: Home, prepared: Prepared, now: datetime) -> None:
    """Tell the ledger every name this load knows somebody by."""
    con, system = prepared.con, literal(prepared.source.system)
    if not prepared.mapped:
        return
    queries = [
        query
        for item in prepared.mapped
        if item.compiled
        for query in people.used_refs(item.compiled, item.typed)
    ]
    con.execute("CREATE OR REPLACE TEMP TABLE own_refs AS SELECT * FROM said_refs WHERE false")
    for query in queries:
        con.execute(f"INSERT INTO own_refs {query}")
    links = con.sql(f"""
        SELECT entity, {system} AS "system", namespace, ref, any_value(entity_id) AS entity_id,
            max(label) AS label
        FROM (SELECT s.* FROM said_refs s WHERE namespace = 'id'
            UNION ALL SELECT k.entity, k.namespace, k.ref, k.entity_id, s.label FROM {KNOWN_REFS} k
                LEFT JOIN said_refs s USING (entity, namespace, ref, entity_id) WHERE k.entity_id IS NOT NULL
            UNION ALL SELECT * FROM own_refs)
        WHERE ref IS NOT NULL AND entity_id IS NOT NULL GROUP BY ALL""")
    Aliases(home).link(links, at=now)
