"""What a score would predict among all who applied, when outcomes are known of those who were hired alone."""

from dataclasses import dataclass

import numpy as np

from quintet.kernel.errors import BadInput


@dataclass(frozen=True)
class Unrestricted:
    """A correlation among applicants, with its interval.

    Args:
        correlation: among all applicants, -1..1.
        lo, hi: ends of the interval.
        ratio: how much more applicants differ than those hired: standard deviation by standard deviation.
    """

    correlation: float
    lo: float
    hi: float
    ratio: float


def unrestricted(
    correlation: float, interval: tuple[float, float], *, sd_applicants: float, sd_hired: float
) -> Unrestricted:
    """What the score would predict among all applicants: Thorndike's case II.

    Hired people are more alike than applicants, so what they show is too small. It holds when people were
    chosen on this score and the relation is a straight line. The ends of the interval are transformed one
    by one: a standard error that is stretched instead covers too little.

    Args:
        correlation: of score and outcome among those hired.
        interval: its ends.
        sd_applicants: standard deviation of the score among all who applied.
        sd_hired: the same among those hired.

    Raises:
        BadInput: when a correlation lies outside -1..1 or a standard deviation is not above 0.

    Source: Thorndike, Personnel Selection (1949), case 2; Cohen, Cohen, West & Aiken, Applied Multiple
        Regression, 3rd ed. (2003), section 2.10.3.
    """
    if not min(sd_applicants, sd_hired) > 0:
        told = f"{sd_applicants:g} and {sd_hired:g}"
        raise BadInput(f"standard deviations must be above 0, got {told}: a score all share predicts nothing")
    ratio = sd_applicants / sd_hired
    middle, lo, hi = (_case_two(one, ratio) for one in (correlation, *interval))
    return Unrestricted(middle, lo, hi, ratio)


def _case_two(correlation: float, ratio: float) -> float:
    if not -1.0 <= correlation <= 1.0:
        raise BadInput(f"a correlation must lie in -1..1, got {correlation:g}")
    return float(correlation * ratio / np.sqrt(1.0 + correlation**2 * (ratio**2 - 1.0)))
