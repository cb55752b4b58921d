"""`quintet erase`, `quintet compact` and `quintet rejects`."""

import json

import duckdb
import pytest

from builders import interaction, offered, ref_id
from quintet.ledger.identity import Aliases
from quintet.ledger.interactions import Interactions


@pytest.fixture
def named(loaded):
    """The lead acme has an e-mail address; a second lead has the same name."""
    rows = [("a@acme.example", "email", "acme"), ("acme", "id", "acme"), ("other", "id", "other")]
    listed = ", ".join(
        f"('lead', 'test', '{space}', '{ref}', {ref_id('lead', who)}, 'Acme')" for ref, space, who in rows
    )
    links = f'SELECT * FROM (VALUES {listed}) t(entity, "system", namespace, ref, entity_id, label)'
    with duckdb.connect() as con:
        Aliases(loaded).link(con.sql(links))
    return loaded


def test_erasing_wants_a_yes(run, named):
    """Without a terminal and without --yes nothing is erased."""
    done = run("erase", "lead", "a@acme.example")

    assert done.returncode == 2
    assert "add --yes" in done.stderr
    assert Interactions(named).rows() == 4


def test_a_name_that_several_have_is_refused(run, named):
    """The error lists the numbers to choose from."""
    done = run("erase", "lead", "ACME", "--yes")

    assert done.returncode == 2
    assert str(ref_id("lead", "acme")) in run("erase", "lead", "Acme", "--yes").stderr
    assert Interactions(named).rows() == 4


def test_nobody_of_that_name_is_an_error(run, named):
    """With what to give instead."""
    done = run("erase", "lead", "nobody@x.example", "--yes")

    assert done.returncode == 2
    assert "knows no lead 'nobody@x.example'" in done.stderr


@pytest.mark.slow
def test_an_erased_person_is_gone(run, run_alone, named):
    """The interactions are gone, the proof is told, the erasure itself is on record."""
    assert run_alone("init").returncode == 0
    done = run_alone("erase", "lead", "a@acme.example", "--yes", "--by", "olga")

    assert done.returncode == 0, done.stderr
    assert "none holds lead" in done.stderr
    with duckdb.connect() as con:
        kinds = Interactions(named).relation(con).aggregate("kind, count(*)").fetchall()
    assert kinds == [("person.erased", 1)]


def test_compacting_keeps_every_row(run, loaded):
    """Fewer files, the same interactions."""
    for day in range(10, 14):
        Interactions(loaded).append(offered(interaction("lead.created", f"2026-01-{day}", lead=f"l{day}")))

    done = run("compact")

    assert done.returncode == 0, done.stderr
    assert "5 files became 1." in done.stderr
    assert Interactions(loaded).rows() == 8


def test_a_home_without_loads_has_no_rejects(run, loaded):
    """An empty list, not an error; a load there is not is one."""
    assert json.loads(run("rejects", "--format", "json").stdout) == []

    done = run("rejects", "20260101T000000-nothing")

    assert done.returncode == 2
    assert "there is no load" in done.stderr
