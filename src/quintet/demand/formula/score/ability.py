"""May a score speak? Not unless held-out leads were foretold better with it than with the base rate alone."""

import numpy as np

from quintet.demand.formula.score.tuning import Learned, Tuned
from quintet.demand.terms.examples import F8
from quintet.demand.terms.score import Interval
from quintet.stats.calibration import Z90, mean_with_error, ranking
from quintet.stats.logistic import Blocks, Codes, weighted


def cannot_tell(known: Learned, codes: Codes, columns: Blocks, tune: Tuned) -> str:
    """Why leads must not be put in order by the score; empty when they may.

    The gain over the base rate each fold had seen must be above 0 with its 90 % interval, or else the AUC
    above .5 with its own.

    Args:
        known: outcomes of the tuned leads.
        codes: their levels.
        columns: of these.
        tune: the folds, their fits and their losses.
    """
    gain, error = mean_with_error(_base_losses(known, tune) - tune.losses)
    if gain - Z90 * error > 0.0:
        return ""
    tested = tune.losses.size
    later = "leads it had not seen" if np.isnat(known.examples.handed_at).any() else "later leads"
    worse = f"it cannot tell leads apart: on {later} it was no better than the base rate"
    found = _auc(known, codes, columns, tune)
    if found is None:
        return f"{worse} (n={tested:,})"
    if found.lo > 0.5:  # noqa: PLR2004 -- an even chance
        return ""
    return f"{worse} (AUC {found.estimate:.2f}, {found.lo:.2f} to {found.hi:.2f}, n={tested:,})"


def _auc(known: Learned, codes: Codes, columns: Blocks, tune: Tuned) -> Interval | None:
    """Ranks within each fold, as base rates drift between them; folds weigh by their pairs."""
    told = []
    for fold, fit in zip(tune.folds, tune.fold_fits, strict=True):
        found = ranking(fit.log_odds(codes[fold.tested], columns), known.won[fold.tested] > 0)
        if found is not None:
            told.append((found.of_won.size * found.of_lost.size, found.auc, found.deviation))
    if not told:
        return None
    pairs, auc, error = np.array(told, dtype=np.float64).T
    share = pairs / pairs.sum()
    estimate, half = float(share @ auc), Z90 * float(np.sqrt(np.sum((share * error) ** 2)))
    return Interval(estimate, max(estimate - half, 0.0), min(estimate + half, 1.0))


def _base_losses(known: Learned, tune: Tuned) -> F8:
    """[tested] log loss of the share of customers among the leads each fold learned from."""
    losses = []
    for fold in tune.folds:
        part, later = known.rows(fold.learn), known.rows(fold.tested)
        seen = np.ones(len(part.won)) if part.known is None else part.known
        shown = float(weighted(seen, part.weight).sum())
        rate = (float(weighted(part.won, part.weight).sum()) + 0.5) / (shown + 1.0)
        even = np.full(len(later.won), np.log(rate / (1.0 - rate)))
        losses.append(later.losses(even))
    return np.concatenate(losses)
