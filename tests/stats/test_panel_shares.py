"""Before and after from staggered starts: planted truth, and what simpler comparisons would say."""

import numpy as np
import pytest
from statsmodels.genmod.bayes_mixed_glm import BinomialBayesMixedGLM

from quintet.kernel.errors import BadInput
from quintet.stats.panel_shares import PanelCells, fit_panel


def panel(seed, *, effect=0.4, people=40, months=24, noise=0.0):
    """People who differ, a market that rises, experience that helps, a flag that goes on at some month."""
    rng = np.random.default_rng([seed, 3])
    level, start, on = rng.normal(-1, 0.4, people), rng.integers(0, 12, people), rng.integers(4, 30, people)
    person, month = (one.ravel() for one in np.meshgrid(np.arange(people), np.arange(months), indexing="ij"))
    here = month >= start[person]
    person, month = person[here], month[here]
    tenure = month - start[person]
    flag = (tenure > on[person]).astype(float)
    odds = level[person] + 0.03 * month + 0.5 * np.minimum(tenure, 8) / 8 + effect * flag
    odds = odds + rng.normal(0, noise, len(odds))
    tried = rng.integers(10, 40, len(person))
    won = rng.binomial(tried, 1 / (1 + np.exp(-odds)))
    return PanelCells(
        person, month, np.minimum(tenure, 12), tried.astype(float), won.astype(float), flag[:, None]
    )


@pytest.mark.parametrize("noise", [0.0, 0.4])
def test_what_was_planted_comes_back_inside_its_interval(noise):
    """Thirty panels, months that vary by luck alone and by more: unbiased, and nine in ten inside."""
    fits = [fit_panel(panel(seed, noise=noise)) for seed in range(30)]
    off = np.array([one.effects[0] - 0.4 for one in fits])
    error = np.array([one.covariance[0, 0] ** 0.5 for one in fits])

    assert abs(off.mean()) < 0.05
    assert np.mean(np.abs(off) < 1.645 * error) >= 0.8


def test_before_and_after_alone_would_credit_experience():
    """Negative control: nothing planted; a plain before and after says a tenth more and more."""
    rises, found = [], []
    for seed in range(10):
        cells = panel(seed, effect=0.0)
        on = cells.flags[:, 0] > 0
        after, before = (cells.won[side].sum() / cells.tried[side].sum() for side in (on, ~on))
        rises.append(after / before - 1)
        found.append(fit_panel(cells).effects[0])

    assert np.mean(rises) > 0.15
    assert abs(np.mean(found)) < 0.06


def test_months_that_vary_by_more_than_luck_widen_the_interval():
    """Spread near 1 for luck alone, and well above where months differ."""
    assert fit_panel(panel(1)).spread == pytest.approx(1.0, abs=0.15)
    assert fit_panel(panel(1, noise=0.6)).spread > 1.5


def test_the_effect_agrees_with_an_independent_mixed_model():
    """Statsmodels' Bayesian mixed model on the same leads, one by one: within half an error."""
    cells = panel(2, people=20, months=14)
    ours = fit_panel(cells)
    times = cells.tried.astype(int)
    won = np.concatenate([np.arange(n) < w for n, w in zip(times, cells.won, strict=True)]).astype(float)
    row = np.repeat(np.arange(len(times)), times)
    fixed = np.column_stack(
        [np.ones(len(cells.month)), cells.flags, cells.month, np.minimum(cells.tenure, 8)]
    )
    model = BinomialBayesMixedGLM(
        won, fixed[row], np.eye(20)[cells.person][row], np.zeros(20, dtype=int), vcp_p=1.0, fe_p=5.0
    )
    theirs = model.fit_map(rng=0)

    assert ours.effects[0] == pytest.approx(theirs.fe_mean[1], abs=0.6 * ours.covariance[0, 0] ** 0.5)


def test_counts_that_cannot_be_are_refused():
    """More won than tried; and a share that never moves."""
    one = np.zeros(1, dtype=np.int64)
    with pytest.raises(BadInput):
        PanelCells(one, one, one, np.ones(1), np.full(1, 2.0), np.zeros((1, 1)))
    with pytest.raises(BadInput):
        fit_panel(PanelCells(one, one, one, np.ones(1), np.ones(1), np.zeros((1, 1))))


def test_leads_that_got_better_with_the_flag_are_not_taken_for_its_effect():
    """Half a log-odds easier after it, and told so: nothing is left; not told, it passes for an effect."""
    told = []
    for seed in range(8):
        cells = panel(seed, effect=0.5)
        offset = 0.5 * cells.flags[:, 0]
        fair = PanelCells(
            *(getattr(cells, name) for name in cells.__dataclass_fields__ if name != "offset"), offset
        )
        told.append((fit_panel(fair).effects[0], fit_panel(cells).effects[0]))
    fair, naive = np.mean(told, axis=0)

    assert abs(fair) < 0.08
    assert naive > 0.3
