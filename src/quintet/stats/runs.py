"""Rows that come in runs of one id each."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]


def numbered(ids: NDArray[Any]) -> tuple[NDArray[Any], IntArray]:
    """The ids that occur in order, and the place of each row's among them.

    The same as `numpy.unique(ids, return_inverse=True)`, but each run is looked up once: rows of a table
    mostly come rep by rep.
    """
    heads = np.flatnonzero(np.append(True, ids[1:] != ids[:-1])[: ids.size])
    known, place = np.unique(ids[heads], return_inverse=True)
    return known, np.repeat(place, np.diff(np.append(heads, ids.size)))
