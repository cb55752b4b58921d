"""Reps on equal leads and leads with equal reps, as lines to read: raw beside adjusted."""

import numpy as np
import numpy.typing as npt

from quintet.loop.chain.fitting import OTHER, Told
from quintet.loop.chain.terms import FALSE_SHARE, Apart, KindLine, RepLine, Standing
from quintet.stats.crossed_rates import LEAST_OF_A_KIND, CrossedRates, Rates
from quintet.stats.discoveries import fit_discoveries
from quintet.stats.homogeneity import chi_square_tail

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]

_ALONE_REP = "works only kinds of leads that no comparable rep works: rep and leads cannot be told apart"
_ALONE_KIND = "one rep alone works it: nobody can say whether it is the leads or the rep"
_FEW_LEADS = f"fewer than {LEAST_OF_A_KIND:.0f} leads"
_SURE = 0.05


def apart_of(told: Told) -> Apart:
    """Raw beside adjusted, for every rep and every kind of leads.

    Args:
        told: the fit of worked leads that become customers.
    """
    if told.fit is None:
        return Apart(missing=told.missing)
    reps = _reps(told, told.fit)
    kinds = [line for family in told.codes for line in _kinds(told, told.fit, family)]
    return Apart(
        tuple(sorted(reps, key=lambda one: (one.rate is None, -(one.rate or 0.0)))),
        tuple(kinds),
        float(told.fit.rows.won.sum() / told.fit.rows.tried.sum()),
        has_differences=_differ(told.fit) < _SURE,
    )


def _differ(fit: CrossedRates) -> float:
    """Probability that reps who are alike lie so far apart on equal leads."""
    squares = float(fit.reps @ np.linalg.pinv(fit.covariance, hermitian=True) @ fit.reps)
    return chi_square_tail(squares, len(fit.reps) - 1)


def _standings(effects: F8, errors: F8) -> list[Standing]:
    """Who stands apart, after correcting for how many were looked at."""
    from scipy.special import ndtr

    surely = fit_discoveries(2.0 * ndtr(-np.abs(effects / errors)), false_share=FALSE_SHARE).is_reported
    apart = np.where(effects > 0, Standing.ABOVE, Standing.BELOW)
    return [Standing(one) if sure else Standing.OPEN for one, sure in zip(apart, surely, strict=True)]


def _reps(told: Told, fit: CrossedRates) -> list[RepLine]:
    _, number = np.unique(told.worked.rep_id, return_inverse=True)
    leads, won = (np.bincount(number, one) for one in (told.worked.tried, told.worked.won))
    rates, standings = fit.of_reps(), _standings(fit.reps, fit.errors)
    lines = []
    for at, rep_id in enumerate(told.rep_ids.tolist()):
        counted = (rep_id, int(leads[at]), int(won[at]))
        if rep_id not in told.place:
            reason = _FEW_LEADS if leads[at] < LEAST_OF_A_KIND else _ALONE_REP
            lines.append(RepLine(*counted, None, None, None, Standing.REFUSED, reason))
            continue
        k = told.place[rep_id]
        lines.append(RepLine(*counted, *_ends(rates, k), standings[k]))
    return lines


def _kinds(told: Told, fit: CrossedRates, family: str) -> list[KindLine]:
    """The kinds of one family; none where all leads are of one kind."""
    codes, names = told.codes[family], told.names[family]
    if len(names) < 2:  # noqa: PLR2004 -- nothing to tell apart
        return []
    leads, won = (np.bincount(codes, one, len(names)) for one in (fit.rows.tried, fit.rows.won))
    reps = [np.unique(fit.rows.rep[codes == at]).size for at in range(len(names))]
    rates, standings = fit.of_kinds(codes), _standings(*fit.advantages(codes))
    lines = []
    for at, name in enumerate(names):
        counted = (family, name, int(leads[at]), int(won[at]), reps[at])
        if reps[at] == 1:
            lines.append(KindLine(*counted, None, None, None, Standing.REFUSED, _ALONE_KIND))
            continue
        lines.append(KindLine(*counted, *_ends(rates, at), standings[at]))
    return sorted(lines, key=lambda one: (one.rate is None, one.name == OTHER, -(one.rate or 0.0)))


def _ends(rates: Rates, at: int) -> tuple[float, float, float]:
    return float(rates.rate[at]), float(rates.lo[at]), float(rates.hi[at])
