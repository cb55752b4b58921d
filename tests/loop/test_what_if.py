"""What if: expectations by hand, chance alike in both futures, limits of reps, and ranges that hold."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from quintet.facts.published import Facts
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.loop.whatif.future import Reps, step_rates, what_if
from quintet.loop.whatif.past import AGES, Past, read_past
from quintet.loop.whatif.terms import MONTHS, Supposed


def past_of(months=24, leads=200.0, share=0.1, reps=10, seed=1, level=None):
    """Leads each month; of a tenth of them customers, half in the month of the lead, half the month after."""
    rng = np.random.default_rng(seed)
    came = rng.poisson(leads if level is None else level, months).astype(np.float64)
    won = np.zeros((months, AGES))
    for cohort in range(months):
        total = rng.binomial(int(came[cohort]), share)
        won[cohort, 0] = rng.binomial(total, 0.5)
        if cohort + 1 < months:
            won[cohort, 1] = total - won[cohort, 0]
    reached = came[:, None] * np.array([1.0, 0.5, 0.4, 0.25, share])
    worked = np.full((reps, months), leads / reps)
    tenure = np.full(reps, 36)
    mrr = rng.gamma(4.0, 50.0, 200)
    return Past(date(2026, 1, 1), came, np.rint(reached), won, mrr, worked, tenure, "USD")


def test_as_things_are_brings_what_leads_and_rates_say():
    """200 leads a month, a tenth of them customers, at 200 each: 240 customers and 48,000 in a year."""
    told = what_if(past_of(), Supposed())

    assert told.customers.middle == pytest.approx(240, rel=0.06)
    assert told.customers.lo < 240 < told.customers.hi
    assert told.mrr.middle == pytest.approx(48_000, rel=0.10)
    assert (told.more_customers.middle, told.more_customers.lo, told.more_customers.hi) == (0, 0, 0)
    assert len(told.months) == MONTHS


def test_a_better_step_brings_as_much_more_from_the_first_new_lead_on():
    """Demos won half as often again: half more of new leads, and leads that are there go on as they came."""
    past = past_of()
    won = {one.step: one for one in step_rates(past)}["won"]
    told = what_if(past, Supposed(rates={"won": 1.5 * won.rate}, cap=1000.0))

    assert won.rate == pytest.approx(0.4, rel=0.02)
    assert told.more_customers.middle == pytest.approx(0.5 * (240 - 10), rel=0.08)
    assert told.months[0].supposed_customers.middle == pytest.approx(15 + 10, rel=0.2)


def test_chance_is_the_same_in_both_futures():
    """A tenth more leads is told apart although either future alone is far less sure."""
    told = what_if(past_of(), Supposed(leads=0.1, cap=1000.0))

    assert told.more_customers.lo > 0
    assert told.more_customers.hi - told.more_customers.lo < 0.5 * (told.customers.hi - told.customers.lo)


def test_leads_that_nobody_has_time_for_bring_nothing():
    """Ten reps with at most twenty leads each work two hundred; twice as many leads are left lying."""
    twice = what_if(past_of(), Supposed(leads=1.0))
    hired = what_if(past_of(), Supposed(leads=1.0, hires=5), Reps(np.array([0.5, 0.75]), 0.0))

    assert twice.unworked == pytest.approx(0.5, abs=0.02)
    assert twice.more_customers.middle < 12
    assert hired.unworked < twice.unworked - 0.15
    assert hired.more_customers.middle > 60


def test_nobody_hired_and_some_leaving_works_fewer_leads():
    """A tenth leaves each month; nobody takes their place."""
    told = what_if(past_of(), Supposed(), Reps(np.ones(1), 0.1))

    assert told.customers.middle < 170


@pytest.mark.parametrize(
    "wrong",
    [
        Supposed(rates={"won": 1.2}),
        Supposed(rates={"sent": 0.2}),
        Supposed(leads=-1.5),
        Supposed(cap=0.0),
        Supposed(hires=-1),
        Supposed(hires=3),
    ],
)
def test_what_nobody_can_suppose_is_refused(wrong):
    """A rate above one, an unknown step, fewer than no leads, no time, hires of whom nothing is known."""
    with pytest.raises(BadInput):
        what_if(past_of(), wrong)


def test_a_step_nobody_took_is_refused_and_other_money_is_said():
    """A rate over none says nothing; customers whose revenue is not known are not passed over in silence."""
    past = past_of()
    none = replace(past, reached=past.reached * np.array([1, 1, 1, 1, 0]))

    with pytest.raises(BadInput, match="Demo → customer"):
        what_if(none, Supposed(rates={"won": 0.3}))
    assert any("7 customers" in one for one in what_if(replace(past, others=7), Supposed()).warnings)
    assert not any("customers of" in one for one in what_if(past, Supposed()).warnings)


def test_ranges_hold_what_comes():
    """A hundred made-up companies, asked in month 24 about month 25: nine of ten inside, give or take."""
    inside = []
    for seed in range(100):
        rng = np.random.default_rng([seed, 9])
        level = 200 * np.exp(rng.normal(0, 0.05, 25))
        whole = past_of(25, seed=seed, level=level)
        known = Past(
            date(2026, 1, 1), whole.leads[:24], whole.reached[:24], _known(whole.won[:24]), whole.mrr,
            whole.worked_by_rep[:, :24] * 2, whole.tenure, "USD",
        )  # fmt: skip
        told = what_if(known, Supposed(), seed=seed).months[0].customers
        came = whole.won[24, 0] + whole.won[23, 1]
        inside.append(told.lo <= came <= told.hi)

    assert 0.82 <= np.mean(inside) <= 0.98


def _known(won):
    """Of the last cohort only what was signed in its own month."""
    known = won.copy()
    known[-1, 1:] = 0.0
    return known


def test_the_past_agrees_with_a_plain_count(small_company):
    """Leads and customers of whole months, by month of lead and of signature."""
    facts = Facts.published(small_company.home)
    past = read_past(facts)
    leads = facts.arrow(facts.table("leads")).to_pylist()
    whole = [one for one in leads if one["created_at"] and one["created_at"].date() < past.until]
    won = [one for one in whole if one["won_at"] and one["won_at"].date() < past.until]

    assert past.leads.sum() == len(whole)
    assert past.won.sum() == len(won)
    last = (past.until.year, past.until.month - 1) if past.until.month > 1 else (past.until.year - 1, 12)
    same = [one for one in won if _month(one["created_at"]) == _month(one["won_at"]) == last]
    assert past.won[-1, 0] == len(same)


def _month(instant):
    return instant.year, instant.month


def test_too_little_is_said_with_how_much_is_missing(small_company):
    """After a few months with a few customers nobody knows what a year brings."""
    with pytest.raises(NotEnoughData) as missing:
        read_past(Facts.published(small_company.home), date(2025, 3, 1))

    assert missing.value.have < missing.value.need


@pytest.mark.django_db
def test_the_page_answers_what_is_supposed(visit):
    """As things are first; then with a tenth more leads; nonsense is refused with the reason."""
    page = visit("executive", "/loop/what-if/").content.decode()
    more = visit("executive", "/loop/what-if/?leads=10&won=30")
    wrong = visit("executive", "/loop/what-if/?won=300")

    assert "Customers, as things are" in page
    assert "More customers, as supposed" not in page
    assert "More customers, as supposed" in more.content.decode()
    assert wrong.status_code == 400
    assert visit("rep", "/loop/what-if/").status_code == 403
