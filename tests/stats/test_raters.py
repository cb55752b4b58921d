"""Who scores mildly and who harshly."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.regression.mixed_linear_model import MixedLM

from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.stats.raters import Scores, adjusted, fit_raters, rater_groups


def panel(rng, candidates=120, raters=8, per=3, criteria=10, spread=0.7, noise=1.0, halo=0.5):
    """Scores of panels drawn at random, and the leniency planted in them."""
    leniency = spread * rng.normal(size=raters)
    true = 5.5 + rng.normal(size=(candidates, 1)) + rng.normal(size=(candidates, criteria))
    rows = []
    for one in range(candidates):
        for rater in rng.choice(raters, per, replace=False):
            common = halo * rng.normal()
            scores = true[one] + leniency[rater] + common + noise * rng.normal(size=criteria)
            rows += [(one, rater, k, score) for k, score in enumerate(scores)]
    return made(rows), leniency


def made(rows):
    """Scores from rows of candidate, rater, criterion, score."""
    who, by, what, score = zip(*rows, strict=True)
    return Scores(np.array(who), np.array(by), np.array(what), np.array(score, dtype=float))


def test_two_points_between_raters_are_found_on_shared_candidates():
    """Ann gives two points more than Bob and one more than Cal, on everybody: worked by hand."""
    rows = [(one, by, 0, one % 5 + 2 + add) for one in range(40) for by, add in enumerate((2, 0, 1))]

    found = fit_raters(made(rows))

    assert found.leniency == pytest.approx([1.0, -1.0, 0.0], abs=0.02)
    assert found.shared.tolist() == [40, 40, 40]


def test_planted_leniency_is_recovered_and_covered():
    """Some nine intervals in ten hold the leniency that was planted, though a sheet's scores err together."""
    inside, errors = [], []
    for seed in range(60):
        scores, leniency = panel(np.random.default_rng(seed), candidates=40)
        found = fit_raters(scores)
        true = leniency - leniency.mean()
        inside += ((found.lo <= true) & (true <= found.hi)).tolist()
        errors += (found.leniency - true).tolist()
    assert 0.86 <= np.mean(inside) <= 0.94
    assert np.std(errors) < 0.25


def test_a_mixed_model_by_restricted_likelihood_agrees():
    """Statsmodels' random rater effects on fixed candidates are ours, up to how the spread is learned."""
    rng = np.random.default_rng(4)
    scores, _ = panel(rng, candidates=60, raters=6, criteria=1, halo=0.0)
    design = np.eye(60)[scores.candidate]
    theirs = MixedLM(scores.score, design, groups=scores.rater).fit(reml=True)
    effects = np.array([float(theirs.random_effects[one].iloc[0]) for one in range(6)])

    assert fit_raters(scores).leniency == pytest.approx(effects, abs=0.06)


def test_who_never_met_anybody_is_nobody_in_particular():
    """A rater alone with his candidates gets no leniency, only the doubt of one."""
    scores, _ = panel(np.random.default_rng(1), candidates=60, raters=4)
    alone = [(100 + one, 4, 0, 9.0) for one in range(3)]
    rows = [*zip(scores.candidate, scores.rater, scores.criterion, scores.score, strict=True), *alone]

    found = fit_raters(made(rows))

    assert found.leniency[4] == pytest.approx(0.0, abs=1e-9)
    assert found.hi[4] > 0.5
    assert found.shared[4] == 0


def test_a_careless_rater_shows():
    """A rater whose single scores scatter by 2.5 points where others' scatter by 1 is told from them."""
    rng = np.random.default_rng(6)
    noise = np.array([1.0, 1.0, 2.5, 1.0, 1.0])
    rows = [
        (one, by, k, 5.0 + noise[by] * rng.normal())
        for one in range(150)
        for by in rng.choice(5, 3, replace=False)
        for k in range(6)
    ]

    assert fit_raters(made(rows)).consistency == pytest.approx(noise, rel=0.1)


def test_leniency_is_taken_out_of_the_mean():
    """A candidate of the mild rater and one of the harsh are equal where their scores owe it to them."""
    scores = made([(0, 0, 0, 8.0), (1, 1, 0, 6.0), (1, 2, 0, 7.0), (0, 0, 1, 5.0)])

    found = adjusted(scores, np.array([1.0, -1.0, 0.0]))

    assert found.mean.tolist() == [[7.0, 4.0], [7.0, 4.0]]  # nobody scored the last: the criterion's mean
    assert found.raters.tolist() == [[1, 1], [2, 0]]


@settings(deadline=None, max_examples=15)
@given(shift=st.floats(-3, 3), seed=st.integers(0, 20))
def test_what_all_candidates_and_criteria_share_is_no_leniency(shift, seed):
    """Better candidates or an easier scale move nobody's leniency."""
    scores, _ = panel(np.random.default_rng(seed), candidates=20, raters=4, criteria=2)
    moved = scores.score + shift * scores.candidate + 2 * shift * scores.criterion

    other = fit_raters(Scores(scores.candidate, scores.rater, scores.criterion, moved))

    assert other.leniency == pytest.approx(fit_raters(scores).leniency, abs=1e-6)


def test_two_raters_are_too_few():
    """Which of two is mild cannot be said; what to do is."""
    rows = [(one, by, 0, 5.0 + by) for one in range(20) for by in range(2)]
    with pytest.raises(NotEnoughData, match="let two raters score each candidate") as told:
        fit_raters(made(rows))
    assert (told.value.have, told.value.need) == (2, 3)


def test_raters_who_share_no_candidate_cannot_be_compared():
    """Two teams that interview apart: mild raters or good candidates, nobody knows; the teams are named."""
    rows = [(one, by, 0, 5.0) for one in range(10) for by in (0, 1)]
    rows += [(one, by, 0, 7.0) for one in range(10, 20) for by in (2, 3)]
    scores = made(rows)
    with pytest.raises(NotEnoughData, match=r"2 groups .* \[0, 1\] and \[2, 3\]"):
        fit_raters(scores)

    assert rater_groups(scores, np.ones(4, dtype=bool)) == [[0, 1], [2, 3]]
    bridged = fit_raters(made([*rows, *((20, by, 0, 6.0) for by in range(4))]))
    assert bridged.leniency.size == 4


def test_a_score_given_twice_is_an_error():
    """The rule asks for one score of a rater on a criterion."""
    with pytest.raises(BadInput, match="twice"):
        made([(0, 0, 0, 5.0), (0, 0, 0, 6.0)])
