"""Killed with SIGKILL at random moments, a run of turns goes on to the same bytes."""

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from crashing import counted
from quintet.facts.refresh import rebuild
from quintet.kernel.home import Home
from quintet.ledger.interactions import Interactions
from quintet.ledger.schema import OFFERED
from quintet.simulate.company import company
from quintet.simulate.spec import CompanySpec
from toy_leads import leads

WORKER = Path(__file__).with_name("turn_worker.py")
NOW = datetime(2026, 2, 1, tzinfo=UTC)


def check(formula: str, home: Home, kills: int, seed: int, within: float = 600) -> None:
    """Every run that finished, whether or not others were killed before it, left the same files."""
    told = counted(WORKER, formula, home.path, kills, seed, within=within)
    finished = sorted((home.path / "finished").iterdir())
    first = files_of(finished[0])

    assert (told["killed"], told["failed"]) == (kills, 0)
    assert len(finished) == told["finished"] > kills
    assert sum(name.startswith("turns/20") for name in first) >= 2
    assert all(files_of(folder) == first for folder in finished[1:])


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file that a run left whole, by name."""
    paths = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".half"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@pytest.mark.slow
def test_three_kills_of_a_short_history(tmp_path):
    """Two quarters of the toy formula."""
    home = Home.at(tmp_path)
    Interactions(home).append(leads(0, 181))
    rebuild(home, zone="UTC", now=NOW)
    check("toy", home, 3, seed=1)


@pytest.mark.exhaustive
def test_twenty_kills_of_a_short_history(tmp_path):
    """The same twenty times, at other moments."""
    home = Home.at(tmp_path)
    Interactions(home).append(leads(0, 181))
    rebuild(home, zone="UTC", now=NOW)
    check("toy", home, 20, seed=2)


@pytest.mark.exhaustive
def test_twenty_kills_of_the_lead_score(tmp_path):
    """Six quarters of a simulated company, with fits that take seconds: a quarter of an hour or more."""
    home = Home.at(tmp_path)
    made = company(CompanySpec(reps=6, quarters=6, seed=4, start=date(2024, 7, 1)))
    Interactions(home).append(pa.RecordBatchReader.from_batches(OFFERED, made.batches()), dedupe=False)
    rebuild(home, zone="UTC", now=NOW)
    check("score", home, 20, seed=2, within=3600)
