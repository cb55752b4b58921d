import numpy as np
import pytest

from quintet.kernel.errors import BadInput
from quintet.stats.holdout import fit_holdout


def drawn(seed, leads=2000, share=0.05, base=0.06):
    """Leads of unlike chance, half of them worked: by a noisy score, or by lot; and the truth."""
    rng = np.random.default_rng(seed)
    ease = rng.normal(size=leads)
    chance = 1 / (1 + np.exp(-(np.log(base / (1 - base)) - 0.5 + ease)))
    said = 1 / (1 + np.exp(-(np.log(base / (1 - base)) - 0.5 + 0.8 * ease + rng.normal(0, 0.4, leads))))
    held = rng.random(leads) < share
    recommended = said >= np.median(said)
    worked = np.where(held, rng.random(leads) < 0.5, recommended)
    won = (rng.random(leads) < chance) & worked
    return won, held, np.full(leads, share), said, float(np.mean(chance * recommended - chance * 0.5))


def test_two_shares_are_compared_as_newcombe_does():
    """Newcombe 1998, table II, method 10: 56/70 minus 48/80 is .2000, at 95 % .0524 to .3339."""
    won = np.repeat([1, 0, 1, 0], [56, 14, 48, 32])
    held = np.repeat([False, True], [70, 80])
    found = fit_holdout(won, held, np.full(150, 80 / 150), z=1.959964)

    assert found.estimate == pytest.approx(0.2)
    assert (found.lo, found.hi) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert (found.ruled.hits, found.held.hits) == (56, 48)


def test_no_customer_held_out_still_has_an_interval():
    """None of 60: Wilson's upper end is 4.3 %, not nothing."""
    won = np.repeat([1, 0, 0], [40, 960, 60])
    found = fit_holdout(
        won, np.repeat([False, True], [1000, 60]), np.full(1060, 0.05), np.linspace(0, 1, 1060)
    )

    assert found.held.mean == 0.0
    assert found.held.hi == pytest.approx(1.6449**2 / (60 + 1.6449**2), abs=1e-3)
    assert found.lo < 0.0 < found.hi


def test_leads_drawn_by_luck_better_are_moved_back():
    """The held-out leads happen to be the best ones; the line says what they would be were they like all."""
    said = np.linspace(0.0, 0.4, 4000)
    rng = np.random.default_rng(2)
    won = rng.random(4000) < said
    held = rng.random(4000) < 0.05 + 0.5 * (said > 0.3)
    share = np.full(4000, 0.1)
    plain, moved = fit_holdout(won, held, share), fit_holdout(won, held, share, said)

    assert plain.held.mean - 0.2 > 0.08
    assert moved.held.mean == pytest.approx(0.2, abs=0.04)


def test_a_share_that_changed_is_no_bias():
    """Half as many buy later, when ten times as many are held out: unweighted it looks like worth."""
    rng = np.random.default_rng(3)
    late = np.arange(40_000) >= 20_000
    share = np.where(late, 0.2, 0.02)
    held = rng.random(late.size) < share
    won = rng.random(late.size) < np.where(late, 0.05, 0.1)
    found = fit_holdout(won, held, share)
    unweighted = won[~held].mean() - won[held].mean()

    assert found.lo < 0.0 < found.hi
    assert unweighted > found.hi


def test_money_is_told_in_money():
    """Customers worth 100 or 300 each: the estimate is the plain difference, the interval grows with it."""
    rng = np.random.default_rng(4)
    held = rng.random(8000) < 0.1
    won = rng.random(8000) < np.where(held, 0.05, 0.08)
    money = won * rng.choice([100.0, 300.0], 8000)
    found = fit_holdout(money, held, np.full(8000, 0.1))

    assert found.estimate == pytest.approx(money[~held].mean() - money[held].mean())
    assert found.lo < 0.03 * 200 < found.hi
    assert fit_holdout(money * 7, held, np.full(8000, 0.1)).hi == pytest.approx(found.hi * 7)


@pytest.mark.parametrize(("leads", "base"), [(1000, 0.02), (4000, 0.06)])
def test_nine_in_ten_intervals_cover_the_truth(leads, base):
    """With fifty held out and hardly a customer among them, and with two hundred."""
    covered = []
    for seed in range(300):
        won, held, share, said, truth = drawn(seed, leads, base=base)
        found = fit_holdout(won, held, share, said)
        covered.append(found.lo <= truth <= found.hi)

    assert 0.86 <= np.mean(covered) <= 0.96


def test_a_score_known_before_narrows_the_interval():
    """It explains a part of the outcomes; the estimate stays where it was."""
    widths = []
    for seed in range(20):
        won, held, share, said, _ = drawn(seed, 8000, base=0.15)
        plain, moved = fit_holdout(won, held, share), fit_holdout(won, held, share, said)
        widths.append((moved.hi - moved.lo) / (plain.hi - plain.lo))

    assert np.mean(widths) < 0.985


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (([1.0], [True], [0.5]), "both arms"),
        (([1.0, -2.0], [True, False], [0.5, 0.5]), "0 or more"),
        (([1.0, 0.0], [True, False], [0.5, 1.0]), "between 0 and 1"),
        (([1.0, 0.0], [True, False], [0.5]), "a lead, got"),
    ],
)
def test_what_cannot_be_compared_is_refused(given, why):
    """The message names the rule."""
    with pytest.raises(BadInput, match=why):
        fit_holdout(*given)
