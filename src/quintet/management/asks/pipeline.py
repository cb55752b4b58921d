"""Coverage: pipeline over what is left of the quota, and the open deals behind it, scoped to who asks."""

from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput
from quintet.management.asks.forecast import COMPANY, is_current, sees, stored_forecast
from quintet.management.formula.forecast.baselines import worth_of
from quintet.management.metrics.forecast import History, read_history
from quintet.management.terms.forecast import day_of
from quintet.management.terms.forecast_answer import CoverageRow, StoredForecast


@dataclass(frozen=True)
class CoverageView:
    """Coverage as one reader may see it.

    Args:
        stored: as the worker last computed it.
        rows: the company, then teams, then reps; those the reader may see.
        is_current: it knows the newest day of the data.
    """

    stored: StoredForecast
    rows: tuple[CoverageRow, ...]
    is_current: bool

    def row(self, key: str) -> CoverageRow:
        """One owner's.

        Raises:
            BadInput: for one that is not there, or not the reader's to see.
        """
        found = next((one for one in self.rows if one.key == key), None)
        if found is None:
            raise BadInput(f"the pipeline of {key!r} is not yours to see: choose a line of the table")
        return found


def coverage(facts: Facts, scope: Scope) -> CoverageView:
    """Pipeline over what is left of the quota, today and day by day.

    Raises:
        NotEnoughData: while nothing was computed.
    """
    stored = stored_forecast(facts)
    rows = tuple(one for one in stored.coverage if sees(scope, one.key, one.rep_ids))
    return CoverageView(stored, rows, is_current(facts, stored))


def open_deals(facts: Facts, scope: Scope, key: str) -> list[dict[str, Any]]:
    """The open deals behind one owner's pipeline, oldest first; of the reps the reader may see.

    Raises:
        BadInput: for an owner who is not the reader's to see.
        NotEnoughData: while nothing was computed.
    """
    view = coverage(facts, scope)
    row = view.row(key)
    history = _history(facts)
    deals = history.deals
    mine = deals.is_open & (np.isin(deals.rep, row.rep_ids) if key != COMPANY else True)
    rows = [one for one in np.flatnonzero(mine).tolist() if scope.sees(int(deals.rep[one]))]
    labels = _labels(facts, [int(deals.ids[one]) for one in rows])
    worth, known = worth_of(history, view.stored.measure), getattr(deals, view.stored.measure)
    told = [
        {
            "label": labels.get(int(deals.ids[one])) or f"Deal {deals.ids[one]}",
            "rep": history.names.get(int(deals.rep[one]), ""),
            "rep_id": int(deals.rep[one]),
            "stage": history.stages[deals.stage[one]] if deals.stage[one] >= 0 else "",
            "created_on": day_of(int(deals.created[one])),
            "age_days": int(history.newest + 1 - deals.created[one]),
            "worth": float(worth[one]),
            "from": "the deal" if np.isfinite(known[one]) else "won deals of its kind",
        }
        for one in rows
    ]
    return sorted(told, key=lambda one: (one["created_on"], one["label"]))


_READ: dict[str, History] = {}


def _history(facts: Facts) -> History:
    """Read once per version, the newest alone kept: facts do not change within one."""
    key = f"{facts.home.path} {facts.manifest.text()}"
    found = _READ.get(key)
    if found is None:
        found = read_history(facts)
        _READ.clear()
        _READ[key] = found
    return found


def _labels(facts: Facts, ids: list[int]) -> dict[int, str]:
    opportunities = facts.table("opportunities")
    asked = ibis.memtable(pa.table({"asked_id": pa.array(ids, pa.int64())}))
    found = opportunities.inner_join(asked, opportunities.opportunity_id == asked.asked_id)
    rows = facts.arrow(found.select("opportunity_id", "label")).to_pylist()
    return {row["opportunity_id"]: row["label"] for row in rows}
