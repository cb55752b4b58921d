"""Small exports in the columns of HubSpot, Salesforce and Pipedrive, through the maps that ship for them."""

from pathlib import Path

import duckdb

from quintet.kernel.home import Home
from quintet.ledger.interactions import Interactions
from quintet.sources.files.load.load import load
from quintet.sources.files.load.opening import opened
from quintet.sources.files.load.terms import LoadReport
from quintet.sources.files.mapping.model import SourceMap
from quintet.sources.files.mapping.propose import propose

EXPORTS = Path(__file__).with_name("exports")


def recognised(folder: Path) -> tuple[str, SourceMap]:
    """The shipped map that is proposed for an export, and that map cut to its columns."""
    with opened([folder]) as (con, raws):
        proposal = propose(con, raws, system="files")
    return proposal.recognised, proposal.source


def loaded(home: Home, folder: Path, source: SourceMap, now) -> tuple[LoadReport, dict[str, int]]:
    """What a load did, and the interactions it made by kind."""
    report = load(home, [folder], source, now=now)
    con = duckdb.connect()
    rows = Interactions(home).relation(con)
    kinds = rows.aggregate("kind, count(*)", "kind").order("kind").fetchall()
    return report, dict(kinds)


def ask(home: Home, columns: str, where: str) -> list[tuple]:
    """Different values of the ledger, sorted."""
    rows = Interactions(home).relation(duckdb.connect()).filter(where)
    return rows.project(columns).distinct().order("ALL").fetchall()


def one_buyer(home: Home, *kinds: str) -> bool:
    """Is there an interaction of each of these kinds about Ada Holt?"""
    ada = ask(home, "lead_id", "kind = 'lead.created' AND detail LIKE '%Ada Holt%'")
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    named = ask(home, "kind, lead_id", f"kind IN ({listed})")
    return {kind for kind, lead in named if (lead,) in ada} == set(kinds)


def test_a_hubspot_export_loads_as_its_map_says(home, now):
    """Contacts, companies, deals, calls, meetings, e-mails and tasks, with nothing corrected by hand."""
    name, source = recognised(EXPORTS / "hubspot")

    report, kinds = loaded(home, EXPORTS / "hubspot", source, now)

    assert (name, report.total("rejected"), report.reconciles) == ("hubspot", 0, True)
    assert kinds == {
        "account.created": 2,
        "call.attempted": 2,
        "call.received": 1,
        "email.replied": 1,
        "email.sent": 1,
        "lead.assigned": 2,
        "lead.created": 2,
        "meeting.booked": 2,
        "meeting.held": 1,
        "meeting.missed": 1,
        "opportunity.assigned": 2,
        "opportunity.created": 2,
        "opportunity.stage_entered": 1,
        "opportunity.won": 1,
        "task.completed": 1,
        "task.started": 1,
    }
    calls = ask(home, "outcome, content", "channel IN ('call', 'meeting')")
    assert calls == [
        ("connected", None),
        ("held", "demo"),
        ("missed", "qualifying"),
        ("voicemail", None),
        (None, "demo"),
        (None, "qualifying"),
    ]
    assert one_buyer(home, "opportunity.won", "meeting.held", "call.attempted")


def test_a_salesforce_export_loads_as_its_map_says(home, now):
    """Users, leads, contacts, accounts, opportunities with history, tasks and events."""
    name, source = recognised(EXPORTS / "salesforce")

    report, kinds = loaded(home, EXPORTS / "salesforce", source, now)

    assert (name, report.total("rejected"), report.reconciles) == ("salesforce", 1, True)
    assert kinds == {
        "account.created": 1,
        "call.attempted": 1,
        "email.sent": 1,
        "lead.assigned": 2,
        "lead.changed": 1,
        "lead.created": 2,
        "meeting.booked": 1,
        "opportunity.assigned": 2,
        "opportunity.created": 2,
        "opportunity.stage_entered": 3,
        "opportunity.won": 1,
        "rep.joined": 2,
    }
    stages = ask(home, "content", "kind = 'opportunity.stage_entered'")
    assert stages == [("demo",), ("qualified",)]
    assert one_buyer(home, "meeting.booked", "email.sent", "call.attempted", "lead.changed")


def test_a_pipedrive_export_loads_as_its_map_says(home, now):
    """Deals, people, organisations and activities, which name each other by name."""
    name, source = recognised(EXPORTS / "pipedrive")

    report, kinds = loaded(home, EXPORTS / "pipedrive", source, now)

    assert (name, report.total("rejected"), report.reconciles) == ("pipedrive", 0, True)
    assert kinds == {
        "account.created": 2,
        "call.attempted": 1,
        "lead.assigned": 2,
        "lead.created": 2,
        "meeting.held": 1,
        "opportunity.assigned": 3,
        "opportunity.created": 3,
        "opportunity.lost": 1,
        "opportunity.stage_entered": 1,
        "opportunity.won": 1,
        "task.started": 2,
    }
    assert ask(home, "content", "kind = 'task.started'") == [("Call back",), ("Send offer",)]
    assert ask(home, "content, outcome", "kind = 'meeting.held'") == [("demo", "held")]
    assert one_buyer(home, "opportunity.won", "meeting.held", "call.attempted")
