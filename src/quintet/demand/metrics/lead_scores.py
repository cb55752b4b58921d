"""The score of every lead as a file: written by the worker, read by pages within milliseconds."""

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from quintet.demand.metrics.holdout_order import changed_at, held_of, in_turn
from quintet.demand.terms.examples import F8, I8, Examples
from quintet.demand.terms.leads import Basis, ValueBasis
from quintet.demand.terms.score import Scored
from quintet.facts.published import Facts
from quintet.kernel.home import Home

_NOTE = b"quintet"
_ROW_GROUP = 20_000
_WEEK = np.timedelta64(7, "D")
#: Weeks of history the sales-ready threshold looks at.
WEEKS = 52


@dataclass(frozen=True)
class Wanted:
    """Which open leads.

    Args:
        source: one source; empty for all.
        segment: one segment; empty for all.
        rep_ids: of these reps; None for all.
        points: at least so many; None for any.
    """

    source: str = ""
    segment: str = ""
    rep_ids: frozenset[int] | None = None
    points: float | None = None


@dataclass(frozen=True, eq=False)
class History:
    """Leads of the last year, for the threshold: [n] each.

    Args:
        points: of the lead.
        week: whole weeks, counted back from the newest; 0 is the newest full one.
        p: probability.
        value: of the lead if it becomes a customer.
    """

    points: I8
    week: I8
    p: F8
    value: F8


def scores_file(home: Home, version: str) -> Path:
    """Where the scores of a version lie."""
    return home.formulas / "demand.lead_score" / f"{version}.parquet"


def write_scores(path: Path, facts: Facts, examples: Examples, scored: Scored, more: dict[str, Any]) -> int:
    """Write one row per lead, open leads first, the most valuable first; returns how many are open.

    Args:
        path: where to.
        facts: for what a lead is called.
        examples: the leads.
        scored: their scores.
        more: `value`: [n] worth of a customer; `basis`: what that rests on; `waited`: [n] what having waited
            adds to the log-odds; `codes`: [n, features] level each lead shows.
    """
    is_open = ~examples.is_won & ~examples.is_closed
    waited = np.where(is_open, more["waited"], 0.0)
    p, lo, hi = (None if one is None else _moved(one, waited) for one in (scored.p, scored.lo, scored.hi))
    codes = more["codes"]
    width = codes.shape[1]
    table = pa.table(
        {
            "lead_id": examples.lead_ids,
            "is_open": is_open,
            "p": p,
            "lo": pa.nulls(len(examples), pa.float64()) if lo is None else lo,
            "hi": pa.nulls(len(examples), pa.float64()) if hi is None else hi,
            "waited": waited,
            "open_days": examples.observed_days,
            "points": scored.points,
            "handed_at": examples.handed_at,
            "codes": pa.FixedSizeListArray.from_arrays(pa.array(np.ascontiguousarray(codes).ravel()), width)
            if width
            else pa.nulls(len(examples)),
        }
    )
    _write(path, _described(facts, table), more["value"], more["basis"])
    return int(is_open.sum())


def rewrite_values(path: Path, told: Callable[[pa.Table], tuple[F8, Basis]]) -> None:
    """Put other values beside the scores of a file, and the leads into their order; chances stay.

    Args:
        path: the file.
        told: source and segment of each lead → what it is worth, and what that rests on.
    """
    table = pq.read_table(path)
    value, basis = told(table.select(["source", "segment"]))
    _write(path, table.drop_columns(["value", "expected"]), value, basis)


def _write(path: Path, table: pa.Table, value: F8, basis: Basis) -> None:
    """Open leads first, the most valuable first; put in place as a whole."""
    expected = table["p"].to_numpy() * value
    is_closed = ~table["is_open"].to_numpy()
    order = np.lexsort((table["lead_id"].to_numpy(), -expected, is_closed))
    whole = table.append_column("value", pa.array(value)).append_column("expected", pa.array(expected))
    note = {_NOTE: json.dumps(asdict(basis), sort_keys=True).encode()}
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(f".{os.getpid()}.half")
    sorted_rows = whole.take(pa.array(order)).replace_schema_metadata(note)
    pq.write_table(sorted_rows, half, compression="zstd", row_group_size=_ROW_GROUP)
    half.rename(path)


