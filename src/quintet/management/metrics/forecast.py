"""What was known of every deal on a day: open or closed, its stage and since when; never what came later.

Facts hold the newest state of a deal. Its state on a past day follows from its dates: a deal that closed
later was open, a stage entered later was not yet. The amount of a deal that was open is left out on a past
day: facts keep the newest amount alone, and that may have been learned at the close.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from quintet.facts.asking import FactsTables
from quintet.kernel.errors import NotEnoughData
from quintet.management.terms.forecast import F8, I8, Deals, Quotas, Spells, day_number

_NONE = -1
_PLAIN_STAGES = ("won", "lost")


@dataclass(frozen=True, eq=False)
class History:
    """Every dated deal of a company, its stages, the quotas, and who belongs to which team.

    Args:
        deals: all of them, as they are now.
        spells: their stays in stages, by deal and day.
        stages: what `spells.stage` and `deals.stage` number.
        quotas: of each rep and month.
        teams: rep_id of each manager → the team's name, and everybody under him now.
        names: rep_id → name.
        left: rep_id → day number on which he left.
        undated: open deals without a date, which cannot be forecast.
        newest: day number of the newest day.
        currency: of the amounts.
    """

    deals: Deals
    spells: Spells
    stages: tuple[str, ...]
    quotas: Quotas
    teams: dict[int, tuple[str, frozenset[int]]]
    names: dict[int, str]
    left: dict[int, int]
    undated: int
    newest: int
    currency: str

    def on(self, day: int) -> "History":
        """What was known at the start of that day: nothing that happened on it or later.

        Args:
            day: its number, `terms.forecast.day_number`.
        """
        if day > self.newest:
            return self
        deals = self.deals
        seen = np.flatnonzero(deals.created < day)
        spells = self.spells.chosen(np.flatnonzero(self.spells.entered < day))
        known = _as_open(deals.chosen(seen), day)
        mine = _owners(known, spells)
        stage = _stages(known, spells)
        left = {rep: gone for rep, gone in self.left.items() if gone < day}
        return replace(
            self, deals=replace(known, rep=mine, stage=stage), spells=spells, left=left, newest=day - 1
        )


def read_history(facts: FactsTables) -> History:
    """Every dated deal of the company, and what goes with it.

    Args:
        facts: a published version.

    Raises:
        NotEnoughData: when no opportunity has a date.
    """
    found = _opportunities(facts)
    if facts.as_of is None or not found.num_rows:
        raise NotEnoughData("no opportunity has a date, so nothing can be forecast", unit="dated deals")
    ids, created = found["opportunity_id"].to_numpy(), _days(found["created_at"])
    closed = _days(found["closed_at"])
    closed = np.where(closed == _NONE, _NONE, np.maximum(closed, created))
    spells, stages = _spells(facts, ids, closed)
    deals = Deals(
        ids=ids,
        rep=found["rep_id"].fill_null(0).to_numpy(),
        created=created,
        closed=closed,
        is_won=found["is_won"].fill_null(False).to_numpy(zero_copy_only=False),  # noqa: FBT003 -- Arrow's
        amount=_money(found["amount"]),
        mrr=_money(found["mrr"]),
        product=_coded(found["product"].to_pylist())[0],
        segment=_coded(found["segment"].to_pylist())[0],
        stage=np.full(len(ids), _NONE, dtype=np.int64),
    )
    names, teams, left = _people(facts)
    return History(
        deals=replace(deals, stage=_stages(deals, spells)),
        spells=spells,
        stages=stages,
        quotas=_quotas(facts),
        teams=teams,
        names=names,
        left=left,
        undated=_undated(facts),
        newest=day_number(facts.as_of.date()),
        currency=_currency(found),
    )


def _opportunities(facts: FactsTables) -> pa.Table:
    rows = facts.table("opportunities")
    dated = rows.filter(
        (rows.created_at.notnull() | rows.closed_at.notnull())
        & (rows.is_won.isnull() | rows.closed_at.notnull())
    )
    columns = ("opportunity_id", "rep_id", "closed_at", "is_won", "amount", "mrr", "product", "segment")
    created = ibis.coalesce(dated.created_at, dated.closed_at)
    found = dated.select(*columns, "currency", created_at=created).order_by("opportunity_id")
    return facts.arrow(found)


def _undated(facts: FactsTables) -> int:
    rows = facts.table("opportunities")
    lost = rows.filter(rows.created_at.isnull() & rows.closed_at.isnull() & rows.is_won.isnull())
    return int(facts.arrow(lost.agg(n=lost.count()))["n"][0].as_py())


def _as_open(deals: Deals, day: int) -> Deals:
    """Deals that closed later are open, and what they brought is not known yet."""
    later = deals.closed >= day
    hidden = later | (deals.closed == _NONE)
    return replace(
        deals,
        closed=np.where(later, _NONE, deals.closed),
        is_won=deals.is_won & ~later,
        amount=np.where(hidden, np.nan, deals.amount),
        mrr=np.where(hidden, np.nan, deals.mrr),
    )


def _owners(deals: Deals, spells: Spells) -> I8:
    """Who owned each deal then: by its last stage so far; by the newest owner where stages name nobody."""
    rep = deals.rep.copy()
    place = deals.places(spells.deal)
    named = (place >= 0) & (spells.rep != 0)
    rep[place[named]] = spells.rep[named]  # in order of the days, so the last one stays
    return rep


def _stages(deals: Deals, spells: Spells) -> I8:
    """The stage each deal was in: the last one entered; -1 where none is recorded."""
    stage = np.full(len(deals.ids), _NONE, dtype=np.int64)
    place = deals.places(spells.deal)
    stage[place[place >= 0]] = spells.stage[place >= 0]
    return stage


def _spells(facts: FactsTables, ids: I8, closed: I8) -> tuple[Spells, tuple[str, ...]]:
    rows = facts.table("stage_spells")
    dated = rows.filter(rows.entered_at.notnull() & rows.stage.notnull() & ~rows.stage.isin(_PLAIN_STAGES))
    found = facts.arrow(dated.order_by("opportunity_id", "entered_at", "stage"))
    deal, entered = found["opportunity_id"].to_numpy(), _days(found["entered_at"])
    stage, stages = _coded(found["stage"].to_pylist())
    order = np.lexsort((entered, deal))
    place = np.searchsorted(ids, deal[order])
    place = np.minimum(place, max(len(ids) - 1, 0))
    within = (ids[place] == deal[order]) & ((closed[place] == _NONE) | (entered[order] <= closed[place]))
    kept = order[within]
    rep = found["rep_id"].fill_null(0).to_numpy()
    return Spells(deal[kept], rep[kept], stage[kept], entered[kept]), stages


def _people(
    facts: FactsTables,
) -> tuple[dict[int, str], dict[int, tuple[str, frozenset[int]]], dict[int, int]]:
    rows = facts.arrow(facts.table("reps").order_by("rep_id", "valid_from")).to_pylist()
    names = {row["rep_id"]: row["name"] or str(row["rep_id"]) for row in rows}
    gone = {row["rep_id"]: row["left_on"] for row in rows}
    left = {rep: day_number(day) for rep, day in gone.items() if day is not None}
    now = [row for row in rows if row["valid_to"] is None and row["rep_id"] not in left]
    return names, _teams(now, names), left


def _teams(now: list[dict[str, Any]], names: dict[int, str]) -> dict[int, tuple[str, frozenset[int]]]:
    """Everybody under each manager, through every level, with the name of the team."""
    reports: dict[int, set[int]] = defaultdict(set)
    called: dict[int, set[str]] = defaultdict(set)
    for row in now:
        if row["manager_id"] is not None and row["manager_id"] != row["rep_id"]:
            reports[row["manager_id"]].add(row["rep_id"])
            called[row["manager_id"]].add(row["team"] or "")
    found = {}
    for manager in sorted(reports):
        own = next(iter(called[manager])) if len(called[manager]) == 1 else ""
        found[manager] = own or f"Team of {names.get(manager, manager)}", _under(reports, manager)
    return dict(sorted(found.items(), key=lambda one: (one[1][0], one[0])))


def _under(reports: dict[int, set[int]], manager: int) -> frozenset[int]:
    found: set[int] = set()
    waiting = [manager]
    while waiting:
        new = reports.get(waiting.pop(), set()) - found
        found |= new
        waiting.extend(new)
    return frozenset(found - {manager})


def _quotas(facts: FactsTables) -> Quotas:
    months = facts.table("rep_months")
    found = facts.arrow(months.filter(months.quota.notnull()).order_by("rep_id", "month"))
    return Quotas(
        found["rep_id"].to_numpy(),
        np.asarray([day_number(one) for one in found["month"].to_pylist()], dtype=np.int64),
        found["quota"].to_numpy().astype(float),
    )


def _currency(found: pa.Table) -> str:
    named = [one for one in found["currency"].to_pylist() if one]
    return max(sorted(set(named)), key=named.count) if named else ""


def _coded(values: list[str | None]) -> tuple[I8, tuple[str, ...]]:
    names = tuple(sorted({one or "" for one in values}))
    code = {name: at for at, name in enumerate(names)}
    return np.asarray([code[one or ""] for one in values], dtype=np.int64), names


def _money(column: pa.ChunkedArray) -> F8:
    """Amounts; a deal without one, or with zero, has none that is known."""
    values = column.to_numpy().astype(float)
    return np.where(values > 0, values, np.nan)


def _days(column: pa.ChunkedArray) -> I8:
    """Day numbers; -1 where there is no date."""
    at = column.to_numpy().astype("datetime64[us]")
    days = at.astype("datetime64[D]").astype(np.int64)
    return np.where(np.isnat(at), _NONE, days)
