"""Which part of a product explains how much of a gap: exact, additive, free of any order."""

import math
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quintet.kernel.errors import BadInput

FloatArray = NDArray[np.float64]

_MAX_SHAPLEY = 10
_NEAR = 1e-9


def gap_parts(value: ArrayLike, reference: ArrayLike) -> FloatArray:
    """How much of the gap between two products each of their factors explains (LMDI-I).

    The whole is the sum over terms (e.g. channels) of the product of the factors. A factor's part is
    the sum over terms of L(V1, V0) ln(x1 / x0), L(a, b) = (a - b) / ln(a / b) being the logarithmic
    mean; the parts add up to the gap exactly, in every draw.

    Args:
        value: factors of the one that is judged, shape (factors, terms) or (factors, terms, draws), above 0.
        reference: the same of whom it is judged against; the two broadcast over draws.

    Returns:
        Part of the gap value - reference, in the unit of the whole, shape (factors,) or (factors, draws).

    Raises:
        BadInput: when a factor is not above 0; pool the rates first, posterior draws never are 0.

    Source: Ang, Energy Policy 33 (2005) 867-871; docs/formulas/management.md#peel-the-onion
    """
    one, zero = _paired(value, reference)
    weight = _logarithmic_mean(one.prod(axis=0), zero.prod(axis=0))
    return np.asarray((weight[None] * np.log(one / zero)).sum(axis=1))


def shapley_parts(value: ArrayLike, reference: ArrayLike) -> FloatArray:
    """The same question answered by averaging over all orders in which the factors could change.

    Kept as the cross-check of `gap_parts`: the two agree closely, and both add up exactly.

    Args:
        value: as for `gap_parts`; at most 10 factors.
        reference: as for `gap_parts`.

    Source: Shapley 1953; Sun, Energy Economics 20 (1998) 85-100.
    """
    one, zero = _paired(value, reference)
    factors = one.shape[0]
    if factors > _MAX_SHAPLEY:
        msg = f"Shapley parts take at most {_MAX_SHAPLEY} factors, got {factors}: use gap_parts"
        raise BadInput(msg)
    return np.stack([_shapley_part(one, zero, factor) for factor in range(factors)])


def _paired(value: ArrayLike, reference: ArrayLike) -> tuple[FloatArray, FloatArray]:
    one, zero = np.broadcast_arrays(
        np.asarray(value, dtype=np.float64), np.asarray(reference, dtype=np.float64)
    )
    if one.min() <= 0.0 or zero.min() <= 0.0:
        raise BadInput("every factor must be above 0, got one that is not: pool the rates first")
    return one, zero


def _logarithmic_mean(a: FloatArray, b: FloatArray) -> FloatArray:
    """(a - b) / ln(a / b), continued by (a + b) / 2 where the two meet."""
    ratio = np.log(a / b)
    far = np.abs(ratio) > _NEAR
    return np.asarray(np.divide(a - b, ratio, out=(a + b) / 2.0, where=far))


def _shapley_part(one: FloatArray, zero: FloatArray, factor: int) -> FloatArray:
    others = [k for k in range(one.shape[0]) if k != factor]
    part = np.zeros(one.shape[2:])
    for size in range(len(others) + 1):
        share = math.factorial(size) * math.factorial(len(others) - size) / math.factorial(len(others) + 1)
        for changed in combinations(others, size):
            fixed = [k for k in others if k not in changed]
            rest = one[list(changed)].prod(axis=0) * zero[fixed].prod(axis=0)
            part = part + share * (rest * (one[factor] - zero[factor])).sum(axis=0)
    return np.asarray(part)
