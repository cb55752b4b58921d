"""Reps and leads told apart: planted truth under four ways to hand leads out, an independent fit, islands."""

import numpy as np
import pytest
from scipy.optimize import minimize

from quintet.kernel.errors import BadInput
from quintet.stats.crossed_rates import CrossedRows, comparable, fit_crossed


def drawn(seed=1, reps=8, leads=4000, favour=0.0):
    """Reps who differ, six kinds that differ, good kinds to good reps when favour is above 0."""
    rng = np.random.default_rng([seed, 5])
    skill, quality = np.linspace(-0.6, 0.6, reps), np.linspace(-1.0, 1.0, 6)
    weight = np.exp(favour * skill[:, None] * quality)
    tried = rng.multinomial(leads, weight / weight.sum(axis=1, keepdims=True))
    won = rng.binomial(tried, 1 / (1 + np.exp(1.0 - skill[:, None] - quality)))
    rep, kind = np.nonzero(tried)
    counts = tried[rep, kind].astype(float), won[rep, kind].astype(float)
    return CrossedRows(rep, (kind // 3, kind % 3, kind), (), *counts), skill, quality, kind


def test_with_many_leads_it_agrees_with_a_plain_logistic_regression():
    """Four thousand leads a rep leave nothing to pull: reps as scipy's optimiser finds them, errors too."""
    rows, *_, kind = drawn(favour=2.0)
    design = np.column_stack([np.eye(8)[rows.rep], np.eye(6)[kind][:, 1:]])

    def loss(effects):
        odds = design @ effects
        return np.sum(rows.tried * np.logaddexp(0, odds) - rows.won * odds)

    found = minimize(loss, np.zeros(13), method="BFGS", options={"gtol": 1e-3}).x
    rate = 1 / (1 + np.exp(-design @ found))
    information = design.T @ ((rows.tried * rate * (1 - rate))[:, None] * design)
    beside = np.hstack([np.eye(8) - 1 / 8, np.zeros((8, 5))])
    errors = np.sqrt(np.diag(beside @ np.linalg.inv(information) @ beside.T))
    fit = fit_crossed(rows)

    assert fit.reps == pytest.approx(beside @ found, abs=0.02)
    assert fit.errors == pytest.approx(errors, rel=0.08)


def test_where_good_leads_go_to_weak_reps_raw_rates_turn_the_order_round_and_the_fit_does_not():
    """Skill rises from rep to rep; what was won falls; on equal leads it rises again."""
    rows, skill, _, kind = drawn(favour=-4.0)
    raw = np.bincount(rows.rep, rows.won) / np.bincount(rows.rep, rows.tried)
    fit = fit_crossed(rows)

    assert np.corrcoef(raw, skill)[0, 1] < 0
    assert np.corrcoef(fit.reps, skill)[0, 1] > 0.97
    assert (np.diff(fit.of_kinds(kind).rate) > 0).all()


def test_rates_hold_what_every_rep_would_win_of_all_leads():
    """The true mean of all leads lies in nine of ten intervals, of reps and of kinds alike."""
    held_reps, held_kinds = [], []
    for seed in range(25):
        rows, skill, quality, kind = drawn(seed, leads=300, favour=2.0)
        fit = fit_crossed(rows)
        share = np.bincount(kind, rows.tried) / rows.tried.sum()
        true = (1 / (1 + np.exp(1.0 - skill[:, None] - quality))) @ share
        told, kinds = fit.of_reps(), fit.of_kinds(kind)
        true_kinds = 1 / (1 + np.exp(1.0 - quality))
        held_reps.append((told.lo <= true) & (true <= told.hi))
        held_kinds.append((kinds.lo <= true_kinds) & (true_kinds <= kinds.hi))

    assert 0.84 <= np.mean(held_reps) <= 0.97
    assert 0.84 <= np.mean(held_kinds) <= 0.98


def test_who_works_alone_what_he_works_is_not_told_apart():
    """Reps 0 and 1 share kind 0, rep 2 alone has kind 1, rep 3 has a few of kind 0 and mostly his own."""
    rep, kind = np.array([0, 1, 2, 3, 3]), np.array([0, 0, 1, 0, 2])
    tried = np.array([50.0, 40.0, 60.0, 10.0, 90.0])

    assert comparable(rep, kind, tried).tolist() == [True, True, False, False]


def test_a_chain_of_shared_kinds_makes_reps_comparable_and_islands_do_not():
    """0-1-2 hang together by two kinds, 3-4 by one: the larger group is kept."""
    rep = np.array([0, 1, 1, 2, 3, 4])
    kind = np.array([0, 0, 1, 1, 2, 2])

    assert comparable(rep, kind, np.full(6, 30.0)).tolist() == [True, True, True, False, False]
    assert comparable(np.zeros(0, dtype=int), np.zeros(0, dtype=int), np.zeros(0)).tolist() == []


def test_the_number_of_a_rep_or_kind_says_nothing():
    """Numbered the other way round, the same reps get the same."""
    rows, *_ = drawn(leads=500)
    turned = CrossedRows(7 - rows.rep, tuple(one.max() - one for one in rows.kinds), (), rows.tried, rows.won)

    assert fit_crossed(turned).reps[::-1] == pytest.approx(fit_crossed(rows).reps, abs=1e-4)


def test_counts_that_do_not_fit_together_are_refused():
    """More won than tried, nothing tried, lists of several lengths, nothing ever won."""
    one, kind = np.zeros(1, dtype=int), (np.zeros(1, dtype=int),)

    for tried, won in (([1.0], [2.0]), ([0.0], [0.0]), ([1.0, 2.0], [1.0])):
        with pytest.raises(BadInput):
            CrossedRows(one, kind, (), np.array(tried), np.array(won))
    with pytest.raises(BadInput, match="between nothing and everything"):
        fit_crossed(CrossedRows(one, kind, (), np.array([5.0]), np.array([0.0])))
