"""What a score would predict among all who applied."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quintet.kernel.errors import BadInput
from quintet.stats.range_restriction import unrestricted


def test_the_textbook_example():
    """Cohen et al. 2003, 2.10.3: .25 among students who differ by 5 points, .53 where they differ by 12."""
    assert unrestricted(0.25, (0.1, 0.4), sd_applicants=12, sd_hired=5).correlation == pytest.approx(
        0.527, abs=5e-4
    )


def test_the_example_of_the_r_package():
    """selection::caseII(.5, 1.5, .9) is .6934."""
    assert unrestricted(0.5, (0.4, 0.6), sd_applicants=1.5, sd_hired=0.9).correlation == pytest.approx(
        0.6934, abs=5e-5
    )


@settings(deadline=None, max_examples=60)
@given(r=st.floats(-0.99, 0.99), ratio=st.floats(1.0, 10.0))
def test_restricting_again_gives_back_what_was_seen(r, ratio):
    """The correction undoes itself, keeps the sign and never leaves -1..1."""
    wide = unrestricted(r, (r, r), sd_applicants=ratio, sd_hired=1.0).correlation
    back = unrestricted(wide, (wide, wide), sd_applicants=1.0, sd_hired=ratio).correlation

    assert back == pytest.approx(r, abs=1e-9)
    assert abs(r) <= abs(wide) + 1e-12 <= 1.0 + 1e-9


def test_the_interval_holds_the_truth_of_the_applicants():
    """Nine intervals in ten hold the true .35 though the top third alone was hired; uncorrected few do."""
    rng, inside, plain = np.random.default_rng(1), 0, 0
    for _ in range(400):
        score = rng.normal(size=600)
        outcome = 0.35 * score + np.sqrt(1 - 0.35**2) * rng.normal(size=600)
        hired = np.argsort(-score)[:200]
        r = float(np.corrcoef(score[hired], outcome[hired])[0, 1])
        ends = np.tanh(np.arctanh(r) + np.array([-1, 1]) * 1.645 / np.sqrt(197))
        found = unrestricted(r, tuple(ends), sd_applicants=score.std(), sd_hired=score[hired].std())
        inside += found.lo <= 0.35 <= found.hi
        plain += ends[0] <= 0.35 <= ends[1]
    assert 0.86 <= inside / 400 <= 0.96
    assert plain / 400 < 0.5


def test_a_score_all_share_predicts_nothing():
    """Without any spread among those hired there is nothing to correct."""
    with pytest.raises(BadInput, match="above 0"):
        unrestricted(0.3, (0.1, 0.5), sd_applicants=1.0, sd_hired=0.0)
