"""Which one skill to coach: when it is named, what it is worth in money, and why none is."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from quintet.kernel.finding import Status
from quintet.management.formula.gains import CAP, Chain, gains, not_judged, step_to_coach
from quintet.management.formula.one_skill import Signed, mrr_of_a_customer, proposal, recipe
from quintet.management.terms.funnel import Gain, Onion, OnionPart, RateEstimate, RepFunnel, Step
from quintet.stats.rates import fit_rates

STEPS = (Step("worked", "demo"), Step("demo", "won"))
APART = {"worked-demo": 0.001, "demo-won": 0.001}


def chain(*hits, leads=300, reps=10):
    """Two steps of a team whose first rep has these conversions, all others 150 of 300 and 60 of 150."""
    fits = []
    for step, (mine, theirs, entered) in enumerate(zip(hits, (150, 60), (leads, leads // 2), strict=True)):
        converted = np.array([mine, *[theirs + (rep % 3 - 1) * 6 for rep in range(reps - 1)]])
        fits.append(fit_rates(converted, np.full(reps, entered) - converted, seed=step))
    return Chain(
        STEPS, tuple(fits), np.stack([fit.top_quartile_draws() for fit in fits]), np.full(reps, 50.0)
    )


def named(one, adjusted=APART, place=0):
    """The step named for a rep, and why none is."""
    return step_to_coach(one, place, gains(one, [place])[0], adjusted)


def test_the_step_that_costs_most_is_named():
    """Far below at the second step: that one."""
    assert named(chain(150, 25)) == (STEPS[1], "")


def test_nothing_is_named_where_chance_explains_the_differences():
    """Below the others, but reps do not differ beyond chance at that step, nor does he alone."""
    step, why = named(chain(150, 42), {"worked-demo": 0.5, "demo-won": 0.2})
    assert step is None
    assert "chance alone would spread identical reps as far (p = 0.20)" in why


def test_one_far_below_is_named_where_all_others_are_alike():
    """A lone outlier may not move a test of them all: at .98 he is named by himself."""
    step, _ = named(chain(150, 30), {"worked-demo": 0.5, "demo-won": 0.2})
    assert step == STEPS[1]


def test_nothing_is_named_for_a_rep_like_the_others():
    """Nothing to gain beyond doubt."""
    assert named(chain(150, 60))[1] == "no single step clearly brings more than the others"


def test_seven_reps_are_too_few():
    """Nobody is compared with six others."""
    told = "demo → customer cannot be judged yet: 7 reps to compare, 8 are needed"
    assert named(chain(150, 25, reps=7))[1].endswith(told)


def test_few_leads_of_the_rep_name_nothing():
    """Twenty demos do not carry a plan."""
    one = chain(150, 25)
    few = fit_rates(np.array([1, *[60] * 9]), np.array([19, *[90] * 9]), seed=1)
    thin = Chain(
        STEPS, (one.pooled[0], few), np.stack([one.top[0], few.top_quartile_draws()]), one.leads_per_month
    )
    nothing, unknown = (
        "no single step clearly brings more than the others",
        "demo → customer cannot be judged yet: ",
    )
    assert named(thin) == (None, f"{nothing}; {unknown}20 leads, 30 are needed")
    coached = replace(thin, coached={(0, "demo-won"): date(2026, 5, 4), (1, "demo-won"): date(2026, 5, 5)})
    assert named(coached)[1].endswith(f"{unknown}20 leads since the coaching of 4 May 2026, 30 are needed")


def test_a_silent_step_is_not_named_but_does_not_silence_the_others():
    """What the first step brings runs through the last, of which only the team's rate is known."""
    first, last = (replace(chain(*hits), silent={"demo-won": "too few"}) for hits in ((100, 60), (150, 25)))

    assert named(first) == (STEPS[0], "")
    assert named(last)[1].endswith("; demo → customer cannot be judged yet: too few")


def test_a_step_of_which_little_is_known_takes_no_other_its_chance():
    """Weak at the first, and a last that may bring anything: he is told of the first, which is known."""
    one = chain(110, 60)
    few = fit_rates(np.array([1, *[60, 20] * 4, 60]), np.array([4, *[90, 130] * 4, 90]), seed=1)
    top = np.stack([one.top[0], few.top_quartile_draws()])
    vague = replace(one, pooled=(one.pooled[0], few), top=top)

    assert (
        gains(vague, [0])[0]["demo-won"][1].customers_per_month
        > gains(vague, [0])[0]["worked-demo"][1].customers_per_month
    )
    assert named(vague) == (STEPS[0], "")
    assert [gains(vague, [0])[0][step.key][1].probability for step in STEPS] == [CAP, 0.0]
    assert not_judged(vague, 0) == {
        "demo-won": "demo → customer cannot be judged yet: 5 leads, 30 are needed"
    }


