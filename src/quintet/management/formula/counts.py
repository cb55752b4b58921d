"""The small tables of a question as arrays: leads of each rep at each step."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from quintet.management.terms.funnel import Step
from quintet.stats.delay import DelayCurve, fit_delay
from quintet.stats.runs import numbered

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

#: Dated conversions that teach how long they take: below, all outcomes count as known.
DELAY_EVENTS = 5


@dataclass(frozen=True, eq=False)
class StepCounts:
    """Leads of each rep at one step; arrays are in the order of `rep_ids`.

    Args:
        converted: reached the later stage, shape (J,).
        unconverted: did not (yet), by age, shape (J, K).
        lost: of the unconverted, those closed without a sale, shape (J, K).
        ages: age in days of each column, shape (K,); empty for settled outcomes.
    """

    step: Step
    converted: IntArray
    unconverted: IntArray
    lost: IntArray
    ages: IntArray

    @cached_property
    def n(self) -> IntArray:
        """Leads that entered, shape (J,)."""
        return np.asarray(self.converted + self.unconverted.sum(axis=1))


def step_counts(cohorts: pa.Table, steps: tuple[Step, ...], rep_ids: tuple[int, ...]) -> list[StepCounts]:
    """The counts of every step as arrays.

    Args:
        cohorts: metrics.cohorts.step_cohorts, one row per step, rep, loss and age.
        steps: what its places mean.
        rep_ids: order of the reps; others are left out.
    """
    if not steps:
        return []
    place, reps, ages, leads = (column(cohorts, name) for name in ("step", "rep_id", "age_days", "leads"))
    lost = cohorts["is_lost"].to_numpy(zero_copy_only=False).astype(bool)
    rows, kept = places_of(reps, rep_ids)
    # ages are few: counting them is quicker than sorting rows, and the converted have an age of -1
    occurs = np.bincount(ages + 1) > 0
    known_ages, columns = np.flatnonzero(occurs) - 1, (np.cumsum(occurs) - 1)[ages + 1]
    shape = (len(steps), 2, len(rep_ids), known_ages.size)
    cell = np.ravel_multi_index((place[kept], lost[kept].astype(int), rows[kept], columns[kept]), shape)
    table = np.bincount(cell, leads[kept], math.prod(shape)).astype(np.int64).reshape(shape)
    whole, old = table.sum(axis=1), known_ages >= 0
    return [
        StepCounts(step, mine[:, ~old].sum(axis=1), mine[:, old], gone[:, old], known_ages[old])
        for step, mine, gone in zip(steps, whole, table[:, 1], strict=True)
    ]


def closed_counts(closed: pa.Table, step: Step, rep_ids: tuple[int, ...]) -> StepCounts:
    """Won and lost opportunities as the counts of a step whose outcomes are all known."""
    rows, kept = places_of(column(closed, "rep_id"), rep_ids)
    won, lost = (
        np.bincount(rows[kept], column(closed, name)[kept], len(rep_ids)).astype(np.int64)
        for name in ("won", "lost")
    )
    return StepCounts(step, won, lost[:, None], lost[:, None], np.zeros(0, dtype=np.int64))


def step_delay(delays: pa.Table, place: int) -> DelayCurve:
    """How long the company's conversions at a step take.

    Args:
        delays: metrics.cohorts.step_delays.
        place: which step.
    """
    mine = column(delays, "step") == place
    done = delays["is_converted"].to_numpy(zero_copy_only=False).astype(bool)[mine]
    days, leads = column(delays, "days")[mine], column(delays, "leads")[mine]
    dated = done & (days >= 0)
    converted = np.bincount(days[dated], weights=leads[dated])
    waiting = np.bincount(days[~done], weights=leads[~done])
    undated = int(leads[done & (days < 0)].sum())
    return fit_delay(converted, waiting, undated=undated, min_events=DELAY_EVENTS)


def places_of(reps: IntArray, rep_ids: tuple[int, ...]) -> tuple[IntArray, NDArray[np.bool_]]:
    """Where each row's rep stands in `rep_ids`, and which rows are of one of them."""
    known = np.asarray(rep_ids, dtype=np.int64)
    if not known.size:
        return np.zeros(reps.size, dtype=np.int64), np.zeros(reps.size, dtype=bool)
    met, place = numbered(reps)
    order = np.argsort(known)
    rows = order[np.minimum(np.searchsorted(known, met, sorter=order), known.size - 1)]
    return rows[place], (known[rows] == met)[place]


def column(table: pa.Table, name: str) -> IntArray:
    """A column of whole numbers."""
    return np.asarray(table[name].to_numpy(zero_copy_only=False), dtype=np.int64)
