"""Leads that were drawn into the score or out of it, with what became of them."""

from collections import Counter

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quintet.demand.terms.worth import Drawn
from quintet.facts.published import Facts

_DAY_US = 86_400e6
#: Leads without the word that tells them apart.
UNKNOWN = "unknown"


def read_drawn(facts: Facts) -> Drawn:
    """Every lead that was drawn, oldest hand-over first; leads without a date are left out.

    They are told apart by segment, or by source where no segment is known. The table of draws is made when it
    is first asked for, so ask in the worker.
    """
    drawn, leads = facts.table("routings"), facts.table("leads")
    both = drawn.join(leads, "lead_id").mutate(handed_at=ibis.coalesce(leads.assigned_at, leads.created_at))
    rows = facts.arrow(
        both.filter(both.handed_at.notnull())
        .order_by("handed_at", "lead_id")
        .select(
            *("handed_at", "won_at", "is_won", "reached", "is_held", "share", "p", "is_ready"),
            *("mrr", "currency", "segment", "source"),
        )
    )
    handed, won = (_instants(rows, name) for name in ("handed_at", "won_at"))
    until = np.datetime64("NaT", "us") if facts.as_of is None else np.datetime64(facts.as_of, "us")
    is_won = pc.fill_null(rows["is_won"], False).to_numpy()  # noqa: FBT003 -- Arrow's own
    name = "segment" if rows["segment"].null_count < rows.num_rows else "source"
    coded = pc.fill_null(rows[name], UNKNOWN).combine_chunks().dictionary_encode()
    currency = _commonest(rows["currency"])
    mine = pc.fill_null(pc.equal(rows["currency"], currency), False).to_numpy()  # noqa: FBT003
    return Drawn(
        handed_at=handed,
        observed_days=np.maximum((until - handed).astype(np.float64) / _DAY_US, 0.0),
        won_days=np.where(is_won, np.maximum(_days(won - handed), 0.0), np.nan),
        is_worked=(pc.fill_null(rows["reached"], 0).to_numpy() > 0) | is_won,
        is_held=rows["is_held"].to_numpy().astype(bool),
        share=rows["share"].to_numpy(),
        p=rows["p"].to_numpy(),
        is_ready=rows["is_ready"].cast(pa.float64()).to_numpy(),
        revenue=np.where(mine, pc.fill_null(rows["mrr"], 0.0).to_numpy(), 0.0),
        currency=currency,
        segment=coded.indices.to_numpy(zero_copy_only=False).astype(np.int64),
        segments=tuple(coded.dictionary.to_pylist()),
    )


def _commonest(column: pa.ChunkedArray) -> str:
    told = Counter(one for one in column.to_pylist() if one)
    return min(told, key=lambda one: (-told[one], one)) if told else ""


def _instants(rows: pa.Table, name: str) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    found = rows[name].cast(pa.timestamp("us")).to_numpy()
    return np.asarray(found.astype("datetime64[us]"))


def _days(
    spans: np.ndarray[tuple[int], np.dtype[np.timedelta64]],
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Days; 0 where an instant is missing, as a sale without a date counts from the hand-over."""
    missing = np.isnat(spans)
    return np.where(
        missing, 0.0, np.where(missing, np.timedelta64(0, "us"), spans).astype(np.float64) / _DAY_US
    )
