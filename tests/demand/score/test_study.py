"""Small seeded forms of studies/demand_score.py."""

import numpy as np
import pytest

pytestmark = pytest.mark.slow


def test_twenty_thousand_leads_are_within_three_percent_of_the_truth():
    """Log loss of score and points near that of the true chance; the base rate, the control, is not."""
    from demand_score import recovery

    found = recovery(20_000, seed=1)
    assert found.score < 1.03 * found.truth
    assert found.points < 1.03 * found.truth
    assert found.base > 1.05 * found.truth
    assert 0.86 < found.inside < 0.96


def test_intervals_cover_and_slopes_are_right():
    """At 10,000 leads, over companies; and at 1,000, company 5, held back, aside."""
    from demand_score import recovery

    found = [recovery(10_000, seed) for seed in range(1, 5)]
    assert 0.87 < np.mean([one.inside for one in found]) < 0.93
    assert 0.84 < np.mean([recovery(1_000, seed).inside for seed in (1, 2, 3, 4, 6, 7, 8, 9, 10)]) < 0.93
    assert np.mean([one.slope for one in found]) == pytest.approx(1.0, abs=0.1)


def test_young_leads_do_not_lower_the_score_and_young_customers_do_not_raise_it():
    """Ours is near the truth; young = lost is far below, all customers but only old leads far above."""
    from demand_score import young

    found = young(10_000, 120.0, seed=1)
    assert found.ours == pytest.approx(found.truth, rel=0.12)
    assert found.person_period == pytest.approx(found.truth, rel=0.15)
    assert found.young_lost < 0.85 * found.truth
    assert found.old_and_won > 1.3 * found.truth
