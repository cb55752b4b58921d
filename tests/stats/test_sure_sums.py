"""Sums of numbers known with an interval: by hand, against closed forms, unknown where nothing is known."""

import math

import numpy as np
import pytest
from scipy.stats import norm
from scipy.stats import t as student

from quintet.kernel.errors import BadInput
from quintet.stats.sure_sums import DRAWS, added, multiplied, of_ends, of_error, of_levels, together


def test_a_number_keeps_its_own_interval():
    """What went in as 3 (1 to 7) comes out so; ends on either side may lie unevenly."""
    told = of_ends(3.0, 1.0, 7.0)

    assert told.value == 3.0
    assert told.ends == pytest.approx((1.0, 7.0), abs=0.01)
    assert len(told.draws) == DRAWS
    assert (np.diff(told.draws) >= 0).all()


def test_numbers_that_err_alone_add_their_squares():
    """10 ± 3 and 20 ± 4 make 30 ± 5; of one that is negative the difference."""
    told = added([of_ends(10, 7, 13), of_ends(20, 16, 24)])
    apart = added([of_ends(10, 7, 13), of_ends(-20, -24, -16)])

    assert told.value == 30
    assert told.ends == pytest.approx((25, 35), abs=0.3)
    assert apart.value == -10
    assert apart.ends == pytest.approx((-15, -5), abs=0.3)


@pytest.mark.parametrize(("shared", "reach"), [(0.0, 5.0), (0.5, math.sqrt(25 + 12)), (1.0, 7.0)])
def test_numbers_that_err_together_add_more_than_their_squares(shared, reach):
    """10 ± 3 and 20 ± 4: 5 where they err alone, 7 where one error is behind both, cosines between."""
    told = together([of_ends(10, 7, 13), of_ends(20, 16, 24)], shared)

    assert told.value == 30
    assert told.ends == pytest.approx((30 - reach, 30 + reach), abs=0.3)


def test_the_doubt_of_few_cases_is_students():
    """From five degrees of freedom the interval is as wide as the table of t says."""
    lo, hi = of_error(100.0, 10.0, 5).ends

    assert hi - 100 == pytest.approx(10 * student.ppf(0.95, 5), rel=0.005)
    assert 100 - lo == pytest.approx(hi - 100, rel=0.001)


def test_several_intervals_are_all_kept():
    """Told at 0.8, 1.645 and 2.6 standard errors, each comes out at its level; beyond, the line goes on."""
    z = (0.8, 1.6448536, 2.6)
    told = of_levels(5.0, z, [4.0, 3.5, 3.2], [7.0, 10.0, 15.0])

    for one, lo, hi in zip(z, (4.0, 3.5, 3.2), (7.0, 10.0, 15.0), strict=True):
        found = np.quantile(told.draws, [norm.cdf(-one), norm.cdf(one)])
        assert found == pytest.approx((lo, hi), abs=0.12)
    assert told.ends == pytest.approx((3.5, 10.0), abs=0.02)
    assert told.draws[-1] > 15.0


def test_so_many_times_a_number_and_the_product_of_two():
    """Thirty customers at 150 each: errors of both count."""
    customers, price = of_ends(30, 20, 40), of_error(150.0, 15.0, 1e6)
    told = multiplied(customers, price)
    spread = math.sqrt((150 * 10 / 1.645) ** 2 + (30 * 15) ** 2 + (10 / 1.645 * 15) ** 2)

    assert told.value == 4500
    assert told.draws.std() == pytest.approx(spread, rel=0.03)
    assert customers.times(-2).ends == pytest.approx((-80, -40), abs=0.05)
    assert (np.diff(customers.times(-2).draws) >= 0).all()


def test_the_same_numbers_give_the_same_sum():
    """Draws are joined by a fixed seed."""
    parts = [of_ends(1, 0, 2), of_ends(5, 1, 9)]

    assert (added(parts).draws == added(parts).draws).all()


def test_a_sum_of_nothing_is_unknown_and_an_interval_holds_its_number():
    """Neither is taken for 0."""
    with pytest.raises(BadInput, match="unknown, not 0"):
        added([])
    with pytest.raises(BadInput, match="holds its number"):
        of_ends(3.0, 4.0, 5.0)
