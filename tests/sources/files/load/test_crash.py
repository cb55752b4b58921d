"""Loads killed with SIGKILL at random moments: loaded again, all is as if nothing had happened."""

import json
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from builders import export
from crashing import counted
from quintet.kernel.home import Home
from quintet.ledger import reading
from quintet.ledger.identity import Aliases
from quintet.ledger.interactions import Interactions
from quintet.sources.files.load.load import load
from quintet.sources.files.load.rejects import list_loads, list_rejects
from quintet.sources.files.mapping.toml import read_map

IMPORTER = Path(__file__).with_name("crash_importer.py")
EACH = 5
MAP = """
name = "acme"
system = "acme"
currency = "EUR"

[[file]]
match = "users*"
rows = "reps"
key = ["user"]
[file.fields]
name = "name"

[[file]]
match = "leads*"
rows = "leads"
key = ["id"]
[file.fields]
created_at = "created"
name = "who"
email = "mail"
rep_name = "owner"

[[file]]
match = "deals*"
rows = "opportunities"
key = ["id"]
[file.fields]
lead_email = "mail"
created_at = "opened"
closed_at = "closed"
stage = "stage"
amount = "value"
[file.values.stage]
Signed = "won"
Gone = "lost"

[[file]]
match = "merges*"
rows = "merges"
key = ["winner", "loser"]
[file.fields]
entity = { constant = "lead" }
winner = "winner"
loser = "loser"
at = "at"

[[file]]
match = "own*"
rows = "interactions"
"""


def written(folder: Path) -> Path:
    """Users, leads, deals, merges and calls, some of each broken; and their map."""
    (folder / "map.toml").write_text(MAP, "utf-8")
    tables = {
        "users.csv": ["user,name", *(f"u{n},Rep {n}" for n in range(8)), "u1,Rep again"],
        "leads.csv": [
            "id,created,who,mail,owner",
            *(f"{n},2026-01-{n % 28 + 1:02},Lead {n},l{n}@x.de,Rep {n % 9}" for n in range(120)),
            "999,someday,Lead x,x@x.de,Rep 1",
        ],
        "deals.csv": [
            "id,mail,opened,closed,stage,value",
            *(f"d{n},l{n}@x.de,2026-02-01,2026-02-2{n % 9},Signed,{n}00" for n in range(40)),
            *(f"e{n},l{n}@x.de,,,Talking,{n}" for n in range(10)),
            "d1,l1@x.de,2026-02-01,,Gone,1",
        ],
        "merges.csv": ["winner,loser,at", "1,2,2026-02-03", "2,1,2026-02-04", "3,4,2026-02-05"],
        "own.csv": [
            "occurred_at,recorded_at,kind,lead_id,source,source_ref",
            *(f"2026-02-01,2026-02-01,call.attempted,{n},sim,c{n}#call.attempted" for n in range(300)),
            "2026-02-01,2026-02-01,call.dreamt,1,sim,c1#call.dreamt",
        ],
    }
    return export(folder / "export", tables)


def kept(home: Home) -> dict[str, object]:
    """Every row of the ledger, every alias, and every rejected row with how often it is kept."""
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    rows = Interactions(home).relation(con, newest=False).project("* EXCLUDE (batch)").order("ALL")
    names = Aliases(home)
    stored = con.sql(f"FROM {reading.scan(con, names.table, names.table.opened())}")
    loads = list_loads(home)
    return {
        "interactions": rows.fetchall(),
        "aliases": stored.project("* EXCLUDE (recorded_at)").order("ALL").fetchall(),
        "states": [one["state"] for one in loads],
        "rejects": [
            (one.file, one.line, one.column, one.reason)
            for told in loads
            for one in list_rejects(home, told["load_id"])
        ],
    }


def check(tmp_path: Path, kills: int, seed: int, now) -> None:
    """Whatever was killed, every home ends up with what an undisturbed load gives."""
    place, calm = written(tmp_path), Home.at(tmp_path / "calm")
    calm.path.mkdir()
    report = load(calm, [place], read_map(MAP), now=now)
    wanted = kept(calm)
    told = sorted([one.file, one.loaded + one.known, one.rejected, one.offered] for one in report.files)

    seen = counted(IMPORTER, tmp_path, kills, seed, EACH)

    assert (seen["failed"], seen["killed"]) == (0, kills)
    assert (report.reconciles, len(wanted["rejects"]), wanted["states"]) == (True, 5, ["done"])
    for number in range(kills // EACH):
        home = Home.at(tmp_path / f"home-{number}")
        assert kept(home) == wanted
        assert json.loads((home.path / "report.json").read_text()) == [True, told]


def test_loading_again_keeps_a_rejected_row_once(home, tmp_path, now):
    """The same files with the same map are one load, whenever: what it rejects is listed once."""
    place = written(tmp_path)
    first = load(home, [place], read_map(MAP), now=now)
    again = load(home, [place], read_map(MAP), now=now + timedelta(days=1))

    assert again.nothing_new
    assert again.load_id == first.load_id
    assert len(kept(home)["rejects"]) == again.total("rejected") == 5


def test_a_load_killed_a_few_times_ends_as_if_it_was_not(tmp_path, now):
    """Five kills, then a load that ends: rows, names, rejected rows and report of an undisturbed load."""
    check(tmp_path, 5, seed=11, now=now)


@pytest.mark.exhaustive
def test_loads_killed_fifty_times_end_as_if_they_were_not(tmp_path, now):
    """Fifty random moments of a load, in ten homes."""
    check(tmp_path, 50, seed=12, now=now)
