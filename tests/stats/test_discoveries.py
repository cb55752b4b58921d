"""Which of hundreds of looks are findings."""

import numpy as np
import pytest
from scipy import stats

from quintet.kernel.errors import BadInput
from quintet.stats.discoveries import count_p_values, fit_discoveries

#: Benjamini & Hochberg 1995, section 3.1: fifteen p-values, of which four stand at 5 %.
PUBLISHED = [.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528, .7590,
             1.0]  # fmt: skip


def test_the_published_example_keeps_four():
    """Benjamini and Hochberg report four of their fifteen, where Bonferroni reports three."""
    assert fit_discoveries(PUBLISHED, false_share=0.05).is_reported.sum() == 4


def test_what_is_too_small_is_not_looked_at():
    """A look left out for its size costs the others nothing, and can never be reported."""
    p_values = [0.0001, 0.04, 0.04, 0.9]

    found = fit_discoveries(p_values, tested=[False, True, True, True])

    assert found.is_reported.tolist() == [False, True, True, False]
    assert (found.p_value[0], found.q_value[0]) == (1.0, 1.0)
    assert not fit_discoveries([0.04, *[0.9] * 20]).is_reported.any()


@pytest.mark.parametrize(("won", "tried", "rate"), [(0, 40, 0.2), (17, 40, 0.2), (8, 40, 0.2), (40, 40, 0.2)])
def test_a_count_is_as_surprising_as_its_exact_binomial_tail(won, tried, rate):
    """Twice the smaller exact tail, at most 1."""
    exact = 2 * min(stats.binom.cdf(won, tried, rate), stats.binom.sf(won - 1, tried, rate))

    assert count_p_values([won], [tried], [rate * tried])[0] == pytest.approx(min(exact, 1.0))


def test_leads_with_chances_of_their_own_make_no_false_surprise():
    """Where chances differ between leads, p-values below 5 % come at most 5 % of the time."""
    rng = np.random.default_rng(1)
    chances = rng.beta(0.4, 1.6, size=(3000, 25))

    p_values = count_p_values((rng.random(chances.shape) < chances).sum(1), np.full(3000, 25), chances.sum(1))

    assert (p_values < 0.05).mean() <= 0.05


def test_nobody_is_no_surprise():
    """A group without a lead has p = 1."""
    assert count_p_values([0], [0], [0.0]).tolist() == [1.0]


def test_impossible_counts_are_refused():
    """More conversions than leads, or a p-value above 1, is a mistake of the caller."""
    with pytest.raises(BadInput, match=r"0\.\.tried"):
        count_p_values([5], [4], [1.0])
    with pytest.raises(BadInput, match=r"0\.\.1"):
        fit_discoveries([1.2])
