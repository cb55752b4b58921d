"""The forecast: by hand, as of a day, against planted truth, and when it refuses."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from forecast_deals import history, steady
from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.periods import Grain
from quintet.kernel.errors import NotEnoughData
from quintet.management.formula.forecast.answer import Versions, answer
from quintet.management.formula.forecast.arrivals import fit_arrivals
from quintet.management.formula.forecast.baselines import rules, signed
from quintet.management.formula.forecast.forecast import fit_period, spread_of
from quintet.management.formula.forecast.hazards import (
    Hazards,
    fit_hazards,
    rep_factors,
    win_chances,
)
from quintet.management.formula.forecast.outlook import fit_pace, outlook
from quintet.management.formula.forecast.seasons import fit_seasons
from quintet.management.formula.forecast.shock import PRIOR_SD, Memory, fit_shock
from quintet.management.formula.forecast.stays import EDGES, LOST, OPEN, WON, stays_of
from quintet.management.terms.forecast import LEVELS, day_number, day_of
from quintet.management.terms.forecast_answer import Miss, as_text, of_text
from quintet.stats.scores import crps_sample

CALENDAR = FiscalCalendar()
QUARTER = CALENDAR.parse("2026Q1")
VERSIONS = Versions(1, 1)


# ---------------------------------------------------------------- what was known


def test_a_deal_that_closed_later_was_open_and_worth_nothing_known():
    """As of day 15 the deal of day 10 that closed on day 20 is open; one of day 16 is not there."""
    known = history([(1, 10, 20, True, 500), (1, 16, 17, True, 9), (1, 1, 5, True, 7)]).on(15)

    assert known.deals.ids.tolist() == [1, 3]
    assert known.deals.is_open.tolist() == [True, False]
    assert known.deals.is_won.tolist() == [False, True]
    assert np.isnan(known.deals.amount[0])
    assert known.deals.amount[1] == 7


def test_a_stage_entered_later_is_not_known():
    """The stage of day 12 counts on day 13, that of day 14 does not."""
    told = history([(1, 10, None, False, 0)], stages=("a", "b"), spells=[(1, 0, 12), (1, 1, 14)], newest=30)

    assert told.on(13).deals.stage.tolist() == [0]
    assert told.on(11).deals.stage.tolist() == [-1]
    assert told.deals.stage.tolist() == [1]


def test_what_was_known_on_a_day_of_what_was_known_later_is_the_same():
    """A view of a view is the earlier view."""
    told = steady()
    day = told.newest - 200

    once, twice = told.on(day), told.on(day + 90).on(day)

    for name, values in vars(once.deals).items():
        np.testing.assert_array_equal(values, getattr(twice.deals, name))


def test_a_past_forecast_does_not_see_what_came_later():
    """The same bytes, whether the future is there, cut off, or entirely another one."""
    whole = steady(days=700)
    day = day_number(date(2020, 10, 1))
    period = CALENDAR.containing(day_of(day), Grain.QUARTER)
    cut = whole.on(day)
    later = whole.deals.closed >= day
    changed = replace(
        whole,
        deals=replace(
            whole.deals,
            is_won=whole.deals.is_won ^ later,
            amount=np.where(later, 1e9, whole.deals.amount),
            closed=np.where(later, whole.deals.closed + 5, whole.deals.closed),
        ),
    )

    told = [fit_period(Memory(one, CALENDAR), period, day).total("amount") for one in (whole, cut, changed)]

    assert told[0].tobytes() == told[1].tobytes() == told[2].tobytes()


# ---------------------------------------------------------------- hazards


def test_stays_and_hazards_by_hand():
    """Two deals of one stage: three and two days at risk, one won on the third day, one still open."""
    told = history([(1, 0, 2, True, 10), (1, 1, None, False, 0)], newest=2)
    stays = stays_of(told, since=0)

    assert stays.to.tolist() == [WON, OPEN]
    assert stays.exposure(-9, 3).sum(axis=1).tolist() == [3, 2]
    hazards = fit_hazards(replace(stays, since=-9), 3)
    # one event in five days, and half an event's worth of that rate: 0.5 / 0.2 = 2.5 days
    at_two_days = (1 + 0.5) / (1 + 2.5)
    assert hazards.win[0, np.searchsorted(EDGES, 2)] == pytest.approx(at_two_days)
    assert hazards.lose[0].max() == 0


def test_days_before_closings_were_recorded_tell_nothing():
    """A deal opened 100 days before the first recorded closing is at risk only from then on."""
    told = history([(1, 0, 101, True, 1), (1, 95, 100, False, 0)], newest=101)
    stays = stays_of(told)

    assert stays.since == 100
    assert stays.exposure(stays.since, 102).sum(axis=1).tolist() == [2, 1]


def test_stages_follow_one_another_and_the_last_one_ends_in_the_close():
    """Opened on day 0, demo on day 5, lost on day 9."""
    rows = [(1, 0, 9, False, 0)] * 40
    spells = [(deal, stage, day) for deal in range(1, 41) for stage, day in ((0, 0), (1, 5))]
    stays = stays_of(history(rows, stages=("qualifying", "demo"), spells=spells))

    assert stays.state[:2].tolist() == [1, 2]
    assert stays.to[:2].tolist() == [2, LOST]
    assert stays.start[:2].tolist() == [0, 6]
    assert stays.end[:2].tolist() == [5, 9]


def test_the_chance_to_win_by_hand():
    """One stage, .1 to win and .3 to lose a day: over two days .1 + .6 x .1; of one begun on day two .1."""
    rate = np.full((1, len(EDGES)), 0.1)
    hazards = Hazards(rate, 3 * rate, np.zeros((1, len(EDGES), 1)), np.ones(1))

    ahead, begun = win_chances(hazards, np.ones(2))

    assert ahead[0, 0] == pytest.approx(0.16)
    assert begun.tolist() == pytest.approx([0.16, 0.1])


def test_chances_agree_with_a_chain_multiplied_out():
    """Two stages: the recursion agrees with powers of the transition matrix."""
    win, lose, move = [0.02, 0.1], [0.05, 0.04], 0.08
    buckets = len(EDGES)
    moves = np.zeros((2, buckets, 2))
    moves[0, :, 1] = move
    hazards = Hazards(
        np.repeat([[win[0]], [win[1]]], buckets, axis=1),
        np.repeat([[lose[0]], [lose[1]]], buckets, axis=1),
        moves,
        np.array([1.0, 0.0]),
    )
    chain = np.array(
        [
            [1 - win[0] - lose[0] - move, move, win[0], lose[0]],
            [0, 1 - win[1] - lose[1], win[1], lose[1]],
            [0, 0, 1, 0],
            [0, 0, 0, 1],
        ]
    )

    ahead, _ = win_chances(hazards, np.ones(30))

    np.testing.assert_allclose(ahead[:, 3], np.linalg.matrix_power(chain, 30)[:2, 2])


def test_promised_wins_come_true():
    """Open deals of many histories: the chances said add up to what was won."""
    said, came = 0.0, 0
    for seed in range(6):
        told = steady(seed=seed)
        day = told.newest - 60
        looked = outlook(fit_pace(told.on(day), day, CALENDAR, ahead=60), (day + 60,))
        said += looked.mean
        deals = told.deals
        came += int(np.sum(deals.is_won & (deals.closed >= day) & (deals.closed < day + 60)))

    assert came / said == pytest.approx(1.0, abs=0.1)


def test_reps_who_do_not_differ_get_one_factor():
    """Chance explains all: nobody is called quicker; a planted one is."""
    told = steady(days=900)
    stays = stays_of(told)
    _, same, spread = rep_factors(stays, fit_hazards(stays, told.newest + 1), told.newest + 1)
    worse = told.deals.is_won & ((told.deals.rep != 1) | (told.deals.ids % 3 == 0))
    planted = replace(told, deals=replace(told.deals, is_won=worse))
    stays = stays_of(planted)
    _, factors, planted_spread = rep_factors(stays, fit_hazards(stays, told.newest + 1), told.newest + 1)

    assert spread < 0.1
    assert np.ptp(same) < 0.15
    assert planted_spread > 0.3
    assert factors[0] < 0.6 < factors[1]


def test_months_of_a_quarter_that_differ_are_found_and_others_are_left_alone():
    """A third month that wins 1.6 times as often is learned; without one all stay near 1."""
    first, days = 18_262, 730  # 1 January 2020
    place = np.array([(day_of(first + one).month - 1) % 3 for one in range(days)])
    factors = {}
    for name, factor in (("plain", 1.0), ("hockey", 1.6)):
        told = steady(days=days, a_day=6, first=first, shock=np.where(place == 2, factor, 1.0))
        stays = stays_of(told)
        until = told.newest + 1
        factors[name] = fit_seasons(stays, fit_hazards(stays, until), until, CALENDAR).factors

    assert max(factors["plain"]) / min(factors["plain"]) < 1.2
    assert 1.3 < factors["hockey"][2] / factors["hockey"][0] < 1.9


# ---------------------------------------------------------------- arrivals, shock


def test_new_deals_of_one_who_left_go_to_those_who_are_here():
    """The stream of deals does not end with a rep."""
    told = steady()
    found = fit_arrivals(told, told.newest + 1)
    without = fit_arrivals(replace(told, left={1: told.newest}), told.newest + 1)

    assert without.per_day[0] == 0
    assert without.per_day.sum() == pytest.approx(found.per_day.sum())
    assert found.per_day.sum() == pytest.approx(2, rel=0.15)


def test_the_shock_begins_at_its_prior_and_follows_the_misses():
    """No misses: .3. Twelve that hit: small; wild ones: large; all too low: the level rises."""
    none = fit_shock(())
    hits = fit_shock(tuple(Miss("", 400, 400, 400) for _ in range(12)))
    wild = fit_shock(tuple(Miss("", 400, 400, n) for n in (200, 800) * 6))
    low = fit_shock(tuple(Miss("", 400, 400, 600) for _ in range(12)))

    assert (none.level, none.sd) == (0, PRIOR_SD)
    assert hits.sd == pytest.approx(PRIOR_SD * (4 / 16) ** 0.5, rel=0.01)
    assert wild.sd > 0.5
    assert low.level == pytest.approx(12 * np.log(600.5 / 400.5) / 16)


# ---------------------------------------------------------------- the period


def test_a_forecast_covers_and_beats_the_rules_on_steady_companies():
    """Thirty quarters that are over: the 80 % range holds about as often; the score is below each rule's."""
    held, ours, theirs = 0, [], []
    for seed in range(10):
        told = steady(days=640, a_day=1.5, seed=seed, first=day_number(date(2020, 1, 1)))
        memory = Memory(told, CALENDAR)
        for name in ("2020Q4", "2021Q1", "2021Q2"):
            period = CALENDAR.parse(name)
            day, end = day_number(period.start), day_number(period.end)
            total = fit_period(memory, period, day, has_fan=False).total("amount")
            happened = signed(told, day, end, "amount")
            lo, hi = np.quantile(total, (0.1, 0.9))
            held += lo <= happened <= hi
            ours.append(crps_sample(total, happened))
            every = rules(told.on(day), period, day, "amount", CALENDAR)
            theirs.append([crps_sample(one.values, happened) for one in every])

    assert held >= 23
    assert np.mean(ours) < np.mean(theirs, axis=0).min()


