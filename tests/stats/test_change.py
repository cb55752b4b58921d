"""Did a rate move: regression to the mean, drift and wander told apart from an effect."""

import numpy as np
import pytest

from quintet.kernel.errors import NotEnoughData
from quintet.stats.change import Period, fit_change


def period(converted, entered, offset=None):
    """Leads whose outcomes are all known."""
    won, tried = np.asarray(converted, dtype=float), np.asarray(entered, dtype=float)
    return Period(won, (tried - won)[:, None], np.ones(1), np.zeros(won.size) if offset is None else offset)


EVERYBODY = np.ones(12, dtype=bool)


def test_bad_luck_that_runs_out_is_not_an_effect():
    """The worst of twelve alike, at 15 of 100, comes back to 30: expected anyway, so nothing is claimed."""
    before = period([15, *[30] * 11], [100] * 12)
    found = fit_change(before, period([30] * 12, [100] * 12), 0, EVERYBODY)
    assert found.expected > 0.22
    assert found.p_above < 0.95
    assert found.effect_lo < 0 < found.effect_hi


def test_a_rise_that_everybody_shares_is_not_an_effect():
    """All go from 30 to 45 per cent: the peers tell of the drift, and the rep's rise is theirs."""
    found = fit_change(period([60] * 12, [200] * 12), period([90] * 12, [200] * 12), 3, EVERYBODY)
    assert found.expected == pytest.approx(0.45, abs=0.02)
    assert abs(found.effect) < 0.02
    assert found.drift == pytest.approx(np.log(0.45 / 0.55) - np.log(0.3 / 0.7), abs=0.08)


def test_a_planted_effect_is_found_and_held():
    """A rep at 20 per cent among peers at 30 rises to 40 while they stay: 20 points, within the interval."""
    hits = [120, *[180] * 11]
    found = fit_change(period(hits, [600] * 12), period([120, *[90] * 11], [300] * 12), 0, EVERYBODY)
    assert found.effect_lo < 0.2 < found.effect_hi
    assert found.p_above > 0.99


def test_reps_who_wander_leave_more_doubt():
    """Where peers' rates jump about by themselves, the same rise says less."""
    rng = np.random.default_rng(3)
    calm = np.full(12, 90)
    wild = rng.binomial(300, 1 / (1 + np.exp(-(np.log(0.3 / 0.7) + 0.5 * rng.standard_normal(12)))))
    calm[0] = wild[0] = 120
    doubts = [
        fit_change(period([180] * 12, [600] * 12), period(after, [300] * 12), 0, EVERYBODY)
        for after in (calm, wild)
    ]
    assert doubts[1].wander > doubts[0].wander + 0.1
    assert doubts[1].effect_hi - doubts[1].effect_lo > 1.4 * (doubts[0].effect_hi - doubts[0].effect_lo)


def test_easier_leads_after_are_not_an_effect():
    """The rep's new leads convert better by themselves, as their kind does for everybody."""
    easier = np.zeros(12)
    easier[0] = 0.8
    after = [int(300 / (1 + np.exp(-(np.log(0.3 / 0.7) + shift)))) for shift in easier]
    found = fit_change(period([180] * 12, [600] * 12), period(after, [300] * 12, easier), 0, EVERYBODY)
    assert found.expected == pytest.approx(after[0] / 300, abs=0.03)
    assert found.p_above < 0.9


def test_young_leads_count_for_what_they_show():
    """Half of the outcomes are in: 15 of 100 so far is the 30 per cent of before."""
    young = Period(np.full(12, 15.0), np.full((12, 1), 85.0), np.array([0.5]), np.zeros(12))
    found = fit_change(period([180] * 12, [600] * 12), young, 5, EVERYBODY)
    assert found.observed == pytest.approx(0.3, abs=0.04)
    assert abs(found.effect) < 0.04


def test_coached_peers_do_not_count_as_peers():
    """Ten of the twelve are coached too: two cannot tell how rates moved."""
    alone = np.zeros(12, dtype=bool)
    alone[[1, 2]] = True
    with pytest.raises(NotEnoughData, match="2 reps without a plan"):
        fit_change(period([30] * 12, [100] * 12), period([30] * 12, [100] * 12), 0, alone)


def test_nothing_since_says_nothing():
    """No lead of the rep came to the step."""
    after = period([0, *[30] * 11], [0, *[100] * 11])
    with pytest.raises(NotEnoughData, match="no lead of the rep"):
        fit_change(period([30] * 12, [100] * 12), after, 0, EVERYBODY)


def test_same_input_gives_the_same_numbers():
    """Nothing depends on chance."""
    before, after = period([15, *[30] * 11], [100] * 12), period([30] * 12, [100] * 12)
    assert fit_change(before, after, 0, EVERYBODY) == fit_change(before, after, 0, EVERYBODY)
