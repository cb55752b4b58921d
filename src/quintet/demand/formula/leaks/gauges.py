"""How much one column alone says about the outcome, on leads it has not seen."""

from dataclasses import dataclass

import numpy as np

from quintet.demand.terms.examples import B1, F8, I8, Numbers, Words

FOLDS = 5
BINS = 20
#: Leads of the average rate that every level is given before it speaks.
PRIOR_LEADS = 5.0
Z90 = 1.645
_CLOSE = 1e-8


@dataclass(frozen=True, eq=False)
class Grouped:
    """A column cut into groups.

    Args:
        group: [n] 0 where nothing is known, else the level or the bin.
        groups: how many there are, 0 included.
        labels: what the groups are called, from group 1 on; empty for bins.
    """

    group: I8
    groups: int
    labels: tuple[str, ...] = ()

    @property
    def is_known(self) -> B1:
        """[n] has a value."""
        return self.group > 0


@dataclass(frozen=True, eq=False)
class Gauge:
    """What a column says by itself.

    Args:
        grouped: the column in groups.
        log_odds: [n] out of fold, over the average lead's.
        loss: [n] log loss of each lead, out of fold.
        base_loss: [n] same for the base rate.
        auc: chance that a customer is put above a non-customer.
    """

    grouped: Grouped
    log_odds: F8
    loss: F8
    base_loss: F8
    auc: float

    @property
    def gain(self) -> float:
        """Share of the doubt removed; below 0 it misleads."""
        return float(1 - self.loss.mean() / self.base_loss.mean())

    @property
    def gain_lo(self) -> float:
        """Lower end of its 90 % interval."""
        saved = self.base_loss - self.loss
        error = float(saved.std()) / np.sqrt(len(saved))
        return float((saved.mean() - Z90 * error) / self.base_loss.mean())


def grouped(column: Words | Numbers) -> Grouped:
    """Words by level; numbers in about twenty bins of equal size."""
    if isinstance(column, Words):
        return Grouped(column.codes + 1, len(column.levels) + 1, column.levels)
    known = np.isfinite(column.values)
    if not known.any():
        return Grouped(np.zeros(len(known), dtype=np.int64), 1)
    values = column.values[known]
    cuts = np.unique(np.quantile(values, np.linspace(0, 1, BINS + 1)[1:-1]))
    group = np.zeros(len(known), dtype=np.int64)
    group[known] = 1 + np.searchsorted(cuts, values, side="left")
    return Grouped(group, len(cuts) + 2)


def folds(leads: int) -> I8:
    """[n] a fold for each lead, the same every time."""
    return np.random.default_rng(20_260).permutation(leads) % FOLDS


def gauge(column: Grouped, won: B1, fold: I8) -> Gauge:
    """What the column says about each lead when only the other folds are known."""
    rate, base = np.empty(len(won)), np.empty(len(won))
    sums = [_sums(column, won, fold == one) for one in range(FOLDS)]
    leads, wins = (np.sum([one[side] for one in sums], axis=0) for side in (0, 1))
    for one, (own_leads, own_wins) in enumerate(sums):
        inside = fold == one
        seen, sold = leads - own_leads, wins - own_wins
        mean = (sold.sum() + 0.5) / (seen.sum() + 1)
        base[inside] = mean
        rate[inside] = ((sold + PRIOR_LEADS * mean) / (seen + PRIOR_LEADS))[column.group[inside]]
    return Gauge(column, _logit(rate) - _logit(base), _loss(rate, won), _loss(base, won), auc(rate, won))


def _sums(column: Grouped, won: B1, inside: B1) -> tuple[F8, F8]:
    group = column.group[inside]
    leads = np.bincount(group, minlength=column.groups).astype(np.float64)
    wins = np.bincount(group, weights=won[inside], minlength=column.groups).astype(np.float64)
    return leads, wins


def _logit(rate: F8) -> F8:
    return np.log(rate) - np.log1p(-rate)


def _loss(rate: F8, won: B1) -> F8:
    return -np.where(won, np.log(rate), np.log1p(-rate))


def auc(score: F8, won: B1) -> float:
    """Chance that a customer scores above a non-customer, ties half; 0.5 where there is none of one kind."""
    customers, others = int(won.sum()), int((~won).sum())
    if not customers or not others:
        return 0.5
    levels, place = np.unique(score, return_inverse=True)
    counts = np.bincount(place, minlength=len(levels))
    ranks = np.cumsum(counts) - (counts - 1) / 2
    total = float(ranks[place][won].sum())
    return (total - customers * (customers + 1) / 2) / (customers * others)


def together(log_odds: F8, won: B1) -> float:
    """Share of the doubt that several columns remove: their summed log-odds, put to scale by two numbers.

    Columns that repeat each other are counted once through the scale; what they say only in combination is
    not seen, so the share is a lower bound.
    """
    intercept, slope = _calibrated(log_odds, won)
    rate = np.clip(1 / (1 + np.exp(-(intercept + slope * log_odds))), 1e-9, 1 - 1e-9)
    base = np.full(len(won), (won.sum() + 0.5) / (len(won) + 1))
    return float(1 - _loss(rate, won).mean() / _loss(base, won).mean())


def _calibrated(log_odds: F8, won: B1, steps: int = 25) -> tuple[float, float]:
    """Logistic regression on one number, by Newton's method, the slope held by a weak prior."""
    mean = (won.sum() + 0.5) / (len(won) + 1)
    at = np.array([np.log(mean / (1 - mean)), 0.0])
    design = np.column_stack([np.ones(len(won)), log_odds])
    for _ in range(steps):
        rate = 1 / (1 + np.exp(-np.clip(design @ at, -30, 30)))
        slope = design.T @ (won - rate) - np.array([0.0, 1e-3]) * at
        curve = (design * (rate * (1 - rate))[:, None]).T @ design + np.diag([1e-9, 1e-3])
        step = np.linalg.solve(curve, slope)
        at = at + np.clip(step, -2, 2)
        if np.abs(step).max() < _CLOSE:
            break
    return float(at[0]), float(at[1])
