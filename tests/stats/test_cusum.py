"""Promises watched day by day: alarms soon after they stop holding, hardly ever before."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quintet.kernel.errors import BadInput
from quintet.stats.cusum import FALSE_ALARM, LOOKS, cusum, gap, limit, run_length

HALF_YEARS = 1500


@pytest.mark.parametrize(
    ("shift", "at_4", "at_5"), [(0.5, 26.6, 38.0), (0.75, 13.3, 17.0), (1, 8.38, 10.4), (2, 3.34, 4.01)]
)
def test_run_lengths_agree_with_the_published_table(shift, at_4, at_5):
    """Montgomery, Introduction to Statistical Quality Control: run lengths for k = 1/2, normal days."""
    days = np.linspace(-8, 8, 1601)
    chances = np.exp(-((days - shift) ** 2) / 2)
    found = [run_length(days - 0.5, chances / chances.sum(), height, 1)[0] for height in (4, 5)]

    assert found == pytest.approx([at_4, at_5], rel=0.004)


def test_in_control_run_lengths_agree_with_the_published_table():
    """Two-sided 168 and 465 days: half of what one side takes."""
    days = np.linspace(-8, 8, 1601)
    chances = np.exp(-(days**2) / 2)
    found = [run_length(days - 0.5, chances / chances.sum(), height, 1)[0] / 2 for height in (4, 5)]

    assert found == pytest.approx([168, 465], rel=0.003)


def test_a_sum_worked_by_hand():
    """Three days of one promised and nothing come: three times .3; then two come."""
    found = cusum([1, 1, 1, 1], [0, 0, 0, 2])

    assert found.too_much[:3] == pytest.approx([0.3, 0.6, 0.9])
    assert found.too_much[3] == pytest.approx(0.9 + 2 * math.log(0.7) + 0.3)
    assert found.too_little[3] == pytest.approx(-2 * math.log(0.7) - (1 / 0.7 - 1))


def _alarms(a_day, factor, seed=1, days=LOOKS):
    """Share of half years with an alarm, by a plain loop of its own; median week of the first."""
    rng = np.random.default_rng(seed)
    come = rng.poisson(a_day * factor, (HALF_YEARS, days))
    first = np.full(HALF_YEARS, days)
    for ratio in (0.7, 1 / 0.7):
        total, height = np.zeros(HALF_YEARS), limit(a_day, ratio)
        for day in range(days):
            total = np.maximum(0, total + come[:, day] * math.log(ratio) - (ratio - 1) * a_day)
            first = np.where(total >= height, np.minimum(first, day), first)
    return float((first < days).mean()), float(np.median(first)) / 7


@pytest.mark.parametrize("a_day", [0.2, 1.0, 8.6])
def test_false_alarms_stay_at_five_percent_a_half_year(a_day):
    """While promises hold, whatever the volume; an independent simulation of the exact limits."""
    share, _ = _alarms(a_day, 1.0)

    assert share == pytest.approx(FALSE_ALARM, abs=0.017)


def test_three_in_ten_fewer_are_found_in_two_weeks():
    """400 leads a week of which 15 % were promised: nearly always, and soon."""
    share, weeks = _alarms(400 * 0.15 / 7, 0.7)

    assert share >= 0.96
    assert weeks <= 2.5


def test_the_class_finds_what_the_loop_finds():
    """Every third promised event is missing: the first alarm is of too much, never of too little."""
    rng = np.random.default_rng(3)
    found = cusum(np.full(182, 3.0), rng.poisson(2.0, 182))

    assert found.first_too_much is not None
    assert found.first_too_little is None
    assert found.too_much[found.first_too_much] >= found.limit_too_much
    assert (found.too_much[: found.first_too_much] < found.limit_too_much).all()


def test_what_was_learned_from_few_must_miss_by_more():
    """Missing by a sixth: a promise known to 18 % is hardly called broken, one known well mostly is."""
    come = np.random.default_rng(4).poisson(2.0 * 0.82, (40, 182))
    sure, doubted = (
        [cusum(np.full(182, 2.0), one, doubt=doubt).first_too_much is not None for one in come]
        for doubt in (0.0, 0.18)
    )

    assert np.mean(sure) > 0.5
    assert np.mean(doubted) < 0.1


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.floats(0.01, 5), st.integers(0, 9)), min_size=1, max_size=40))
def test_sums_are_never_negative_and_start_over(days):
    """A sum at 0 forgets: what follows is as if it began there."""
    promised, happened = (np.array(one, dtype=float) for one in zip(*days, strict=True))
    whole = cusum(promised, happened)

    assert (whole.too_much >= 0).all()
    assert (whole.too_little >= 0).all()
    zeros = np.flatnonzero(whole.too_much[:-1] == 0)
    if zeros.size:
        rest = cusum(promised[zeros[0] + 1 :], happened[zeros[0] + 1 :])
        assert rest.too_much == pytest.approx(whole.too_much[zeros[0] + 1 :])


def test_the_gap_has_an_exact_interval():
    """10 of 10: Garwood's 90 % interval is 5.43 to 16.96."""
    assert gap(10, 10) == pytest.approx((1.0, 0.5425, 1.6962), abs=1e-3)
    assert gap(10, 0)[1] == 0


def test_bad_input_is_refused():
    """A promise without a day, a ratio that is none."""
    with pytest.raises(BadInput):
        cusum([1, 2], [1])
    with pytest.raises(BadInput, match="ratio"):
        cusum([1], [1], ratio=1.2)


def test_very_large_numbers_do_not_alarm_at_rest():
    """At 4,000 a day a sum at 0 is no alarm."""
    found = cusum(np.full(20, 4000.0), np.full(20, 4000.0))

    assert (found.first_too_much, found.first_too_little) == (None, None)
