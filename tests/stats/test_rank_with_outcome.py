"""The rank correlation of scores with an outcome: by hand, as SciPy has it, and how often it is fooled."""

import numpy as np
import pytest
from scipy.stats import mannwhitneyu, spearmanr

from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.stats.rank_with_outcome import mid_ranks, rank_with_outcome


def test_equal_scores_share_the_mean_of_their_ranks():
    """5 comes first, both 7s are third and a half of two to four... by hand."""
    assert mid_ranks(np.array([7.0, 5.0, 7.0, 9.0])).tolist() == [2.5, 1.0, 2.5, 4.0]


def test_it_is_scipys_correlation_and_its_rank_test():
    """Spearman's correlation; the p-value of Mann, Whitney and Wilcoxon without a continuity correction."""
    draws = np.random.default_rng(3)
    scores = draws.integers(1, 6, 60).astype(float)
    happened = draws.random(60) < 0.2 + 0.1 * scores

    one = rank_with_outcome(scores, happened)

    assert one.correlation == pytest.approx(spearmanr(scores, happened).statistic)
    test = mannwhitneyu(scores[happened], scores[~happened], use_continuity=False, method="asymptotic")
    assert one.p_value == pytest.approx(test.pvalue, rel=1e-9)
    assert one.lo < one.correlation < one.hi
    assert (one.n, one.successes) == (60, int(happened.sum()))


def test_without_a_relation_one_in_ten_is_called_so_at_ten_per_cent():
    """2,000 times no relation: the share below 0.10 is 0.10, within what 2,000 draws allow."""
    draws = np.random.default_rng(5)
    called = [
        rank_with_outcome(draws.integers(1, 6, 40), np.arange(40) < 14).p_value < 0.10 for _ in range(2000)
    ]

    assert 0.08 < np.mean(called) < 0.12


@pytest.mark.parametrize(
    ("scores", "happened", "told"),
    [
        (np.arange(29), np.arange(29) % 2, "29 scores"),
        (np.arange(40), np.arange(40) < 7, "7 of 40 reached"),
        (np.ones(40), np.arange(40) % 2, "the same score"),
    ],
)
def test_too_few_say_nothing(scores, happened, told):
    """Few scores, few of the rarer outcome, or nothing that differs."""
    with pytest.raises(NotEnoughData, match=told):
        rank_with_outcome(scores, happened)


def test_each_score_needs_an_outcome():
    """Shapes that disagree are the caller's mistake."""
    with pytest.raises(BadInput):
        rank_with_outcome([1.0, 2.0], [1.0])
