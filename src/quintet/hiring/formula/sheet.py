"""Scores as one table, candidates by criteria: leniency taken out, thin panels pulled to the average."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quintet.hiring.formula.given import HiringData, Score, placed
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.stats.agreement import one_way_agreement
from quintet.stats.raters import RaterFit, Scores, adjusted, fit_raters, rater_groups

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

#: Scores are printed with two decimals, and count as printed.
SCORE_DECIMALS = 2
_USUAL_SINGLE = 0.4
_LEAST_SINGLE = 0.05
_UNKNOWN = -9.0


@dataclass(frozen=True, eq=False)
class Sheet:
    """How scores become a table, and the table of all applicants.

    Args:
        criteria: in order.
        leniency: points each rater is known to add.
        average: of all applicants, a criterion each, as printed, shape (K,).
        agreement: ICC of the mean of the usual panel, a criterion each; 0 where it is unknown.
        single: reliability of one rater's score, over all criteria.
        usual: raters who score a candidate's criterion, on average.
        warnings: why leniency is not taken out, where it is not.
    """

    criteria: tuple[str, ...]
    leniency: dict[str, float]
    average: FloatArray
    agreement: FloatArray
    single: float
    usual: float
    warnings: tuple[str, ...]

    def factor(self, raters: int) -> float:
        """By how much a score counts that so many raters gave: 1 for the usual panel, less below it.

        Args:
            raters: how many scored it.
        """
        if raters <= 0:
            return 0.0
        return float(min(1.0, _reliability(self.single, raters) / _reliability(self.single, self.usual)))

    def table(self, scores: Scores, raters: tuple[str, ...]) -> tuple[FloatArray, IntArray]:
        """Candidates by criteria as printed, (m, K), and how many raters scored each.

        Args:
            scores: rows.
            raters: whose place is which; a new rater's leniency is 0.
        """
        known = np.array([self.leniency.get(one, 0.0) for one in raters])
        found = adjusted(scores, known)
        factors = np.array([self.factor(count) for count in range(int(found.raters.max(initial=0)) + 1)])
        pulled = self.average + factors[found.raters] * (found.mean - self.average)
        return np.round(pulled, SCORE_DECIMALS), found.raters

    def of_candidate(self, scores: tuple[Score, ...]) -> tuple[FloatArray, IntArray]:
        """One candidate's line of the table, shape (K,), and how many raters scored each criterion.

        Args:
            scores: of this candidate alone.

        Raises:
            BadInput: when they are of several candidates, of none, or name an unknown criterion.
        """
        names = {one.candidate for one in scores}
        if len(names) != 1:
            raise BadInput(f"an index is of one candidate, got scores of {len(names)}")
        strange = {one.criterion for one in scores} - set(self.criteria)
        if strange:
            raise BadInput(f"the index does not know {', '.join(sorted(strange))}: fit it anew")
        raters = tuple(sorted({one.rater for one in scores}))
        rows = placed(scores, tuple(names), raters, self.criteria)
        table, count = self.table(rows, raters)
        return table[0], count[0]


@dataclass(frozen=True, eq=False)
class Applicants:
    """Everybody's scores as printed, (N, K), and how many raters gave each; 0 where nobody did."""

    table: FloatArray
    raters: IntArray


def fit_sheet(data: HiringData) -> tuple[Sheet, RaterFit | None, Applicants]:
    """How scores become a table, what was learned of the raters (None when refused), and all applicants.

    Args:
        data: what the formula is given.
    """
    keys = tuple(one.key for one in data.criteria)
    if not data.scores:
        nobody = np.zeros(len(keys))
        nothing = Applicants(np.zeros((0, len(keys))), np.zeros((0, len(keys)), dtype=np.int64))
        return Sheet(keys, {}, nobody, nobody, _USUAL_SINGLE, 1.0, ()), None, nothing
    raters, warning = _raters(data)
    leniency = np.round(raters.leniency if raters else np.zeros(len(data.raters)), SCORE_DECIMALS)
    plain = adjusted(data.rows, leniency)
    usual = float(plain.raters[plain.raters > 0].mean())
    single, agreement = _agreement(data.rows, leniency, usual)
    sheet = Sheet(
        keys,
        dict(zip(data.raters, leniency.tolist(), strict=True)),
        np.round(plain.mean.mean(axis=0), SCORE_DECIMALS),
        agreement,
        single,
        usual,
        (warning,) if warning else (),
    )
    return sheet, raters, Applicants(*sheet.table(data.rows, data.raters))


def _raters(data: HiringData) -> tuple[RaterFit | None, str]:
    """What is known of the raters, or why nothing is."""
    try:
        return fit_raters(data.rows, level=data.level), ""
    except NotEnoughData as error:
        groups = rater_groups(data.rows, np.ones(len(data.raters), dtype=bool))
        if error.unit != "groups of raters":
            return None, f"leniency is left in the scores: {error}"
        named = "; ".join(", ".join(data.raters[one] for one in group) for group in groups)
        told = "raters fall into groups that share no candidate"
        return None, f"leniency is left in the scores: {told} ({named}): let one of each score a candidate"


def _agreement(rows: Scores, leniency: FloatArray, usual: float) -> tuple[float, FloatArray]:
    """Reliability of one rater's score, and of the usual panel's mean by criterion, leniency taken out."""
    plain, singles = rows.score - leniency[rows.rater], []
    for criterion in range(rows.shape[2]):
        mine = rows.criterion == criterion
        try:
            singles.append(one_way_agreement(rows.candidate[mine], plain[mine]).single)
        except BadInput:
            singles.append(_UNKNOWN)
    found = np.array(singles)
    known = found[found != _UNKNOWN]
    single = float(np.median(known)) if known.size else _USUAL_SINGLE
    whole = _reliability(np.where(found == _UNKNOWN, 0.0, np.clip(found, 0.0, 1.0)), usual)
    return max(single, _LEAST_SINGLE), np.asarray(whole)


def _reliability(single: float | FloatArray, raters: float) -> float | FloatArray:
    """Spearman and Brown: of the mean of so many raters.

    Source: Spearman, British Journal of Psychology 3 (1910) 271-295.
    """
    return raters * single / (1.0 + (raters - 1.0) * single)
