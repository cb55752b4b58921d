"""Killed with SIGKILL at random moments: nothing promised is lost, nothing is doubled."""

import sqlite3
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from crashing import counted
from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild
from quintet.kernel.home import Home
from quintet.ledger.interactions import Interactions

WORKER = Path(__file__).with_name("crash_worker.py")
ROWS = {"inbox": 30, "append": 5_000, "worker": 30}


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
    seen = counted(WORKER, mode, home.path, kills, seed)
    counts, doubled = rows_by_attempt(home)

    assert (seen["failed"], seen["killed"]) == (0, kills)
    assert doubled == 0
    assert promised(home) <= set(counts)
    assert set(counts.values()) == {ROWS[mode]}


def waiting(home: Home) -> tuple[int, int]:
    """Rows still in the inbox, and moves that were not finished."""
    (database,) = home.path.glob("*.sqlite3")
    with sqlite3.connect(database) as con:
        rows = con.execute("SELECT count(*) FROM ledger_inboxrow").fetchone()[0]
        moves = con.execute("SELECT count(*) FROM ledger_move WHERE finished_at IS NULL").fetchone()[0]
    con.close()
    return rows, moves


def told_by_facts(home: Home) -> list[list[dict[str, object]]]:
    """Every lead and every attempt of the published facts, in order."""
    facts = Facts.published(home)
    tables = [facts.arrow(facts.table(name)).to_pylist() for name in ("leads", "attempts")]
    return [sorted(table, key=repr) for table in tables]


def check_worker(home: Home, kills: int, seed: int) -> None:
    """The inbox is empty, and the facts are those of a build from nothing."""
    check("worker", home, kills, seed)
    counts, _ = rows_by_attempt(home)
    leads, attempts = refreshed = told_by_facts(home)

    assert waiting(home) == (0, 0)
    assert (len(leads), len(attempts)) == (len(counts), 29 * len(counts))
    rebuild(home)
    assert told_by_facts(home) == refreshed


def test_a_mover_killed_a_few_times_loses_and_doubles_nothing(home):
    """Five kills while rows are offered and moved: each row is in the table once, none is left behind."""
    check("inbox", home, 5, seed=1)

    assert waiting(home) == (0, 0)


def test_an_append_killed_a_few_times_is_there_wholly_or_not_at_all(home):
    """Five kills of bulk appends: no half load, no row twice."""
    check("append", home, 5, seed=2)


@pytest.mark.slow
def test_a_worker_killed_a_few_times_keeps_ledger_and_facts_right(home):
    """Five kills of the worker while it moves the inbox and refreshes the facts."""
    check_worker(home, 5, seed=5)


@pytest.mark.exhaustive
def test_an_append_killed_fifty_times_is_there_wholly_or_not_at_all(home):
    """Fifty random moments of a bulk append."""
    check("append", home, 50, seed=4)


@pytest.mark.exhaustive
def test_a_worker_killed_fifty_times_keeps_ledger_and_facts_right(home):
    """Fifty random moments of the worker: offering, moving, refreshing."""
    check_worker(home, 50, seed=3)
