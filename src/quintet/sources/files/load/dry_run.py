"""Try a load without doing it: counts, examples, warnings and questions."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from quintet.kernel.home import Home
from quintet.sources.files.load import merging, native, offer, rejects
from quintet.sources.files.load.checks import warnings_of
from quintet.sources.files.load.opening import opened
from quintet.sources.files.load.prepare import Item, Prepared, prepare
from quintet.sources.files.load.terms import DryRun, Example, FileTrial, Rejected
from quintet.sources.files.mapping.model import SourceMap
from quintet.sources.files.mapping.sql import literal
from quintet.sources.files.reading.raw import RawTable

_EXAMPLES = 3


def dry_run(
    paths: Sequence[Path], source: SourceMap, *, home: Home | None = None, now: datetime | None = None
) -> DryRun:
    """What loading these files would do; nothing is written.

    Args:
        paths: files, folders or archives.
        source: what their rows mean.
        home: whose names and earlier loads count; None for a house that knows nothing.
        now: the instant of the load; the present by default.
    """
    with opened(paths) as (con, tables):
        return try_tables(con, tables, source, home=home, now=now or datetime.now(UTC))


def try_tables(
    con: duckdb.DuckDBPyConnection,
    tables: Sequence[RawTable],
    source: SourceMap,
    *,
    home: Home | None,
    now: datetime,
) -> DryRun:
    """What loading tables that were read already would do; see `dry_run`."""
    from quintet.sources.files.load.load import known_refs

    known = known_refs(con, home, source) if home else None
    prepared = prepare(con, tables, source, known=known, now=now)
    if prepared.questions:
        trials = tuple(FileTrial(item.raw.name, _rows(item), item.raw.rows) for item in prepared.items)
        return DryRun(trials, prepared.questions, ())
    if home:
        merging.reject_circles(prepared, home)
    for item in prepared.mapped:
        offer.make_offers(prepared, item, home, now)
    trials = tuple(_trial(prepared, item) for item in prepared.items)
    return DryRun(trials, (), warnings_of(prepared), prepared.day)


def _rows(item: Item) -> str:
    return item.entry.rows if item.entry else ""


def _trial(prepared: Prepared, item: Item) -> FileTrial:
    if item.compiled:
        return _mapped(prepared, item)
    rows = _rows(item)
    if rows == "interactions":
        native.require_columns(item.raw)
        item = replace(item, raw=native.careful(item.raw))
    raw, found = item.raw, rejects.structural(item)
    if rows == "interactions":
        found += native.rejected(prepared.con, raw)
        broken = len(found) - len(raw.structural)
        return FileTrial(raw.name, rows, raw.rows, raw.rows - broken, len(found), rejects=_each_reason(found))
    why = item.entry.why if item.entry else ""
    return FileTrial(
        raw.name,
        rows,
        raw.rows,
        rejected=len(found),
        set_aside=raw.rows,
        why=why,
        rejects=_each_reason(found),
    )


def _mapped(prepared: Prepared, item: Item) -> FileTrial:
    found = rejects.found_rejects(prepared, item)
    undated = "count(*) FILTER (detail LIKE '%\"undated\":true%')"
    dated = "FILTER (detail IS NULL OR detail NOT LIKE '%\"undated\":true%')"
    query = f"""SELECT epoch_us(min(occurred_at) {dated}), epoch_us(max(occurred_at) {dated}),
            {undated}, count(DISTINCT lead_id), count(DISTINCT rep_id) FROM {item.offered}"""
    first, last, no_date, leads, reps = prepared.con.sql(query).fetchall()[0]
    return FileTrial(
        file=item.raw.name,
        rows=_rows(item),
        read=item.raw.rows,
        mapped=item.raw.rows - (len(found) - len(item.raw.structural)),
        rejected=len(found),
        kinds=offer.kinds(prepared, item),
        first=_instant(first),
        last=_instant(last),
        undated=no_date,
        leads=leads,
        reps=reps,
        rejects=_each_reason(found),
        examples=_examples(prepared, item),
        stages=_stages(prepared, item),
    )


def _instant(epoch_us: int | None) -> datetime | None:
    return None if epoch_us is None else datetime.fromtimestamp(epoch_us / 1e6, UTC)


def _each_reason(found: Sequence[Rejected]) -> tuple[Rejected, ...]:
    """The first row of each reason, at most twenty."""
    first: dict[tuple[str, str], Rejected] = {}
    for one in found:
        first.setdefault((one.column, one.reason.split(" line ")[0]), one)
    return tuple(first.values())[:20]


def _examples(prepared: Prepared, item: Item) -> tuple[Example, ...]:
    assert item.compiled is not None  # noqa: S101 - only compiled items come here
    packed = ", ".join(
        f'{literal(column)}, r."{column.replace(chr(34), chr(34) * 2)}"' for column in item.raw.columns
    )
    befores = prepared.con.sql(
        f"""SELECT r.line, json_object({packed})::VARCHAR FROM {item.compiled.raw} r
        WHERE r.line IN (SELECT DISTINCT line FROM {item.offered} ORDER BY line LIMIT {_EXAMPLES})
        ORDER BY r.line"""
    ).fetchall()
    made = []
    for line, before in befores:
        afters = prepared.con.sql(f"SELECT * EXCLUDE (line) FROM {item.offered} WHERE line = {line}")
        rows = [dict(zip(afters.columns, row, strict=True)) for row in afters.fetchall()]
        texts = {column: text for column, text in json.loads(before).items() if text}
        made.append(Example(line, texts, tuple(rows)))
    return tuple(made)


def _stages(prepared: Prepared, item: Item) -> dict[str, int]:
    query = f"""SELECT content, count(*) FROM {item.offered} WHERE kind = 'opportunity.stage_entered'
        GROUP BY 1 ORDER BY 2 DESC, 1"""
    return dict(prepared.con.sql(query).fetchall())
