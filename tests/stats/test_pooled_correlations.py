"""What many studies say of one correlation together."""

import csv

import numpy as np
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from quintet.kernel.errors import BadInput
from quintet.stats.pooled_correlations import pooled_correlation


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("kind", "published", "studies"),
    [
        (None, (0.232, 0.202, 0.263), 160),
        ("s", (0.266, 0.223, 0.308), 106),
        ("u", (0.187, 0.138, 0.235), 39),
    ],
)
def test_interviews_predict_what_was_published(shared_data, kind, published, studies):
    """McDaniel et al. 1994: structured interviews predict performance at .27, unstructured ones at .19."""
    with (shared_data / "metadat_selection" / "dat.mcdaniel1994.csv").open() as file:
        rows = [one for one in csv.DictReader(file) if kind is None or one["struct"] == kind]

    found = pooled_correlation([float(one["ri"]) for one in rows], [int(one["ni"]) for one in rows])

    assert np.round([found.correlation, found.lo, found.hi], 3).tolist() == list(published)
    assert found.studies == studies


def test_another_implementation_agrees():
    """Statsmodels pools the same studies on Fisher's scale to the same mean."""
    rng = np.random.default_rng(2)
    n = rng.integers(20, 400, 30)
    r = np.tanh(rng.normal(0.25, 0.2, 30))
    theirs = combine_effects(np.arctanh(r), 1.0 / (n - 3.0), method_re="dl")

    ours = pooled_correlation(r, n)

    assert np.arctanh(ours.correlation) == pytest.approx(theirs.mean_effect_re)
    assert np.arctanh(ours.hi) - np.arctanh(ours.lo) == pytest.approx(2 * 1.959964 * theirs.sd_eff_w_re)


def test_studies_that_differ_by_chance_alone_have_no_spread():
    """Two equal studies: the mean is theirs, and the interval that of one study of both sizes."""
    found = pooled_correlation([0.3, 0.3], [53, 53])

    assert (found.spread, found.people) == (0.0, 106)
    assert np.arctanh(found.hi) - np.arctanh(0.3) == pytest.approx(1.959964 / 10)


def test_a_study_of_three_people_tells_nothing():
    """Fisher's scale needs four."""
    with pytest.raises(BadInput, match="4 or more"):
        pooled_correlation([0.3, 0.2], [3, 50])
