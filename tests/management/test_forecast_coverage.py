"""Coverage and commits: the multiple that is needed, what was known each day, scores and bias by hand."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy.stats import t

from forecast_deals import history
from forecast_said import commit
from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.periods import Grain
from quintet.kernel.errors import BadInput
from quintet.management.formula.commits import bias, judged, last_of_each_period, t_quantile
from quintet.management.formula.coverage import needed_multiple
from quintet.management.formula.forecast.pipeline import coverage_rows, pipeline_on
from quintet.management.formula.forecast.quota import quota_of
from quintet.management.terms.forecast import day_number

CALENDAR = FiscalCalendar()
QUARTER = CALENDAR.parse("2026Q1")


SIZES = np.random.default_rng(5).lognormal(0, 0.6, 4_000)


@pytest.mark.parametrize(
    ("deals", "in_time", "needed"),
    [
        (12, 1.0, 5.25),
        (6, 1.0, 6.0),
        (3, 1.0, 7.0),
        (40, 1.0, 4.75),
        (12, 0.7, 7.5),
        (6, 0.7, 8.5),
        (3, 0.7, 10.0),
    ],
)
def test_the_multiple_that_is_needed(deals, in_time, needed):
    """At a win rate of 25 % four times the quota is only the mean: fewer, larger deals need more."""
    assert needed_multiple(deals, 0.25 * in_time, SIZES) == needed


def test_four_times_is_missed_about_every_other_time():
    """Why it is only a starting line."""
    assert needed_multiple(12, 0.25, SIZES, level=0.5) == pytest.approx(4.0, abs=0.25)


def test_many_deals_agree_with_the_drawn_answer():
    """Beyond 50 deals the sum is taken as normal: it meets the drawn one."""
    assert needed_multiple(51, 0.25, SIZES) == pytest.approx(needed_multiple(49, 0.25, SIZES), abs=0.25)


def test_a_multiple_of_nothing_is_refused():
    """No quota, no chance, no sizes."""
    for asked in ((0, 0.25, SIZES), (5, 0.0, SIZES), (5, 0.25, np.zeros(0))):
        with pytest.raises(BadInput):
            needed_multiple(*asked)


def test_coverage_by_hand():
    """Five open deals worth a mean of 10, a quota of 100 of which 20 are signed: 50 over 80."""
    day = day_number(QUARTER.start) + 10
    signed_now = [(1, day - 30, day - 2, True, 10)] * 2
    older = [(1, day - 200, day - 150, True, 10)] * 3
    open_now = [(1, day - 5, None, False, 0)] * 5
    months = [
        (1, day_number(one.start), 100 / 3) for one in CALENDAR.range(QUARTER.start, QUARTER.end, Grain.MONTH)
    ]
    told = history(older + signed_now + open_now, quotas=months, newest=day - 1)

    rows, days = coverage_rows(told, day, CALENDAR)

    mine = next(one for one in rows if one.key == "rep:1")
    assert mine.pipeline == 50
    assert mine.left == pytest.approx(80)
    assert mine.coverage == pytest.approx(0.625)
    assert (mine.needed, mine.is_own) == (4.0, False)  # five won deals tell nothing yet
    assert mine.course[-1] == pytest.approx(0.625)
    assert days[-1] == day


def test_the_course_of_coverage_is_what_was_known_each_day():
    """A deal that closed last week is in the pipeline of the week before."""
    told = history([(1, 0, 50, True, 10), (1, 40, 60, True, 30)], newest=100)

    assert pipeline_on(told, 55, "amount", CALENDAR).worth == {1: 10}
    assert pipeline_on(told, 70, "amount", CALENDAR).worth == {}


def test_a_quota_goes_on_for_three_months_and_ends_with_the_rep():
    """Set for December alone, it counts for January to March, marked; not for one who left."""
    december = day_number(date(2025, 12, 1))
    told = history(
        [(1, 0, None, False, 0), (2, 0, None, False, 0)], quotas=[(1, december, 50), (2, december, 70)]
    )

    assert quota_of(told, QUARTER, None, CALENDAR) == (360, True)
    gone = replace(told, left={2: day_number(date(2026, 1, 1))})
    assert quota_of(gone, QUARTER, None, CALENDAR) == (150, True)
    assert quota_of(told, CALENDAR.parse("2026Q4"), None, CALENDAR) == (None, False)


# ---------------------------------------------------------------- commits


def test_a_figure_is_scored_by_how_far_it_was_off():
    """Said 120, came 100: 20; the forecast's middle of 90: 10."""
    told = judged(commit(said=120, came=100, fitted=90))

    assert (told.miss, told.fitted_miss) == (20, 10)


def test_a_range_is_scored_by_all_three_figures():
    """80 to 120 around 100, came 130: twice the pinball of each, averaged, by hand."""
    told = judged(commit(said=100, low=80, high=120, came=130))

    assert told.miss == pytest.approx((2 * 0.1 * 50 + 2 * 0.5 * 30 + 2 * 0.9 * 10) / 3)


def test_the_commit_that_stood_at_the_end_counts():
    """A later one stands; the earlier one stays in the history."""
    early, late = commit(said=90, at=1), commit(said=110, at=2)

    assert last_of_each_period([late, early]) == (late,)


def test_bias_is_silent_below_four_periods():
    """Three times too high says nothing."""
    told = [judged(commit(said=120, came=100, period=f"2025-0{one}")) for one in (1, 2, 3)]

    assert bias(told).share is None
    assert "a bias takes 4" in bias(told).sentence


def test_bias_is_silent_where_nothing_came_and_says_that():
    """Four periods are enough, but there is nothing to take a share of."""
    found = bias([judged(commit(said=0, came=0, period=f"2025-0{month}")) for month in (1, 2, 3, 4)])

    assert found.share is None
    assert found.sentence == "nothing came in 4 periods: no share to tell"


def test_bias_with_its_interval_agrees_with_a_t_interval():
    """Six commits, worked out with scipy's t."""
    said = [120, 130, 110, 125, 118, 117]
    found = bias([judged(commit(said=one, came=100)) for one in said])
    misses = np.asarray(said) / 100 - 1
    reach = t.ppf(0.95, 5) * misses.std(ddof=1) / 6**0.5

    assert found.share == pytest.approx(0.2)
    assert (found.lo, found.hi) == pytest.approx((0.2 - reach, 0.2 + reach), rel=0.01)
    assert found.sentence == "commits 20% too high, 6 periods, really between +14% and +26%"


def test_bias_that_chance_explains_says_so():
    """Once too high, once too low."""
    found = bias([judged(commit(said=one, came=100)) for one in (140, 70, 130, 75)])

    assert "chance alone could do that" in found.sentence


def test_students_t_without_a_library():
    """To half a per cent from three degrees on."""
    for degrees in (3, 5, 11, 40):
        assert t_quantile(degrees) == pytest.approx(t.ppf(0.95, degrees), rel=0.005)
