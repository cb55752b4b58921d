"""How many reps there will be: who comes and who goes, each as a rate with what is not known about it.

Arrivals are Poisson with a gamma posterior, departures Poisson in rep-months the same way; both predictive
distributions are negative binomial and exact, and their difference is summed term by term.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from quintet.kernel.finding import CausalGrade, Finding, Status
from quintet.management.terms.organisation import SPAN, SpanForecast

#: Fewer arrivals and departures together are no rate.
FEWEST = 8
_LEVEL = 0.90
_PRIOR = 0.5
_METHOD = "span-forecast-1"
F8 = NDArray[np.float64]


def forecast_span(  # noqa: PLR0913 -- what a forecast of heads needs
    *, now: int, managers: int, joined: int, left: int, looked_back: int, rep_months: float, months: int = 6
) -> SpanForecast:
    """Reps in some months, and the managers that takes; silent where too few came and went to tell.

    Args:
        now: reps today.
        managers: managers with reps today.
        joined: who came in the months looked back on.
        left: who went in them.
        looked_back: how many months.
        rep_months: reps at the end of each of these months, added up: what departures are a rate of.
        months: ahead.
    """
    have = joined + left
    common = {
        "question": f"reps in {months} months",
        "subject": "the sales organisation",
        "unit": "reps",
        "n": have,
        "n_required": FEWEST,
        "method": _METHOD,
        "grade": CausalGrade.ASSOCIATION,
        "level": _LEVEL,
        "baseline": float(now),
    }
    if have < FEWEST or not rep_months or not looked_back:
        reason = f"only {have} people came or went in {looked_back} months; {FEWEST} are needed for a rate"
        silent = Finding(status=Status.SILENT, reason=reason, **common)  # type: ignore[arg-type]
        return SpanForecast(silent, months, now, managers, joined, left, looked_back, None, reason)
    comes = predictive(joined, looked_back, months)
    goes = predictive(left, rep_months, now * months, most=now)
    values, chances = _difference(now, comes, goes)
    lo, hi = (_quantile(values, chances, p) for p in ((1 - _LEVEL) / 2, (1 + _LEVEL) / 2))
    estimate = float(values @ chances)
    reps = Finding(
        status=Status.SPEAKS,
        estimate=estimate,
        lo=float(lo),
        hi=float(hi),
        **common,  # type: ignore[arg-type]
    )
    needed = (-(-lo // SPAN[1]), -(-hi // SPAN[0]))
    said = _sentence(reps, months, managers, needed)
    return SpanForecast(reps, months, now, managers, joined, left, looked_back, needed, said)


def predictive(events: int, exposure: float, ahead: float, most: int | None = None) -> F8:
    """Chances of 0, 1, 2 … events in `ahead`, after so many in `exposure`: negative binomial.

    Args:
        events: seen.
        exposure: in which they were seen.
        ahead: the exposure to come.
        most: no more than this can happen; what lies above is added to it.

    Source: Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.6; prior Gamma(1/2, 0).
    """
    shape = events + _PRIOR
    mean = shape * ahead / exposure
    top = int(mean + 12 * np.sqrt(mean * (1 + ahead / exposure)) + 20)
    k = np.arange(top + 1)
    stays = exposure / (exposure + ahead)
    logs = gammaln(k + shape) - gammaln(shape) - gammaln(k + 1) + shape * np.log(stays)
    chances = np.exp(logs + k * np.log1p(-stays))
    if most is not None and most < top:
        chances = np.append(chances[:most], chances[most:].sum())
    return np.asarray(chances / chances.sum())


def _difference(now: int, comes: F8, goes: F8) -> tuple[F8, F8]:
    """Heads and their chances: those now, more who come, less who go."""
    chances = np.convolve(comes, goes[::-1])
    first = now - (len(goes) - 1)
    return np.arange(first, first + len(chances), dtype=float), chances


def _quantile(values: F8, chances: F8, p: float) -> int:
    at = min(int(np.searchsorted(np.cumsum(chances), p)), len(values) - 1)
    return int(values[at])


def _sentence(reps: Finding, months: int, managers: int, needed: tuple[int, int]) -> str:
    low, high = needed
    said = (
        f"In {months} months {reps.estimate:,.0f} reps are to be expected ({reps.lo:,.0f} to {reps.hi:,.0f})"
    )
    if managers < low:
        return f"{said}: even the fewest take {low} managers, and there are {managers}. Promote or hire one."
    if managers > high:
        return f"{said}: {high} managers would do for the most of them, and there are {managers}."
    return f"{said}: that takes {low} to {high} managers, and there are {managers}."
