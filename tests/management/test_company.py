"""The whole pipeline on companies whose truth is planted: simulate, ledger, facts, the page's question."""

import sys
from importlib import import_module

import numpy as np
import pytest

from quintet.simulate.spec import CompanySpec


@pytest.fixture(scope="module")
def study(root):
    """studies/company.py, imported as it is run."""
    sys.path.insert(0, str(root / "studies"))
    yield import_module("company")
    sys.path.remove(str(root / "studies"))


def test_planted_reps_are_found_in_one_company(study):
    """Of the reps planted clearly weak in a small company the page finds most, at their step."""
    found = study.found_weak(study.seen(CompanySpec(reps=20, quarters=4, seed=2)))
    assert len(found) >= 3
    assert np.mean([hit for _, hit in found]) >= 0.6


@pytest.mark.exhaustive
def test_planted_reps_are_found(study):
    """At least eight in ten of the reps planted clearly weak are called weak at that step."""
    rows = [row for seed in range(4) for row in study.found_weak(study.seen(CompanySpec(reps=24, seed=seed)))]
    assert len(rows) >= 20
    assert np.mean([hit for _, hit in rows]) >= 0.8


@pytest.mark.slow
@pytest.mark.parametrize(
    "companies", [pytest.param(2, id="two"), pytest.param(10, id="ten", marks=pytest.mark.exhaustive)]
)
def test_identical_reps_are_left_in_peace(study, companies):
    """At most one in twenty reps of identical companies is called weak at any step."""
    alarms = [
        weak
        for seed in range(companies)
        for weak in study.called_weak(study.seen(CompanySpec(reps=20, quarters=4, seed=seed, identical=True)))
    ]
    assert len(alarms) >= 15 * companies
    assert np.mean(alarms) <= 0.05
