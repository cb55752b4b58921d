"""Interviewers: how mild, how steady, and whose scores foretold success."""

from dataclasses import replace

import numpy as np
import pytest

from hired_people import hiring_data
from quintet.hiring.formula.raters import rater_lines
from quintet.hiring.formula.sheet import fit_sheet
from quintet.kernel.finding import Status


def test_planted_leniency_is_told_in_points_with_its_interval():
    """One rater gives two points more: the difference shows, and speaks from ten candidates on."""
    data = hiring_data(30, (1, 1, 1, 1), leniency=0.0)
    raised = tuple(
        replace(one, score=one.score + 2.0) if one.rater == "rater 2" else one for one in data.scores
    )
    lines = rater_lines(replace(data, scores=raised))

    mild = lines[2].leniency
    others = [one.leniency.estimate for one in lines if one.rater != "rater 2"]
    assert mild.estimate - np.mean(others) == pytest.approx(2.0, abs=0.3)
    assert mild.lo > 0.5
    assert (mild.status, mild.unit) == (Status.SPEAKS, "points")


def test_the_index_takes_out_what_is_told():
    """The points on the interviewers' page are those the index subtracts."""
    data = hiring_data(30, (1, 1, 1, 1))
    sheet, _, _ = fit_sheet(data)

    for line in rater_lines(data):
        assert sheet.leniency[line.rater] == round(line.leniency.estimate, 2)


def test_five_to_nine_candidates_are_hedged_and_fewer_are_silent():
    """A rater joins late: nothing, then a hedge."""
    data = hiring_data(20, (1, 1))
    people = data.candidates
    for count, status in ((4, Status.SILENT), (7, Status.HEDGED), (12, Status.SPEAKS)):
        late = tuple(
            replace(one, rater="late", score=min(10.0, one.score + 1.0))
            for one in data.scores
            if one.candidate in people[:count]
        )
        line = rater_lines(replace(data, scores=data.scores + late))[0]

        assert (line.rater, line.candidates, line.leniency.status) == ("late", count, status)
        assert (line.leniency.estimate is None) == (status is Status.SILENT)
        assert (line.consistency is None) == (status is Status.SILENT)


def test_who_scores_at_random_did_not_foretell():
    """One rater of five rolls dice; the others see what matters."""
    data = hiring_data(150, (1, 1, 1), explained=0.7)
    rng = np.random.default_rng(1)
    dice = tuple(
        replace(one, score=float(rng.integers(1, 11))) if one.rater == "rater 4" else one
        for one in data.scores
    )
    lines = rater_lines(replace(data, scores=dice))

    *seeing, blind = [one.foretold for one in lines]
    assert min(one.estimate for one in seeing) > blind.estimate + 0.1
    assert all(one.probability > 0.95 and one.status is Status.SPEAKS for one in seeing)
    assert blind.lo < 0.1
    assert lines[4].consistency > 1.5 * max(one.consistency for one in lines[:4])


def test_too_few_hires_say_nothing_of_who_foretold():
    """Five followed: silent, with how many it takes."""
    line = rater_lines(hiring_data(5, (1, 1)))[0].foretold

    assert line.status is Status.SILENT
    assert (line.estimate, line.n_required) == (None, 10)
    assert "of 10 hires" in line.reason
