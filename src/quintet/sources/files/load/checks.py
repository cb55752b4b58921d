"""What is loaded as it stands, and that somebody should know: near misses, gaps, copies, odd dates."""

from collections.abc import Iterator

from quintet.kernel.counted import counted
from quintet.sources.files.load.prepare import Item, Prepared
from quintet.sources.files.load.terms import Warned
from quintet.sources.files.mapping.identity import is_reference
from quintet.sources.files.mapping.sql import literal, name
from quintet.sources.files.mapping.targets import FUNNEL, Target

_HOME_ROWS = {"lead": "leads", "account": "accounts", "rep": "reps", "opportunity": "opportunities"}
_SHOWN = 5
_OLDEST = 1990


def warnings_of(prepared: Prepared) -> tuple[Warned, ...]:
    """Everything worth a warning in a prepared load, file by file."""
    found = [one for item in prepared.mapped for one in _of_item(prepared, item)]
    return (*found, *_idle_reps(prepared))


def _of_item(prepared: Prepared, item: Item) -> Iterator[Warned]:
    yield from _copies(prepared, item)
    yield from _lookup_misses(prepared, item)
    yield from _references(prepared, item)
    yield from _own_stages(prepared, item)
    yield from _undated(prepared, item)
    yield from _ancient(prepared, item)
    yield from _backwards(prepared, item)


def _copies(prepared: Prepared, item: Item) -> Iterator[Warned]:
    if item.entry is None or item.entry.key:
        return
    count = _count(prepared, f"SELECT count(*) FROM {item.typed} WHERE nth > 1")
    if count:
        told = counted(count, "row equals", "rows equal")
        told += " an earlier row in every column; as the file has no key, each counts as a row of its own"
        yield Warned(item.raw.name, "", told, count)


def _lookup_misses(prepared: Prepared, item: Item) -> Iterator[Warned]:
    assert item.compiled is not None  # noqa: S101 - only compiled items come here
    for target, field in item.compiled.filled.items():
        if not field.lookup or field.lookup.file not in item.compiled.lookups:
            continue
        table, key = item.compiled.lookups[field.lookup.file], name(field.lookup.key)
        query = f"""SELECT v, n, (SELECT any_value(k) FROM (SELECT {key} AS k FROM {table}
                ORDER BY jaro_winkler_similarity({key}, v) DESC LIMIT 1))
            FROM (SELECT o_{target} AS v, count(*) AS n FROM {item.typed}
                WHERE m_{target} AND reject IS NULL GROUP BY ALL) ORDER BY n DESC, v"""
        yield from _misses(
            item, field.column or target, field.lookup.file, prepared.con.sql(query).fetchall()
        )


def _misses(item: Item, column: str, other: str, rows: list[tuple[str, int, str | None]]) -> Iterator[Warned]:
    if not rows:
        return
    count = sum(number for _, number, _ in rows)
    shown = "; ".join(
        f"{value!r} ({number:,} rows{f', nearest is {near!r}' if near else ''})"
        for value, number, near in rows[:_SHOWN]
    )
    more = f" and {len(rows) - _SHOWN:,} more values" if len(rows) > _SHOWN else ""
    yield Warned(
        item.raw.name, column, f"{column} is not in {other}: {shown}{more}; kept as it stands", count
    )


def _references(prepared: Prepared, item: Item) -> Iterator[Warned]:
    """References to nobody, and references that are empty."""
    assert item.compiled is not None  # noqa: S101 - only compiled items come here
    read = _count(prepared, f"SELECT count(*) FROM {item.typed} WHERE reject IS NULL")
    for target in item.compiled.targets:
        field = item.compiled.entry.fields.get(target.name)
        if field is None or not is_reference(target):
            continue
        column = field.column or target.name
        empty = _count(
            prepared, f"SELECT count(*) FROM {item.typed} WHERE reject IS NULL AND f_{target.name} IS NULL"
        )
        if empty:
            told = f"{column} is empty in {empty:,} of {read:,} rows"
            yield Warned(item.raw.name, column, told, empty, is_minor=True)
        yield from _dangling(prepared, item, target, column)


def _dangling(prepared: Prepared, item: Item, target: Target, column: str) -> Iterator[Warned]:
    homes = _homes(prepared, target)
    if not homes or (item.typed in homes):
        return
    own = " UNION ".join(
        f"SELECT {target.type}_id AS id FROM {table} WHERE reject IS NULL" for table in homes
    )
    source = "opportunity_id" if target.type == "opportunity" else f"{target.type}_id"
    query = f"""SELECT f_{target.name} AS v, count(*) AS n, any_value({source} IS NULL) AS nobody
        FROM {item.typed} WHERE reject IS NULL AND f_{target.name} IS NOT NULL
            AND ({source} IS NULL OR {source} NOT IN ({own}))
        GROUP BY v ORDER BY n DESC, v"""
    rows = prepared.con.sql(query).fetchall()
    shared = [(value, number) for value, number, nobody in rows if nobody]
    unknown = [(value, number) for value, number, nobody in rows if not nobody]
    if shared:
        count = sum(number for _, number in shared)
        told = (
            f"{counted(count, 'row names', 'rows name')} one of {len(shared):,} {target.type}s "
            f"that share their {target.namespace}"
        )
        yield Warned(item.raw.name, column, f"{told}; those rows are kept without a {target.type}", count)
    if unknown:
        count = sum(number for _, number in unknown)
        shown = ", ".join(f"{value!r}" for value, _ in unknown[:_SHOWN])
        told = (
            f"{counted(count, 'row names', 'rows name')} {len(unknown):,} {_HOME_ROWS[target.type]} "
            "that no file of this load holds"
        )
        yield Warned(item.raw.name, column, f"{told}: {shown}", count)


