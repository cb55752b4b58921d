"""The level of a score follows the newest settled leads; what tells one lead from another stays as it is.

Season and economy move every lead alike. They are no features of a lead, so the effects must not learn them,
and the average of all past is not where the level stands today.
"""

from dataclasses import replace

import numpy as np

from quintet.demand.formula.score.features import blocks, encoded
from quintet.demand.formula.score.score import LeadScore
from quintet.demand.formula.score.tuning import Learned
from quintet.demand.terms.examples import F8, I8
from quintet.stats.levels import Level, fit_level
from quintet.stats.logistic import scores

#: A month's own level is taken half as it is and half as expected from so much information.
_PRIOR = 4.0
#: The score is asked for the leads of the months to come: about so many after the present one.
_AHEAD = 2


def with_level(score: LeadScore, known: Learned) -> LeadScore:
    """The same score at the level of the months to come, with the doubt about it in its intervals.

    Months of hand-over are compared by what came of their leads beside what the score says of them. Where
    they differ by no more than chance, or carry no dates, the score is returned as it is.

    Args:
        score: fitted on these leads.
        known: the leads it learned from, with their outcomes.
    """
    if np.isnat(known.examples.handed_at).any() or not len(known.won):
        return score
    months = known.examples.handed_at.astype("datetime64[M]").astype(np.int64)
    seen, variance = monthly_levels(score, known, months - int(months.min()))
    until = known.examples.until.astype("datetime64[M]").astype(np.int64)
    level = fit_level(seen, variance, ahead=max(int(until - months.max()), 0) + _AHEAD)
    return _moved(score, level) if level.moves else score


def monthly_levels(score: LeadScore, known: Learned, month: I8) -> tuple[F8, F8]:
    """Level of each month alone in log-odds beside the score, and its variance; infinite without leads."""
    log_odds = score.fit.log_odds(encoded(score.features, known.examples), blocks(score.features))
    weight = np.ones(len(known.won)) if known.weight is None else known.weight
    size = int(month.max()) + 1
    slope, information = _by_month(log_odds, known, weight, month, size)
    come = np.bincount(month, weight * known.won, size)
    expected = come - slope
    near = np.log((come + 0.5) / np.maximum(expected + 0.5, 0.5)) * expected / np.maximum(information, 1e-9)
    near = np.clip(near, -2.0, 2.0) * information / (information + _PRIOR)
    slope, information = _by_month(log_odds + near[month], known, weight, month, size)
    there = information > 0.0
    held = np.where(there, information, 1.0)
    return np.where(there, near + slope / held, 0.0), np.where(there, 1.0 / held, np.inf)


def _by_month(log_odds: F8, known: Learned, weight: F8, month: I8, size: int) -> tuple[F8, F8]:
    told = (weight * one for one in scores(log_odds, known.won, known.known))
    slope, information = (np.asarray(np.bincount(month, one, size), dtype=np.float64) for one in told)
    return slope, information


def _moved(score: LeadScore, level: Level) -> LeadScore:
    covariance = score.fit.covariance.copy()
    covariance[0, 0] = np.float32(covariance[0, 0] + level.variance)
    fit = replace(score.fit, base=score.fit.base + level.shift, covariance=covariance)
    table = score.table and replace(score.table, base_log_odds=score.table.base_log_odds + level.shift)
    return replace(score, fit=fit, table=table, warnings=(*score.warnings, _said(level)))


def _said(level: Level) -> str:
    times = float(np.exp(level.shift))
    return (
        f"Sales go up and down from month to month by more than chance: the level follows the newest settled"
        f" leads, whose odds are {times:.2f} times those of all (log-odds {level.shift:+.2f}"
        f" ± {1.645 * np.sqrt(level.variance):.2f})."
    )
