"""Success of a rep: worked by hand, fair to whoever gets worse leads, and found where it was planted."""

from datetime import date

import numpy as np
import pytest

from builders import interaction
from quintet.hiring.metrics.success import early_churn_of, read_success
from quintet.kernel.errors import NotEnoughData
from sold_leads import ANN, BOB, ended, joined, leads, quota


def test_attainment_and_productivity_are_worked_by_hand(load):
    """Ann signs 2,000 of a quota of 4,000, Bob 1,000; each is held against the other's leads."""
    facts = load(
        joined("ann", "2025-01-01"), joined("bob", "2025-01-01"),
        *leads("ann", "2025-04-02", 100, won=20), *leads("bob", "2025-04-02", 100, won=10),
        quota("ann", "2025-04-01", 4000), quota("bob", "2025-04-01", 4000), ended(),
    )  # fmt: skip

    told = read_success(facts)
    ann, bob = told.by_rep[ANN], told.by_rep[BOB]

    assert (told.measure, told.currency, told.as_of) == ("mrr", "USD", date(2025, 12, 31))
    assert (ann.months, ann.signed, ann.quota, ann.attainment) == (9, 2000.0, 4000.0, 0.5)
    assert bob.attainment == 0.25
    assert (ann.brought.leads, ann.brought.customers, ann.brought.expected) == (
        100,
        20,
        pytest.approx(1000.0),
    )
    assert ann.productivity == pytest.approx(2.0)
    assert bob.productivity == pytest.approx(0.5)
    assert ann.brought.noise == pytest.approx(np.sqrt(1 / 20))
    assert ann.brought.due == pytest.approx(10.0)


def test_a_handful_of_leads_judges_nobody(load):
    """Three or four customers were to be expected: whether two came or none, it would be luck."""
    facts = load(
        joined("ann", "2025-01-01"), joined("bob", "2025-01-01"),
        *leads("ann", "2025-04-02", 30, won=2), *leads("bob", "2025-04-02", 100, won=10), ended(),
    )  # fmt: skip

    ann = read_success(facts).by_rep[ANN]

    assert ann.is_judged
    assert ann.brought.due < 5
    assert ann.productivity is None
    assert ann.productivity_range is None


def test_whoever_gets_worse_leads_is_not_the_worse_rep(load):
    """Ann gets referrals, Bob cold lists; by value Ann is first, at equal leads they are alike."""
    facts = load(
        joined("ann", "2025-01-01"), joined("bob", "2025-01-01"),
        joined("col", "2025-01-01"), joined("dee", "2025-01-01"),
        *leads("ann", "2025-04-02", 200, won=80, source="referral"),
        *leads("bob", "2025-04-02", 200, won=10, source="cold"),
        *leads("col", "2025-04-02", 400, won=160, source="referral"),
        *leads("dee", "2025-04-02", 400, won=20, source="cold"), ended(),
    )  # fmt: skip

    told = read_success(facts).by_rep

    assert told[ANN].signed == 8 * told[BOB].signed
    assert told[ANN].productivity == pytest.approx(told[BOB].productivity, rel=0.15)


def test_only_months_after_the_ramp_that_are_over_count(load):
    """What was signed in the first three months, or in a month that is not over, is left out."""
    facts = load(
        joined("ann", "2025-08-15"), *leads("ann", "2025-09-02", 5, won=3),
        *leads("ann", "2025-11-02", 5, won=1), *leads("ann", "2026-01-02", 5, won=2),
    )  # fmt: skip

    ann = read_success(facts).by_rep[ANN]

    assert (ann.months, ann.signed) == (2, 100.0)
    assert not ann.is_judged
    assert ann.attainment is None
    assert ann.productivity is None


def test_a_rep_who_left_before_the_ramp_was_over_is_named_not_judged(load):
    """Whoever is gone after four months is not a success that is missing."""
    facts = load(
        joined("ann", "2025-01-01"), interaction("rep.left", "2025-05-01", rep="ann"),
        *leads("ann", "2025-04-02", 5, won=1), ended(),
    )  # fmt: skip

    told = read_success(facts)

    assert told.by_rep[ANN].months == 1
    assert [one.rep_id for one in told.left_early] == [ANN]


def test_a_company_without_dates_is_refused(load):
    """Without a date nothing can be told by month."""
    facts = load(joined("ann", "2025-01-01"))

    with pytest.raises(NotEnoughData, match="nothing in the data has a date"):
        read_success(facts)


@pytest.mark.slow
def test_planted_skill_and_pressure_are_found_again(hired_company):
    """Productivity follows skill, worth falls with pressure, and who is flagged does press."""
    truth, told = hired_company.truth, read_success(hired_company.facts)
    place = {int(rep): at for at, rep in enumerate(truth.rep_ids)}
    judged = [one for one in told.reps if one.productivity is not None]
    at = np.array([place[one.rep_id] for one in judged])
    skill, pressure = truth.people.skill[at].sum(axis=1), truth.people.pressure[at]

    assert np.corrcoef(np.log([one.productivity for one in judged]), skill)[0, 1] > 0.7
    assert np.corrcoef([one.worth for one in judged], pressure)[0, 1] < -0.3
    pressed = pressure[[one.early_churn.is_pressed for one in judged]]
    assert (pressed > 0).all()


def companies(spread, seed, count=60, reps=20, customers=60, rate=0.05):
    """Planted shares of customers lost early and what a company sees of them, rep by rep."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        watched = rng.poisson(customers, reps) + 1
        planted = 1 / (1 + np.exp(-np.log(rate / (1 - rate)) - spread * rng.normal(size=reps)))
        lost = rng.binomial(watched, planted)
        told = early_churn_of(dict(enumerate(zip(watched.tolist(), lost.tolist(), strict=True))))
        yield planted, np.array([told[rep].is_pressed for rep in range(reps)])


def test_alike_reps_are_not_said_to_press():
    """Twenty looks at luck: the share of companies that name anybody stays under what one look may err."""
    named = [flagged.any() for _, flagged in companies(0.0, seed=1)]

    assert np.mean(named) <= 0.05


def test_whoever_is_said_to_press_loses_more_than_the_average_rep():
    """Planted differences are found now and then, and not the wrong way round."""
    found = [(planted[flagged], planted.mean()) for planted, flagged in companies(0.8, seed=2)]
    beyond = np.concatenate([rates > mean for rates, mean in found])

    assert len(beyond) >= 20
    assert beyond.mean() >= 0.95
