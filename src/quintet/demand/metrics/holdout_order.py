"""The order of open leads: by score, with leads held out of it in their turn, as they came."""

from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from quintet.demand.terms.examples import B1, F8, I8
from quintet.kernel.home import Home

#: A held-out lead that waited longer goes to the end: a team without a score does not work a list for ever.
WAITS_DAYS = 14.0
_SCHEMA = pa.schema([("lead_id", pa.int64()), ("is_held", pa.bool_())])


def drawn_file(home: Home) -> Path:
    """Where it is kept who was drawn, for the pages."""
    return home.formulas / "demand.routing" / "drawn.parquet"


def read_drawn_ids(path: Path) -> pa.Table:
    """Every lead drawn so far: lead_id, is_held; empty before the first."""
    return pq.read_table(path).cast(_SCHEMA) if path.exists() else _SCHEMA.empty_table()


def changed_at(path: Path) -> int:
    """When the file of those drawn was last written; 0 before the first."""
    return path.stat().st_mtime_ns if path.exists() else 0


def held_of(path: Path, lead_id: int) -> bool:
    """Is this lead held out of the score?"""
    held_ids, _ = _drawn(str(path), changed_at(path))
    return bool(np.isin(lead_id, held_ids))


def in_turn(table: pa.Table, path: Path) -> pa.Table:
    """Open leads with `is_held`, those held out moved to their turn.

    Args:
        table: lead_id, open_days; in the order of the score.
        path: of those drawn.
    """
    held_ids, drawn_ids = _drawn(str(path), changed_at(path))
    ids = table["lead_id"].to_numpy()
    is_held = np.isin(ids, held_ids)
    if not is_held.any():
        return table.append_column("is_held", pa.array(is_held))
    waited = np.nan_to_num(table["open_days"].to_numpy())
    order = turns(is_held, np.isin(ids, drawn_ids), waited)
    return table.append_column("is_held", pa.array(is_held)).take(pa.array(order))


def turns(is_held: B1, is_drawn: B1, waited_days: F8) -> I8:
    """Positions of the leads in the order of work.

    Held-out leads come first come, first served, spread among those drawn the other way so that of both the
    same part stands above any place in the list; leads never drawn keep their place by score.

    Args:
        is_held: [n] in the order of the score.
        is_drawn: [n] drawn at all.
        waited_days: [n] days since the hand-over.
    """
    by_score = np.flatnonzero(~is_held)
    held = np.flatnonzero(is_held)
    late = waited_days[held] > WAITS_DAYS
    held = held[np.lexsort((np.where(late, waited_days[held], -waited_days[held]), late))]
    passed = np.cumsum(is_drawn[by_score])
    ratio = max(passed[-1] if passed.size else 0, 1) / held.size
    place = np.searchsorted(passed, (np.arange(held.size) + 0.5) * ratio)
    keys = np.concatenate((np.arange(by_score.size) + 0.5, place.astype(np.float64)))
    whole = np.concatenate((by_score, held))
    return np.asarray(whole[np.argsort(keys, kind="stable")])


@lru_cache(maxsize=4)
def _drawn(path: str, _changed: int) -> tuple[I8, I8]:
    told = read_drawn_ids(Path(path))
    ids = told["lead_id"].to_numpy()
    return ids[told["is_held"].to_numpy().astype(bool)], ids
