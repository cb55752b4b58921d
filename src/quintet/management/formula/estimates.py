"""Each rep's rate at each step: pooled, corrected for young leads, or silent with the reason."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from quintet.kernel.finding import Status
from quintet.management.metrics.inputs import FunnelInputs
from quintet.management.terms import RateEstimate, Step, TeamRate, Verdict
from quintet.stats.delay import DelayCurve, fit_delay
from quintet.stats.homogeneity import Homogeneity, fit_homogeneity, supports_ranking
from quintet.stats.rates import PooledRates, fit_rates

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

#: Below this many reps, or this many leads of the median rep, the step is silent.
MIN_REPS = 4
MIN_MEDIAN = 20
#: From this many reps on, the step speaks without a hedge.
ENOUGH_REPS = 8
#: Below this many leads nothing is said of one rep.
MIN_REP_LEADS = 10
#: Weak (strong) needs this probability of being below (above) peers ...
SURE = 0.90
#: ... and an expected rate at least this share below (above) theirs; studies/weak_step.py tunes both.
MATERIAL = 0.10
#: Reps who may stand apart from the rest, a priori.
OUTLIERS = 0.10
#: An outcome is as good as known when this share of it is.
MATURE = 0.90
#: A cohort is young when less than this share of its outcomes is known.
YOUNG = 0.50
#: Differences are beyond chance below this p-value, corrected for the steps shown.
ALPHA = 0.05


@dataclass(frozen=True, eq=False)
class StepCounts:
    """Leads of each rep at one step; arrays are in the order of `rep_ids`.

    Args:
        converted: reached the later stage, shape (J,).
        unconverted: did not (yet), by age, shape (J, K).
        ages: age in days of each column, shape (K,); empty for settled outcomes.
    """

    step: Step
    converted: IntArray
    unconverted: IntArray
    ages: IntArray

    @property
    def n(self) -> IntArray:
        """Leads that entered, shape (J,)."""
        return np.asarray(self.converted + self.unconverted.sum(axis=1))


@dataclass(frozen=True, eq=False)
class StepFit:
    """One step fitted for all reps; `pooled` is None when the step is silent."""

    counts: StepCounts
    delay: DelayCurve | None
    maturity: FloatArray
    pooled: PooledRates | None
    homogeneity: Homogeneity | None
    status: Status
    reason: str
    expected_on: date | None

    @property
    def step(self) -> Step:
        """From where to where."""
        return self.counts.step

    @property
    def known_share(self) -> FloatArray:
        """Share of each rep's outcomes that is known, shape (J,); 0 for nobody."""
        known = self.counts.converted + self.counts.unconverted @ self.maturity
        return np.divide(known, self.counts.n, out=np.zeros(known.size), where=self.counts.n > 0)


def step_counts(cohorts: pa.Table, step: Step, rep_ids: tuple[int, ...]) -> StepCounts:
    """The counts of one step as arrays.

    Args:
        cohorts: metrics.tables.step_cohorts, one row per step, rep and age.
        step: which step.
        rep_ids: order of the reps; others are left out.
    """
    keys = np.asarray(cohorts["step"].to_pylist(), dtype=object) == step.key
    reps, ages, leads = (_column(cohorts, name)[keys] for name in ("rep_id", "age_days", "leads"))
    order = np.argsort(np.asarray(rep_ids, dtype=np.int64))
    at = np.searchsorted(np.asarray(rep_ids, dtype=np.int64), reps, sorter=order)
    rows = order[np.minimum(at, order.size - 1)] if order.size else at
    known_ages, columns = np.unique(ages, return_inverse=True)
    table = np.zeros((len(rep_ids), known_ages.size), dtype=np.int64)
    kept = np.asarray(rep_ids, dtype=np.int64)[rows] == reps if order.size else np.zeros(0, dtype=bool)
    np.add.at(table, (rows[kept], columns[kept]), leads[kept])
    converted = table[:, known_ages == -1].sum(axis=1)
    return StepCounts(step, converted, table[:, known_ages >= 0], known_ages[known_ages >= 0])


