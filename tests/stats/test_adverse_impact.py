import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from quintet.kernel.errors import BadInput
from quintet.stats.adverse_impact import (
    Group,
    fisher_exact,
    impacts,
    ratio_interval,
    scoring_rates,
)


def test_the_example_of_the_uniform_guidelines():
    """Questions and answers, no. 12: 48 of 80 beside 12 of 40 is half, and no accident."""
    men, women = Group("A", 80, 48), Group("B", 40, 12)

    first, second = impacts([men, women])

    assert (men.rate, women.rate) == (0.6, 0.3)
    assert first.is_reference
    assert second.ratio == pytest.approx(0.5)
    assert second.p == pytest.approx(0.0034, abs=0.00005)
    assert second.is_flagged


def test_recruiting_of_people_analytics(shared_data):
    """78 of 494 women and 108 of 472 men were hired: .690 by the published file."""
    rows = [
        line.split(",") for line in (shared_data / "people_analytics/recruiting.csv").read_text().split()[1:]
    ]
    groups = [
        Group(sex, sum(row[0] == sex for row in rows), sum(row[0] == sex and row[-1] == "1" for row in rows))
        for sex in "FM"
    ]

    women, men = impacts(groups)

    assert (women.group.people, women.group.selected, men.group.people, men.group.selected) == (
        494,
        78,
        472,
        108,
    )
    assert women.group.rate == pytest.approx(0.1579, abs=5e-5)
    assert men.group.rate == pytest.approx(0.2288, abs=5e-5)
    assert women.ratio == pytest.approx(0.690, abs=5e-4)
    assert women.is_flagged


@given(
    st.integers(1, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
    st.integers(1, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
)
def test_fisher_agrees_with_scipy(one, other):
    """Every table of two groups of up to sixty."""
    (n, a), (m, b) = one, other

    ours = fisher_exact(Group("one", n, a), Group("other", m, b))

    assert ours == pytest.approx(stats.fisher_exact([[a, n - a], [b, m - b]]).pvalue, abs=1e-9)


def test_the_interval_of_a_ratio_agrees_with_scipy():
    """The same formula, written by others."""
    _, lo, hi = ratio_interval(Group("B", 40, 12), Group("A", 80, 48))
    theirs = stats.contingency.relative_risk(12, 40, 48, 80).confidence_interval(0.95)

    assert (lo, hi) == pytest.approx((theirs.low, theirs.high))


def test_of_many_groups_the_worst_pair_is_held_to_what_many_pairs_bring():
    """Two groups: p as it is. Four groups have six pairs, so p is six times as large."""
    a, b = Group("a", 80, 40), Group("b", 80, 26)
    like_a = [Group(name, 80, 38) for name in "cd"]

    alone = impacts([a, b])[1]
    among = impacts([a, b, *like_a])[1]

    assert alone.is_flagged
    assert among.p == pytest.approx(6 * alone.p)
    assert among.is_below
    assert not among.is_flagged


def test_a_group_of_whom_hardly_two_are_expected_to_get_through_says_nothing():
    """None of 9, where one in ten gets through: 20 people would be a start, so 11 are missing."""
    small, large = Group("small", 9, 0), Group("large", 191, 20)

    one = impacts([small, large])[0]

    assert one.needs == 11
    assert not one.is_flagged
    assert one.hi > 1


def test_where_nobody_got_through_there_is_no_ratio():
    """Nothing over nothing is not one."""
    one, other = impacts([Group("a", 30, 0), Group("b", 40, 0)])

    assert one.ratio is None
    assert not other.is_flagged


@pytest.mark.parametrize("groups", [[], [Group("a", 3, 1)], [Group("a", 3, 1), Group("b", 0, 0)]])
def test_one_group_is_no_comparison(groups):
    """Said as what to change."""
    with pytest.raises(BadInput):
        impacts(groups)


def test_more_selected_than_there_were_is_refused():
    """A count error shows where it is made."""
    with pytest.raises(BadInput, match=r"0\.\.3"):
        Group("a", 3, 4)


def test_the_scoring_rate_counts_who_is_above_the_median_of_all():
    """Median of 1, 2, 3, 3, 9 is 3; one is above it. A tie is not above."""
    told = scoring_rates([1, 2, 3, 3, 9])

    assert told.median == 3
    assert told.above == (False, False, False, False, True)
    with pytest.raises(BadInput):
        scoring_rates([])
