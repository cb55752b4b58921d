"""How fast deeds fade and how hard to shrink: chosen on leads that came later than those learned from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quintet.demand.formula.score.features import Feature, Scale, blocks, encoded, fit_doings
from quintet.demand.terms.examples import F8, I8, Examples
from quintet.demand.terms.score import Target
from quintet.stats.logistic import (
    EVEN,
    ROUGH,
    Blocks,
    Codes,
    LogisticFit,
    fit_logistic,
    fit_spreads,
    minus_log_likelihood,
    weighted,
)

#: None: ever or never; infinity: plain counts.
HALF_LIVES: tuple[float | None, ...] = (None, np.inf, 7.0, 30.0, 90.0)
STRENGTHS = (1.0, 0.3, 3.0, 10.0, 100.0)
MOST_TUNED = 20_000
PARTS = 5
_FIRST_TESTED = 2


@dataclass(frozen=True, eq=False)
class Learned:
    """The leads to learn from: outcome, share of it that is known, and how much each counts."""

    examples: Examples
    won: F8
    known: F8 | None
    weight: F8 | None = None

    def rows(self, rows: I8) -> "Learned":
        """Only these outcomes; the examples stay whole."""
        known, weight = (None if one is None else one[rows] for one in (self.known, self.weight))
        return Learned(self.examples, self.won[rows], known, weight)

    def losses(self, log_odds: F8) -> F8:
        """[n] log loss of these log-odds, times how much each lead counts."""
        return weighted(minus_log_likelihood(log_odds, self.won, self.known), self.weight)


@dataclass(frozen=True, eq=False)
class Fold:
    """Leads to learn from and later leads to try it on."""

    learn: I8
    tested: I8


@dataclass(frozen=True, eq=False)
class Tuned:
    """The chosen shrinkage and what the folds said.

    Args:
        fit: on the tuned leads with the learned spreads, at strength 1.
        strength: of the shrinkage.
        fold_fits: one a fold, at that strength.
        folds: the folds.
        losses: log loss of each held-out lead at that strength.
    """

    fit: LogisticFit
    strength: float
    fold_fits: tuple[LogisticFit, ...]
    folds: tuple[Fold, ...]
    losses: F8


def learned(examples: Examples, target: Target, weight: F8 | None = None) -> Learned:
    """Outcomes of the leads taken; `examples` are these leads only, `weight` is of all."""
    won, known = target.won[target.taken].astype(np.float64), target.known[target.taken]
    return Learned(
        examples,
        won,
        None if np.all(known >= 1.0) else known,
        None if weight is None else weight[target.taken],
    )


def spaced(leads: int, most: int = MOST_TUNED) -> I8:
    """At most so many positions, evenly spread over time."""
    return np.unique(np.linspace(0, leads - 1, min(leads, most)).astype(np.int64))


def folds(examples: Examples, seed: int) -> tuple[Fold, ...]:
    """Learn from the older, try on the next fifth; without dates five seeded parts in turn."""
    count = len(examples)
    if np.isnat(examples.handed_at).any():
        parts = np.array_split(np.random.default_rng(seed).permutation(count), PARTS)
        return tuple(
            Fold(np.sort(np.concatenate(parts[:k] + parts[k + 1 :])), np.sort(parts[k])) for k in range(PARTS)
        )
    parts = np.array_split(np.arange(count), PARTS)
    return tuple(Fold(np.concatenate(parts[:k]), parts[k]) for k in range(_FIRST_TESTED, PARTS))


def chosen_doings(known: Learned, fields: Sequence[Feature], cut: Scale, seed: int) -> tuple[Feature, ...]:
    """The deeds at the half-life that foretells later leads best; the simpler one where it makes no odds."""
    cuts = folds(known.examples, seed)
    best: tuple[float, tuple[Feature, ...]] = (np.inf, ())
    before: tuple[Sequence[Feature], LogisticFit] | None = None
    for half_life in HALF_LIVES:
        found = fit_doings(known.examples.doings, len(known.examples), half_life, cut)
        if not found:
            return ()
        features = (*fields, *found)
        start = None if before is None else carried(before[1], before[0], features)
        loss, fit = _held_out(known, features, cuts, start)
        before = features, fit
        if loss < best[0] - 1e-5:
            best = (loss, found)
    return best[1]


def carried(fit: LogisticFit, before: Sequence[Feature], features: Sequence[Feature]) -> LogisticFit:
    """A fit of some features as the place to begin with others: what both have is kept, the rest is even."""
    columns, old = blocks(features), blocks(before)
    place = {one.name: f for f, one in enumerate(before)}
    effects, spreads = np.zeros(columns.width), np.full(len(features), EVEN)
    for f, (one, start, size) in enumerate(zip(features, columns.starts, columns.sizes, strict=True)):
        at = place.get(one.name)
        if at is None:
            continue
        spreads[f] = fit.spreads[at]
        if old.sizes[at] == size:
            effects[start : start + size] = fit.effects[old.starts[at] :][:size]
    return LogisticFit(fit.base, effects, np.zeros((0, 0)), spreads)


def tuned(known: Learned, codes: Codes, columns: Blocks, seed: int) -> Tuned:
    """Spreads by evidence, then the strength that foretells held-out leads best.

    Held-out loss falls, then rises with strength: once a stronger one is surely worse, none above is tried.
    """
    fit = fit_spreads(codes, columns, known.won, known.known, weight=known.weight, tolerance=ROUGH)
    cuts = folds(known.examples, seed)
    tries: list[Tuned] = []
    for strength in STRENGTHS:
        starts = tries[0].fold_fits if tries else (fit,) * len(cuts)
        tries.append(_tried(known, codes, columns, (fit, strength, cuts, starts)))
        if strength > 1.0 and _surely_worse(tries[-1], tries[0]):
            break
    return min(tries, key=lambda one: float(one.losses.mean()) + doubt(one.losses - tries[0].losses))


def _surely_worse(one: Tuned, other: Tuned) -> bool:
    gain = one.losses - other.losses
    return float(gain.mean()) > doubt(gain)


def telling(codes: Codes, columns: Blocks, won: F8, most: int) -> I8:
    """Positions of the features whose levels differ most beyond luck, in their order."""
    rate = won.mean()
    value = []
    for feature, size in enumerate(columns.sizes):
        count = np.bincount(codes[:, feature], minlength=size)
        hits = np.bincount(codes[:, feature], won, minlength=size)
        used = count > 0
        square = np.sum((hits[used] - rate * count[used]) ** 2 / (rate * (1.0 - rate) * count[used]))
        free = max(int(used.sum()) - 1, 1)
        value.append((square - free) / np.sqrt(2.0 * free))
    return np.sort(np.argsort(-np.array(value), kind="stable")[:most])


def _tried(
    known: Learned,
    codes: Codes,
    columns: Blocks,
    at: tuple[LogisticFit, float, tuple[Fold, ...], Sequence[LogisticFit]],
) -> Tuned:
    start, strength, cuts, starts = at
    fits, losses = [], []
    for fold, first in zip(cuts, starts, strict=True):
        part, later = known.rows(fold.learn), known.rows(fold.tested)
        fit = fit_logistic(
            codes[fold.learn], columns, part.won, part.known, weight=part.weight,
            start=first, strength=strength, tolerance=ROUGH, doubt=False,
        )  # fmt: skip
        losses.append(later.losses(fit.log_odds(codes[fold.tested], columns)))
        fits.append(fit)
    return Tuned(start, strength, tuple(fits), cuts, np.concatenate(losses))


def doubt(difference: F8) -> float:
    """One standard error: what is new must be better than what is there by more than this."""
    return float(difference.std() / np.sqrt(difference.size))


def _held_out(
    known: Learned, features: Sequence[Feature], cuts: tuple[Fold, ...], start: LogisticFit | None
) -> tuple[float, LogisticFit]:
    """Log loss of later leads; spreads are learned on the first fold alone, which has seen none of them."""
    codes, columns = encoded(features, known.examples), blocks(features)
    first = known.rows(cuts[0].learn)
    fit = fit_spreads(
        codes[cuts[0].learn],
        columns,
        first.won,
        first.known,
        weight=first.weight,
        start=start,
        tolerance=ROUGH,
    )
    tried = _tried(known, codes, columns, (fit, 1.0, cuts, (fit,) * len(cuts)))
    return float(tried.losses.mean()), fit