def closed_counts(closed: pa.Table, step: Step, rep_ids: tuple[int, ...]) -> StepCounts:
    """Won and lost opportunities as the counts of a step whose outcomes are all known."""
    rows = {row["rep_id"]: (row["won"], row["lost"]) for row in closed.to_pylist()}
    table = np.array([rows.get(rep, (0, 0)) for rep in rep_ids], dtype=np.int64).reshape(-1, 2)
    return StepCounts(step, table[:, 0], table[:, 1:], np.zeros(0, dtype=np.int64))


def step_delay(delays: pa.Table, step: Step) -> DelayCurve:
    """How long the company's conversions at a step take.

    Args:
        delays: metrics.tables.step_delays.
        step: which step.
    """
    mine = np.asarray(delays["step"].to_pylist(), dtype=object) == step.key
    done = np.asarray(delays["is_converted"].to_pylist(), dtype=bool)[mine]
    days, leads = _column(delays, "days")[mine], _column(delays, "leads")[mine]
    dated = done & (days >= 0)
    converted = np.bincount(days[dated], weights=leads[dated])
    waiting = np.bincount(days[~done], weights=leads[~done])
    return fit_delay(converted, waiting, undated=int(leads[done & (days < 0)].sum()))


def fit_step(counts: StepCounts, delay: DelayCurve | None, inputs: FunnelInputs, seed: int = 0) -> StepFit:
    """One step for all reps.

    Args:
        counts: leads of each rep.
        delay: how long conversions take; None where every outcome is known.
        inputs: of which the question and `as_of` date the silence.
        seed: another one for each step, so that their draws are independent.
    """
    maturity = np.ones(counts.unconverted.shape[1]) if delay is None else delay.known_by(counts.ages)
    silence, expected_on = _silence(counts, inputs)
    if silence:
        return StepFit(counts, delay, maturity, None, None, Status.SILENT, silence, expected_on)
    pooled = fit_rates(counts.converted, counts.unconverted, maturity, outliers=OUTLIERS, seed=seed)
    homogeneity = fit_homogeneity(counts.converted, pooled.effective_n)
    hedge = _hedge(counts, delay)
    status = Status.HEDGED if hedge else Status.SPEAKS
    return StepFit(counts, delay, maturity, pooled, homogeneity, status, hedge, None)


def team_rate(fit: StepFit, adjusted_p: float | None) -> TeamRate:
    """The team's line of one step."""
    n = int(fit.counts.n.sum())
    bare = TeamRate(fit.step, fit.status, n, int(fit.counts.converted.sum()), reason=fit.reason)
    if fit.pooled is None or fit.homogeneity is None or adjusted_p is None:
        return replace(bare, expected_on=fit.expected_on)
    has_delay = fit.delay is not None and fit.delay.is_fitted
    return replace(
        bare,
        rate=fit.pooled.team_mean,
        lo=fit.pooled.team_lo,
        hi=fit.pooled.team_hi,
        known_share=float(fit.pooled.effective_n.sum() / n),
        homogeneity_p=fit.homogeneity.p_value,
        adjusted_p=adjusted_p,
        is_rankable=is_rankable(fit, adjusted_p),
        horizon_days=fit.delay.horizon_days if fit.delay is not None and has_delay else None,
        is_still_rising=fit.delay.still_rising if fit.delay is not None else False,
    )


def is_rankable(fit: StepFit, adjusted_p: float) -> bool:
    """Do the reps differ beyond chance, and do their rank intervals keep some apart?"""
    if fit.pooled is None:
        return False
    seen = fit.counts.n >= MIN_REP_LEADS
    lo, hi = fit.pooled.rank_lo[seen], fit.pooled.rank_hi[seen]
    return bool(seen.any()) and adjusted_p < ALPHA and supports_ranking(lo, hi)


