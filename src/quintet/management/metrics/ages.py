"""Which ages of leads are told apart: by day, then by week and by four; and the classes of kinds of leads."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quintet.management.metrics.cohorts import AGE_CLASSES, DAILY_AGES, OLDEST_DAYS, WEEKLY_AGES

Ints = NDArray[Any]

_WEEK, _MONTH = 7, 28


def age_places(age: Ints) -> Ints:
    """The place among `AGES` of each age in days; of what entered later than is known, the youngest's."""
    return _PLACE[np.clip(age, 0, OLDEST_DAYS)]


def age_classes(age: Ints) -> Ints:
    """How many of `AGE_CLASSES` each age in days has passed."""
    return np.searchsorted(AGE_CLASSES, age).astype(np.int8)


def _binned(age: Ints) -> Ints:
    """Ages in days, the older the coarser: each span of a week or of four stands for its middle day."""
    weekly, monthly = (age // span * span + span // 2 for span in (_WEEK, _MONTH))
    return np.where(age <= DAILY_AGES, age, np.where(age < WEEKLY_AGES, weekly, monthly))


AGES, _place = np.unique(_binned(np.arange(OLDEST_DAYS + 1)), return_inverse=True)
_PLACE = _place.astype(np.int16)
