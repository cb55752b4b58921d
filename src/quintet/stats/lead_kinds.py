"""Whose leads are of which kind, and by how much each rep's are the easier ones for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quintet.stats.case_mix import fit_case_mix
from quintet.stats.runs import numbered

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

#: Kinds of leads with fewer than this are taken together.
MIN_KIND = 50
#: Offsets below this move no rate by a hundredth of itself.
_NOTHING = 0.01
_OTHER = -1


@dataclass(frozen=True, eq=False)
class LeadKinds:
    """Leads by rep and kind, one row each.

    Args:
        rep: id of the rep, shape (R,).
        kinds: what tells leads apart, e.g. segment → its number in each row, 0 and above, shape (R,); two.
        converted: leads converted, shape (R,).
        known: leads, each counted by the share of its outcome that is known, shape (R,).
    """

    rep: IntArray
    kinds: Mapping[str, IntArray]
    converted: FloatArray
    known: FloatArray


def fair_offsets(rows: LeadKinds, rep_ids: Sequence[int]) -> tuple[FloatArray, tuple[str, ...]]:
    """Log-odds by which each rep's leads are easier than those of all these reps, and by what they differ.

    Args:
        rows: of the whole company.
        rep_ids: the reps to compare; their leads together are the standard.

    Returns:
        Offsets in the order of `rep_ids`, shape (J,), and the kinds they were told apart by; zeros and
        nothing where leads are of one kind or reps have the same mix.

    Source: docs/formulas/management.md#fair-peers
    """
    nothing: tuple[FloatArray, tuple[str, ...]] = np.zeros(len(rep_ids)), ()
    if not rows.known.sum():
        return nothing
    levels = [merged(codes, rows.known) for codes in rows.kinds.values()]
    told = tuple(name for name, level in zip(rows.kinds, levels, strict=True) if np.ptp(level) > 0)
    if not told:
        return nothing
    kinds, stratum = _crossed(levels)
    reps, rep = numbered(rows.rep)
    size = (reps.size, kinds.shape[1])
    at = rep * size[1] + stratum
    converted, known = (
        np.bincount(at, one, size[0] * size[1]).reshape(size) for one in (rows.converted, rows.known)
    )
    both = merged(np.arange(size[1]), known.sum(axis=0))
    found = fit_case_mix(converted, known, np.vstack([kinds, both]), np.isin(reps, rep_ids)).offset
    by_rep = dict(zip(reps.tolist(), found.tolist(), strict=True))
    offset = np.array([by_rep.get(one, 0.0) for one in rep_ids])
    return (offset, told) if np.abs(offset).max(initial=0.0) > _NOTHING else nothing


def _crossed(levels: Sequence[IntArray]) -> tuple[IntArray, IntArray]:
    """The pairs of levels that occur, one column each, and which of them each row is."""
    one, two = levels
    wide = int(two.max()) - _OTHER + 1
    pair = (one - _OTHER) * wide + two - _OTHER
    occurs = np.bincount(pair) > 0  # kinds are few: counting them is ten times as quick as sorting leads
    pairs = np.flatnonzero(occurs)
    return np.stack([pairs // wide, pairs % wide]) + _OTHER, (np.cumsum(occurs) - 1)[pair]


def merged(codes: IntArray, leads: FloatArray) -> IntArray:
    """Which kind each row is of, those with too few leads taken together as -1.

    Args:
        codes: of each row, 0 and above, shape (R,).
        leads: of each row, shape (R,).
    """
    total = np.bincount(codes, leads, codes.max(initial=0) + 1)
    return np.where(total[codes] < MIN_KIND, _OTHER, codes)