def read_basis(path: Path) -> Basis | None:
    """What the values of a file rest on; None where an earlier release did not say."""
    return _basis(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _basis(path: Path, _changed: int) -> Basis | None:
    note = (pq.read_schema(path).metadata or {}).get(_NOTE)
    if note is None:
        return None
    told = json.loads(note)
    return Basis(told["key"], ValueBasis(**told["value"]))


def _moved(p: F8, log_odds: F8) -> F8:
    odds = p / np.maximum(1 - p, 1e-12) * np.exp(log_odds)
    moved: F8 = odds / (1 + odds)
    return moved


def waited(examples: Examples) -> F8:
    """[n] What having waited adds to each lead's log-odds: log of the share of sales that come later still.

    Of the customers among leads older than nine in ten customers took, so many had signed by that age. A lead
    that is open beyond all of them keeps half a customer's chance. 0 for all without dates.
    """
    days = examples.won_days[examples.is_won & ~np.isnan(examples.observed_days)]
    if not len(days):
        return np.zeros(len(examples))
    old = examples.observed_days[examples.is_won & ~np.isnan(examples.observed_days)]
    taken = np.sort(days[old >= np.quantile(days, 0.9)]) if len(days) else days
    taken = taken if len(taken) else np.sort(days)
    signed = np.searchsorted(taken, np.nan_to_num(examples.observed_days), side="right")
    return np.asarray(np.log((len(taken) - signed + 0.5) / (len(taken) + 0.5)))


def _described(facts: Facts, table: pa.Table) -> pa.Table:
    """The same with what each lead is called, its source, segment and rep."""
    leads = facts.table("leads")
    told = facts.arrow(leads.select("lead_id", "label", "source", "segment", "rep_id"))
    place = pc.index_in(table["lead_id"], value_set=told["lead_id"])
    for name in ("label", "source", "segment", "rep_id"):
        table = table.append_column(name, told[name].take(place))
    return table


def origins(facts: Facts, examples: Examples) -> pa.Table:
    """Source and segment of each lead of the examples, as columns in their order."""
    leads = facts.table("leads")
    told = facts.arrow(leads.select("lead_id", "source", "segment"))
    place = pc.index_in(pa.array(examples.lead_ids), value_set=told["lead_id"].combine_chunks())
    return told.take(place)


def read_open(path: Path, wanted: Wanted, limit: int, drawn: Path) -> tuple[list[dict[str, Any]], int]:
    """The open leads to work first, and how many there are in all.

    Args:
        path: of the scores.
        wanted: which; those held out of the score count as sales-ready, as they are worked as they come.
        limit: at most so many.
        drawn: file of the leads drawn into the score or out of it.
    """
    table = _open_in_turn(path, path.stat().st_mtime_ns, drawn, changed_at(drawn))
    found = table.filter(_mask(table, wanted)) if table.num_rows else table
    return found.slice(0, limit).to_pylist(), found.num_rows


def read_order(path: Path, wanted: Wanted, drawn: Path) -> list[int]:
    """Ids of all open leads wanted, as `read_open` orders them."""
    table = _open_in_turn(path, path.stat().st_mtime_ns, drawn, changed_at(drawn))
    found = table.filter(_mask(table, wanted)) if table.num_rows else table
    ids: list[int] = found["lead_id"].to_pylist()
    return ids


def _mask(table: pa.Table, wanted: Wanted) -> pa.Array:
    kept = pa.chunked_array([pa.repeat(True, table.num_rows)])  # noqa: FBT003 -- Arrow's own
    for name in ("source", "segment"):
        value = getattr(wanted, name)
        if value:
            kept = pc.and_(kept, pc.fill_null(pc.equal(table[name], value), False))  # noqa: FBT003
    if wanted.rep_ids is not None:
        ids = pa.array(sorted(wanted.rep_ids), type=pa.int64())
        kept = pc.and_(kept, pc.is_in(table["rep_id"], value_set=ids))
    if wanted.points is not None:
        ready = pc.or_(table["is_held"], pc.greater_equal(table["points"], wanted.points))
        kept = pc.and_(kept, ready)
    return kept


@lru_cache(maxsize=4)
def _open_leads(path: Path, _changed: int) -> pa.Table:
    """Open leads of a version, as they are sorted in the file; values change, scores never."""
    return pq.read_table(path, filters=[("is_open", "=", True)])


@lru_cache(maxsize=4)
def _open_in_turn(path: Path, changed: int, drawn: Path, _changed_at: int) -> pa.Table:
    """The same with those held out of the score in their turn."""
    return in_turn(_open_leads(path, changed), drawn)


def read_lead(path: Path, lead_id: int, drawn: Path) -> dict[str, Any] | None:
    """The score of one lead, and whether it is held out of it; None where it has none."""
    rows: list[dict[str, Any]] = pq.read_table(path, filters=[("lead_id", "=", lead_id)]).to_pylist()
    return rows[0] | {"is_held": held_of(drawn, lead_id)} if rows else None


def read_history(path: Path) -> History:
    """Leads handed over in the last year's full weeks, for the threshold; empty without dates."""
    return _history(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _history(path: Path, _changed: int) -> History:
    table = pq.read_table(path, columns=["points", "p", "value", "handed_at"])
    handed = table["handed_at"].to_numpy().astype("datetime64[us]")
    newest = handed[~np.isnat(handed)].max(initial=np.datetime64("1970-01-01", "us"))
    age = (newest - handed) / _WEEK
    kept = np.flatnonzero(~np.isnan(age) & (age < WEEKS))
    week = np.floor(age[kept]).astype(np.int64)
    points, p, value = (table[name].to_numpy()[kept] for name in ("points", "p", "value"))
    return History(points, week, p, value)
