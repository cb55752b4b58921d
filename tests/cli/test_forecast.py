"""`quintet forecast`."""

import json
import shutil

import pytest

from small_company import small_company

__all__ = ["small_company"]


@pytest.mark.slow
def test_it_prints_everybody_each_team_and_each_rep(run_alone, company, small_company):
    """Made when it is asked for; the range lies around the middle, and reps are parts of everybody."""
    shutil.copytree(small_company.home.path, company.path)
    done = run_alone("forecast", "--by", "month", "--format", "json")

    assert done.returncode == 0, done.stderr
    rows = [row for row in json.loads(done.stdout) if row["measure"] == "mrr"]
    assert rows[0]["who"] == "Everybody"
    assert all(row["q10"] <= row["q50"] <= row["q90"] for row in rows)
    reps = sum(row["open_deals"] for row in rows if row["who"] in {r["name"] for r in small_company.reps})
    assert 0 < reps <= rows[0]["open_deals"]


@pytest.mark.slow
def test_too_little_data_is_said_and_no_table_is_printed(run, run_alone, loaded):
    """One deal won: exit 3."""
    run("refresh")
    done = run_alone("forecast")

    assert done.returncode == 3
    assert not done.stdout.strip()
