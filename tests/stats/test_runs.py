import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from quintet.stats.runs import numbered


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(1, 4)), max_size=12))
def test_runs_are_numbered_as_if_sorted(runs):
    """However long the runs, and whether an id comes back later, the answer is that of sorting every row."""
    ids = np.array([one for one, length in runs for _ in range(length)], dtype=np.int64)

    known, place = numbered(ids)

    expected, places = np.unique(ids, return_inverse=True)
    assert known.tolist() == expected.tolist()
    assert place.tolist() == places.tolist()
