"""`quintet funnel`."""

import csv
import json
from io import StringIO

import pytest

from builders import at, interaction, offered
from quintet.ledger.interactions import Interactions

LEADS = {"ann": (40, 10), "bob": (40, 30)}


@pytest.fixture
def team(run, company):
    """Ann and Bob dialled 40 leads each in one week; Ann reached 10 of hers, Bob 30."""
    company.path.mkdir()
    rows = [
        interaction("rep.joined", "2025-01-01", rep=rep, detail=json.dumps({"label": rep, "role": "rep"}))
        for rep in LEADS
    ]
    for rep, (worked, reached) in LEADS.items():
        for number in range(worked):
            outcome = "connected" if number < reached else "no_answer"
            who = {"lead": f"{rep}{number}", "rep": rep}
            rows.append(interaction("lead.created", at(f"2026-01-0{1 + number % 5}"), **who))
            rows.append(interaction("call.attempted", "2026-01-07", channel="call", outcome=outcome, **who))
    rows.append(
        interaction(
            "call.attempted", "2026-03-30", channel="call", outcome="no_answer", lead="last", rep="bob"
        )
    )
    Interactions(company).append(offered(*rows))
    assert run("refresh").returncode == 0
    return company


def test_the_funnel_counts_what_happened(run, team):
    """As JSON: leads worked and connected of each rep, as they were planted."""
    done = run("funnel", "--period", "2026-01", "--format", "json")

    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    counted = {(row["rep"], row["step"]): (row["n"], row["converted"]) for row in rows}
    assert {counted[key] for key in counted if key[1] == "worked-connected"} == set(LEADS.values())


def test_csv_has_one_row_a_rep_and_step(run, team):
    """The same rows as JSON."""
    told = list(csv.DictReader(StringIO(run("funnel", "--period", "2026-01", "--format", "csv").stdout)))

    assert len({(row["rep"], row["step"]) for row in told}) == len(told) > 0


def test_the_table_names_reps_and_period(run, team):
    """For a person: who, when, how many."""
    done = run("funnel", "--period", "2026-01")

    assert done.returncode == 0, done.stderr
    assert "01 Jan 2026 to 01 Feb 2026" in done.stdout
    assert "connected" in done.stdout
    assert "40" in done.stdout


def test_a_period_there_is_not_is_refused(run, team):
    """Exit 2 with the forms a period has."""
    done = run("funnel", "--period", "yesterday")

    assert done.returncode == 2
    assert "2026Q1, got 'yesterday'" in done.stderr
