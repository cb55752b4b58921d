"""What each rep gives at each step: rates with luck taken out, on the leads he got."""

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from quintet.kernel.finding import Status
from quintet.stats.rates import PooledRates, fit_rates
from quintet.training.metrics.step_leads import StepLeads
from quintet.training.terms.skills import RepSkill, StepSkills

FloatArray = NDArray[np.float64]

MIN_REPS = 4
ENOUGH_REPS = 8
MIN_MEDIAN = 20
#: Fewer leads, and nothing is said of one rep.
MIN_LEADS = 10
#: Share of reps who may stand apart from the rest, as on the funnel page.
OUTLIERS = 0.10


def fit_step(step: str, leads: StepLeads, until: date, days: int) -> StepSkills:
    """Everybody's rate at a step, or why nothing can be said.

    Args:
        step: the stage it ends in.
        leads: that came to it in the time looked at.
        until: last day of that time.
        days: how long it is.

    Source: docs/formulas/management.md#rates, docs/formulas/management.md#fair-peers
    """
    active = leads.n[leads.n > 0]
    if active.size < MIN_REPS:
        reason = f"{active.size} reps with leads at this step of the {MIN_REPS} needed to compare"
        return StepSkills(step, Status.SILENT, reason)
    median = float(np.median(active))
    if median < MIN_MEDIAN:
        reason = f"the median rep has {median:g} leads at this step of the {MIN_MEDIAN} needed"
        wait = int(np.ceil((MIN_MEDIAN - median) * days / median))
        return StepSkills(step, Status.SILENT, reason, tells_on=until + timedelta(days=wait))
    pooled = pooled_rates(leads)
    few = active.size < ENOUGH_REPS
    hedge = f"{active.size} reps: few to compare, {ENOUGH_REPS} are better" if few else ""
    status = Status.HEDGED if hedge else Status.SPEAKS
    reps = tuple(_rep(leads, pooled, at) for at in np.flatnonzero(leads.n >= MIN_LEADS).tolist())
    return StepSkills(step, status, hedge, reps, pooled.team_mean)


def pooled_rates(leads: StepLeads) -> PooledRates:
    """Rates on equal leads, young leads counted for what they show."""
    return fit_rates(
        leads.converted,
        leads.unconverted,
        leads.delay.drawn_by(leads.ages),
        outliers=OUTLIERS,
        offset=leads.offset,
    )


def own_log_odds(leads: StepLeads) -> tuple[FloatArray, FloatArray]:
    """Each rep's log-odds on equal leads by his leads alone, and their standard error, shape (J,)."""
    won = leads.converted + 0.5
    rest = np.maximum(leads.known - leads.converted, 0.0) + 0.5
    return np.log(won / rest) - leads.offset, np.sqrt(1.0 / won + 1.0 / rest)


def _rep(leads: StepLeads, pooled: PooledRates, at: int) -> RepSkill:
    own, error = own_log_odds(leads)

    def on_his(rate: float) -> float:
        return float(pooled.on_own_leads(rate, at))

    return RepSkill(
        rep_id=leads.rep_ids[at],
        n=int(leads.n[at]),
        converted=int(leads.converted[at]),
        rate=on_his(pooled.mean[at]),
        lo=on_his(pooled.lo[at]),
        hi=on_his(pooled.hi[at]),
        should=on_his(pooled.team_mean),
        p_below=float(pooled.p_below[at]),
        own=float(own[at]),
        own_error=float(error[at]),
    )