def rep_estimate(fit: StepFit, place: int, adjusted_p: float | None) -> RateEstimate:
    """One rep's rate at one step.

    Args:
        fit: the step.
        place: the rep's place in the arrays.
        adjusted_p: of the step's homogeneity; None when the step is silent.
    """
    n, converted = int(fit.counts.n[place]), int(fit.counts.converted[place])
    bare = RateEstimate(fit.step, fit.status, n, converted, reason=fit.reason, expected_on=fit.expected_on)
    if fit.pooled is None or adjusted_p is None:
        return bare
    if n < MIN_REP_LEADS:
        reason = f"{n} of the {MIN_REP_LEADS} leads it takes to say anything about one rep"
        return replace(bare, status=Status.SILENT, reason=reason)
    return _spoken(bare, fit, fit.pooled, place, ranked=is_rankable(fit, adjusted_p))


def _spoken(
    bare: RateEstimate, fit: StepFit, pooled: PooledRates, place: int, *, ranked: bool
) -> RateEstimate:
    known = float(fit.known_share[place])
    young = known < YOUNG
    hedge = f"only {100 * known:.0f} % of the outcomes are in" if young else bare.reason
    return replace(
        bare,
        status=Status.HEDGED if young else bare.status,
        reason=hedge,
        mature_n=bare.converted + int(fit.counts.unconverted[place] @ (fit.maturity >= MATURE)),
        known_share=known,
        rate=float(pooled.mean[place]),
        lo=float(pooled.lo[place]),
        hi=float(pooled.hi[place]),
        peer_rate=pooled.team_mean,
        raw=float(pooled.raw[place]),
        p_below=float(pooled.p_below[place]),
        p_above=float(pooled.p_above[place]),
        rank_lo=int(pooled.rank_lo[place]) if ranked else None,
        rank_hi=int(pooled.rank_hi[place]) if ranked else None,
        verdict=verdict(pooled, place),
        is_young=young,
    )


def verdict(pooled: PooledRates, place: int) -> Verdict:
    """Weak or strong: probable enough, and big enough to matter."""
    ratio = float(pooled.mean[place]) / pooled.team_mean
    if pooled.p_below[place] >= SURE and ratio <= 1.0 - MATERIAL:
        return Verdict.WEAK
    if pooled.p_above[place] >= SURE and ratio >= 1.0 + MATERIAL:
        return Verdict.STRONG
    return Verdict.ORDINARY


def _silence(counts: StepCounts, inputs: FunnelInputs) -> tuple[str, date | None]:
    """Why the step says nothing, and when it may; ("", None) when it may speak."""
    active = counts.n[counts.n > 0]
    if active.size < MIN_REPS:
        return f"{active.size} reps with leads at this step of the {MIN_REPS} needed to compare", None
    median = float(np.median(active))
    if median >= MIN_MEDIAN:
        return "", None
    days = (inputs.question.end - inputs.question.start).days
    wait = int(np.ceil((MIN_MEDIAN - median) * days / median))
    reason = f"the median rep has {median:g} leads at this step of the {MIN_MEDIAN} needed"
    return reason, inputs.as_of.date() + timedelta(days=wait)


def _hedge(counts: StepCounts, delay: DelayCurve | None) -> str:
    """What to keep in mind; empty when the step speaks plainly."""
    if delay is not None and not delay.is_fitted:
        return delay.reason
    if delay is not None and delay.still_rising:
        return f"leads still convert after {delay.horizon_days} days: these rates will grow"
    reps = int(np.count_nonzero(counts.n))
    return f"{reps} reps: few to compare, {ENOUGH_REPS} are better" if reps < ENOUGH_REPS else ""


def _column(table: pa.Table, name: str) -> IntArray:
    return np.asarray(table[name].to_numpy(zero_copy_only=False), dtype=np.int64)
