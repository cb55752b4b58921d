"""Which of forty criteria go with success."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from quintet.kernel.errors import BadInput
from quintet.stats.discoveries import fit_discoveries
from quintet.stats.shrunken_correlations import shrunken_correlations


def counted(rng, people, truth, halo):
    """Correlations of criteria that share a part of their scores, and the true ones."""
    size = truth.size
    alike = (1 - halo) * np.eye(size) + halo
    weights = np.linalg.solve(alike, truth)
    x = rng.multivariate_normal(np.zeros(size), alike, people)
    y = x @ weights + np.sqrt(1.0 - truth @ weights) * rng.normal(size=people)
    return np.array([np.corrcoef(one, y)[0, 1] for one in x.T])


def test_a_single_criterion_is_the_textbook_update():
    """One correlation of .40 among 53 people, prior .15 and .15: in between, by hand (within its spread)."""
    found = shrunken_correlations([0.4], [53])

    z, doubt = np.arctanh(0.4), 1 / 50
    widest = 0.15**2 + 0.3**2 + 0.25**2
    lower = (z * 0.15**2 + 0.15 * doubt) / (0.15**2 + doubt)
    upper = (z * widest + 0.15 * doubt) / (widest + doubt)
    assert np.tanh(lower) - 0.01 <= found.correlation[0] <= np.tanh(upper)


def test_leaders_that_luck_made_are_pulled_back():
    """Forty criteria that show nothing, 30 hires: raw leaders show .3, the pulled ones a third of it."""
    rng = np.random.default_rng(1)
    raw, pulled = [], []
    for _ in range(25):
        found = shrunken_correlations(counted(rng, 30, np.zeros(40), 0.0), np.full(40, 30))
        best = np.argsort(-found.raw)[:5]
        raw.append(found.raw[best].mean())
        pulled.append(found.correlation[best].mean())
    assert np.mean(raw) > 0.25
    assert np.mean(pulled) < 0.3 * np.mean(raw)


@pytest.mark.parametrize(("people", "halo"), [(20, 0.4), (60, 0.4), (150, 0.4), (60, 0.0)])
def test_intervals_cover_also_when_scores_go_up_and_down_together(people, halo):
    """Some nine in ten hold the truth; leaving the halo out holds far fewer."""
    rng = np.random.default_rng(people)
    inside, without = [], []
    for _ in range(30):
        truth = np.clip(
            rng.normal(0.2 if halo else 0.05, 0.12 if halo else 0.03) + 0.04 * rng.normal(size=30), -0.2, 0.5
        )
        raw = counted(rng, people, truth, halo)
        for halos, into in ((halo, inside), (0.0, without)):
            found = shrunken_correlations(raw, np.full(30, people), halo=halos)
            into.append(np.mean((found.lo <= truth) & (truth <= found.hi)))
    assert 0.84 <= np.mean(inside) <= 0.98
    if halo:
        assert np.mean(without) < np.mean(inside) - 0.1


def test_a_few_that_stand_far_apart_are_not_pulled_to_the_others():
    """Three of thirty at .45 among 200 people stay where they are, though the rest show nothing."""
    rng = np.random.default_rng(7)
    truth = np.array([0.45] * 3 + [0.0] * 27)
    found = shrunken_correlations(counted(rng, 200, truth, 0.0), np.full(30, 200))

    assert found.correlation[:3] == pytest.approx(found.raw[:3], abs=0.06)
    assert np.abs(found.correlation[3:]).mean() < 0.6 * np.abs(found.raw[3:]).mean()
    assert found.p_positive[:3].min() > 0.999


def test_written_weights_are_where_thin_data_start_from():
    """With six people a criterion written down at 2 is expected to show more than one written at 0."""
    found = shrunken_correlations(np.full(4, 0.15), np.full(4, 6), weights=[2.0, 1.0, 1.0, 0.0])

    assert found.correlation[0] > found.correlation[1] > found.correlation[3]


def test_p_and_q_values_are_the_familiar_ones():
    """Fisher's test by scipy's normal distribution, and Benjamini and Hochberg's correction."""
    raw, n = np.array([0.5, 0.2, 0.1, -0.3]), np.array([40, 40, 35, 40])
    found = shrunken_correlations(raw, n)

    expected = 2 * stats.norm.sf(np.abs(np.arctanh(raw) * np.sqrt(n - 3)))
    assert found.p_value == pytest.approx(expected)
    assert found.q_value == pytest.approx(fit_discoveries(expected).q_value)


@settings(deadline=None, max_examples=15)
@given(st.lists(st.floats(-0.9, 0.9), min_size=2, max_size=12), st.floats(0, 0.8))
def test_the_pull_keeps_the_order_and_stays_within_bounds(raw, halo):
    """Whoever shows more is said to show more, when all were counted on the same people."""
    found = shrunken_correlations(raw, np.full(len(raw), 50), halo=halo)

    order = np.argsort(raw)
    assert np.all(np.diff(found.correlation[order]) >= -1e-3)
    assert np.all((found.lo <= found.correlation + 1e-9) & (found.correlation <= found.hi + 1e-9))
    assert np.all(np.abs(found.hi) <= 1.0)


def test_four_people_are_no_correlation():
    """Below five nothing is counted."""
    with pytest.raises(BadInput, match="5 people"):
        shrunken_correlations([0.5], [4])
