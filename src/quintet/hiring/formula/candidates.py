"""One candidate: the index as anybody works it out by hand, how sure it is, and what drives it."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from quintet.hiring.formula.answers import Contribution, Expectation, FittedIndex, Spread
from quintet.hiring.formula.given import Score
from quintet.hiring.formula.index import HiringFit
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.finding import CausalGrade, Finding

FloatArray = NDArray[np.float64]

#: Of the interval around an expectation.
LEVEL = 0.80
#: Below this share of the index's weight scored, a candidate has no index.
LEAST_SCORED = 0.5
METHOD = "hiring_index/1"


def expectation(fit: HiringFit, scores: tuple[Score, ...], outcome: str | None = None) -> Expectation:
    """A candidate's index, the range it leaves, and what each criterion moved it by.

    The index is the printed intercept plus the sum of printed weights times printed scores; a criterion
    nobody scored counts as the applicants' average.

    Args:
        fit: the formula.
        scores: of this candidate alone, by any raters.
        outcome: which index; the leading one when left out.

    Raises:
        NotEnoughData: when criteria that carry half of the weight were not scored.
        BadInput: when scores are of several candidates or of unknown criteria.
    """
    index = fit.index(outcome) if outcome else fit.leading
    line, raters = fit.sheet.of_candidate(scores)
    missing = tuple(key for key, count in zip(fit.sheet.criteria, raters, strict=True) if not count)
    _refuse(index, raters > 0, missing)
    value = round(index.intercept + float(line @ index.weights), index.decimals)
    finding, p_target = _finding(fit, index, scores[0].candidate, (value, line))
    drivers = tuple(
        Contribution(key, score, average, weight, round(weight * (score - average), index.decimals), count)
        for key, score, average, weight, count in zip(
            fit.sheet.criteria, line.tolist(), fit.sheet.average.tolist(), index.weights.tolist(),
            raters.tolist(), strict=True)
    )  # fmt: skip
    ordered = tuple(sorted(drivers, key=lambda one: -abs(one.points)))
    return Expectation(value, index.unit, finding, p_target, ordered, missing)


def reading(one: Expectation) -> str:
    """The expectation in one plain sentence.

    Args:
        one: `expectation`.
    """
    found = one.finding
    if found.lo is None or found.hi is None:
        return f"{one.index:.1f} {one.unit} by the weights written down before: {found.reason}."
    range_ = f"eight in ten like this end between {found.lo:.0f} and {found.hi:.0f}"
    told = f"{one.index:.0f} {one.unit} to be expected; {range_}"
    best = [each.key for each in one.drivers if each.points > 0][:2]
    return f"{told}; raised most by {' and '.join(best)}." if best else f"{told}."


def _refuse(index: FittedIndex, scored: NDArray[np.bool_], missing: tuple[str, ...]) -> None:
    size = np.abs(index.weights)
    share = float(size[scored].sum() / size.sum()) if size.sum() > 0 else float(scored.mean())
    if share < LEAST_SCORED:
        raise NotEnoughData(
            f"criteria scored so far carry {share:.0%} of the index: score {', '.join(missing[:3])} first",
            have=int(scored.sum()),
            need=scored.size,
            unit="criteria scored",
        )


def _finding(
    fit: HiringFit, index: FittedIndex, candidate: str, told: tuple[float, FloatArray]
) -> tuple[Finding, float | None]:
    value, line = told
    bare = Finding(
        question=f"What {index.outcome} is to be expected?",
        subject=candidate,
        unit=index.unit,
        status=index.status,
        n=index.n,
        n_required=index.n_required,
        method=METHOD,
        level=LEVEL,
        grade=CausalGrade.ASSOCIATION,
        reason=index.reason,
        expected_on=index.expected_on,
        as_of=fit.as_of,
        warnings=fit.warnings,
    )
    if index.spread is None:
        return bare, None
    mean, deviation = _in_deviations(index.spread, line)
    lo, hi = _range(index.spread, mean, deviation)
    found = replace(bare, estimate=value, lo=lo, hi=hi, baseline=index.spread.scale.middle)
    if index.target is None:
        return found, None
    return found, _p_above(index.spread, mean, deviation, index.target)


def foretold(fit: HiringFit, scores: tuple[Score, ...], levels: FloatArray) -> FloatArray:
    """Quantiles of what the leading outcome of a candidate will be, in its unit, the shape of `levels`.

    Args:
        fit: the formula.
        scores: of this candidate alone, on criteria the formula knows.
        levels: 0..1, e.g. (.1, .5, .9).

    Raises:
        NotEnoughData: where the index is prior only.
    """
    spread = fit.leading.spread
    if spread is None:
        raise NotEnoughData("the index is prior only: it foretells nothing", need=fit.leading.n_required)
    from scipy.special import ndtri

    line, _ = fit.sheet.of_candidate(scores)
    mean, deviation = _in_deviations(spread, line)
    return spread.scale.back(mean + deviation * np.asarray(ndtri(levels)))


def _in_deviations(spread: Spread, line: FloatArray) -> tuple[float, float]:
    """Expected normal score and its standard deviation, a new person's luck included."""
    off = line - spread.center
    doubt = float(off @ spread.covariance @ off) + spread.noise * (1.0 + 1.0 / spread.people)
    return float(spread.level + off @ spread.weight), float(np.sqrt(doubt))


def _range(spread: Spread, mean: float, deviation: float) -> tuple[float, float]:
    """The interval's ends in the outcome's unit: long above where outcomes have a long tail."""
    from scipy.special import ndtri

    reach = float(ndtri(0.5 + LEVEL / 2.0)) * deviation
    lo, hi = spread.scale.back([mean - reach, mean + reach]).tolist()
    return lo, hi


def _p_above(spread: Spread, mean: float, deviation: float, target: float) -> float:
    from scipy.special import ndtr

    return float(ndtr((mean - spread.scale.forth(target)) / deviation))
