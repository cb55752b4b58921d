"""Which criteria go with what reps give later, step by step; nothing but sums leaves here."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from quintet.hiring.formula.given import HiringData
from quintet.hiring.formula.sheet import fit_sheet
from quintet.hiring.terms.links import FEWEST_HIRES, CriterionLink, Measured
from quintet.kernel.errors import BadInput
from quintet.stats.weighted_slopes import weighted_slope

FloatArray = NDArray[np.float64]


def criterion_links(
    data: HiringData, rep_of: Mapping[str, int], measures: Mapping[str, Mapping[int, Measured]]
) -> tuple[CriterionLink, ...]:
    """Each criterion beside each measure, over those hired; leniency of raters is taken out as for the index.

    Args:
        data: criteria and scores before hire.
        rep_of: candidate → the rep he became.
        measures: what is measured → rep_id → how much.

    Returns:
        One for every criterion and measure, in the order of both.
    """
    _, _, everybody = fit_sheet(data)
    place = {who: at for at, who in enumerate(data.candidates)}
    found = []
    for at, one in enumerate(data.criteria):
        scored = {
            rep: float(everybody.table[place[who], at])
            for who, rep in rep_of.items()
            if who in place and everybody.raters[place[who], at] > 0
        }
        found += [_link(one.key, name, scored, known) for name, known in measures.items()]
    return tuple(found)


def _link(
    criterion: str, measure: str, scored: Mapping[int, float], known: Mapping[int, Measured]
) -> CriterionLink:
    reps = sorted(scored.keys() & known.keys())
    if len(reps) < FEWEST_HIRES:
        reason = f"{len(reps)} hires were scored on it and are known in this; it takes {FEWEST_HIRES}"
        return CriterionLink(criterion, measure, len(reps), None, reason)
    values = [known[one].value for one in reps], [known[one].error for one in reps]
    try:
        slope = weighted_slope([scored[one] for one in reps], *values)
    except BadInput:
        return CriterionLink(criterion, measure, len(reps), None, "all hires got the same score")
    return CriterionLink(criterion, measure, len(reps), slope)