def test_the_only_skill_that_can_be_judged_has_no_chance_beside_others():
    """Named where it is beyond chance; only beside another one there is a probability."""
    estimate = RateEstimate(
        STEPS[0], Status.SPEAKS, 300, 110, rate=0.37, to_top=Gain("top quartile", 2, 1, 3, 0.5, 1.0)
    )
    rep = RepFunnel(
        1, "Ann", (), (estimate, replace(estimate, step=STEPS[1])), (), None, STEPS[0], "",
        not_judged={"demo-won": "demo → customer cannot be judged yet: 5 leads, 30 are needed"},
    )  # fmt: skip

    assert (proposal(rep).step, proposal(rep).probability, len(proposal(rep).not_judged)) == (
        STEPS[0],
        None,
        1,
    )
    assert proposal(replace(rep, not_judged={})).probability == 1.0


def test_a_gain_is_leads_through_all_rates_with_one_replaced():
    """By hand on the means: 50 leads a month, .5 of them to a demo, and the second rate at the goal."""
    one = chain(150, 25)
    gain = gains(one, [0])[0]["demo-won"][1]
    rates = [fit.mean[0] for fit in one.pooled]
    assert gain.rate == pytest.approx(one.top[1].mean(), abs=1e-9)
    assert gain.customers_per_month == pytest.approx(50 * rates[0] * (gain.rate - rates[1]), rel=0.02)


@pytest.mark.parametrize("reps", [12, 230])
def test_reps_told_together_are_those_told_alone(reps):
    """Each with leads of his own; in a small team and in a crowd, in the order they are asked for."""
    one = chain(150, 25, reps=reps)
    offset = np.linspace(-0.5, 0.5, reps)
    apart = replace(one, pooled=tuple(replace(fit, offset=offset, _drawn={}) for fit in one.pooled))

    together = gains(apart, [5, 0, 9])

    assert together == [gains(apart, [place])[0] for place in (5, 0, 9)]
    assert len({told["demo-won"][1].rate for told in together}) == 3
    assert gains(apart, []) == []


def test_money_is_what_the_reps_customers_pay_luck_taken_out():
    """A rep with few dear customers is pulled to everybody's average; without revenue nothing is said."""
    everybody = [Signed(rep, 20, 100.0 + rep, 5.0, "USD") for rep in range(8)]
    lucky = Signed(9, 3, 400.0, 150.0, "USD")
    amount, currency = mrr_of_a_customer(9, [*everybody, lucky])
    assert (100.0 < amount < 150.0, currency) == (True, "USD")
    assert mrr_of_a_customer(77, everybody) == (pytest.approx(103.5), "USD")
    assert mrr_of_a_customer(9, []) == (0.0, "")
    assert mrr_of_a_customer(9, [lucky, Signed(1, 5, 90.0, 4.0, "EUR")]) == (0.0, "")


def test_the_recipe_starts_with_what_costs_most():
    """Attempts before scripts, where the onion says that attempts are missing."""
    part = OnionPart(
        "attempts_per_lead", "attempts per lead", 3, 6, "", -1.5, -2.2, -0.8, 0.9, 0.99, is_noise=False
    )
    onion = Onion(1, "Ann", Step("worked", "demo"), Status.SPEAKS, parts=(part,))
    assert recipe("worked-connected", onion)[0].startswith("Agree on a number of attempts")
    assert recipe("worked-connected")[0].startswith("Look at ten")
    assert len(recipe("qualified-won")) == 2


@pytest.mark.django_db
def test_proposals_of_the_planted_company_name_the_planted_weakness(small_company):
    """What the page proposes are the reps weak beyond chance, with money, largest first."""
    from quintet.facts.scope import Scope
    from quintet.management.asks import coaching as asks

    facts, scope = small_company.facts, Scope.everything()
    found = asks.proposals(facts, scope, asks.shown(facts, scope).rep_ids)
    made = [one for one in found if one.step]
    assert made
    assert made == sorted(made, key=lambda one: -one.customers)
    for one in made:
        assert one.lo > 0
        assert one.mrr.amount / one.customers == pytest.approx(one.mrr.hi / one.hi)
        assert one.goal > one.estimate.rate
    assert all(one.reason for one in found if one.step is None)


def test_a_rep_without_a_skill_to_name_gets_the_reason(small_company):
    """Silence is told."""
    from quintet.facts.scope import Scope
    from quintet.management.asks import funnel as funnels

    facts = small_company.facts
    team = funnels.funnel(
        facts, Scope.everything(), funnels.question(facts, Scope.everything(), funnels.Filters())
    )
    for rep in team.reps:
        told = proposal(rep)
        assert (told.step is None) == bool(told.reason)
