"""The example exports agree with their published figures to the last row, and twice is once."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from quintet.kernel.home import Home
from quintet.ledger.interactions import Interactions
from quintet.sources.files.load.load import load_tables
from quintet.sources.files.load.opening import opened
from quintet.sources.files.load.terms import LoadReport
from quintet.sources.files.mapping.propose import propose

pytestmark = [pytest.mark.shared_data, pytest.mark.slow]
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def loaded_twice(home: Home, paths: list[Path], expected_map: str) -> LoadReport:
    """Load with the proposed map as it is, twice; the second adds nothing; returns the first report."""
    with opened(paths) as (con, tables):
        proposal = propose(con, tables)
        assert proposal.recognised == expected_map
        assert proposal.unknown == ()
        first = load_tables(home, con, tables, proposal.source, now=NOW)
        second = load_tables(home, con, tables, proposal.source, now=NOW.replace(day=3))
    assert first.reconciles
    assert second.reconciles
    assert second.nothing_new
    assert second.sentence().startswith("Nothing new")
    assert second.total("known") == first.total("loaded")
    assert Interactions(home).rows() == first.total("added")
    return first


def ask(home: Home, query: str) -> list[tuple]:
    """The answer of the ledger, its rows as the table i."""
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    Interactions(home).relation(con).create_view("i")
    return con.sql(query).fetchall()


def read(report: LoadReport) -> dict[str, int]:
    """Rows of each file, without its ending."""
    return {one.file.split(".")[0]: one.read for one in report.files}


def warned(report: LoadReport) -> str:
    """Every warning."""
    return "\n".join(f"{one.file}: {one.sentence}" for one in report.warnings)


def test_crm_sales_opportunities(home, shared_data):
    """4,238 won for 10,005,534, 2,473 lost, 1,589 engaging, 500 prospecting; 30 agents."""
    report = loaded_twice(home, [shared_data / "crm_sales_opportunities"], "crm_sales_opportunities")

    assert report.total("rejected") == 0
    assert read(report) == {"accounts": 85, "products": 7, "sales_pipeline": 8800, "sales_teams": 35}
    assert ask(home, "SELECT count(*), sum(amount)::BIGINT FROM i WHERE kind = 'opportunity.won'") == [
        (4238, 10_005_534)
    ]
    assert ask(home, "SELECT count(*) FROM i WHERE kind = 'opportunity.lost'") == [(2473,)]
    stages = ask(
        home,
        """SELECT content, count(*) FROM i WHERE kind = 'opportunity.stage_entered' AND opportunity_id NOT IN
        (SELECT opportunity_id FROM i WHERE kind IN ('opportunity.won', 'opportunity.lost'))
        GROUP BY 1 ORDER BY 1""",
    )
    assert stages == [("Prospecting", 500), ("worked", 1589)]
    assert ask(home, "SELECT count(DISTINCT rep_id) FROM i WHERE kind = 'opportunity.assigned'") == [(30,)]
    told = warned(report)
    assert "'GTXPro' (1,480 rows, nearest is 'GTX Pro')" in told
    assert "account is empty in 1,425 of 8,800 rows" in told
    assert "5 reps do nothing in the other files" in told
    assert (
        "500 opportunity.created, 500 opportunity.stage_entered have no date; they are dated 2017-12-31"
        in told
    )


def test_olist(home, shared_data):
    """842 of 8,000 won, 690 within 90 days after first contact, of these 635 seen for 90 days more.

    The deal won before its first contact is loaded as it stands; it is not within 90 days after it.
    """
    report = loaded_twice(home, [shared_data / "olist"], "olist")

    assert report.total("rejected") == 0
    assert ask(
        home,
        """SELECT kind, count(*) FROM i WHERE kind IN ('lead.created', 'opportunity.won')
        GROUP BY 1 ORDER BY 1""",
    ) == [
        ("lead.created", 8000),
        ("opportunity.won", 842),
    ]
    journeys = """WITH l AS (SELECT lead_id, occurred_at AS met, detail->>'source' AS source FROM i
            WHERE kind = 'lead.created'),
        w AS (SELECT lead_id, occurred_at AS won FROM i WHERE kind = 'opportunity.won'),
        j AS (SELECT *, won BETWEEN met AND met + INTERVAL 90 DAY AS quick FROM l JOIN w USING (lead_id))"""
    assert ask(
        home, f"{journeys} SELECT count(*), count(*) FILTER (quick), count(*) FILTER (won < met) FROM j"
    ) == [(842, 690, 1)]
    by_source = dict(ask(home, f"{journeys} SELECT source, count(*) FROM j WHERE quick GROUP BY 1"))
    assert {name: by_source[name] for name in ("paid_search", "organic_search", "social")} == {
        "paid_search": 150,
        "organic_search": 217,
        "social": 58,
    }
    observed = "quick AND won + INTERVAL 90 DAY <= TIMESTAMPTZ '2018-08-31 00:00:00+00'"
    assert ask(home, f"{journeys} SELECT count(*) FROM j WHERE {observed}") == [(635,)]
    assert ask(
        home,
        f"""{journeys}, d AS (SELECT date_diff('day', met, won) AS days FROM j)
            SELECT median(days), round(avg(days), 1) FROM d""",
    ) == [(14.0, 48.4)]
    assert ask(home, "SELECT count(*) FROM i WHERE kind = 'lead.assigned'") == [(0,)]
    assert "1 row was closed before its lead became known" in warned(report)


def test_x_education_leads(home, shared_data):
    """3,561 of 9,240 converted; there is no date, so every row is marked undated."""
    report = loaded_twice(home, [shared_data / "x_education_leads"], "x_education_leads")

    assert report.total("rejected") == 0
    assert ask(
        home,
        "SELECT kind, count(*), count(*) FILTER (detail->>'undated' = 'true') FROM i GROUP BY 1 ORDER BY 1",
    ) == [("lead.created", 9240, 9240), ("opportunity.won", 3561, 3561)]


def test_bpic2017_w(home, shared_data):
    """127,528 work items of 113 people on 8,941 applications, 18,262 of them calls after an offer."""
    files = sorted((shared_data / "bpic2017_w").glob("*.csv*"))
    report = loaded_twice(home, files, "bpic2017_w")

    assert report.total("rejected") == 0
    assert ask(home, "SELECT count(*), count(DISTINCT rep_id), count(DISTINCT opportunity_id) FROM i") == [
        (127_528, 113, 8941)
    ]
    calls = "kind = 'task.started' AND content = 'W_Call after offers'"
    assert ask(home, f"SELECT count(*) FROM i WHERE {calls}") == [(18_262,)]


def test_zoho_crm_export(home, shared_data):
    """Every row of the eleven files; owners by name and by id are one rep; 1,265 contacts are leads."""
    report = loaded_twice(home, [shared_data / "zoho_crm_export"], "zoho")

    assert report.total("rejected") == 0
    assert read(report) == {
        "Accounts": 2229,
        "Calls": 4100,
        "Campaign_Lead_Status": 3900,
        "Campaigns": 110,
        "Contacts": 1265,
        "Events": 2978,
        "Leads": 3900,
        "Potentials": 3632,
        "Quotes": 3000,
        "Tasks": 2978,
        "Users": 11,
    }
    assert ask(home, "SELECT count(DISTINCT rep_id) FROM i") == [(11,)]
    assert ask(
        home,
        """SELECT kind, count(*) FROM i WHERE kind IN ('opportunity.won', 'opportunity.lost')
        GROUP BY 1 ORDER BY 1""",
    ) == [
        ("opportunity.lost", 485),
        ("opportunity.won", 1425),
    ]
    strangers = (
        "SELECT count(*) FROM i WHERE lead_id NOT IN (SELECT lead_id FROM i WHERE kind = 'lead.created')"
    )
    assert ask(home, strangers) == [(0,)]
    assert ask(home, "SELECT count(*) FROM i WHERE kind LIKE 'call.%' AND lead_id IS NOT NULL") == [(2270,)]
    told = warned(report)
    assert "2,067 rows equal an earlier row in every column" in told
    assert "2,180 rows name one of 579 leads that share their name" in told


def test_hubspot_tables(home, shared_data):
    """Each of the 2,171 rows of the 56 files is loaded, rejected with a reason, or set aside with why."""
    report = loaded_twice(home, [shared_data / "hubspot_tables"], "hubspot_tables")

    assert len(report.files) == len(list((shared_data / "hubspot_tables").glob("*.csv"))) == 56
    counts = {name: report.total(name) for name in ("read", "loaded", "rejected", "set_aside")}
    assert counts == {"read": 2171, "loaded": 627, "rejected": 6, "set_aside": 1538}
    assert all(one.why for one in report.files if one.set_aside)


def test_salesforce_tables(home, shared_data):
    """Each of the 111 rows of the 14 files; 19 are deleted in the source and rejected as such."""
    report = loaded_twice(home, [shared_data / "salesforce_tables"], "salesforce_tables")

    assert len(report.files) == 14
    counts = {name: report.total(name) for name in ("read", "loaded", "rejected", "set_aside")}
    assert counts == {"read": 111, "loaded": 56, "rejected": 19, "set_aside": 36}
