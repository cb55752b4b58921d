"""A share of few, with the range it may really have."""

import math

from quintet.kernel.errors import BadInput

_Z90 = 1.6448536269514722


def wilson(won: float, tried: float, *, z: float = _Z90) -> tuple[float, float]:
    """The interval a share may really lie in; of one share alone, with nobody to learn from.

    Args:
        won: successes; a part of one counts as that part.
        tried: trials, at least 1.
        z: normal quantile; the default gives 90 %.

    Returns:
        Its ends, 0..1.

    Raises:
        BadInput: unless 0 <= won <= tried and tried >= 1.

    Source: Wilson 1927; Brown, Cai and DasGupta 2001, Interval estimation for a binomial proportion.
    """
    if not (0 <= won <= tried and tried >= 1):
        msg = f"won must lie in 0..tried and tried be 1 or more, got {won} of {tried}"
        raise BadInput(msg)
    share = won / tried
    spread = z * math.sqrt(share * (1 - share) / tried + z * z / (4 * tried * tried))
    middle, scale = share + z * z / (2 * tried), 1 + z * z / tried
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)
