"""Criteria beside what reps give: planted links, no sum of few, and no score of a person."""

from dataclasses import fields
from datetime import date

import numpy as np

from quintet.hiring.formula.given import Criterion, HiringData, Outcome, Score
from quintet.hiring.formula.links import criterion_links
from quintet.hiring.terms.links import FEWEST_HIRES, CriterionLink, Measured


def hires(count=40, seed=1):
    """Hires scored by two interviewers on two criteria; what each gives goes with the first."""
    rng = np.random.default_rng(seed)
    traits = rng.normal(size=(count, 2))
    scores = tuple(
        Score(f"c{who}", rater, key, float(np.clip(round(5.5 + 1.8 * traits[who, at]), 1, 10)))
        for who in range(count)
        for rater in ("ann", "bob")
        for at, key in enumerate(("grit", "charm"))
    )
    hired_on = {f"c{who}": date(2024, 1, 1) for who in range(count)}
    criteria = (Criterion("grit"), Criterion("charm"))
    data = HiringData(criteria, scores, (Outcome("none", "", {}),), hired_on, date(2025, 1, 1))
    given = {who: Measured(0.4 * traits[who, 0] + rng.normal(0, 0.2), 0.05) for who in range(count)}
    return data, {f"c{who}": who for who in range(count)}, {"demo": given}


def test_a_planted_link_is_told_and_the_other_is_not():
    """Four tenths of a log-odds a standard deviation."""
    grit, charm = criterion_links(*hires())

    assert (grit.criterion, grit.measure, grit.n) == ("grit", "demo", 40)
    lo, hi = grit.slope.interval(0.99)
    assert lo < 0.4 < hi
    assert grit.slope.p_value < 0.001 < charm.slope.p_value


def test_no_sum_of_fewer_than_twenty_hires_is_told():
    """Nineteen are silent, with what it takes; so nobody is read off a sum."""
    data, rep_of, measures = hires()
    few = {"demo": {rep: one for rep, one in measures["demo"].items() if rep < FEWEST_HIRES - 1}}

    for one in criterion_links(data, rep_of, few):
        assert one.slope is None
        assert one.reason == "19 hires were scored on it and are known in this; it takes 20"


def test_a_score_that_all_share_goes_with_nothing():
    """It says so instead of dividing by nothing."""
    data, rep_of, measures = hires()
    alike = tuple(Score(one.candidate, one.rater, one.criterion, 5.0) for one in data.scores)
    same = HiringData(data.criteria, alike, data.outcomes, data.hired_on, data.as_of)

    assert {one.reason for one in criterion_links(same, rep_of, measures)} == {"all hires got the same score"}


def test_a_link_has_no_room_for_a_person():
    """What leaves the room is a criterion, a count and a line; nothing that names a candidate or a rep."""
    assert {one.name for one in fields(CriterionLink)} == {"criterion", "measure", "n", "slope", "reason"}
