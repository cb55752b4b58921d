"""Numbers in a few ranges a person can name: cut at quantiles, a value that stands for itself kept apart."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MOST = 10
LEAST = 20


@dataclass(frozen=True)
class Bins:
    """Ranges of a number, low to high, and one more for "not known".

    Args:
        edges: ascending; range k holds edges[k - 1] <= x < edges[k], the first and the last are open.
    """

    edges: tuple[float, ...]

    @property
    def ranges(self) -> int:
        """How many ranges, not counting "not known"."""
        return len(self.edges) + 1

    def codes(self, values: ArrayLike) -> IntArray:
        """The range of each value; `ranges` where it is NaN."""
        value = np.asarray(values, dtype=np.float64)
        code = np.searchsorted(np.array(self.edges), value, side="right")
        return np.asarray(np.where(np.isnan(value), self.ranges, code), dtype=np.int64)

    def labels(self, *, whole: bool = False) -> tuple[str, ...]:
        """Each range in words, then "not known".

        Args:
            whole: the number is a whole one, so ranges read "2 to 4" instead of "2 to under 5".
        """
        if not self.edges:
            return ("any", "not known")
        first, last = _number(self.edges[0]), _number(self.edges[-1])
        low = f"up to {_number(self.edges[0] - 1)}" if whole else f"under {first}"
        between = [_between(lo, hi, whole=whole) for lo, hi in zip(self.edges, self.edges[1:], strict=False)]
        return (low, *between, f"{last} or more", "not known")


def fit_bins(values: ArrayLike, *, most: int = MOST, least: int = LEAST) -> Bins:
    """Cut a number into ranges of about equal count.

    Args:
        values: NaN where it is not known; ignored.
        most: at most so many ranges; a value that fills a whole range's share alone gets its own.
        least: no range holds fewer values than this, except where there are fewer in all.

    Returns:
        Bins; without edges when one range is all there is.
    """
    known = np.asarray(values, dtype=np.float64)
    known = np.sort(known[~np.isnan(known)])
    different, count = np.unique(known, return_counts=True)
    if different.size < 2:  # noqa: PLR2004
        return Bins(())
    if different.size <= most:
        wanted = different[1:]
    else:
        even = known[(np.arange(1, most) * known.size) // most]
        heavy = np.flatnonzero(count * most >= known.size)
        after = different[heavy[heavy + 1 < different.size] + 1]
        wanted = np.unique(np.concatenate((even, different[heavy], after)))
    edges = _short(wanted[wanted > different[0]], different)
    return Bins(tuple(merged_edges(edges, known, least)))


def merged_edges(edges: ArrayLike, values: ArrayLike, least: int) -> list[float]:
    """The edges left when ranges with fewer than `least` values have joined their smaller neighbour."""
    kept = [float(edge) for edge in np.asarray(edges, dtype=np.float64)]
    value = np.asarray(values, dtype=np.float64)
    while kept:
        count = np.bincount(np.searchsorted(kept, value, side="right"), minlength=len(kept) + 1)
        thin = int(np.argmin(count))
        if count[thin] >= least:
            break
        is_left = thin == len(kept) or (thin > 0 and count[thin - 1] <= count[thin + 1])
        del kept[thin - 1 if is_left else thin]
    return kept


def _short(edges: FloatArray, different: FloatArray) -> list[float]:
    """Each edge as the shortest number that cuts the values in the same place."""
    return [_shortest(float(different[np.searchsorted(different, edge) - 1]), float(edge)) for edge in edges]


def _shortest(below: float, edge: float) -> float:
    for digits in range(1, 17):
        step = 10.0 ** (math.floor(math.log10(max(abs(edge), 1e-300))) - digits + 1)
        short = float(f"{round(edge / step) * step:.{digits}g}") if edge else 0.0
        if below < short <= edge:
            return short
    return edge


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else f"{value:g}"


def _between(lo: float, hi: float, *, whole: bool) -> str:
    if not whole:
        return f"{_number(lo)} to under {_number(hi)}"
    return _number(lo) if hi - lo == 1 else f"{_number(lo)} to {_number(hi - 1)}"
