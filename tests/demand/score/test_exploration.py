"""What a fit makes of leads that were drawn: those the score kept from being worked are not forgotten."""

from dataclasses import replace

import numpy as np
import pytest

from quintet.demand.formula.score.exploration import HELD_FROM, work_weights
from quintet.demand.formula.score.fit import fit_score
from quintet.demand.formula.score.stored import to_json
from quintet.demand.formula.score.subset import subset
from quintet.demand.metrics.examples import read_examples
from quintet.demand.terms.examples import Doings, Examples, Routed, Words

DAY = np.timedelta64(86_400_000_000, "us")
RATES = np.array([0.05, 0.10, 0.20, 0.30])


def company(seed=1, leads=8000, share=0.05, known=("kind",)):
    """Four kinds of leads, the better half worked by score; of the held-out ones every second as it comes."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, 4, leads)
    held = rng.random(leads) < share
    worked = np.where(held, rng.random(leads) < 0.5, kind >= 2)
    won = (rng.random(leads) < RATES[kind]) & worked
    days = np.linspace(800.0, 100.0, leads)
    until = np.datetime64("2026-01-01", "us")
    return Examples(
        lead_ids=np.arange(leads),
        handed_at=until - (days * DAY).astype("timedelta64[us]"),
        fields={"kind": Words(kind, tuple("abcd"))} if known else {"noise": Words(kind * 0, ("x",))},
        doings=Doings(*(np.zeros(0, np.int64),) * 2, np.zeros(0), ()),
        won_days=np.where(won, 10.0, np.nan),
        is_closed=won,
        is_worked=worked,
        observed_days=days,
        until=until,
        routed=Routed(np.full(leads, share), held, RATES[kind]),
    )


def test_a_worked_lead_counts_for_those_like_it_that_were_not():
    """A poor lead is worked once in forty times, a good one nearly always; weights cost a tenth of them."""
    told = company(leads=40_000)
    found = work_weights(told, told.is_worked)
    kind = told.fields["kind"].codes
    mean = [found.weight[told.is_worked & (kind == one)].mean() for one in range(4)]

    assert mean[0] / mean[3] > 2
    assert mean[0] == pytest.approx(mean[1], rel=0.2)
    assert mean[2] == pytest.approx(mean[3], rel=0.05)
    assert found.weight[told.is_worked].sum() == pytest.approx(found.effective)
    assert found.effective == pytest.approx(0.9 * told.is_worked.sum(), rel=0.01)
    assert "even ones" in found.sentence


def test_the_rate_learned_is_nearer_to_that_of_all_leads():
    """One in four of those worked bought, one in six would have of all: weights take a part of that away."""
    with_lot = company(leads=20_000, known=())
    without = replace(with_lot, routed=None)

    def base(examples):
        return float(1 / (1 + np.exp(-fit_score(examples, fields=["noise"]).fit.base)))

    assert base(without) == pytest.approx(0.24, abs=0.015)
    assert 0.1625 < base(with_lot) < base(without) - 0.007


def test_without_a_draw_the_fit_is_the_same_to_the_byte():
    """No lead drawn, or too few held-out ones worked to stand for anybody: every lead counts once."""
    told = company(leads=3000)
    plain = replace(told, routed=None)
    nobody = replace(told, routed=Routed(np.full(3000, np.nan), np.zeros(3000, bool), np.full(3000, np.nan)))
    held = np.flatnonzero(told.routed.is_held & told.is_worked)
    few = subset(told, np.setdiff1d(np.arange(3000), held[HELD_FROM - 1 :]))

    assert to_json(fit_score(nobody, fields=["kind"])) == to_json(fit_score(plain, fields=["kind"]))
    assert work_weights(few, few.is_worked) is None
    assert to_json(fit_score(few, fields=["kind"])) == to_json(
        fit_score(replace(few, routed=None), fields=["kind"])
    )
    assert to_json(fit_score(told, fields=["kind"])) != to_json(fit_score(plain, fields=["kind"]))


def test_a_lead_never_worked_is_never_counted_as_lost():
    """Ten thousand more that nobody worked change neither a term nor a point; called lost they halve it."""
    told = replace(company(leads=4000), routed=None)
    more = company(seed=2, leads=4000)
    unworked = subset(replace(more, routed=None), np.flatnonzero(~more.is_worked))
    both = joined(told, unworked)

    alone, beside = fit_score(told, fields=["kind"]), fit_score(both, fields=["kind"])
    called_lost = fit_score(replace(both, is_worked=np.ones(len(both), dtype=bool)), fields=["kind"])

    assert beside.ground.unworked > alone.ground.unworked
    assert np.array_equal(alone.fit.effects, beside.fit.effects)
    assert alone.fit.base == beside.fit.base
    assert called_lost.ground.base_rate < 0.65 * alone.ground.base_rate


def joined(first: Examples, second: Examples) -> Examples:
    """Leads of both, oldest first."""
    order = np.argsort(np.concatenate((first.handed_at, second.handed_at)), kind="stable")

    def both(name):
        return np.concatenate((getattr(first, name), getattr(second, name)))[order]

    codes = np.concatenate((first.fields["kind"].codes, second.fields["kind"].codes))[order]
    names = ("handed_at", "won_days", "is_closed", "is_worked", "observed_days")
    told = {name: both(name) for name in names}
    return replace(
        first, lead_ids=np.arange(len(order)), fields={"kind": Words(codes, tuple("abcd"))}, **told
    )


def test_undated_leads_are_not_weighted():
    """Nobody can say who has had time to be worked."""
    told = replace(company(), observed_days=np.full(8000, np.nan))

    assert work_weights(told, told.is_worked) is None


def test_a_subset_keeps_how_its_leads_were_drawn():
    """Share, arm and score of the leads picked, in their order."""
    told = company(leads=100)
    some = subset(told, np.array([5, 70]))

    assert list(some.routed.is_held) == [told.routed.is_held[5], told.routed.is_held[70]]
    assert list(some.routed.p) == [told.routed.p[5], told.routed.p[70]]


def test_a_company_without_draws_has_none(small_company):
    """The small company never drew a lead."""
    assert read_examples(small_company.facts).routed is None
