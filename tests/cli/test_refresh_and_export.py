"""`quintet refresh` and `quintet export`."""

import csv
import json
import sys

import pyarrow.parquet as pq

from quintet.facts.schema import TABLES


def test_refresh_says_what_the_facts_hold(run, loaded):
    """One row a table, as JSON for a script."""
    done = run("refresh", "--format", "json")

    assert done.returncode == 0, done.stderr
    rows = {row["table"]: row["rows"] for row in json.loads(done.stdout)}
    assert rows["leads"] == 1
    assert rows["attempts"] == 2
    assert set(rows) == set(TABLES)
    assert "Version 1 of the facts" in done.stderr


def test_a_zone_that_does_not_exist_is_refused(run, loaded):
    """Exit 2 with the rule."""
    done = run("refresh", "--zone", "Boston")

    assert done.returncode == 2
    assert "Boston" in done.stderr
    assert "Traceback" not in done.stderr


def test_before_the_first_refresh_there_is_nothing_to_export(run, loaded, tmp_path):
    """Exit 3: nothing the caller wrote is wrong, the facts are not there yet."""
    done = run("export", tmp_path / "out", "--table", "leads")

    assert done.returncode == 3
    assert "quintet refresh" in done.stderr


def test_export_writes_every_table_and_the_ledger(run, loaded, tmp_path):
    """Parquet by default, one file a table, rows as counted."""
    run("refresh")
    done = run("export", tmp_path / "out", "--format", "json")

    assert done.returncode == 0, done.stderr
    told = {row["table"]: row["rows"] for row in json.loads(done.stdout)}
    assert told["interactions"] == 4
    assert set(told) == {*TABLES, "interactions"}
    for name, rows in told.items():
        assert pq.read_metadata(tmp_path / "out" / f"{name}.parquet").num_rows == rows


def test_export_as_csv_is_readable_by_anything(run, loaded, tmp_path):
    """A header, one line a row, instants in UTC."""
    run("refresh")
    done = run("export", tmp_path, "--as", "csv", "--table", "interactions", "--table", "leads")

    assert done.returncode == 0, done.stderr
    with (tmp_path / "interactions.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert sorted(row["kind"] for row in rows) == sorted(
        ["lead.created", "call.attempted", "call.attempted", "opportunity.won"]
    )
    assert any(row["occurred_at"].startswith("2026-01-09 00:00:00") for row in rows)
    assert not list(tmp_path.glob("*.parquet"))


def test_a_table_there_is_not_is_refused(run, loaded, tmp_path):
    """The error lists the tables."""
    done = run("export", tmp_path / "out", "--table", "deals")

    assert done.returncode == 2
    assert "stage_spells" in done.stderr
    assert "got deals" in done.stderr


def test_health_says_what_cannot_be_known_and_why(run, loaded):
    """Nobody recorded a demo, so its conversion is not known; the sentence counts."""
    run("refresh")
    told = {row["formula"]: row for row in json.loads(run("health", "--format", "json").stdout)}
    counted = {
        row["measure"]: row["rows"]
        for row in json.loads(run("health", "--counts", "--format", "json").stdout)
    }

    assert told["funnel: qualified to demo"]["feed"] == "cannot"
    assert "no lead of 1" in told["funnel: qualified to demo"]["why"]
    assert counted["calls"] == 2


def test_facts_of_a_time_zone_need_no_pandas(run, loaded, monkeypatch):
    """Pandas comes with the tests, not with the product."""
    monkeypatch.setitem(sys.modules, "pandas", None)

    done = run("refresh", "--zone", "Europe/Berlin")

    assert done.returncode == 0, done.stderr
