import numpy as np
import pytest

from quintet.kernel.errors import BadInput
from quintet.stats.propensity import chosen_share, effective_cases, inverse_weights


def test_effective_cases_by_hand():
    """Four even cases are four; one that counts for three beside three single ones is 36 / 12 = 3."""
    assert effective_cases([2.0, 2.0, 2.0, 2.0]) == pytest.approx(4.0)
    assert effective_cases([3.0, 1.0, 1.0, 1.0]) == pytest.approx(3.0)
    assert effective_cases([]) == 0.0


def test_weights_undo_the_choice():
    """Good cases are chosen nine times as often as poor ones; weighted, the chosen look like all."""
    rng = np.random.default_rng(1)
    good = rng.random(40_000) < 0.5
    chance = np.where(good, 0.9, 0.1)
    chosen = rng.random(good.size) < chance
    outcome = np.where(good, 0.4, 0.1)[chosen]
    found = inverse_weights(chance[chosen], 0.5, least=0.0)

    assert outcome.mean() == pytest.approx(0.37, abs=0.01)
    assert np.average(outcome, weights=found.weight) == pytest.approx(0.25, abs=0.01)
    assert found.weight.mean() == pytest.approx(1.0)
    assert found.effective < chosen.sum() / 2
    assert found.capped == 0


def test_no_case_counts_for_more_than_the_cap():
    """One case in a thousand with a chance of one in ten thousand would outweigh all others."""
    found = inverse_weights(np.append(np.full(999, 0.5), 1e-4), 0.5, most=5.0, least=0.0)

    assert found.capped == 1
    assert found.weight.max() == pytest.approx(5.0, rel=0.01)
    assert found.effective > 950


def test_weights_cost_at_most_a_tenth_of_the_cases():
    """The cap is lowered until nine in ten are left; where the weights are even enough it is not."""
    chance = np.append(np.full(950, 0.975), np.full(50, 0.025))
    found, whole = inverse_weights(chance, 0.5), inverse_weights(chance, 0.5, least=0.0)

    assert found.effective == pytest.approx(900, abs=0.5)
    assert whole.effective < 300
    assert 1.5 < found.weight[-1] / found.weight[0] < whole.weight[-1] / whole.weight[0] / 5
    assert found.capped == 50
    even = np.append(np.full(500, 0.5), np.full(500, 0.6))
    assert np.array_equal(inverse_weights(even, 0.5).weight, inverse_weights(even, 0.5, least=0.0).weight)


def test_share_chosen_is_counted_in_parts_of_like_score():
    """Below the middle one in ten was chosen, above it nine in ten."""
    said = np.linspace(0.0, 1.0, 1000)
    chosen = np.where(said < 0.5, np.arange(1000) % 10 == 0, np.arange(1000) % 10 != 0)
    share = chosen_share(said, chosen, [0.05, 0.95])

    assert share == pytest.approx([0.1, 0.9], abs=0.02)
    assert chosen_share([0.5] * 9, [True] * 9, [0.5])[0] == pytest.approx(9.5 / 10)


def test_what_is_no_chance_is_refused():
    """A case chosen without a chance of it, and a count of nothing."""
    with pytest.raises(BadInput, match="above 0 and at most 1"):
        inverse_weights([0.5, 0.0], 0.5)
    with pytest.raises(BadInput, match="there are none"):
        chosen_share([], [], [0.1])
