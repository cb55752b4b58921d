import numpy as np
import pytest

from quintet.simulate.ids import PREFIX, surrogate_id, surrogate_ids


@pytest.mark.parametrize("entity", PREFIX)
def test_whole_columns_of_ids_equal_the_kernel_one_by_one(entity):
    """Every count of digits gives the number that kernel.ids gives, whatever the order."""
    numbers = np.array([0, 9, 10, 99, 100, 12_345, 987_654_321, 5, 40_000, 1_000_000_007])

    assert surrogate_ids(entity, numbers).tolist() == [surrogate_id(entity, int(n)) for n in numbers]


def test_no_ids_of_nobody():
    """A column without rows has no ids."""
    assert len(surrogate_ids("lead", np.array([], dtype=np.int64))) == 0
