"""The facts of the example exports agree with their published figures."""

from datetime import UTC, datetime

import pytest

from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild
from quintet.facts.schema import STAGES
from quintet.sources.files.load.load import load_tables
from quintet.sources.files.load.opening import opened
from quintet.sources.files.mapping.propose import propose

pytestmark = [pytest.mark.shared_data, pytest.mark.slow]
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def facts_of(home, folder):
    """An export, loaded with the proposed map as it is, and its facts."""
    with opened([folder]) as (con, tables):
        load_tables(home, con, tables, propose(con, tables).source, now=NOW)
    rebuild(home, now=NOW)
    return Facts.published(home)


def bare(facts):
    """Reps without a name, or with their number for one."""
    people = facts.arrow(facts.table("reps")).to_pylist()
    return [one["rep_id"] for one in people if one["name"] in {None, str(one["rep_id"])}]


def unnamed(facts):
    """Reps a lead counts for who are not in the table of reps."""
    known = set(facts.arrow(facts.table("reps"))["rep_id"].to_pylist())
    leads = facts.arrow(facts.table("leads"))
    return {rep for stage in STAGES for rep in leads[f"{stage}_by"].to_pylist()} - {None} - known


def test_crm_sales_opportunities(home, shared_data):
    """4,238 won, 2,473 lost, 2,089 open; each won deal counts for its agent; all agents have a name."""
    facts = facts_of(home, shared_data / "crm_sales_opportunities")

    seen = facts.coverage()
    assert [seen[f"opportunities_{name}"] for name in ("won", "lost", "open")] == [4238, 2473, 2089]
    leads = facts.table("leads")
    won = facts.arrow(leads.filter(leads.is_won).select("rep_id", "won_by"))
    assert won.num_rows == 4238
    assert won["won_by"].to_pylist() == won["rep_id"].to_pylist()
    assert bare(facts) == []
    assert unnamed(facts) == set()


def test_olist(home, shared_data):
    """842 of 8,000 leads won; nobody has a name, so reps are shown as the ids the source has for them."""
    facts = facts_of(home, shared_data / "olist")

    seen = facts.coverage()
    assert (seen["leads"], seen["opportunities_won"]) == (8000, 842)
    leads = facts.table("leads")
    won = leads.filter(leads.is_won)
    assert facts.arrow(won.count().as_table())[0][0].as_py() == 842
    assert bare(facts) == []
    assert unnamed(facts) == set()
    names = facts.arrow(facts.table("reps"))["name"].to_pylist()
    assert {len(name) for name in names} == {32}
