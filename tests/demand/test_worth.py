"""What the score is worth: the two arms of the lot, as drawn; silent, hedged, spoken; followed or not."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from drawn_leads import HORIZON, TODAY, drawn, market
from quintet.demand.formula.routing import checked_share, lots, recommended_chance
from quintet.demand.formula.worth import fit_worth
from quintet.demand.metrics.holdout_order import turns
from quintet.demand.terms.worth import Worth
from quintet.kernel.errors import BadInput
from quintet.kernel.finding import CausalGrade, Status
from quintet.kernel.plain import as_plain, as_report
from quintet.stats.sequential import sample_ratio_p


def picked(told, rows):
    """Some of the leads."""
    arrays = {name: value[rows] for name, value in vars(told).items() if isinstance(value, np.ndarray)}
    return replace(told, **arrays)


def test_by_score_minus_as_they_come():
    """The chances of the better half minus those of any half, within the horizon: the interval holds it."""
    told = drawn(leads=40_000)
    _, chance, said = market(1, 40_000)
    truth = 100 * np.mean(chance * ((said >= np.median(said)) - 0.5)) * (HORIZON - 1) / 89
    found = fit_worth(told, HORIZON, TODAY)

    assert found.finding.status is Status.SPEAKS
    assert found.finding.grade is CausalGrade.RANDOMISED
    assert found.finding.estimate == pytest.approx(found.by_score.rate - found.held.rate)
    assert found.finding.lo < truth < found.finding.hi
    assert 0.0 < found.finding.lo < found.finding.hi < 3.0
    assert found.revenue.estimate == pytest.approx(100 * found.finding.estimate, rel=0.02)
    assert found.revenue.unit == "USD a month per 100 leads"
    assert found.watched.shown_on is not None
    assert found.reading.startswith("By score, ")
    assert "more customers per 100 leads" in found.reading


def test_counts_are_plain_counts():
    """Drawn, old enough, customers in time, worked: by hand."""
    told = drawn()
    old = told.observed_days >= HORIZON
    sold = np.nan_to_num(told.won_days, nan=np.inf) <= HORIZON
    found = fit_worth(told, HORIZON, TODAY)

    assert found.held.drawn == told.is_held.sum()
    assert found.held.matured == (told.is_held & old).sum() == found.finding.n
    assert found.held.customers == (told.is_held & old & sold).sum()
    assert found.by_score.customers == (~told.is_held & old & sold).sum()
    assert found.held.worked == pytest.approx(told.is_worked[told.is_held & old].mean())


def test_young_leads_count_in_neither_arm():
    """Ten thousand leads of today change nothing, though some of them have bought already."""
    told = drawn()
    young = told.observed_days < HORIZON

    assert young.any()
    assert not np.isnan(told.won_days[young]).all()
    whole, old = fit_worth(told, HORIZON, TODAY), fit_worth(picked(told, ~young), HORIZON, TODAY)
    assert whole.finding == old.finding
    assert whole.held.drawn > old.held.drawn


def test_a_list_nobody_follows_is_worth_nothing_and_the_page_can_say_why():
    """Leads by score worked by chance: the difference holds 0, and both halves were worked alike."""
    found = fit_worth(drawn(followed=False), HORIZON, TODAY)
    used = fit_worth(drawn(), HORIZON, TODAY)

    assert found.finding.lo < 0.0 < found.finding.hi
    assert found.compliance.above == pytest.approx(found.compliance.below, abs=0.03)
    assert (used.compliance.above, used.compliance.below) == (1.0, 0.0)
    assert used.compliance.by_line
    assert "no difference is shown" in found.reading


def test_without_a_line_the_better_half_stands_for_the_recommended():
    """Nobody stated the capacity: half of the leads by score are taken as recommended."""
    told = drawn()
    found = fit_worth(replace(told, is_ready=np.full(len(told), np.nan)), HORIZON, TODAY)

    assert not found.compliance.by_line
    assert found.compliance.above == pytest.approx(1.0, abs=0.01)


def test_below_a_hundred_matured_held_out_leads_it_is_silent_and_says_when():
    """Sixty held out a day for five days, none of them old enough: the hundredth is so in 58 days."""
    told = drawn(leads=3000, share=0.1, oldest=5.0)
    found = fit_worth(told, HORIZON, TODAY)
    wait = np.sort(told.observed_days[told.is_held])[::-1][99]

    assert found.finding.status is Status.SILENT
    assert (found.finding.n, found.finding.n_required) == (0, 100)
    assert found.finding.estimate is None
    assert found.held.rate is None
    assert found.watched is None
    assert found.finding.expected_on == TODAY + timedelta(days=int(np.ceil(HORIZON - wait)))
    few = fit_worth(picked(told, np.arange(500)), HORIZON, TODAY)
    assert few.finding.expected_on > TODAY + timedelta(days=HORIZON)
    assert fit_worth(picked(told, ~told.is_held), HORIZON, TODAY).finding.expected_on is None


def test_few_customers_are_hedged():
    """Over a hundred held-out leads, fewer than ten customers among them."""
    told = drawn(leads=1500, share=0.1)
    found = fit_worth(told, HORIZON, TODAY)

    assert found.finding.status is Status.HEDGED
    assert "customers among the leads held out" in found.finding.reason


def test_a_segment_with_under_thirty_explored_leads_is_named():
    """Large leads are rare: their held-out ones, worked, count as fewer than thirty even ones."""
    told = drawn()
    rare = replace(told, segment=np.where(np.arange(len(told)) % 40, 1, 0))
    found = fit_worth(rare, HORIZON, TODAY)

    assert [one.segment for one in found.explored] == ["large", "small"]
    assert [one.is_thin for one in found.explored] == [True, False]
    assert found.explored[0].effective == pytest.approx(found.explored[0].worked)
    uneven = replace(rare, share=np.where(np.arange(len(told)) % 2, 0.02, 0.2))
    assert fit_worth(uneven, HORIZON, TODAY).explored[1].effective < found.explored[1].worked * 0.75


def test_the_answer_survives_the_shelf():
    """As JSON and back."""
    found = fit_worth(drawn(), HORIZON, TODAY)
    back = as_report(Worth, as_plain(found))

    assert back.finding.expected_on is None
    assert back.finding.grade is CausalGrade.RANDOMISED
    assert back.held.matured == found.held.matured
    assert back.finding.lo == pytest.approx(found.finding.lo, rel=1e-5)


# ---------------------------------------------------------------- the lot


def test_the_lot_is_even_the_same_again_and_another_with_another_salt():
    """Ids in a row give even numbers; a fifth of those under .2 in one lot are so in another."""
    ids = np.arange(50_000)
    one, other = lots(ids, "salt"), lots(ids, "pepper")

    assert np.array_equal(one, lots(ids, "salt"))
    assert np.histogram(one, 20, (0, 1))[0] == pytest.approx(2500, rel=0.08)
    assert (other[one < 0.2] < 0.2).mean() == pytest.approx(0.2, abs=0.015)
    assert abs(np.corrcoef(one[:-1], one[1:])[0, 1]) < 0.02
    assert sample_ratio_p([(one < 0.05).sum(), (one >= 0.05).sum()], [0.05, 0.95]) > 0.001


def test_the_share_is_capped():
    """A fifth at most; none is off."""
    assert checked_share(0.2) == 0.2
    assert checked_share(0.0) == 0.0
    for share in (0.21, -0.01):
        with pytest.raises(BadInput, match=r"0\.\.20%"):
            checked_share(share)


def test_the_chance_of_being_recommended_is_mixed_before_the_lot():
    """At 5 % and work for half of the leads: 97.5 % above the line, 2.5 % below it."""
    chance = recommended_chance(np.array([True, False]), 0.05, 0.5)

    assert chance == pytest.approx([0.975, 0.025])


# ---------------------------------------------------------------- the order of work


def test_of_both_arms_the_same_part_stands_above_any_place():
    """A hundred leads, ten held out: one in the middle of each ten, oldest first."""
    held = np.zeros(100, dtype=bool)
    held[[3, 50, 51, 60, 70, 80, 90, 91, 92, 99]] = True
    waited = np.linspace(10.0, 0.0, 100)[::-1]
    order = turns(held, np.ones(100, dtype=bool), waited)
    places = np.flatnonzero(held[order])

    assert sorted(order) == list(range(100))
    assert list(order[places]) == [99, 92, 91, 90, 80, 70, 60, 51, 50, 3]
    assert list(places // 10) == list(range(10))
    assert list(order[~held[order]]) == list(np.flatnonzero(~held))


def test_leads_never_drawn_take_no_turn():
    """A thousand old leads before the lot began: held-out leads stand among the ninety drawn with them."""
    held, is_drawn = np.zeros(1100, dtype=bool), np.zeros(1100, dtype=bool)
    is_drawn[1000:] = True
    held[1000:1010] = True
    order = turns(held, is_drawn, np.zeros(1100))

    assert np.flatnonzero(held[order]).min() >= 1000


def test_a_held_out_lead_that_waited_too_long_goes_to_the_end():
    """Three weeks: behind those of yesterday, newest of the late first."""
    held = np.ones(4, dtype=bool)
    order = turns(
        np.append(held, [False] * 4), np.ones(8, dtype=bool), np.array([1, 21, 13, 40, 0, 0, 0, 0.0])
    )

    assert [one for one in order if one < 4] == [2, 0, 1, 3]
