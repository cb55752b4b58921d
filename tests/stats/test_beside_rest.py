"""Some people beside the rest: by hand, against Welch's test, and as sure as it says."""

import numpy as np
import pytest
from scipy.stats import ttest_ind

from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.stats.beside_rest import Group, beside_rest


def test_what_mine_brought_over_the_rate_of_the_rest():
    """Eight with ten chances each brought 40; the rest bring three in ten: 24 were to be expected."""
    mine = Group.of([5] * 8, [10] * 8)
    rest = Group.of([2, 4] * 5, [10] * 10)

    told = beside_rest(mine, rest)

    assert told.value == pytest.approx(40 - 0.3 * 80)
    assert mine.variance == 0
    assert rest.rate == 0.3


def test_with_equal_chances_it_is_welchs_interval():
    """One chance each: the sum is n times the difference of means, and so are its ends."""
    rng = np.random.default_rng(3)
    mine, rest = rng.normal(5, 2, 12), rng.normal(4, 1, 30)
    found = beside_rest(Group.of(mine, np.ones(12)), Group.of(rest, np.ones(30)))
    welch = ttest_ind(mine, rest, equal_var=False).confidence_interval(0.90)

    assert found.value == pytest.approx(12 * (mine.mean() - rest.mean()))
    assert found.ends == pytest.approx((12 * welch.low, 12 * welch.high), rel=0.002)


def test_people_without_chances_do_not_count():
    """Who had no month in question is not one of eight."""
    mine = Group.of([5] * 8 + [0], [10] * 8 + [0])

    assert len(mine) == 8
    with pytest.raises(NotEnoughData) as missing:
        beside_rest(Group.of([5] * 7 + [0], [10] * 7 + [0]), mine)
    assert (missing.value.have, missing.value.need) == (7, 8)


def test_chances_are_not_negative():
    """And there is one a person."""
    with pytest.raises(BadInput):
        Group.of([1.0], [-1.0])
    with pytest.raises(BadInput):
        Group.of([1.0], [1.0, 2.0])


def test_the_interval_holds_the_truth_as_often_as_it_says():
    """Uneven people with uneven chances, half as many again brought by mine: nine in ten, give or take."""
    inside = []
    for seed in range(400):
        rng = np.random.default_rng(seed)
        due = rng.gamma(4.0, 3.0, 40)
        is_mine = np.arange(40) < 14
        brought = rng.poisson(due * rng.gamma(16.0, 1 / 16.0, 40) * np.where(is_mine, 1.5, 1.0))
        groups = [Group.of(brought[who], due[who]) for who in (is_mine, ~is_mine)]
        lo, hi = beside_rest(*groups).ends
        inside.append(lo <= 0.5 * due[is_mine].sum() <= hi)

    assert 0.86 <= np.mean(inside) <= 0.95
