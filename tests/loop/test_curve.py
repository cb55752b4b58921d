"""The sentence under the curve says what the newest period shows, too."""

import numpy as np
import pytest

from quintet.loop.curve import curve
from quintet.loop.terms import BASELINE, FROZEN, IN_USE, Cluster, Turn


def turn(number, gain, in_use="all past"):
    """A period of forty clusters in which what was in use is better than the naive answer by so much."""
    noise = np.random.default_rng(number).normal(0.0, 0.01, 40)
    losses = [{IN_USE: 0.3 - gain - one, BASELINE: 0.3, FROZEN: 0.3} for one in noise]
    clusters = tuple(Cluster(str(at), 20, told) for at, told in enumerate(losses))
    return Turn("toy", f"Q{number}", "", "", in_use=in_use, units=800, clusters=clusters)


@pytest.mark.parametrize(
    ("gains", "said"),
    [
        ((0.02, 0.02), "Better than the naive answer"),
        ((0.01, -0.05, 0.0), "Worse than the naive answer"),
        ((0.01, -0.05, 0.02), "Better than the naive answer again in Q3; the fall of Q2 is not made up"),
        ((0.0, 0.0), "Flat"),
    ],
)
def test_a_recovery_is_told(gains, said):
    """A fall is not forgotten, and what came after it is not passed over."""
    found = curve("toy", [turn(number, gain) for number, gain in enumerate(gains, start=1)])

    assert found.reading.startswith(said)


def test_what_refitting_was_worth_is_told_since_something_was_in_use():
    """Waiting for evidence is no refitting: quarters before the first promotion do not count."""
    waiting = [turn(1, -0.2, BASELINE), turn(2, -0.2, BASELINE)]

    assert curve("toy", waiting).over_frozen is None
    found = curve("toy", [*waiting, turn(3, 0.02), turn(4, 0.02, BASELINE)])
    assert found.over_frozen == pytest.approx(0.02, abs=0.003)
    assert found.gain < 0
