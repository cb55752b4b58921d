"""A small seeded form of each study in studies/, with its negative control."""

import sys
from importlib import import_module

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def study(root):
    """Import a study by name, as `python studies/<name>.py` would."""
    sys.path.insert(0, str(root / "studies"))
    yield import_module
    sys.path.remove(str(root / "studies"))


def test_intervals_cover_the_truth(study):
    """About nine intervals in ten hold the true rate, young leads included, and fits beat raw rates."""
    found = study("interval_coverage").coverage(12, 60, teams=40)
    assert 0.86 <= found.inside <= 0.94
    assert found.fitted < 0.8 * found.raw


def test_intervals_of_the_smallest_teams_cover_the_truth(study):
    """Four reps with twenty leads each: the delay is learned from few conversions, in doubt."""
    found = study("interval_coverage").coverage(4, 20, teams=150)
    assert 0.88 <= found.inside <= 0.96
    assert found.fitted < 0.8 * found.raw


def test_identical_reps_are_left_in_peace(study):
    """At most one in twenty identical reps is called weak; a raw rule would call many more."""
    weak, ranked, naive = study("weak_step").identical_reps(10, teams=15)
    assert weak <= 0.05
    assert ranked <= 0.21
    assert naive > 2 * max(weak, 0.01)


@pytest.mark.parametrize("step", [0, 3])
def test_planted_weak_step_is_found(study, step):
    """A rep who converts at 40 % of his peers is found at the first and at the last step."""
    found, others = study("weak_step").planted_reps(10, step, 0.4, teams=15)
    assert found >= 0.8
    assert others <= 0.08


def test_young_cohorts_are_corrected(study):
    """The plain rate of young leads is far too low, the corrected one is not."""
    plain, corrected, inside = study("young_cohorts").ratios(45, teams=12)
    assert plain < 0.6
    assert 0.9 < corrected < 1.12
    assert inside >= 0.7


def test_promised_gain_is_delivered(study):
    """What the page promises is near what comes; the raw rule promises far more than comes."""
    promised, delivered, raw_promised, raw_delivered = study("promised_gain").promises(20, 400, teams=10)
    assert 0.8 < promised / delivered < 1.25
    assert raw_promised / raw_delivered > 1.25
