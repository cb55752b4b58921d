"""Finding: the envelope of every answer."""

import dataclasses

import pytest

from quintet.kernel.finding import CausalGrade, Finding, Status

SILENT = Finding("win rate", "ann", "share", Status.SILENT, n=3, n_required=10, method="beta-binomial")


def test_a_finding_claims_no_cause_unless_told():
    """Association is the weakest grade, and the default."""
    assert SILENT.grade is CausalGrade.ASSOCIATION


def test_a_silent_finding_carries_no_number():
    """Estimate and interval are absent until data speaks."""
    assert (SILENT.estimate, SILENT.lo, SILENT.hi, SILENT.probability) == (None, None, None, None)


def test_a_finding_cannot_be_changed():
    """What was found stays as it was found."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        SILENT.estimate = 0.5


def test_grades_run_from_strongest_to_weakest():
    """Readers compare grades by their place in the list."""
    assert [grade.value for grade in CausalGrade] == ["randomised", "instrument", "adjusted", "association"]
