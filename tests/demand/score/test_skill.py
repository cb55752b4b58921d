import numpy as np
import pytest

from quintet.demand.formula.score.skill import comparison, score_skill, skill
from quintet.kernel.errors import BadInput, NotEnoughData


def world(n=4000, seed=2):
    """True chances and what happened."""
    rng = np.random.default_rng(seed)
    p = 1 / (1 + np.exp(1.5 - rng.normal(0, 1, n)))
    return p, rng.random(n) < p


def test_the_truth_is_calibrated_and_beats_the_base_rate():
    """True chances have slope 1, intercept 0, and gain on the base rate."""
    p, won = world()
    found = skill(p, won, float(won.mean()))

    assert found.slope == pytest.approx(1.0, abs=0.12)
    assert found.intercept == pytest.approx(0.0, abs=0.1)
    assert found.gain.lo > 0
    assert found.gain.estimate == pytest.approx(found.log_loss_base - found.log_loss)
    assert found.brier < found.brier_base
    assert sum(one.lo <= one.promised <= one.hi for one in found.deciles) >= 8


def test_too_sure_of_itself_shows():
    """Log-odds doubled: slope one half, larger errors by tenths."""
    p, won = world()
    odds = (p / (1 - p)) ** 2
    found = skill(odds / (1 + odds), won, 0.2)

    assert found.slope == pytest.approx(0.5, abs=0.07)
    assert found.decile_error > 3 * skill(p, won, 0.2).decile_error


def test_the_base_rate_itself_gains_nothing():
    """Saying the base rate of every lead is the naive score: gain 0 and no ranking."""
    _, won = world()
    found = skill(np.full(len(won), 0.2), won, 0.2)

    assert found.gain.estimate == 0
    assert found.auc.estimate == pytest.approx(0.5)


def test_a_comparison_is_paired():
    """Truth against noise on the same leads: better beyond doubt; against itself: no difference."""
    p, won = world()
    noise = np.random.default_rng(5).permutation(p)
    found = comparison(("truth", "noise"), (p, noise), won, 0.2)
    same = comparison(("truth", "truth"), (p, p), won, 0.2)

    assert found.log_loss_gain.lo > 0
    assert found.auc_gain.lo > 0
    assert same.log_loss_gain.lo == same.log_loss_gain.hi == 0
    assert same.auc_gain.estimate == 0


def test_later_leads_that_are_too_young_say_nothing(score, make):
    """Tried on leads of yesterday there is nothing to tell yet."""
    with pytest.raises(NotEnoughData, match="old enough"):
        score_skill(score, make([1.0], [None]))


def test_lengths_must_agree():
    """Two chances and one outcome are a mistake."""
    with pytest.raises(BadInput, match="length"):
        skill(np.array([0.1, 0.2]), np.array([True]), 0.1)
