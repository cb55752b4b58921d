"""Has the step a playbook page should move drifted since it was written: rates with luck taken out."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from quintet.facts.asking import FactsTables
from quintet.kernel.finding import Status
from quintet.stats.rates import PooledRates, fit_rates
from quintet.training.metrics.page_steps import RepCount, Span, rep_counts, spans, step_pace
from quintet.training.terms.drift import StepDrift, StepRate

#: Fewer leads or reps than this on either side say nothing.
FEWEST_LEADS, FEWEST_REPS = 40, 4
#: So many dated conversions show how long the step takes.
_FEWEST_CONVERSIONS = 20
#: The source itself records the stage for this share of the leads that got there.
_RECORDED = 0.5


def page_drift(facts: FactsTables, step: str, written_on: date) -> StepDrift:
    """Does a step still convert as it did when a page about it was written?

    Leads of the half year before and of the time since, each watched equally long. Rates are those of the
    reps who brought them, pooled: each rep's luck is taken out, and one rep with many leads does not speak
    for all. The two spans are taken as unrelated, so the interval is rather too wide than too narrow.

    Args:
        facts: a published version.
        step: the stage it ends in, one of STEPS.
        written_on: the day of the version.

    Source: docs/playbook.md#when-a-page-is-stale
    """
    pace = step_pace(facts, step)
    if facts.as_of is None or pace.converted < _FEWEST_CONVERSIONS or pace.recorded < _RECORDED:
        reason = f"this data has too few dated conversions to {step} to tell whether the step drifts"
        return StepDrift(Status.SILENT, pace.within_days, reason=reason)
    both = spans(written_on, facts.as_of, pace.within_days)
    before, after = (rep_counts(facts, step, span, pace.within_days) for span in both)
    return compared(pace.within_days, both, before, after)


def compared(
    within_days: int, both: tuple[Span, Span], before: Sequence[RepCount], after: Sequence[RepCount]
) -> StepDrift:
    """The drift between two spans of counts by rep; silent where either is thin."""
    old, new = (_counted(span, rows) for span, rows in zip(both, (before, after), strict=True))
    reason = _too_thin(old, "before it was written") or _too_thin(new, "since it was written")
    if reason:
        return StepDrift(Status.SILENT, within_days, old, new, reason=reason)
    first, second = _fit(before, seed=1), _fit(after, seed=2)
    rng = np.random.default_rng(0)
    moved = rng.permutation(second.team_draws) - rng.permutation(first.team_draws)
    lo, hi = (float(one) for one in np.quantile(moved, (0.05, 0.95)))
    return StepDrift(
        Status.SPEAKS,
        within_days,
        _with_rate(old, first),
        _with_rate(new, second),
        change=second.team_mean - first.team_mean,
        lo=lo,
        hi=hi,
        p_down=float((moved < 0).mean()),
    )


def _counted(span: Span, rows: Sequence[RepCount]) -> StepRate:
    n, converted = sum(one.n for one in rows), sum(one.converted for one in rows)
    return StepRate(span.start, span.end, n, converted, len(rows))


def _too_thin(one: StepRate, when: str) -> str:
    if one.n < FEWEST_LEADS:
        return f"{one.n} leads came to its step {when} and were watched long enough: {FEWEST_LEADS} tell"
    if one.reps < FEWEST_REPS:
        return f"{one.reps} reps had leads at its step {when}: {FEWEST_REPS} tell"
    return ""


def _fit(rows: Sequence[RepCount], seed: int) -> PooledRates:
    converted = np.array([one.converted for one in rows], dtype=np.float64)
    n = np.array([one.n for one in rows], dtype=np.float64)
    return fit_rates(converted, n - converted, seed=seed)


def _with_rate(one: StepRate, fitted: PooledRates) -> StepRate:
    counts = (one.start, one.end, one.n, one.converted, one.reps)
    return StepRate(*counts, fitted.team_mean, fitted.team_lo, fitted.team_hi)
