"""What the score is worth: leads it decided on beside leads held out of it by lot, as they were drawn."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from quintet.demand.formula.score.exploration import HELD_FROM, SETTLED_DAYS
from quintet.demand.terms.examples import B1
from quintet.demand.terms.worth import Compliance, Drawn, Explored, Watched, Worth, WorthArm
from quintet.kernel.finding import CausalGrade, Finding, Status
from quintet.stats.holdout import Arm, HoldoutFit, fit_holdout
from quintet.stats.propensity import effective_cases
from quintet.stats.sequential import fit_sequential

#: Silent below so many matured held-out leads; hedged below so many customers among them.
SILENT_BELOW, SPEAKS_FROM = 100, 10
METHOD = "as drawn, a line in each arm, Newcombe's interval"
_HUNDRED = 100.0
_WEEK = 7
_QUESTION = "What does following the score bring?"


def fit_worth(drawn: Drawn, horizon_days: int, as_of: date) -> Worth:
    """Customers per 100 leads by score, minus those of leads worked as they come.

    Leads are compared by the arm they were drawn into, whatever was done with them: a lead nobody worked
    brought nothing, in either arm. Only leads as old as the horizon count, sold or not.

    Args:
        drawn: the leads.
        horizon_days: a customer counts who signed within so many days of the hand-over.
        as_of: newest day of the data.

    Returns:
        Silent below 100 matured held-out leads, hedged below 10 customers among them.

    Source: docs/formulas/demand/worth.md
    """
    matured = drawn.observed_days >= horizon_days
    won = matured & (np.nan_to_num(drawn.won_days, nan=np.inf) <= horizon_days)
    held, ruled = matured & drawn.is_held, matured & ~drawn.is_held
    fit = None
    if held.any() and ruled.any():
        fit = fit_holdout(won[matured], drawn.is_held[matured], drawn.share[matured], drawn.p[matured])
    finding = _finding(drawn, (held, won), fit, horizon_days, as_of)
    speaks = finding.status is not Status.SILENT
    return Worth(
        finding=finding,
        revenue=_revenue(drawn, matured, won, finding) if speaks else None,
        by_score=_arm(drawn, ~drawn.is_held, matured, won, fit.ruled if fit and speaks else None),
        held=_arm(drawn, drawn.is_held, matured, won, fit.held if fit and speaks else None),
        compliance=_compliance(drawn, ruled),
        watched=_watched(drawn, matured, won, horizon_days) if speaks else None,
        explored=_explored(drawn),
        reading=_reading(finding),
    )


def _finding(
    drawn: Drawn, told: tuple[B1, B1], fit: HoldoutFit | None, horizon_days: int, as_of: date
) -> Finding:
    held, won = told
    count, customers = int(held.sum()), int((held & won).sum())
    base = Finding(
        question=_QUESTION,
        subject="lead score",
        unit="customers per 100 leads",
        status=Status.SILENT,
        n=count,
        n_required=SILENT_BELOW,
        method=METHOD,
        baseline=0.0,
        grade=CausalGrade.RANDOMISED,
        as_of=as_of,
        maturity_days=horizon_days,
    )
    if fit is None or count < SILENT_BELOW:
        reason = f"{count} of {SILENT_BELOW} leads held out of the score are {horizon_days} days old"
        return replace(base, reason=reason, expected_on=_expected(drawn, horizon_days, as_of))
    few = customers < SPEAKS_FROM
    return replace(
        base,
        status=Status.HEDGED if few else Status.SPEAKS,
        reason=f"{customers} customers among the leads held out: fewer than {SPEAKS_FROM}" if few else "",
        estimate=_HUNDRED * fit.estimate,
        lo=_HUNDRED * fit.lo,
        hi=_HUNDRED * fit.hi,
    )


def _expected(drawn: Drawn, horizon_days: int, as_of: date) -> date | None:
    """The day the 100th held-out lead is old enough, at the pace so far; None before the first."""
    ages = np.sort(drawn.observed_days[drawn.is_held])[::-1]
    if not ages.size:
        return None
    if ages.size >= SILENT_BELOW:
        return as_of + timedelta(days=int(np.ceil(horizon_days - ages[SILENT_BELOW - 1])))
    pace = ages.size / max(float(drawn.observed_days.max()), 1.0)
    return as_of + timedelta(days=int(np.ceil((SILENT_BELOW - ages.size) / pace + horizon_days)))


def _revenue(drawn: Drawn, matured: B1, won: B1, finding: Finding) -> Finding | None:
    """The same comparison in monthly revenue."""
    revenue = np.where(won, drawn.revenue, 0.0)[matured]
    if not drawn.currency or not revenue.any():
        return None
    fit = fit_holdout(revenue, drawn.is_held[matured], drawn.share[matured], drawn.p[matured])
    low, middle, high = (_HUNDRED * one for one in (fit.lo, fit.estimate, fit.hi))
    unit = f"{drawn.currency} a month per 100 leads"
    return replace(finding, unit=unit, estimate=middle, lo=low, hi=high)


def _arm(drawn: Drawn, mine: B1, matured: B1, won: B1, found: Arm | None) -> WorthArm:
    old = mine & matured
    rate, lo, hi = (None,) * 3 if found is None else (found.mean, found.lo, found.hi)
    return WorthArm(
        drawn=int(mine.sum()),
        matured=int(old.sum()),
        customers=int((old & won).sum()),
        rate=None if rate is None else _HUNDRED * rate,
        lo=None if lo is None else _HUNDRED * lo,
        hi=None if hi is None else _HUNDRED * hi,
        worked=_share(drawn.is_worked[old]),
    )


def _compliance(drawn: Drawn, ruled: B1) -> Compliance:
    """Share worked of leads the score recommended, and of the others; the better half where no line was."""
    lined = ruled & ~np.isnan(drawn.is_ready)
    by_line = bool(lined.any())
    counted = lined if by_line else ruled
    middle = np.median(drawn.p[counted]) if counted.any() else 0.0
    good = counted & ((drawn.is_ready > 0) if by_line else (drawn.p >= middle))
    rest = counted & ~good
    return Compliance(
        _share(drawn.is_worked[good]),
        int(good.sum()),
        _share(drawn.is_worked[rest]),
        int(rest.sum()),
        by_line,
    )


def _watched(drawn: Drawn, matured: B1, won: B1, horizon_days: int) -> Watched:
    """Week by week as leads matured; the difference is by score minus held out."""
    ended = drawn.handed_at[matured] + np.timedelta64(horizon_days, "D")
    week = ((ended - ended.min()) // np.timedelta64(_WEEK, "D")).astype(np.int64)
    held, sold = drawn.is_held[matured], won[matured].astype(np.float64)
    counts = [
        np.bincount(week, values, minlength=week.max() + 1)
        for values in (held.astype(float), held * sold, (~held).astype(float), ~held * sold)
    ]
    base = float(np.clip(drawn.p[matured][week == 0].mean(), 0.001, 0.999))
    found = fit_sequential(*counts, base_rate=base)
    first = np.flatnonzero(found.e_values >= 1.0 / found.alpha)
    shown = None if not first.size else _day(ended.min() + np.timedelta64(_WEEK * (int(first[0]) + 1), "D"))
    return Watched(_HUNDRED * float(found.lo[-1]), _HUNDRED * float(found.hi[-1]), len(found.lo), shown)


def _explored(drawn: Drawn) -> tuple[Explored, ...]:
    """Held-out leads that were worked, segment by segment, of those old enough to have been."""
    settled = drawn.observed_days >= SETTLED_DAYS
    told = []
    for place, name in enumerate(drawn.segments):
        mine = settled & (drawn.segment == place)
        held = mine & drawn.is_held
        worked = held & drawn.is_worked
        effective = effective_cases(1.0 / drawn.share[worked])
        told.append(
            Explored(
                segment=name,
                drawn=int(mine.sum()),
                held=int(held.sum()),
                worked=int(worked.sum()),
                effective=effective,
                is_thin=effective < HELD_FROM,
            )
        )
    return tuple(sorted(told, key=lambda one: (one.effective, one.segment)))


def _reading(finding: Finding) -> str:
    if finding.estimate is None or finding.lo is None or finding.hi is None:
        return f"Not enough yet: {finding.reason}."
    size = f"{abs(finding.estimate):.1f}"
    span = f"{finding.lo:+.1f} to {finding.hi:+.1f}"
    if finding.lo > 0:
        return f"By score, {size} more customers per 100 leads than as they come ({span})."
    if finding.hi < 0:
        return f"By score, {size} fewer customers per 100 leads than as they come ({span})."
    return f"By score or as they come: no difference is shown ({span} customers per 100 leads)."


def _share(flags: B1) -> float | None:
    return float(flags.mean()) if flags.size else None


def _day(instant: np.datetime64) -> date:
    return date.fromisoformat(str(instant.astype("datetime64[D]")))