def _homes(prepared: Prepared, target: Target) -> list[str]:
    """The tables that hold the records a reference of this kind names."""
    rows = {_HOME_ROWS[target.type]}
    rows |= {"contacts"} if target.namespace == "contact" else set()
    return [item.typed for item in prepared.mapped if item.entry and item.entry.rows in rows]


def _own_stages(prepared: Prepared, item: Item) -> Iterator[Warned]:
    assert item.compiled is not None  # noqa: S101 - only compiled items come here
    if "stage" not in item.compiled.entry.fields:
        return
    funnel = ", ".join(map(literal, FUNNEL))
    query = f"""SELECT f_stage, count(*) AS n FROM {item.typed}
        WHERE reject IS NULL AND f_stage NOT IN ({funnel}) GROUP BY 1 ORDER BY n DESC, 1"""
    rows = prepared.con.sql(query).fetchall()
    if rows:
        shown = ", ".join(f"{stage!r} ({count:,})" for stage, count in rows[:8])
        told = f"no step of the funnel is given for these stages, so they keep their name: {shown}"
        yield Warned(item.raw.name, "stage", told, sum(count for _, count in rows))


def _undated(prepared: Prepared, item: Item) -> Iterator[Warned]:
    """Interactions without a date: one sentence a file."""
    if not _exists(prepared, item.offered):
        return
    query = f"""SELECT kind, count(*) FROM {item.offered} WHERE detail LIKE '%"undated":true%'
        GROUP BY 1 ORDER BY 1"""
    found = prepared.con.sql(query).fetchall()
    if found:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in found)
        told = f"{kinds} have no date; they are dated {prepared.day:%Y-%m-%d} and marked undated"
        yield Warned(item.raw.name, "", told, sum(count for _, count in found))


def _ancient(prepared: Prepared, item: Item) -> Iterator[Warned]:
    """Interactions dated before there were CRMs: most often an empty date that was written as zero."""
    if not _exists(prepared, item.offered):
        return
    query = f"""SELECT kind, count(*), strftime(min(occurred_at), '%Y-%m-%d') FROM {item.offered}
        WHERE occurred_at < TIMESTAMPTZ '{_OLDEST}-01-01' GROUP BY 1 ORDER BY 1"""
    for kind, count, oldest in prepared.con.sql(query).fetchall():
        told = f"{count:,} {kind} are dated before {_OLDEST}, the oldest {oldest}; kept as they stand"
        yield Warned(item.raw.name, "", told, count)


def _backwards(prepared: Prepared, item: Item) -> Iterator[Warned]:
    """Records closed before they began, within the file or against the leads' file."""
    assert item.compiled is not None  # noqa: S101 - only compiled items come here
    fields = item.compiled.entry.fields
    end = "won_at" if "won_at" in fields else "closed_at"
    if end not in fields:
        return
    if "created_at" in fields:
        count = _count(
            prepared, f"SELECT count(*) FROM {item.typed} WHERE reject IS NULL AND f_{end} < f_created_at"
        )
        if count:
            told = counted(
                count,
                "row was closed before it was created; kept",
                "rows were closed before they were created; kept",
            )
            yield Warned(item.raw.name, end, told, count)
    for lead in _homes(prepared, Target("", "lead", "")):
        if lead == item.typed:
            continue
        query = f"""SELECT count(*) FROM {item.typed} d JOIN {lead} l ON l.lead_id = d.lead_id
            WHERE d.reject IS NULL AND l.reject IS NULL AND d.f_{end} < l.f_created_at"""
        count = _count(prepared, query)
        if count:
            told = counted(
                count,
                "row was closed before its lead became known; kept as it stands",
                "rows were closed before their lead became known; kept as they stand",
            )
            yield Warned(item.raw.name, end, told, count)


def _idle_reps(prepared: Prepared) -> Iterator[Warned]:
    homes = _homes(prepared, Target("", "rep", ""))
    others = [item.typed for item in prepared.mapped if item.typed not in homes]
    if not homes or not others:
        return
    active = " UNION ".join(f"SELECT rep_id FROM {table} WHERE rep_id IS NOT NULL" for table in others)
    for item in prepared.mapped:
        if item.typed not in homes:
            continue
        query = f"""SELECT coalesce(f_name, key) FROM {item.typed} WHERE reject IS NULL
            AND rep_id NOT IN ({active}) ORDER BY 1"""
        names = [one for (one,) in prepared.con.sql(query).fetchall()]
        if names:
            shown = ", ".join(names[:_SHOWN]) + (" ..." if len(names) > _SHOWN else "")
            yield Warned(
                item.raw.name, "", f"{len(names)} reps do nothing in the other files: {shown}", len(names)
            )


def _exists(prepared: Prepared, table: str) -> bool:
    query = f"SELECT 1 FROM duckdb_tables() WHERE table_name = {literal(table)}"
    return bool(prepared.con.sql(query).fetchall())


def _count(prepared: Prepared, query: str) -> int:
    return int(prepared.con.sql(query).fetchall()[0][0])
