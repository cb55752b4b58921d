"""The same people on the same criteria, before hire and after it: what interviews saw and missed."""

import numpy as np
from numpy.typing import NDArray

from quintet.hiring.formula.answers import ReviewedLine
from quintet.hiring.formula.given import HiringData
from quintet.hiring.formula.index import fit_index
from quintet.hiring.formula.sheet import fit_sheet

FloatArray = NDArray[np.float64]

#: People scored both times from which the two are correlated.
FEWEST_AGAIN = 10


def reviewed_lines(before: HiringData, after: HiringData) -> tuple[ReviewedLine, ...]:
    """Each criterion scored both times, in order of its key.

    Args:
        before: scores of interviewers, of everybody who applied.
        after: scores of reviewers, of those hired, by the same ids, with the leading outcome.
    """
    first, then = _tables(before), _tables(after)
    told = {one.key: one for one in fit_index(after).leading.lines}
    found = []
    for key in sorted(first.keys() & then.keys()):
        both = sorted(first[key].keys() & then[key].keys())
        pairs = np.array([(first[key][who], then[key][who]) for who in both]).reshape(-1, 2)
        if not len(pairs):
            continue
        line = told[key]
        found.append(
            ReviewedLine(
                key=key,
                people=len(pairs),
                before=float(pairs[:, 0].mean()),
                after=float(pairs[:, 1].mean()),
                again=_again(pairs),
                followed=line.n,
                correlation=line.correlation,
                lo=line.lo,
                hi=line.hi,
            )
        )
    return tuple(found)


def _tables(data: HiringData) -> dict[str, dict[str, float]]:
    """Criterion → candidate → score, of those who were scored on it."""
    sheet, _, everybody = fit_sheet(data)
    return {
        key: {
            who: float(everybody.table[row, at])
            for row, who in enumerate(data.candidates)
            if everybody.raters[row, at]
        }
        for at, key in enumerate(sheet.criteria)
    }


def _again(pairs: FloatArray) -> float | None:
    if len(pairs) < FEWEST_AGAIN or not pairs.std(axis=0).all():
        return None
    return float(np.corrcoef(pairs[:, 0], pairs[:, 1])[0, 1])
