import numpy as np
import pytest
from lifelines import AalenJohansenFitter, KaplanMeierFitter

from quintet.kernel.errors import BadInput
from quintet.stats.survival import cumulative_incidence, kaplan_meier

#: Remission in weeks, 6-MP (True: relapsed) and placebo; Freireich et al. (1963).
SIX_MP = [
    (6, 1), (6, 1), (6, 1), (6, 0), (7, 1), (9, 0), (10, 1), (10, 0), (11, 0), (13, 1), (16, 1),
    (17, 0), (19, 0), (20, 0), (22, 1), (23, 1), (25, 0), (32, 0), (32, 0), (34, 0), (35, 0),
]  # fmt: skip
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def six_mp():
    """Times and flags of the treated."""
    times, happened = np.array(SIX_MP, dtype=float).T
    return times, happened.astype(bool)


def test_the_published_example():
    """S(10) = .7529 with 6-MP; medians 23 and 8 weeks."""
    treated = kaplan_meier(*six_mp())
    placebo = kaplan_meier(np.array(PLACEBO, dtype=float), np.ones(21, dtype=bool))

    assert treated.at(10) == pytest.approx(0.7529, abs=5e-5)
    assert (treated.median, placebo.median) == (23, 8)
    assert treated.at(0) == 1.0


def test_the_curve_and_its_interval_agree_with_lifelines():
    """Greenwood on the log(-log) scale, written by others."""
    ours = kaplan_meier(*six_mp(), level=0.95)
    times, happened = six_mp()
    theirs = KaplanMeierFitter().fit(times, happened)

    assert ours.share == pytest.approx(theirs.survival_function_at_times(ours.times).to_numpy())
    limits = theirs.confidence_interval_.loc[ours.times].to_numpy()
    assert np.column_stack([ours.lo, ours.hi]) == pytest.approx(limits)


def test_two_causes_agree_with_lifelines():
    """Who left cannot reach quota any more: the share that did is less than one minus the curve."""
    rng = np.random.default_rng(3)
    reach, leave, watched = (rng.integers(1, n, 80).astype(float) + rng.random(80) for n in (12, 20, 25))
    times = np.minimum(np.minimum(reach, leave), watched)
    cause = np.select([reach == times, leave == times], [1, 2], 0)

    at, share = cumulative_incidence(times, cause, 1)

    theirs = AalenJohansenFitter(calculate_variance=False).fit(times, cause, event_of_interest=1)
    assert share == pytest.approx(theirs.cumulative_density_.loc[at].to_numpy().ravel())
    assert share[-1] < 1.0 - kaplan_meier(times, cause == 1).share[-1]


def test_nobody_yet_is_no_median():
    """Watched for a year, and it happened to nobody."""
    curve = kaplan_meier(np.full(5, 12.0), np.zeros(5, dtype=bool))

    assert (len(curve.times), curve.median, curve.at(12)) == (0, None, 1.0)


def test_times_without_flags_are_refused():
    """Two lists that do not fit together are a slip."""
    with pytest.raises(BadInput):
        kaplan_meier(np.array([1.0, 2.0]), np.array([True]))