def test_what_is_signed_counts_and_the_end_is_certain():
    """On the last evening of a period the forecast is what was signed, give or take a day."""
    told = steady(first=day_number(date(2020, 1, 1)), days=500)
    period = CALENDAR.parse("2021Q1")
    memory = Memory(told, CALENDAR)
    last = day_number(period.end) - 1
    fits = [fit_period(memory, period, day) for day in (day_number(period.start), last)]

    assert fits[1].booked("amount") == signed(told, day_number(period.start), last, "amount")
    assert np.ptp(np.quantile(fits[1].total("amount"), (0.1, 0.9))) < 0.2 * np.ptp(
        np.quantile(fits[0].total("amount"), (0.1, 0.9))
    )


def test_reps_add_up_to_everybody():
    """In every draw."""
    fit = fit_period(Memory(steady(), CALENDAR), CALENDAR.parse("2020Q4"), day_number(date(2020, 10, 1)))
    parts = [fit.total("amount", frozenset({rep})) for rep in (1, 2, 3, 4)]

    np.testing.assert_allclose(np.sum(parts, axis=0), fit.total("amount"))


def test_too_little_is_refused_with_what_is_missing():
    """29 won deals, and a quarter ahead after six weeks of closings."""
    few = history([(1, day, day + 1, True, 5) for day in range(100, 129)], newest=300)
    with pytest.raises(NotEnoughData, match="needs 30") as won:
        fit_pace(few, 301, CALENDAR, ahead=30)
    young = steady(days=60)
    with pytest.raises(NotEnoughData, match="needs 91") as days:
        fit_pace(young, young.newest + 1, CALENDAR, ahead=91)

    assert (won.value.have, won.value.need) == (29, 30)
    assert days.value.expected_on == day_of(young.newest + 1 + 91 - days.value.have)


