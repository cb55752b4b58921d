"""Where the counted contract is kept: one Parquet file a home, put in place as a whole.

It holds ids, instants and numbers, never a name: names are read from the facts when a list is opened.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from quintet.demand.terms.contract import Clauses, HandOvers, Version
from quintet.kernel.home import Home

_NOTE = b"quintet"
#: Different deeds that are kept for checking a rule; with more, a rule is not checked for them.
MOST_DEEDS = 5000


@dataclass(frozen=True)
class PointsBy:
    """Which points a version counts by.

    Args:
        key: as the contract names them.
        name: in words.
        is_scored: they come from a points table; else each lead is one point.
    """

    key: str
    name: str
    is_scored: bool


@dataclass(frozen=True, eq=False)
class Counted:
    """The contract as it was last counted.

    Args:
        found: every hand-over.
        versions: accepted by both when it was counted, oldest first.
        as_of: newest instant of the facts it was counted from; UTC without a zone.
        facts_version: their version.
        points: where the points come from, one a version.
        reasons: for which leads were sent back; `found.reason` counts into it.
        undated: leads left out because they have no date.
        fields: fields leads have, for the rule.
        deeds: what leads did, for the rule.
        target: what the target is derived from (formula/targets.py), as JSON.
        key: of what it was counted; another means it is stale.
    """

    found: HandOvers
    versions: tuple[Version, ...]
    as_of: datetime
    facts_version: int
    points: tuple[PointsBy, ...]
    reasons: tuple[str, ...]
    undated: int
    fields: tuple[str, ...]
    deeds: tuple[str, ...]
    target: Mapping[str, Any]
    key: str


def counted_file(home: Home) -> Path:
    """The file."""
    return home.formulas / "demand.contract" / "hand_overs.parquet"


def keep_counted(home: Home, counted: Counted) -> None:
    """Put a count in place of the one before."""
    path = counted_file(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = {one.name: _column(getattr(counted.found, one.name)) for one in fields(HandOvers)}
    note = {
        one.name: getattr(counted, one.name)
        for one in fields(Counted)
        if one.name not in ("found", "versions", "points")
    }
    note["versions"] = [
        {
            "version": one.version,
            "valid_from": one.valid_from,
            "clauses": one.clauses.as_json(),
            "proposed_at": None if one.proposed_at is None else one.proposed_at.isoformat(),
        }
        for one in counted.versions
    ]
    note["points"] = [asdict(one) for one in counted.points]
    text = json.dumps(note, default=_text, sort_keys=True)
    table = pa.table(columns).replace_schema_metadata({_NOTE: text.encode()})
    half = path.with_suffix(f".{os.getpid()}.half")
    pq.write_table(table, half, compression="zstd")
    half.rename(path)


def read_counted(home: Home) -> Counted | None:
    """The newest count; None before the first, or where another release left one we cannot read."""
    path = counted_file(home)
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return None


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> Counted | None:
    table = pq.read_table(path)
    told = json.loads(table.schema.metadata[_NOTE])
    if set(table.column_names) != {one.name for one in fields(HandOvers)} or "points" not in told:
        return None
    columns = {name: _array(table[name]) for name in table.column_names}
    told["found"] = HandOvers(**columns)
    told["as_of"] = datetime.fromisoformat(told["as_of"])
    told["versions"] = tuple(
        Version(
            one["version"],
            date.fromisoformat(one["valid_from"]),
            Clauses.of_json(one["clauses"]),
            None if one["proposed_at"] is None else datetime.fromisoformat(one["proposed_at"]),
        )
        for one in told["versions"]
    )
    told["points"] = tuple(PointsBy(**one) for one in told["points"])
    for name in ("reasons", "fields", "deeds"):
        told[name] = tuple(told[name])
    return Counted(**told)


def _column(values: np.ndarray) -> pa.Array:
    """A column of the file; of an array with more than one value a lead, a list of fixed length."""
    if values.ndim == 1:
        return pa.array(values)
    flat = pa.array(np.ascontiguousarray(values).ravel())
    return pa.FixedSizeListArray.from_arrays(flat, values.shape[1])


def _array(column: pa.ChunkedArray) -> np.ndarray:
    if pa.types.is_fixed_size_list(column.type):
        flat = column.combine_chunks().flatten().to_numpy(zero_copy_only=False)
        return np.asarray(flat.reshape(-1, column.type.list_size))
    given = column.to_numpy()
    return given.astype("datetime64[D]") if pa.types.is_date32(column.type) else given


def _text(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(value)
