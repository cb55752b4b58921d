"""Two shares compared while leads come in: looking often must cost nothing but leads."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quintet.kernel.errors import BadInput
from quintet.stats.sequential import fit_sequential, sample_plan, sample_ratio_p
from quintet.stats.shares import wilson

RUNS, LOOKS, SIZE = 200, 40, 12


def _runs(share_a, share_b, seed):
    rng = np.random.default_rng(seed)
    won = (rng.binomial(SIZE, share, (RUNS, LOOKS)) for share in (share_a, share_b))
    tried = np.full(LOOKS, SIZE)
    return [fit_sequential(tried, a, tried, b, base_rate=share_a) for a, b in zip(*won, strict=True)]


def _peeked(a, b, tried):
    """A two-sample z test at every look, as people do it: the negative control."""
    won_a, won_b, n = np.cumsum(a), np.cumsum(b), np.cumsum(tried)
    middle = (won_a + won_b) / (2 * n)
    z = (won_b - won_a) / n / np.sqrt(np.maximum(2 * middle * (1 - middle) / n, 1e-12))
    return bool((np.abs(z) > 1.96).any())


def test_equal_arms_peeked_at_daily_stop_falsely_at_most_as_stated():
    """An A/A experiment looked at after every day stops in at most 5 % of the runs."""
    stopped = np.mean([fit.is_decided for fit in _runs(0.15, 0.15, 1)])

    assert stopped <= 0.05


def test_the_usual_test_peeked_at_daily_stops_far_too_often():
    """The control: with a plain z test the same looks would stop several times as often."""
    rng = np.random.default_rng(1)
    tried = np.full(LOOKS, SIZE)
    won = (rng.binomial(SIZE, 0.15, (RUNS, LOOKS)) for _ in range(2))

    assert np.mean([_peeked(a, b, tried) for a, b in zip(*won, strict=True)]) > 0.15


def test_a_real_difference_is_found_and_never_ruled_out():
    """The interval holds what was planted at every look in 95 % of the runs; power is as planned."""
    fits = _runs(0.10, 0.22, 2)
    planned = sample_plan(0.10, 0.12)

    held = np.mean([bool(((fit.lo <= 0.12) & (fit.hi >= 0.12)).all()) for fit in fits])
    by_then = planned.needed // SIZE + 1
    found = np.mean([(fit.e_values[:by_then] >= 20).any() for fit in fits])

    assert held >= 0.93
    assert 0.70 <= found <= 0.92


def test_one_look_is_the_e_value_worked_by_hand():
    """10 leads an arm, expected share .5: 9 against 1 gives no evidence yet, since nothing was foreseen."""
    fit = fit_sequential([10], [1], [10], [9])

    assert fit.e_values[0] == pytest.approx(1.0)
    assert fit.estimate == pytest.approx(0.8)


def test_second_look_uses_what_the_first_foresaw():
    """After 1 and 9 of 10 the arms are foreseen at 11/30 and 19/30, and the common share at 1/2."""
    fit = fit_sequential([10, 10], [1, 2], [10, 10], [9, 8])
    a, b = 11 / 30, 19 / 30
    expected = (a / 0.5) ** 2 * ((1 - a) / 0.5) ** 8 * (b / 0.5) ** 8 * ((1 - b) / 0.5) ** 2

    assert fit.e_values[1] == pytest.approx(expected)


@settings(deadline=None, max_examples=25)
@given(
    counts=st.lists(
        st.tuples(st.integers(0, 30), st.integers(0, 30), st.floats(0, 1), st.floats(0, 1)),
        min_size=1,
        max_size=6,
    )
)
def test_swapping_the_arms_mirrors_the_answer(counts):
    """The interval of a - b is that of b - a with its ends swapped, and it only ever narrows."""
    tried_a, tried_b = [one[0] for one in counts], [one[1] for one in counts]
    won_a = [int(n * share) for n, share in zip(tried_a, [one[2] for one in counts], strict=True)]
    won_b = [int(n * share) for n, share in zip(tried_b, [one[3] for one in counts], strict=True)]
    there, back = (
        fit_sequential(*arms) for arms in ((tried_a, won_a, tried_b, won_b), (tried_b, won_b, tried_a, won_a))
    )

    assert there.lo == pytest.approx(-back.hi, abs=1e-6)
    assert (np.diff(there.lo) >= 0).all()
    assert (np.diff(there.hi) <= 0).all()


def test_more_won_than_tried_is_refused():
    """A lead counted twice would turn chance into evidence."""
    with pytest.raises(BadInput, match=r"0\.\.tried"):
        fit_sequential([3], [4], [3], [1])


def test_fixed_sample_agrees_with_the_textbook():
    """10 % against 13 % at 5 % and 80 %: 1,774 leads an arm (Fleiss, Levin and Paik)."""
    assert sample_plan(0.10, 0.03).fixed == 1774


def test_sequential_sample_is_larger_than_one_look():
    """Looking often has its price, and it is said before the start."""
    plan = sample_plan(0.10, 0.05)

    assert plan.fixed < plan.needed < 3 * plan.fixed
    assert plan.expected <= plan.needed


def test_no_effect_needs_no_experiment():
    """A difference of nothing cannot be found."""
    with pytest.raises(BadInput, match="two different shares"):
        sample_plan(0.2, 0.0)


def test_broken_draw_is_noticed():
    """1,000 against 800 leads at equal shares is no accident; 1,000 against 960 may be."""
    assert sample_ratio_p([1000, 800], [1, 1]) < 0.001
    assert sample_ratio_p([1000, 960], [1, 1]) > 0.1


def test_wilson_interval_as_published():
    """Of 10 leads none converted: up to 21.3 % at 90 % (Brown, Cai and DasGupta's formula by hand)."""
    z = 1.6448536269514722
    lo, hi = wilson(0, 10)

    assert lo == 0.0
    assert hi == pytest.approx(z * z / 10 / (1 + z * z / 10))