def test_the_rules_by_hand():
    """Pipeline of 4 worth 10 each: 10 by a multiple of four; last period what it brought."""
    day = day_number(QUARTER.start)
    before = [(1, day - 80, day - 60, True, 10)] * 3 + [(1, day - 80, day - 60, False, 0)] * 9
    told = history(before + [(1, day - 5, None, False, 0)] * 4, newest=day - 1)

    found = {one.name: one.values for one in rules(told, QUARTER, day, "amount", CALENDAR)}

    assert found["pipeline / 4"] == (10.0,)
    assert found["stage x probability"] == (pytest.approx(4 * 10 * 3 / 12),)


def test_the_answer_is_the_same_bytes_and_reads_back():
    """Same history, same text; and the text is the answer."""
    told = steady(days=500)

    one, two = (as_text(answer(told, CALENDAR, VERSIONS)) for _ in range(2))

    assert one == two
    assert as_text(of_text(one)) == one
    assert of_text(one).of("month").owner("company").ahead[0].measure == "amount"


def test_quantiles_are_kept_in_order():
    """The middle of 0 … 1000 is 500."""
    kept = spread_of(np.arange(1001.0))

    assert kept.median == 500
    assert list(kept.quantiles) == sorted(kept.quantiles)
    assert len(kept.quantiles) == len(LEVELS)
