"""Killed with SIGKILL at random moments: nothing promised is lost, nothing is doubled."""

import json
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from quintet.kernel.home import Home
from quintet.ledger.interactions import Interactions

WORKER = Path(__file__).with_name("crash_worker.py")
ROWS = {"inbox": 30, "append": 20_000}


def killed_at_random(mode: str, home: Home, kills: int, seed: int) -> dict[str, int]:
    """Run the worker; what it counted."""
    command = [sys.executable, str(WORKER), mode, str(home.path), str(kills), str(seed)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
    return json.loads(done.stdout)


def rows_by_attempt(home: Home) -> tuple[Counter[int], int]:
    """How many rows the table holds of each attempt, and how many references are doubled."""
    con = duckdb.connect()
    rows = Interactions(home).relation(con, newest=False)
    refs = [ref for (ref,) in rows.project("source_ref").fetchall()]
    return Counter(int(ref.partition("-")[0]) for ref in refs), len(refs) - len(set(refs))


def promised(home: Home) -> set[int]:
    """The attempts whose rows were said to be durable."""
    return {int(line) for line in (home.path / "promised").read_text().split()}


def check(mode: str, home: Home, kills: int, seed: int) -> None:
    """Every promised row is there, every attempt wholly or not at all, nothing twice."""
    seen = killed_at_random(mode, home, kills, seed)
    counts, doubled = rows_by_attempt(home)

    assert seen["failed"] == seen["first"] == seen["last"] == 0
    assert seen["killed"] >= kills // 2
    assert doubled == 0
    assert promised(home) <= set(counts)
    assert set(counts.values()) == {ROWS[mode]}


def waiting(home: Home) -> tuple[int, int]:
    """Rows still in the inbox, and moves that were not finished."""
    with sqlite3.connect(home.path / "records.sqlite3") as con:
        rows = con.execute("SELECT count(*) FROM ledger_inboxrow").fetchone()[0]
        moves = con.execute("SELECT count(*) FROM ledger_move WHERE finished_at IS NULL").fetchone()[0]
    con.close()
    return rows, moves


def test_a_mover_killed_a_few_times_loses_and_doubles_nothing(home):
    """Six kills while rows are offered and moved: each row is in the table once, none is left behind."""
    check("inbox", home, 6, seed=1)

    assert waiting(home) == (0, 0)


def test_an_import_killed_a_few_times_is_there_wholly_or_not_at_all(home):
    """Four kills of bulk appends: no half load, no row twice."""
    check("append", home, 4, seed=2)


@pytest.mark.slow
def test_a_mover_killed_fifty_times_loses_and_doubles_nothing(home):
    """Fifty random moments of offering and moving."""
    check("inbox", home, 50, seed=3)

    assert waiting(home) == (0, 0)


@pytest.mark.slow
def test_an_import_killed_fifty_times_is_there_wholly_or_not_at_all(home):
    """Fifty random moments of a bulk append."""
    check("append", home, 50, seed=4)
