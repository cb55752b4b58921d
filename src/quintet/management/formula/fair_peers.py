"""Fair peers: how much easier or harder each rep's leads are, by their segment and source."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from quintet.management.formula.counts import column
from quintet.management.metrics.cohorts import AGE_CLASSES
from quintet.stats.delay import DelayCurve
from quintet.stats.lead_kinds import LeadKinds, fair_offsets

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

KINDS = ("segment", "source")


@dataclass(frozen=True, eq=False)
class FairPeers:
    """Log-odds by which each rep's leads are easier, shape (J,), and by what they were told apart."""

    offset: FloatArray
    adjusted_for: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Rows:
    """Leads by rep and kind, one row each, each counted by the share of its outcome that is known."""

    table: pa.Table
    converted: FloatArray
    known: FloatArray


def step_peers(
    mixes: pa.Table, place: int, rep_ids: tuple[int, ...], delay: DelayCurve | None, ages: IntArray
) -> FairPeers:
    """What one step's rates owe to the leads that each rep got.

    Args:
        mixes: metrics.cohorts.step_mixes, of the whole company.
        place: which step.
        rep_ids: the reps to compare; their leads together are the standard.
        delay: how long conversions take.
        ages: ages in days that the step's cohorts have, shape (K,).
    """
    mine = mixes.filter(column(mixes, "step") == place)
    share = _known_shares(delay, ages)[column(mine, "age_class")]
    leads = column(mine, "leads")
    converted = np.where(column(mine, "age_class") < 0, leads, 0)
    return _peers(_Rows(mine, converted.astype(np.float64), leads * share), rep_ids)


def closed_peers(closed: pa.Table, rep_ids: tuple[int, ...]) -> FairPeers:
    """The same of closed opportunities; all outcomes are known."""
    won = column(closed, "won").astype(np.float64)
    return _peers(_Rows(closed, won, won + column(closed, "lost")), rep_ids)


def attempt_peers(totals: pa.Table, tried: str, connects: str, rep_ids: tuple[int, ...]) -> FairPeers:
    """The same of connects per attempt of one channel.

    Args:
        totals: metrics.tables.attempt_totals.
        tried: the column of attempts, e.g. dials.
        connects: the column of connects.
        rep_ids: the reps to compare.
    """
    done, made = (column(totals, name).astype(np.float64) for name in (connects, tried))
    return _peers(_Rows(totals, done, np.maximum(made, done)), rep_ids)


def _known_shares(delay: DelayCurve | None, ages: IntArray) -> FloatArray:
    """Known share of the outcomes of each class of age; the last one, -1, of the converted."""
    classes = len(AGE_CLASSES) + 1
    if delay is None or not ages.size:
        return np.ones(classes + 1)
    member = np.searchsorted(AGE_CLASSES, ages)
    known = delay.known_by(ages)
    total = np.bincount(member, known, classes)
    found = np.divide(total, np.bincount(member, minlength=classes), out=np.ones(classes), where=total > 0)
    return np.append(found, 1.0)


def _peers(rows: _Rows, rep_ids: tuple[int, ...]) -> FairPeers:
    kinds = {name: _codes(rows.table, name) for name in KINDS}
    leads = LeadKinds(column(rows.table, "rep_id"), kinds, rows.converted, rows.known)
    return FairPeers(*fair_offsets(leads, rep_ids))


def _codes(table: pa.Table, name: str) -> IntArray:
    """Each row's segment or source as a number; no value is a number of its own."""
    encoded = table[name].combine_chunks().dictionary_encode()
    return np.asarray(encoded.indices.fill_null(len(encoded.dictionary)), dtype=np.int64)
