"""Leads that came to a step of the funnel, and what came of them, as arrays of all reps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from quintet.facts.asking import FactsTables
from quintet.facts.instants import whole_seconds
from quintet.facts.schema import STAGES
from quintet.kernel.errors import NotEnoughData
from quintet.stats.delay import DelayCurve, fit_delay
from quintet.stats.lead_kinds import LeadKinds, fair_offsets

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

#: A stage counts as recorded when the source itself records it for this share of the leads that got there.
_RECORDED = 0.5
#: How far back the company's leads teach how long conversions take, and how many it takes to learn it.
_DELAY_DAYS = 540
_DELAY_EVENTS = 5
_DAY = 86_400
_KINDS = ("segment", "source")


@dataclass(frozen=True, eq=False)
class StepLeads:
    """Leads of each rep at one step; arrays are in the order of `rep_ids`.

    Args:
        rep_ids: reps with leads there.
        converted: reached the later stage, shape (J,).
        unconverted: did not (yet), by age, shape (J, K).
        ages: whole days since they came, of each column, shape (K,).
        delay: how long conversions take.
        kinds: the same leads by segment and source.
    """

    rep_ids: tuple[int, ...]
    converted: FloatArray
    unconverted: FloatArray
    ages: IntArray
    delay: DelayCurve
    kinds: LeadKinds

    @cached_property
    def n(self) -> FloatArray:
        """Leads that came, shape (J,)."""
        return np.asarray(self.converted + self.unconverted.sum(axis=1))

    @cached_property
    def known(self) -> FloatArray:
        """Leads counted by the share of their outcome that is in, shape (J,)."""
        return np.asarray(self.converted + self.unconverted @ self.delay.known_by(self.ages))

    @cached_property
    def offset(self) -> FloatArray:
        """Log-odds by which each rep's leads are easier, by segment and source, shape (J,)."""
        return fair_offsets(self.kinds, self.rep_ids)[0]

    def of(self, rep_ids: tuple[int, ...]) -> "StepLeads":
        """The same for these reps in this order; who has no leads has none."""
        place = {one: at for at, one in enumerate(self.rep_ids)}
        rows = np.array([place.get(one, len(self.rep_ids)) for one in rep_ids], dtype=np.int64)
        converted = np.append(self.converted, 0.0)[rows]
        unconverted = np.vstack([self.unconverted, np.zeros((1, self.ages.size))])[rows]
        return StepLeads(rep_ids, converted, unconverted, self.ages, self.delay, self.kinds)


def earlier_stage(step: str) -> str:
    """The stage a step starts from, e.g. demo for won."""
    return STAGES[STAGES.index(step) - 1]


def recorded_steps(facts: FactsTables) -> frozenset[str]:
    """The steps, by the stage each ends in, whose two stages the source itself records."""
    leads = facts.table("leads")
    counts = {}
    for place, stage in enumerate(STAGES):
        counts[f"{stage}_recorded"] = ((leads.recorded & (1 << place)) > 0).cast("int64").sum().fill_null(0)
        counts[f"{stage}_reached"] = (leads.reached > place).cast("int64").sum().fill_null(0)
    found = facts.arrow(leads.agg(**counts)).to_pylist()[0]
    told = {
        stage
        for stage in STAGES
        if found[f"{stage}_recorded"] > 0
        and found[f"{stage}_recorded"] >= _RECORDED * found[f"{stage}_reached"]
    }
    return frozenset(one for one in STAGES[1:] if one in told and earlier_stage(one) in told)


def read_step(
    facts: FactsTables,
    step: str,
    start: datetime,
    end: datetime | None = None,
    *,
    since: Mapping[int, datetime] | None = None,
) -> StepLeads:
    """The leads that came to a step within a time, and what came of them by now.

    Args:
        facts: a published version with a newest instant.
        step: the stage it ends in: connected, qualified, demo or won.
        start: of the leads, UTC without a zone.
        end: of the leads, exclusive; the newest instant when left out.
        since: rep → instant from which on his leads count, e.g. his exam; reps without one are left out.
    """
    as_of = _as_of(facts)
    rows = _entered(facts.table("leads"), step, start, min(end, as_of) if end else as_of)
    if since is not None:
        rows = _after(rows, since)
    told = facts.arrow(_tally(rows, step, as_of))
    return _arrays(told, read_delay(facts, step))


