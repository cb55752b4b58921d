"""Means of reps on equal leads: who sold at what price, beside what was sold to whom."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.stats.crossing import crossed, design_of
from quintet.stats.logistic import Blocks, column_sums, summed

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

#: Precision of what is believed before: so little that it only keeps the equations solvable.
_NEXT_TO_NOTHING = 1e-6


@dataclass(frozen=True, eq=False)
class CrossedMeans:
    """What each rep adds to the mean, kinds being equal.

    Args:
        reps: beside the mean of all, shape (J,).
        errors: standard errors, shape (J,).
    """

    reps: FloatArray
    errors: FloatArray


def fit_crossed_means(rep: IntArray, kinds: tuple[IntArray, ...], values: FloatArray) -> CrossedMeans:
    """Least squares of values on rep and kinds together.

    Args:
        rep: number of each row's rep, 0 and above without gaps, shape (R,).
        kinds: level of each row, 0 and above, for each kind, shape (R,).
        values: shape (R,).

    Raises:
        BadInput: when the lists differ in length.
        NotEnoughData: with no more values than there are reps and kinds.

    Source: Searle, Linear Models for Unbalanced Data (1987), chapter 4 (two-way, no interaction).
    """
    features = (rep, *kinds)
    if {len(one) for one in features} != {len(values)}:
        raise BadInput(f"each value needs its rep and its kinds, got {len(values)} and {len(rep)}")
    sizes = tuple(int(one.max(initial=-1)) + 1 for one in features)
    free = len(values) - sum(sizes)
    if free <= 0:
        msg = f"{len(values)} values for {sum(sizes)} reps and kinds: more are needed to tell them apart"
        raise NotEnoughData(msg, have=len(values), need=sum(sizes) + 1, unit="values")
    blocks, codes = Blocks(sizes, (0,) * len(sizes)), np.column_stack(features).astype(np.int16)
    matrix = crossed(design_of(codes, sizes), np.ones(len(values)))
    matrix.flat[:: len(matrix) + 1] += _NEXT_TO_NOTHING
    inverse = np.linalg.inv(matrix)
    found = inverse @ column_sums(codes, blocks, values)
    residual = values - summed(float(found[0]), found[1:], codes, blocks)
    beside = np.eye(sizes[0]) - np.bincount(rep, minlength=sizes[0]) / len(values)
    mine = slice(1, 1 + sizes[0])
    covariance = beside @ inverse[mine, mine] @ beside.T * float(residual @ residual) / free
    return CrossedMeans(np.asarray(beside @ found[mine]), np.sqrt(np.maximum(np.diagonal(covariance), 0.0)))
