"""Weighted counts of the rows that show two levels at once, without the matrix of ones and zeros."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dpotri
from scipy.sparse import csr_array

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Design:
    """The one-hot matrix without the commonest level of each feature, which follows from the others.

    Args:
        rows: row by row.
        levels: level by level.
        sizes: levels of each feature.
        starts: position of each feature's first level.
        common: position of each feature's commonest level.
    """

    rows: csr_array
    levels: csr_array
    sizes: tuple[int, ...]
    starts: IntArray
    common: IntArray


def design_of(codes: NDArray[np.int16], sizes: tuple[int, ...]) -> Design:
    """The design of levels 0..size - 1 of each feature, shape (rows, features)."""
    starts = np.cumsum([0, *sizes], dtype=np.int64)[:-1]
    counts = [np.bincount(codes[:, f], minlength=size) for f, size in enumerate(sizes)]
    common = np.array([int(np.argmax(count)) for count in counts], dtype=np.int64)
    kept = codes != common
    column = (codes + starts)[kept]
    ends = np.concatenate(([0], np.cumsum(kept.sum(axis=1))))
    rows = csr_array((np.ones(column.size), column, ends), shape=(len(codes), sum(sizes)))
    return Design(rows, csr_array(rows.T), sizes, starts, starts + common)


def crossed(design: Design, weight: FloatArray) -> FloatArray:
    """[1 + width, 1 + width] sum of the weights: in all, of each level, of each pair of levels."""
    levels, width = design.levels, sum(design.sizes)
    scaled = csr_array((weight[levels.indices], levels.indices, levels.indptr), shape=levels.shape)
    whole = np.zeros((1 + width, 1 + width))
    whole[1:, 1:] = (scaled @ design.rows).toarray()
    own = np.add.reduceat(whole.diagonal()[1:], design.starts) if design.sizes else np.zeros(0)
    whole[0, 0] = weight.sum()
    whole[0, 1:] = whole.diagonal()[1:]
    whole[0, 1 + design.common] = whole[0, 0] - own
    whole[:, 0] = whole[0]
    spans = [slice(1 + s, 1 + s + size) for s, size in zip(design.starts, design.sizes, strict=True)]
    for span, common in zip(spans, design.common, strict=True):
        whole[1 + common] = 0.0
        whole[1 + common] = whole[0] - whole[span].sum(axis=0)
    for span, common in zip(spans, design.common, strict=True):
        whole[:, 1 + common] = 0.0
        whole[:, 1 + common] = whole[:, 0] - whole[:, span].sum(axis=1)
    return whole


def inverse(factor: FloatArray) -> FloatArray:
    """Of a symmetric matrix, from the lower half of its Cholesky factor; the factor is used up."""
    found, _ = dpotri(factor, lower=1, overwrite_c=1)
    lower = np.tril(found)
    return np.asarray(lower + np.tril(lower, -1).T, dtype=np.float64)