def read_delay(facts: FactsTables, step: str) -> DelayCurve:
    """How long the whole company's conversions at a step take."""
    as_of = _as_of(facts)
    leads, earlier = facts.table("leads"), f"{earlier_stage(step)}_at"
    rows = leads.filter([leads[earlier] >= as_of - timedelta(days=_DELAY_DAYS), leads[earlier] <= as_of])
    done = _reached(rows, step, as_of)
    start = whole_seconds(rows[earlier])
    lag = ((whole_seconds(rows[f"{step}_at"]) - start) / _DAY).floor().cast("int64")
    day = ibis.ifelse(done, ibis.greatest(lag, 0).fill_null(-1), _age(rows[earlier], as_of))
    found = facts.arrow(rows.group_by(done=done, day=day).agg(leads=rows.count()))
    is_done = found["done"].to_numpy(zero_copy_only=False).astype(bool)
    days, leads_n = (found[name].to_numpy(zero_copy_only=False) for name in ("day", "leads"))
    dated = is_done & (days >= 0)
    return fit_delay(
        np.bincount(days[dated], leads_n[dated]),
        np.bincount(days[~is_done], leads_n[~is_done]),
        undated=int(leads_n[is_done & ~dated].sum()),
        min_events=_DELAY_EVENTS,
    )


def _as_of(facts: FactsTables) -> datetime:
    if facts.as_of is None:
        raise NotEnoughData("no row has a date: load a CRM export first", unit="dated rows")
    return facts.as_of


def _entered(leads: ir.Table, step: str, start: datetime, end: datetime) -> ir.Table:
    earlier = earlier_stage(step)
    rows = leads.filter(leads[f"{earlier}_by"].notnull())
    came = rows[f"{earlier}_at"]
    return rows.filter([came >= start, came <= end]).mutate(rep=rows[f"{earlier}_by"], came_at=came)


def _after(rows: ir.Table, since: Mapping[int, datetime]) -> ir.Table:
    """Only the reps named, and only what came from their instant on."""
    instants = pa.array(list(since.values()), pa.timestamp("us"))
    named = ibis.memtable(pa.table({"since_rep": pa.array(list(since), pa.int64()), "since_at": instants}))
    joined = rows.inner_join(named, rows.rep == named.since_rep)
    return joined.filter(joined.came_at >= joined.since_at)


def _tally(rows: ir.Table, step: str, as_of: datetime) -> ir.Table:
    done = _reached(rows, step, as_of)
    age = ibis.ifelse(done, -1, _age(rows.came_at, as_of))
    return rows.group_by("rep", *_KINDS, age=age).agg(leads=rows.count())


def _reached(rows: ir.Table, step: str, as_of: datetime) -> ir.BooleanValue:
    """Had the lead reached the stage by now? Undated ones count as reached."""
    arrived = rows[f"{step}_at"]
    return (rows.reached > STAGES.index(step)) & (arrived.isnull() | (arrived <= as_of))


def _age(instant: ir.TimestampValue, as_of: datetime) -> ir.IntegerValue:
    seconds = whole_seconds(ibis.literal(as_of).cast("timestamp")) - whole_seconds(instant)
    return (seconds / _DAY).floor().cast("int64")


def _arrays(told: pa.Table, delay: DelayCurve) -> StepLeads:
    rep, age, leads = (
        np.asarray(told[name].to_numpy(zero_copy_only=False), dtype=np.int64)
        for name in ("rep", "age", "leads")
    )
    rep_ids, row = np.unique(rep, return_inverse=True)
    done = age < 0
    ages, column = np.unique(age[~done], return_inverse=True)
    unconverted = np.zeros((rep_ids.size, ages.size))
    np.add.at(unconverted, (row[~done], column), leads[~done])
    won = np.where(done, leads, 0).astype(np.float64)
    known = np.where(done, 1.0, delay.known_by(np.maximum(age, 0)))
    kinds = {name: _codes(told[name]) for name in _KINDS}
    return StepLeads(
        rep_ids=tuple(rep_ids.tolist()),
        converted=np.bincount(row, won, rep_ids.size).astype(np.float64),
        unconverted=unconverted,
        ages=ages,
        delay=delay,
        kinds=LeadKinds(rep, kinds, won, np.asarray(leads * known, dtype=np.float64)),
    )


def _codes(values: pa.ChunkedArray) -> IntArray:
    """Each row's value as a number; no value is a number of its own."""
    encoded = values.combine_chunks().dictionary_encode()
    return np.asarray(encoded.indices.fill_null(len(encoded.dictionary)), dtype=np.int64)
