"""The home."""

from pathlib import Path

import pytest

from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home


def test_everything_lies_under_one_folder_by_default(tmp_path):
    """A laptop needs one folder and nothing else."""
    home = Home.at(tmp_path)

    assert home.ledger_url == str(tmp_path / "ledger")
    assert home.database_url == f"sqlite:///{tmp_path / 'records.sqlite3'}"
    assert home.engine == "duckdb"
    assert {p.parent for p in (home.facts, home.uploads, home.rejects, home.maps)} == {tmp_path}


def test_the_environment_moves_each_part():
    """A larger company puts ledger, records and engine elsewhere, each by its own setting."""
    home = Home.from_environment(
        {
            "QUINTET_HOME": "/srv/quintet",
            "QUINTET_LEDGER_URL": "s3://bucket/ledger",
            "QUINTET_DATABASE_URL": "postgresql://db/quintet",
            "QUINTET_ENGINE": "spark",
        }
    )

    assert home == Home(Path("/srv/quintet"), "s3://bucket/ledger", "postgresql://db/quintet", "spark")


def test_a_relative_home_is_made_absolute(tmp_path, monkeypatch):
    """A worker started from another folder finds the same home."""
    monkeypatch.chdir(tmp_path)

    assert Home.from_environment({}).path == tmp_path / "quintet-home"


def test_an_unknown_engine_is_refused():
    """The error names the engines there are."""
    with pytest.raises(BadInput, match="duckdb, spark, got 'oracle'"):
        Home.from_environment({"QUINTET_ENGINE": "oracle"})


def test_the_process_environment_is_the_default(tmp_path, monkeypatch):
    """What the shell exports is what counts."""
    monkeypatch.setenv("QUINTET_HOME", str(tmp_path))

    assert Home.from_environment().path == tmp_path
