"""How far raters agree."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

from quintet.kernel.errors import BadInput
from quintet.stats.agreement import agreements, one_way_agreement

#: Shrout & Fleiss 1979, table 2: six targets, four judges.
PUBLISHED = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])


def test_the_published_table_gives_the_published_figures():
    """Shrout and Fleiss report .17, .29 and .71 for one judge and .44, .62 and .91 for the mean of four."""
    found = agreements(PUBLISHED)

    told = [found.one_way.single, found.two_way.single, found.fixed.single,
            found.one_way.average, found.two_way.average, found.fixed.average]  # fmt: skip
    assert np.round(told, 2).tolist() == [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]


def test_the_intervals_of_the_published_table_are_those_other_programs_print():
    """R's psych and irr print these 95 % limits for the table: -.13 to .72, .02 to .76, .34 to .95."""
    found = agreements(PUBLISHED, level=0.95)

    ends = [(one.single_lo, one.single_hi) for one in (found.one_way, found.two_way, found.fixed)]
    assert np.allclose(ends, [(-0.133, 0.723), (0.019, 0.761), (0.342, 0.946)], atol=0.001)


def test_an_analysis_of_variance_by_another_route_agrees():
    """The same figures from the mean squares that statsmodels finds."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(20, 1)) + rng.normal(size=(1, 4)) + rng.normal(size=(20, 4))
    rows = pd.DataFrame({"y": x.ravel(), "who": np.repeat(np.arange(20), 4), "by": np.tile(np.arange(4), 20)})
    squares = anova_lm(ols("y ~ C(who) + C(by)", rows).fit())
    ms = squares["sum_sq"] / squares["df"]
    between, by, error = ms["C(who)"], ms["C(by)"], ms["Residual"]

    found = agreements(x)

    assert found.two_way.single == pytest.approx(
        (between - error) / (between + 3 * error + 4 * (by - error) / 20)
    )
    assert found.fixed.average == pytest.approx((between - error) / between)


def test_a_full_table_reads_the_same_one_way_row_by_row():
    """Nothing depends on whether scores come as a table or as rows."""
    rows = one_way_agreement(np.repeat(np.arange(6), 4), PUBLISHED.ravel())

    table = agreements(PUBLISHED).one_way
    assert (rows.single, rows.average_lo) == (pytest.approx(table.single), pytest.approx(table.average_lo))
    assert rows.raters == pytest.approx(4.0)


def test_unequal_numbers_of_raters_recover_the_planted_agreement():
    """A third of what scores differ by is the candidates, in panels of one to four."""
    rng = np.random.default_rng(5)
    who = np.repeat(np.arange(3000), rng.integers(1, 5, 3000))
    score = rng.normal(size=3000)[who] + np.sqrt(2.0) * rng.normal(size=who.size)

    found = one_way_agreement(who, score)

    assert found.single == pytest.approx(1 / 3, abs=0.03)
    assert found.single_lo < 1 / 3 < found.single_hi


def test_one_rater_each_cannot_agree():
    """Nobody was scored twice, so nothing is known of agreement."""
    with pytest.raises(BadInput, match="two"):
        one_way_agreement([0, 1, 2], [5.0, 6.0, 7.0])
    with pytest.raises(BadInput, match="nothing tells them apart"):
        agreements(np.ones((4, 3)))


def test_candidates_who_score_the_same_on_average_are_refused():
    """Raters differ, candidates do not: the ratio is nothing, and one over it no number."""
    with pytest.raises(BadInput, match="nothing tells them apart"):
        one_way_agreement([0, 0, 1, 1], [4.0, 8.0, 8.0, 4.0])
    with pytest.raises(BadInput, match="nothing tells them apart"):
        agreements([[4.0, 8.0], [8.0, 4.0]])
