"""Scores before hire and after it, worked by hand: means, how alike, and what flatters is kept apart."""

from datetime import date

import numpy as np
import pytest

from quintet.hiring.formula.given import Criterion, HiringData, Outcome, Score
from quintet.hiring.formula.reviewed import reviewed_lines

HIRED = {f"c{number}": date(2025, 1, 1) for number in range(24)}


def data(scores, criteria=("drive",), outcomes=None):
    """What a fit is given: everybody hired on one day."""
    told = Outcome("attainment", "% of quota", outcomes or {})
    return HiringData(tuple(map(Criterion, criteria)), tuple(scores), (told,), HIRED, date(2026, 1, 1))


def by(rater, points, criterion="drive"):
    """One rater's scores, candidate by candidate."""
    return [Score(f"c{at}", rater, criterion, one) for at, one in enumerate(points)]


def test_means_and_likeness_are_those_of_the_people_scored_twice():
    """Twelve of fourteen were scored again, each a point higher, and in another order for two of them."""
    first = [3.0, 4, 5, 6, 7, 8, 3, 4, 5, 6, 7, 8, 9, 9]
    again = [4.0, 5, 6, 7, 8, 9, 4, 5, 6, 7, 9, 8]

    (line,) = reviewed_lines(data(by("ann", first)), data(by("boss", again)))

    assert (line.key, line.people) == ("drive", 12)
    assert line.before == pytest.approx(np.mean(first[:12]))
    assert line.after == pytest.approx(np.mean(again))
    assert line.again == pytest.approx(np.corrcoef(first[:12], again)[0, 1])
    assert (line.followed, line.correlation) == (0, None)


def test_a_handful_is_counted_and_not_correlated():
    """Nine people: their means stand, their likeness does not."""
    points = [3.0, 4, 5, 6, 7, 8, 3, 4, 5]

    (line,) = reviewed_lines(data(by("ann", points)), data(by("boss", points)))

    assert (line.people, line.again) == (9, None)


def test_a_criterion_scored_once_alone_is_left_out():
    """Only what was scored both times can be compared."""
    before = by("ann", [3.0, 4]) + by("ann", [5.0, 6], "wit")
    after = by("boss", [4.0, 5]) + by("boss", [5.0, 6], "grit")

    lines = reviewed_lines(data(before, ("drive", "wit")), data(after, ("drive", "grit")))

    assert [one.key for one in lines] == ["drive"]


def test_the_later_score_is_held_against_success_apart():
    """Reviewers who know the outcome score it: that shows, beside interviews that saw nothing."""
    rng = np.random.default_rng(4)
    attained = {who: 60.0 + 4 * at for at, who in enumerate(HIRED)}
    seen = np.clip(np.round(1 + np.arange(24) / 3 + rng.normal(0, 0.5, 24)), 1, 10)

    (line,) = reviewed_lines(
        data(by("ann", rng.integers(3, 8, 24).astype(float))), data(by("boss", seen), outcomes=attained)
    )

    assert line.followed == 24
    assert line.lo > 0.2
    assert line.again < line.correlation
