"""What the data records is counted once and kept with the version."""

import json
from dataclasses import replace

from quintet.facts.coverage import coverage, kept_coverage
from quintet.facts.versions import folder_of
from small_company import small_company

__all__ = ["small_company"]


def test_it_is_counted_once_and_kept_with_the_version(small_company):
    """Another process finds the counts in the version's folder and asks the tables nothing."""
    facts = small_company.facts
    counted = facts.coverage()
    assert counted == coverage(facts)
    assert replace(facts, engine=None).coverage() == counted
    assert json.loads((folder_of(facts.home.facts, facts.version) / "coverage.json").read_text())["counts"]


def test_counts_of_another_release_are_counted_anew(small_company, tmp_path):
    """Another release may count other things."""
    file = tmp_path / "coverage.json"
    file.write_text(json.dumps({"release": "older", "counts": {"leads": 0}}))
    found = kept_coverage(small_company.facts, file)
    assert found == coverage(small_company.facts)
    assert json.loads(file.read_text())["counts"] == found.counts
    assert [path.name for path in tmp_path.iterdir()] == ["coverage.json"]


def test_counts_that_cannot_be_kept_are_told_all_the_same(small_company, tmp_path):
    """The folder of an old version may be gone by now."""
    assert kept_coverage(small_company.facts, tmp_path / "gone" / "coverage.json").counts["leads"] > 0
