"""The headcount plan: ramp, attrition and a full rep's MRR from history, and the hires a target takes."""

import sys
from datetime import date

import numpy as np
import pytest

from quintet.calendar.periods import month_after
from quintet.facts.careers import RepCareer, RepMonth
from quintet.hiring.formula.headcount import is_class, managers_for, plan, simulate
from quintet.hiring.formula.ramp import Learned, learn
from quintet.hiring.terms.plan import RAMPED_AFTER, PlanInputs, Rate
from quintet.kernel.errors import BadInput, NotEnoughData

START = date(2024, 1, 1)
#: The history begins a month before: who is there then is taken to be ramped.
BEFORE = date(2023, 12, 1)


@pytest.fixture(scope="module")
def study(root):
    """The study of the plan, whose company is drawn here, too."""
    sys.path.insert(0, str(root / "studies"))
    import headcount

    yield headcount
    sys.path.remove(str(root / "studies"))


def known(*, ramp=(), leaves=0.0, reps=20, draws=400, full=1.0):
    """A past without doubt: a ramp as given, then 1; everybody is ramped, nobody differs."""
    curve = np.ones((draws, RAMPED_AFTER + 1))
    curve[:, : len(ramp)] = ramp
    today = np.zeros(RAMPED_AFTER + 1, dtype=np.int64)
    today[-1] = reps
    return Learned(
        curve=curve, full=np.full(draws, full), leaves=np.full((draws, 2), leaves), newcomers=np.ones(draws),
        spread=(0.0, 0.0), ramp=(), attrition=Rate(leaves, leaves, leaves, 10), reps_by_age=today, hires=30,
        quota=(), until=START,
    )  # fmt: skip


def test_heads_follow_the_cohort_model():
    """heads(t + 1) = heads(t) (1 - a) + h: 20 reps, 3 a month, 2 % leave: 48 after a year."""
    inputs = PlanInputs(target=1.0, months=13, lead_months=1)
    drawn = simulate(known(ramp=(0, 0.25, 0.5, 0.75), leaves=0.02), inputs, 3)

    heads = 20.0
    for month in range(13):
        heads += 3.0 if month >= 1 else 0.0
        assert drawn.reps[:, month].mean() == pytest.approx(heads, rel=0.01)
        heads *= 0.98
    assert drawn.reps[:, 12].mean() == pytest.approx(48, abs=1)
    assert (managers_for(20, 9), managers_for(48, 9)) == (3, 6)


def test_mrr_is_every_rep_by_age():
    """Nobody leaves: 10 reps, 2 hired in each of months 1 and 2, at 0, 50 and 100 %."""
    inputs = PlanInputs(target=1.0, months=4, lead_months=1)
    drawn = simulate(known(ramp=(0, 0.5), reps=10, draws=3, full=100.0), inputs, 2)

    assert drawn.mrr[0].tolist() == [1000, 1000, 1100, 1300]
    assert drawn.reps[0].tolist() == [10, 12, 14, 16]


def test_the_fewest_hires_that_meet_the_target():
    """11 classes, of whom the last brings nothing yet: 200 more takes 20 in each of 10."""
    past = known(ramp=(0.0,), reps=100, draws=200)
    inputs = PlanInputs(target=300.0, months=12, lead_months=1)

    told = plan(past, inputs, managers_now=12)

    assert told.per_class == 20
    assert told.probability == 1.0
    assert told.months[-1].reps == 100 + 11 * 20
    assert told.months[-1].managers == 36
    assert told.promotions == 24
    assert told.promote_by == month_after(told.months[1].month, -6)
    assert "Hire 20 every month" in told.sentence


def test_who_is_enough_already_hires_nobody():
    """And needs no manager more."""
    told = plan(known(reps=50), PlanInputs(target=40.0), managers_now=6)

    assert (told.per_class, told.promotions, told.promote_by) == (0, 0, None)
    assert told.sentence.startswith("Nobody has to be hired")


def test_a_target_beyond_reach_says_what_to_change():
    """Hires who are due in the last month bring nothing in it."""
    with pytest.raises(BadInput, match="give it more months"):
        plan(known(ramp=(0.0,)), PlanInputs(target=30.0, months=3, lead_months=2), managers_now=2)
    with pytest.raises(BadInput, match="give it more months"):
        plan(known(), PlanInputs(target=30.0, months=3, lead_months=3), managers_now=2)
    with pytest.raises(BadInput, match="above 0"):
        plan(known(), PlanInputs(target=0.0), managers_now=2)


