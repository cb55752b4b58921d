"""How good a score was on leads it had not seen, and which of two was better."""

import numpy as np

from quintet.demand.formula.score.score import LeadScore
from quintet.demand.formula.score.subset import subset
from quintet.demand.formula.score.target import later_target
from quintet.demand.terms.examples import B1, F8, Examples
from quintet.demand.terms.score import Comparison, Decile, Interval, Skill
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.stats.calibration import (
    Z90,
    Ranking,
    brier,
    calibration_line,
    groups,
    log_losses,
    mean_with_error,
    ranking,
    ranking_gain,
    wilson,
)

_EDGE = 1e-9


def score_skill(score: LeadScore, later: Examples) -> Skill:
    """How good the score was on later leads, against the base rate it knew.

    Args:
        score: fitted before.
        later: leads handed over afterwards; those not worked, or not yet as old as the horizon, are left
            out.

    Raises:
        NotEnoughData: when none is left.
    """
    tried, won = settled(later, score.ground.horizon_days)
    return skill(score.predict(tried).p, won, score.ground.base_rate)


def settled(later: Examples, horizon_days: int | None) -> tuple[Examples, B1]:
    """The later leads that were worked and are as old as the horizon, and who of them became a customer.

    Raises:
        NotEnoughData: when there is none.
    """
    target = later_target(later, horizon_days)
    rows = np.flatnonzero(target.taken)
    if not rows.size:
        raise NotEnoughData("no later lead is old enough to try the score on", unit="settled leads")
    return subset(later, rows), target.won[rows]


def skill(p: F8, won: B1, base_rate: float) -> Skill:
    """Proper scores, ranking and calibration of probabilities.

    Args:
        p: [n] what was said, 0..1.
        won: [n] what happened.
        base_rate: what would have been said of every lead without a score.

    Raises:
        BadInput: when the lengths differ or there is no lead.
    """
    if len(p) != len(won) or not len(p):
        raise BadInput(f"p and won must be of the same length above 0, got {len(p)} and {len(won)}")
    base = np.full(len(p), np.clip(base_rate, 1e-4, 1.0 - 1e-4))
    line, level = _line(p, won), _line(p, won, slope=1.0)
    losses, naive = log_losses(p, won), log_losses(base, won)
    return Skill(
        leads=len(p),
        customers=int(won.sum()),
        log_loss=float(losses.mean()),
        log_loss_base=float(naive.mean()),
        brier=brier(p, won),
        brier_base=brier(base, won),
        auc=_auc(ranking(p, won)),
        slope=line[1],
        intercept=level[0],
        deciles=tuple(
            Decile(one.cases, one.said, one.happened, *wilson(one.happened, one.cases))
            for one in groups(p, won)
        ),
        gain=_mean(naive - losses),
    )


def comparison(names: tuple[str, str], said: tuple[F8, F8], won: B1, base_rate: float) -> Comparison:
    """Which of two was better on the same later leads.

    Args:
        names: of the two.
        said: [n] probabilities of each.
        won: [n] what happened.
        base_rate: what would have been said of every lead.
    """
    first, second = said
    ranks = ranking(first, won), ranking(second, won)
    gain = None if ranks[0] is None or ranks[1] is None else _interval(*ranking_gain(ranks[0], ranks[1]))
    return Comparison(
        names=names,
        skills=(skill(first, won, base_rate), skill(second, won, base_rate)),
        log_loss_gain=_mean(log_losses(second, won) - log_losses(first, won)),
        auc_gain=gain,
    )


def _line(p: F8, won: B1, slope: float | None = None) -> tuple[float, float]:
    inside = np.clip(p, _EDGE, 1.0 - _EDGE)
    found = calibration_line(np.log(inside / (1.0 - inside)), won, slope=slope)
    return found.intercept, found.slope


def _auc(found: Ranking | None) -> Interval | None:
    if found is None:
        return None
    half = Z90 * found.deviation
    return Interval(found.auc, max(found.auc - half, 0.0), min(found.auc + half, 1.0))


def _mean(values: F8) -> Interval:
    return _interval(*mean_with_error(values))


def _interval(estimate: float, error: float) -> Interval:
    return Interval(estimate, estimate - Z90 * error, estimate + Z90 * error)
