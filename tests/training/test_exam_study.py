"""A small seeded form of the studies of exams and of mentors, negative controls included."""

import sys
from importlib import import_module

import pytest


@pytest.fixture(scope="module")
def study(root):
    """Import a study by name, as `python studies/<name>.py` would."""
    sys.path.insert(0, str(root / "studies"))
    yield import_module
    sys.path.remove(str(root / "studies"))


def test_intervals_of_reliability_cover_and_difficulty_is_told_from_thirty_takers(study):
    """Nine in ten or so; the share right is near the truth while discrimination is half luck."""
    found = study("exam_items").told(30, runs=25)

    assert found.covered >= 0.8
    assert found.difficulty > 0.8
    assert found.rest < 0.65


def test_wrong_keys_are_called_and_right_ones_are_not(study):
    """At 150 takers nine of ten; where all keys are right, next to none."""
    keys = study("exam_items").keys

    assert keys(150, runs=12, wrong=True) >= 0.7
    assert keys(60, runs=12, wrong=False) <= 0.1


def test_knowing_is_found_to_pay_where_it_does(study):
    """.4 log-odds a deviation is nearly always found, nothing is seldom found."""
    sales = study("exam_items").sales

    assert sales(0.4, runs=4)[0] >= 0.7
    assert sales(0.0, runs=12)[0] <= 0.25


def test_mentors_who_do_nothing_are_not_said_to_help(study):
    """The worst rise by themselves; the effect stays near nothing."""
    found = study("mentor_effect").tried(16, 8, 40, runs=2)

    assert abs(found.mean) < abs(found.plain) + 2
    assert found.claimed <= 0.5