def test_classes_start_after_the_lead_and_then_as_often_as_said():
    """Lead of two months, a class every three: months 2, 5, 8, 11."""
    inputs = PlanInputs(target=1.0, months=12, lead_months=2, class_every=3)

    assert [month for month in range(12) if is_class(inputs, month)] == [2, 5, 8, 11]


def careers(count, joined, left=None, first=0):
    """Reps who joined, and left, on the same days."""
    return [RepCareer(first + at, joined, left) for at in range(count)]


def months(reps, since, mrr):
    """What each of some reps signed, month by month."""
    return [
        RepMonth(one.rep_id, month_after(since, at), value, 100.0)
        for one in reps
        for at, value in enumerate(mrr)
    ]


def test_a_ramp_by_hand():
    """Old hands sign 100 a month, hires 0, 50 and 100: shares 0, 50, 100 %; 1.5 months are lost."""
    old = careers(6, date(2020, 1, 1))
    new = careers(6, START, first=100)
    signed = [*months(old, BEFORE, [100.0] * 14), *months(new, START, [0.0, 50.0] + [100.0] * 11)]

    told = learn([*old, *new], signed, month_after(START, 13), draws=50)

    assert [one.share for one in told.ramp] == pytest.approx([0.0, 0.5] + [1.0] * 10)
    assert told.ramp[0].reps == 6
    assert told.lost_months.value == pytest.approx(1.5)
    assert told.full_mrr.value == pytest.approx(100.0)
    assert told.reps_by_age.tolist() == [0] * 12 + [12]
    assert told.quota[1].made == pytest.approx(0.0)
    assert told.quota[2].made == pytest.approx(1.0)


def test_a_good_quarter_is_no_fast_ramp():
    """All sell twice as much in the first months: a hire is held against that, not the year."""
    old = careers(6, date(2020, 1, 1))
    new = careers(6, START, first=100)
    season = [2.0, 2.0] + [1.0] * 11
    signed = months(old, BEFORE, [100.0, *(100.0 * one for one in season)])
    signed += months(new, START, [50.0 * one for one in season])

    told = learn([*old, *new], signed, month_after(START, 13), draws=50)

    assert [one.share for one in told.ramp] == pytest.approx([0.5] * 12)


def test_who_left_counts_while_there_and_a_month_without_a_sale_is_nought():
    """Two of six hires leave after two months; another has no row for a month in which he was there."""
    old = careers(6, date(2020, 1, 1))
    stay = careers(4, START, first=100)
    gone = careers(2, START, date(2024, 3, 1), first=200)
    signed = [*months(old, BEFORE, [100.0] * 7), *months(gone, START, [0.0, 50.0])]
    signed += [one for one in months(stay, START, [0.0, 50.0, 80.0, 80.0, 80.0, 80.0]) if one.mrr]

    told = learn([*old, *stay, *gone], signed, month_after(START, 6), draws=400)

    assert [one.reps for one in told.ramp[:4]] == [6, 6, 4, 4]
    assert told.attrition.n == 2
    assert told.attrition.value == pytest.approx(2.5 / (6 * 7 + 4 * 6 + 2 * 2), rel=0.15)
    assert told.reps_by_age.sum() == 10


@pytest.mark.parametrize(
    ("old", "new", "unit"), [(3, 8, "reps who have been here for a year"), (8, 3, "hires whose first months")]
)
def test_too_thin_a_past_is_refused_with_what_is_missing(old, new, unit):
    """Three are no team to hold hires against, and three hires no ramp."""
    people = [*careers(old, date(2020, 1, 1)), *careers(new, START, first=100)]

    with pytest.raises(NotEnoughData, match=unit) as told:
        learn(people, months(people, BEFORE, [100.0] * 13), month_after(START, 12))

    assert (told.value.have, told.value.need) == (3, 5)


def test_an_empty_past_is_refused():
    """No row at all."""
    with pytest.raises(NotEnoughData):
        learn([], [], START)


def test_what_is_planted_is_found(study):
    """Sixty companies of 40 reps over two years: ramp, attrition and MRR lie in their intervals."""
    told = study.coverage(60, draws=300)

    assert told.ramp >= 0.82
    assert told.attrition >= 0.80
    assert told.full >= 0.80
    assert told.mrr >= 0.68
    assert abs(told.bias) < 0.15


def test_the_same_past_gives_the_same_plan(study):
    """No clock and no luck of the day."""
    company = study.drawn_company(3)

    def told():
        learned = learn(company.careers, company.signed, company.until, draws=300)
        return plan(learned, PlanInputs(target=300_000.0), managers_now=5)

    assert told() == told()
