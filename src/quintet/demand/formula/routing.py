"""The lot that draws leads out of the score, and each lead's chance of being recommended for work."""

import hashlib

import numpy as np

from quintet.demand.terms.examples import B1, F8, I8
from quintet.kernel.errors import BadInput

#: Share of leads held out of the score unless somebody says otherwise, and the most there may be.
DEFAULT_SHARE, MOST_SHARE = 0.05, 0.20
#: What the two arms are called in the ledger.
HELD, BY_SCORE = "held", "score"


def lots(lead_ids: I8, salt: str) -> F8:
    """[n] a number in 0..1 for each lead: the same whenever it is drawn, foretold by nobody without the salt.

    Source: Steele, Lea & Flood, OOPSLA 2014, 453-472 (SplitMix64, the mixing of its numbers).
    """
    start = int.from_bytes(hashlib.sha256(salt.encode()).digest()[:8], "big")
    mixed = lead_ids.astype(np.uint64) ^ np.uint64(start)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 0x9E3779B97F4A7C15)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    mixed ^= mixed >> np.uint64(32)
    return np.asarray((mixed >> np.uint64(11)).astype(np.float64) / float(2**53))


def checked_share(share: float) -> float:
    """The share, when it may be.

    Raises:
        BadInput: unless it lies in 0..0.2.
    """
    if not 0.0 <= share <= MOST_SHARE:
        raise BadInput(
            f"the share held out must lie in 0..{MOST_SHARE:.0%}, got {share:.0%}: "
            "more would cost too many customers, 0 switches it off"
        )
    return share


def recommended_chance(is_ready: B1, share: float, fits: float) -> F8:
    """[n] chance of being recommended for work, before the lot: by score, or held out and as it comes.

    Args:
        is_ready: [n] at or above the sales-ready line.
        share: of leads held out.
        fits: of leads as they come that the team can work, 0..1.
    """
    return np.asarray((1.0 - share) * is_ready.astype(np.float64) + share * fits)
