"""Weekly alarms: what counts as low, how seldom chance gives one, how soon a drop is seen."""

import numpy as np
import pytest
from scipy import stats

from quintet.kernel.errors import BadInput
from quintet.stats import alarms


def steady(mean, weeks=80, reps=1, seed=0, dispersion=1.0):
    """Weekly counts without change, five working days each."""
    rng = np.random.default_rng(seed)
    counts = (
        rng.poisson(mean, (reps, weeks))
        if dispersion == 1.0
        else rng.negative_binomial(mean / (dispersion - 1.0), 1.0 / dispersion, (reps, weeks))
    )
    return counts.astype(float), np.full((reps, weeks), 5.0)


def test_scores_of_a_steady_count_are_standard_normal():
    """Two hundred people who change nothing: mean 0, spread 1, small counts included."""
    for mean in (3.5, 25.0):
        z = alarms.weekly_scores(*steady(mean, reps=200))
        told = z[:, alarms.GAP_WEEKS + alarms.BASELINE_WEEKS :]
        assert abs(told.mean()) < 0.05
        assert told.std() == pytest.approx(1.0, abs=0.07)


def test_a_score_by_hand():
    """After forty weeks of 20, a week of 10: the normal score of its chance, doubt included."""
    counts = np.full((1, 60), 20.0)
    counts[0, -1] = 10.0
    z = alarms.weekly_scores(counts, np.full((1, 60), 5.0))[0, -1]
    mean = (39 * 20 + 0.5) / (39 * 5) * 5
    size = mean / (1 / 39)
    law = stats.nbinom(size, size / (size + mean))
    chance = law.cdf(9) + 0.5 * law.pmf(10)
    assert z == pytest.approx(stats.norm.ppf(chance), abs=1e-6)


def test_weeks_away_say_nothing():
    """No working day, no score; and they do not lower what is to be expected."""
    counts, days = steady(25.0)
    counts[0, 30:33], days[0, 30:33] = 0.0, 0.0
    z = alarms.weekly_scores(counts, days)
    assert np.isnan(z[0, 30:33]).all()
    without = alarms.weekly_scores(np.delete(counts, range(30, 33), 1), np.delete(days, range(30, 33), 1))
    assert z[0, -1] == pytest.approx(without[0, -1], abs=0.2)


def test_the_first_months_teach_and_tell_nothing():
    """Twelve weeks and a gap of four before the first score."""
    z = alarms.weekly_scores(*steady(25.0))
    first = int(np.flatnonzero(~np.isnan(z[0]))[0])
    assert first == alarms.LEAST_WEEKS + alarms.GAP_WEEKS


def test_dispersion_is_that_of_the_weeks():
    """Pearson's statistic over its degrees of freedom; never below 1."""
    assert alarms.dispersion_of(*steady(25.0, reps=100)) == pytest.approx(1.0, abs=0.05)
    assert alarms.dispersion_of(*steady(25.0, reps=100, dispersion=2.5)) == pytest.approx(2.5, abs=0.2)
    assert alarms.dispersion_of(np.full((2, 10), 5.0), np.full((2, 10), 5.0)) == 1.0


def test_a_drop_is_found_from_its_first_week_on():
    """From week 60 on a third is missing: one alarm, which says since when, and both rates."""
    counts, days = steady(60.0, weeks=90, seed=2)
    counts[0, 60:] = np.round(counts[0, 60:] * 0.5)
    limit = alarms.alarm_limit(50)
    z = alarms.weekly_scores(counts, days)
    first = alarms.drops(z, counts, days, limit)[0]
    assert 60 <= first.week <= 64
    assert abs(first.since - 60) <= 2
    assert first.expected == pytest.approx(12.0, abs=1.0)
    assert first.seen == pytest.approx(6.0, abs=1.0)


def test_one_week_of_illness_is_no_alarm():
    """A single week with nothing counts for three standard deviations and no more."""
    counts, days = steady(60.0, weeks=90, seed=2)
    counts[0, 70] = 1.0
    z = alarms.weekly_scores(counts, days)
    assert not [one for one in alarms.drops(z, counts, days, alarms.alarm_limit(50)) if one.week == 70]


def test_more_counts_need_a_higher_limit():
    """Fifty counts pass more by chance than five do; more alarms allowed, a lower limit."""
    assert alarms.alarm_limit(5) < alarms.alarm_limit(50) < alarms.alarm_limit(500)
    assert alarms.alarm_limit(50, a_year=4.0) < alarms.alarm_limit(50)


def test_the_weeks_it_takes_follow_size_and_number():
    """A larger drop, and a larger count, are found sooner; of next to nothing it takes too long to say."""
    limit = alarms.alarm_limit(50)
    assert alarms.weeks_to_find(0.6, 25, 2, limit) < alarms.weeks_to_find(0.4, 25, 2, limit)
    assert alarms.weeks_to_find(0.4, 60, 2, limit) < alarms.weeks_to_find(0.4, 12, 2, limit)
    assert alarms.weeks_to_find(0.1, 1.0, 2, limit) is None
    assert alarms.weeks_to_find(0.4, 0.0, 2, limit) is None


def test_what_cannot_be_watched_is_refused():
    """Shapes that disagree, a dispersion below 1, nothing to watch."""
    with pytest.raises(BadInput, match="one number of days a count"):
        alarms.weekly_scores(np.zeros((1, 5)), np.zeros((1, 4)))
    with pytest.raises(BadInput, match="a count to watch"):
        alarms.alarm_limit(0)
