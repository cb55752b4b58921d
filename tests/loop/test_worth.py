"""Worth: each formula by hand, nothing counted twice, unknown is not 0, intervals that hold planted truth."""

import sys
from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module

import numpy as np
import pytest

from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.periods import Grain, month_number
from quintet.demand.terms.worth import Drawn
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.kernel.plain import as_plain, as_report
from quintet.loop.worth.chart import worth_chart
from quintet.loop.worth.coaching import ABOUT, Coached, CoachingPart
from quintet.loop.worth.gained import Gained
from quintet.loop.worth.hires import HiresPart
from quintet.loop.worth.orders import DrawnOrder, OrderPart
from quintet.loop.worth.people import Months
from quintet.loop.worth.score import ScorePart
from quintet.loop.worth.silent import SilentPart
from quintet.loop.worth.summing import periods_of
from quintet.loop.worth.terms import Amount, Evidence, Total, Worth
from quintet.loop.worth.words import reading
from quintet.stats.sure_sums import of_ends, of_error

YEAR = FiscalCalendar().parse("FY2025")
Q = {at: FiscalCalendar().parse(f"2025Q{at}") for at in (1, 2, 3, 4)}


# ---------------------------------------------------------------- lead score


def drawn_of(held_won, ruled_won, leads=2000, every=10):
    """Leads handed over through 2025, every tenth held out; sold so many days later, where told."""
    n = np.arange(leads)
    held = n % every == 0
    handed = np.datetime64("2025-01-01", "us") + n * np.timedelta64(365 * 86_400_000_000 // leads, "us")
    days = np.where(held, held_won(n), ruled_won(n))
    return Drawn(
        handed_at=handed, observed_days=np.full(leads, 400.0), won_days=days,
        is_worked=np.ones(leads, dtype=bool),
        is_held=held, share=np.full(leads, 1 / every), p=np.full(leads, 0.1), is_ready=np.ones(leads),
        revenue=np.where(np.isnan(days), 0.0, 50.0), currency="USD", segment=np.zeros(leads, dtype=np.int64),
        segments=("all",),
    )  # fmt: skip


def sold(step, offset=1):
    """One lead in so many is sold after ten days."""
    return lambda n: np.where(n % step == offset, 10.0, np.nan)


PLANTED = drawn_of(held_won=sold(50, 0), ruled_won=sold(4, 1))


def test_customers_over_the_baseline_are_leads_by_score_times_the_difference_a_lead():
    """By score 500 of 1,800 leads are sold, held out 40 of 200: 140 more than as they come."""
    told = ScorePart(PLANTED, date(2026, 3, 1), "USD").over(replace(YEAR, end=date(2026, 2, 1)))

    assert told.customers.value == pytest.approx(1800 * (500 / 1800 - 40 / 200), rel=1e-6)
    assert told.mrr.value == pytest.approx(50 * told.customers.value)
    assert (told.n, told.told_of, told.of) == (200, 1800, "leads held out")
    assert told.note == ""


def test_quarters_add_up_to_the_year():
    """A customer is counted in the quarter of the signature, and in no other."""
    before = PLANTED.handed_at - np.timedelta64(366, "D")
    known = replace(PLANTED, handed_at=before, won_days=PLANTED.won_days + 366)
    part = ScorePart(known, date(2025, 12, 31), "USD")
    quarters = [part.over(one).customers.value for one in Q.values()]

    assert sum(quarters) == pytest.approx(part.over(YEAR).customers.value)
    assert min(quarters) > 20


def test_few_leads_held_out_say_nothing_and_say_when():
    """150 leads of the first weeks have 15 held out; at that pace a hundred are there within the year."""
    early = ScorePart(PLANTED, date(2025, 1, 28), "USD").over
    with pytest.raises(NotEnoughData) as missing:
        early(FiscalCalendar().parse("2025-01"))
    few = drawn_of(sold(50, 0), sold(4, 1), leads=400)
    with pytest.raises(NotEnoughData) as soon:
        ScorePart(few, date(2025, 12, 31), "USD").over(YEAR)

    assert (missing.value.have, missing.value.need) == (17, 100)
    assert (soon.value.have, soon.value.expected_on) == (40, date(2025, 12, 31) + timedelta(days=548))


def test_a_hold_out_with_hardly_a_customer_is_told_with_care_and_other_money_not_at_all():
    """The note says how few; revenue in another currency than the company's is not added."""
    few = drawn_of(held_won=sold(500, 0), ruled_won=sold(4, 1))
    told = ScorePart(few, date(2025, 12, 31), "EUR").over(YEAR)

    assert told.note == "4 customers among the leads held out"
    assert told.mrr is None


# ---------------------------------------------------------------- coaching


def plan(rep=1, monthly=1.0, opened=date(2025, 1, 1), days=182, step="demo-won", reach=0.5, peers=9):
    """A measured plan."""
    told = Amount(monthly, monthly - reach, monthly + reach)
    return Coached(rep, step, opened, opened + timedelta(days=days - 1), told, peers)


def coaching(*plans, price=None, taken=frozenset(), waiting=0, tells_on=None, own=0):
    """The part of these plans."""
    return CoachingPart(plans, waiting, tells_on, own, price, taken)


def test_a_plan_brings_its_customers_a_month_for_the_days_it_was_followed():
    """One a month for half a year: three in the first quarter, three in the second, at 100 a month each."""
    part = coaching(plan(), price=of_error(100.0, 1.0, 1e6))
    first, second = (part.over(Q[at]) for at in (1, 2))

    assert first.customers.value == pytest.approx(90 / 30.4375)
    assert second.customers.value == pytest.approx(91 / 30.4375)
    assert first.customers.ends == pytest.approx((0.5 * 90 / 30.4375, 1.5 * 90 / 30.4375), rel=0.01)
    assert first.mrr.value == pytest.approx(100 * first.customers.value)
    with pytest.raises(NotEnoughData, match="followed in these days"):
        part.over(Q[4])


def test_plans_at_one_step_are_a_little_less_sure_together_than_plans_at_two():
    """They are held against the same nine peers: a tenth of the error is common."""
    same = coaching(plan(1), plan(2)).over(Q[1]).customers
    apart = coaching(plan(1), plan(2, step="connected-qualified")).over(Q[1]).customers

    assert same.value == apart.value
    wide, narrow = (one.ends[1] - one.ends[0] for one in (same, apart))
    assert wide == pytest.approx(narrow * np.sqrt(1.1), rel=0.03)


def test_months_of_a_rep_that_count_for_another_formula_are_left_out():
    """March belongs to the order of modules: two of three months are left."""
    taken = frozenset({(1, month_number(date(2025, 3, 1)))})

    assert coaching(plan(), taken=taken).over(Q[1]).customers.value == pytest.approx(59 / 30.4375)


def test_plans_of_a_managers_own_choice_are_not_the_formulas():
    """Nothing is said, and why, and when it may be."""
    with pytest.raises(NotEnoughData, match="2 are at a skill of the manager's own choice"):
        coaching(own=2).over(Q[1])
    with pytest.raises(NotEnoughData, match="3 plans at a proposed skill are not measured yet") as soon:
        coaching(waiting=3, tells_on=date(2026, 2, 1)).over(Q[1])

    assert soon.value.expected_on == date(2026, 2, 1)


# ---------------------------------------------------------------- hires and orders


def months(mine, brought, due, worth=10.0):
    """People with the same number in each month of 2025."""
    month = np.arange(month_number(date(2025, 1, 1)), month_number(date(2026, 1, 1)))
    customers, chances = (np.outer(one, np.ones(12)) for one in (brought, due))
    return Months(np.array(mine), month, customers, chances, worth * customers, worth * chances)


def test_hires_by_the_index_are_held_against_what_the_others_would_have_won():
    """Eight win 3 a month where the others, with the same leads, win 2: 24 more in a quarter."""
    told = months([True] * 8 + [False] * 8, [3.0] * 8 + [1.0, 3.0] * 4, [2.0] * 16)
    found = HiresPart(told, is_money=True).over(Q[2])

    assert found.customers.value == pytest.approx(8 * 3 * (3 - 2))
    assert found.mrr.value == pytest.approx(240)
    assert (found.n, found.told_of) == (8, 8)
    assert HiresPart(told, is_money=False).over(Q[2]).mrr is None


def test_too_few_hires_are_counted_and_nothing_is_said():
    """Seven and nine: eight on either side are needed."""
    told = months([True] * 7 + [False] * 9, [3.0] * 16, [2.0] * 16)

    with pytest.raises(NotEnoughData, match="7 hires the index spoke for and 9 others"):
        HiresPart(told, is_money=True).over(Q[2])


def order(**more):
    """Sixteen hires drawn, eight of them to take the formula's choice first."""
    told = months([True, False] * 8, [2.0, 1.0] * 8, [1.0] * 16)
    usual = {
        "name": "Blog first", "since": date(2025, 1, 1), "months": told, "has_choice": True, "events": 91,
        "needed": 91, "may_tell": True, "expected_on": date(2026, 5, 1),
    }  # fmt: skip
    return DrawnOrder(**usual | more)


def test_hires_drawn_into_the_formulas_order_are_held_against_those_drawn_into_another():
    """Two a month beside one a month, for three months: 24 more."""
    assert OrderPart([order()], is_money=True).over(Q[1]).customers.value == pytest.approx(24)


def test_an_order_is_not_told_before_it_may_be_compared():
    """Whoever looks every week stops at a lucky moment; without a formula in use there was nothing to try."""
    early = OrderPart([order(events=40, may_tell=False)], is_money=True)
    with pytest.raises(NotEnoughData, match="40 of 91") as waits:
        early.over(Q[1])
    with pytest.raises(NotEnoughData, match="no version that tells modules apart"):
        OrderPart([order(has_choice=False)], is_money=True).over(Q[1])
    with pytest.raises(NotEnoughData, match="no order of modules was drawn"):
        OrderPart([], is_money=True).over(Q[1])

    assert waits.value.expected_on == date(2026, 5, 1)
    assert early.since is None


# ---------------------------------------------------------------- the whole


class Fixed:
    """A part with a known answer."""

    def __init__(self, title, evidence, value, reach, since=date(2025, 5, 10), *, money=True):
        self.about = replace(ABOUT, key=title, title=title, evidence=evidence)
        self.since, self._told = since, (value, reach, money)

    def over(self, _span):
        """So many in each quarter."""
        value, reach, money = self._told
        sure = of_ends(value, value - reach, value + reach)
        return Gained(sure, sure.times(100) if money else None, 20, "cases", 40)


def silent(title, evidence=Evidence.DRAWN):
    """A part that cannot tell."""
    return SilentPart(replace(ABOUT, key=title, title=title, evidence=evidence), NotEnoughData("too few"))


def test_opposite_signs_cancel_and_their_doubts_do_not():
    """40 ± 6 by hold-out and −40 ± 8 compared make 0 ± 10; the hold-out stands alone beside it."""
    parts = (Fixed("score", Evidence.DRAWN, 40, 6), Fixed("index", Evidence.COMPARED, -40, 8))
    newest = periods_of(parts, date(2025, 9, 30), Grain.QUARTER)[-1]

    assert newest.wider.customers.value == 0
    assert (newest.wider.customers.lo, newest.wider.customers.hi) == pytest.approx((-10, 10), abs=0.5)
    assert newest.drawn.customers.value == 40
    assert (newest.drawn.customers.lo, newest.drawn.customers.hi) == pytest.approx((34, 46), abs=0.1)
    assert (newest.drawn.adds, newest.wider.adds) == (("score",), ("score", "index"))


def test_a_formula_without_an_answer_adds_nothing_and_is_named():
    """Its part is unknown and not 0; where none has an answer there is no number."""
    parts = (Fixed("score", Evidence.DRAWN, 40, 6, money=False), silent("modules"))
    newest = periods_of(parts, date(2025, 9, 30), Grain.QUARTER)[-1]
    none = periods_of((silent("modules"), silent("score")), date(2025, 9, 30), Grain.QUARTER)[-1]

    assert newest.drawn.customers.value == 40
    assert (newest.drawn.missing, newest.drawn.without_mrr, newest.drawn.mrr) == (
        ("modules",),
        ("score",),
        None,
    )
    assert none.drawn == Total(None, None, (), (), ("modules", "score"))
    assert none.parts[0].why_not.reason == "too few"


def test_periods_are_the_companys_and_the_running_one_is_marked():
    """From the quarter of the first day counted to that of the newest; by month where a company turns so."""
    parts = (Fixed("score", Evidence.DRAWN, 40, 6),)
    quarters = periods_of(parts, date(2025, 11, 12), Grain.QUARTER)
    by_month = periods_of(parts, date(2025, 7, 31), Grain.MONTH)

    assert [one.period for one in quarters] == ["2025Q2", "2025Q3", "2025Q4"]
    assert [one.is_over for one in quarters] == [True, True, False]
    assert (quarters[1].first_day, quarters[1].last_day) == (date(2025, 7, 1), date(2025, 9, 30))
    assert [one.period for one in by_month] == ["2025-05", "2025-06", "2025-07"]
    assert by_month[-1].is_over


def test_what_is_kept_is_what_was_worked_out():
    """As JSON and back; the newest period that is over is shown, one that is not there is refused."""
    parts = (Fixed("score", Evidence.DRAWN, 40, 6), silent("index", Evidence.COMPARED))
    told = Worth(
        date(2025, 11, 12), date(2025, 5, 10), "USD", 7, periods_of(parts, date(2025, 11, 12), Grain.QUARTER)
    )
    back = as_report(Worth, as_plain(told))

    assert back.newest.period == "2025Q3"
    assert back.newest.parts[0].about.evidence is Evidence.DRAWN
    assert back.newest.drawn.customers.value == 40
    assert as_plain(back) == as_plain(told)
    with pytest.raises(BadInput, match="2025Q2, 2025Q3, 2025Q4"):
        back.of("2031Q1")
    values = worth_chart(back.periods)["data"]["values"]
    assert len(values) == 6
    assert all(one["lo"] < one["value"] < one["hi"] for one in values)


SINCE = "since 10 May 2025"


@pytest.mark.parametrize(
    ("amount", "says"),
    [
        (
            Amount(41, 12, 70),
            f"41 customers more (+12 to +70) {SINCE} and +4,100 (+1,200 to +7,000) USD a month",
        ),
        (
            Amount(-8.4, -15, -2),
            f"8 customers fewer (−15 to −2.0) {SINCE} and −840 (−1,500 to −200) USD a month",
        ),
        (Amount(3, -2, 8), f"No difference from the baseline is shown: −2.0 to +8.0 customers {SINCE}"),
        (None, "Nobody can say yet what the formulas are worth"),
    ],
)
def test_the_headline_says_no_more_than_the_interval(amount, says):
    """More, fewer, no difference shown, or nobody can say."""
    mrr = amount and Amount(100 * amount.value, 100 * amount.lo, 100 * amount.hi)
    told = Total(amount, mrr, (), (), ())

    assert reading(told, Worth(date(2025, 9, 30), date(2025, 5, 10), "USD", 1, ())) == says


# ---------------------------------------------------------------- the study, small


@pytest.fixture(scope="module")
def study(root):
    """The study, imported as its command would."""
    sys.path.insert(0, str(root / "studies"))
    yield import_module("worth")
    sys.path.remove(str(root / "studies"))


def test_where_nothing_is_worth_anything_the_intervals_hold_0(study):
    """Forty companies, three formulas: nine of ten hold it, and so do the totals."""
    found = []
    for seed in range(40):
        makers = (study.hires, study.orders, study.score)
        rng = [np.random.default_rng([seed, at]) for at in range(3)]
        parts = [make(one, study.WORLDS[0])[0] for make, one in zip(makers, rng, strict=True)]
        newest = periods_of(parts, date(2025, 12, 31), Grain.YEAR)[-1]
        every = [one.so_far.customers for one in newest.parts]
        found.append(
            [one.lo <= 0 <= one.hi for one in (*every, newest.drawn.customers, newest.wider.customers)]
        )

    shares = np.mean(found, axis=0)
    assert (shares >= 0.8).all(), shares
    assert 0.84 <= np.mean(found) <= 0.97


def test_planted_worth_is_found_with_its_sign(study):
    """The score helps, the index harms: hold-outs say so, and the wider total is held, too."""
    told = [study.held(study.WORLDS[2], seed) for seed in (1, 2, 3)]

    assert np.mean([inside for one in told for inside, _, _ in one.values()]) >= 0.8
    assert {"Lead score", "Hiring index", "total, drawn", "total, all"} <= set(told[0])
