"""Two features that say more together than each alone: found on older leads, kept if later leads agree."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from quintet.demand.formula.score.features import OTHER, Feature, blocks, encoded
from quintet.demand.formula.score.tuning import Fold, Learned, carried, doubt, folds
from quintet.demand.terms.examples import F8, I8
from quintet.demand.terms.score import FeatureKind
from quintet.stats.logistic import (
    ROUGH,
    Blocks,
    Codes,
    LogisticFit,
    cross_counts,
    fit_spreads,
    scores,
    weighted,
)

CUSTOMERS_FROM = 500
MOST_PAIRS = 8
MOST_CELLS = 2_000
SURPRISE_FROM = 3.0
#: Combinations of fewer leads (P(1 - P) summed) would surprise too easily.
LEAST_INFORMATION = 1.0


def chosen_pairs(
    known: Learned, features: Sequence[Feature], codes: Codes, least: int, seed: int
) -> tuple[Feature, ...]:
    """The pairs worth adding; none unless later leads are foretold better with them by a standard error.

    Args:
        known: outcomes of the leads tuned on.
        features: the features taken alone.
        codes: their levels.
        least: fewest leads a combination of its own needs.
        seed: of the parts that leads without dates are cut into.
    """
    fold, columns = folds(known.examples, seed)[-1], blocks(features)
    older, learn = known.rows(fold.learn), fold.learn
    alone = fit_spreads(codes[learn], columns, older.won, older.known, weight=older.weight, tolerance=ROUGH)
    found = _surprising(alone, codes[learn], features, older, least)
    if not found:
        return ()
    both = (*features, *found)
    together_codes = encoded(both, known.examples)
    together = fit_spreads(
        together_codes[learn],
        blocks(both),
        older.won,
        older.known,
        weight=older.weight,
        start=carried(alone, features, both),
        tolerance=ROUGH,
    )
    gain = _losses(alone, codes, columns, (known, fold)) - _losses(
        together, together_codes, blocks(both), (known, fold)
    )
    return found if float(gain.mean()) > doubt(gain) else ()


def surprises(
    fit: LogisticFit, codes: Codes, columns: Blocks, known: Learned
) -> list[tuple[float, int, int]]:
    """How much each pair's combinations differ from what its features say alone, largest first.

    Returns:
        (chi-square above its degrees of freedom, in standard deviations; first feature; second feature).
    """
    found = scores(fit.log_odds(codes, columns), known.won, known.known)
    off, information = (cross_counts(codes, columns, weighted(one, known.weight)) for one in found)
    spans = [slice(1 + s, 1 + s + size) for s, size in zip(columns.starts, columns.sizes, strict=True)]
    ranked = [
        (_surprise(off[spans[f], spans[g]], information[spans[f], spans[g]]), f, g)
        for f, g in combinations(range(len(spans)), 2)
        if columns.sizes[f] * columns.sizes[g] <= MOST_CELLS
    ]
    return sorted(ranked, key=lambda one: (-one[0], one[1], one[2]))


def _surprising(
    fit: LogisticFit, codes: Codes, features: Sequence[Feature], known: Learned, least: int
) -> tuple[Feature, ...]:
    ranked = surprises(fit, codes, blocks(features), known)
    best = [(f, g) for surprise, f, g in ranked if surprise > SURPRISE_FROM][:MOST_PAIRS]
    return tuple(_pair(features[f], features[g], codes[:, [f, g]], least) for f, g in best)


def _surprise(off: F8, information: F8) -> float:
    there = information >= LEAST_INFORMATION
    rows, columns = int(there.any(axis=1).sum()), int(there.any(axis=0).sum())
    free = max(int(there.sum()) - rows - columns + 1, 1)
    square = float(np.sum(off[there] ** 2 / information[there]))
    return (square - free) / float(np.sqrt(2.0 * free))


def _pair(first: Feature, second: Feature, codes: Codes, least: int) -> Feature:
    across = codes[:, 0].astype(np.int64) * len(second.said) + codes[:, 1]
    cells: I8 = np.flatnonzero(np.bincount(across) >= least)
    said = [f"{first.said[c // len(second.said)]} and {second.said[c % len(second.said)]}" for c in cells]
    return Feature(
        f"{first.name} with {second.name}",
        FeatureKind.PAIRS,
        (*said, OTHER),
        cells=tuple(int(cell) for cell in cells),
        parts=(first, second),
    )


def _losses(fit: LogisticFit, codes: Codes, columns: Blocks, on: tuple[Learned, Fold]) -> F8:
    known, fold = on
    later = known.rows(fold.tested)
    return later.losses(fit.log_odds(codes[fold.tested], columns))
