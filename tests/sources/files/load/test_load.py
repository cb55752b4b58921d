from pathlib import Path

import duckdb
import pytest

from builders import export
from quintet.kernel.errors import BadInput
from quintet.ledger.identity import Aliases
from quintet.ledger.interactions import Interactions
from quintet.sources.files.load.dry_run import dry_run
from quintet.sources.files.load.load import load
from quintet.sources.files.load.rejects import correction_name, list_loads, list_rejects
from quintet.sources.files.load.resubmit import resubmit
from quintet.sources.files.mapping.toml import read_map

MAP = """
name = "acme"
system = "acme"
timezone = "Europe/Berlin"
currency = "EUR"

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
match = "users*"
rows = "reps"
key = ["user"]
[file.fields]
name = "name"
"""
LEADS = (
    "id,created,who,mail,owner,note\n1,2026-01-05,Ann,ANN@x.de,Bo Ek,hi\n2,2026-01-06,Cy,cy@x.de,Bo  Ek,\n"
)
DEALS = (
    "id,mail,opened,closed,stage,value\n"
    "d1,ann@x.de,2026-01-07,2026-02-01,Signed,1000\n"
    "d2,cy@x.de,2026-01-08,,Talking,2500\n"
    "d3,who@x.de,2026-01-09,2026-01-20,Gone,0\n"
)
USERS = "user,name\nu7,Bo Ek\nu8,Di Ro\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Leads, deals and users as a small CRM exports them."""
    return export(tmp_path / "export", {"leads.csv": LEADS, "deals.csv": DEALS, "users.csv": USERS})


def rows(home, columns: str, where: str = "true") -> list[tuple]:
    """Different values in the ledger, sorted."""
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    return Interactions(home).relation(con).filter(where).project(columns).distinct().order("ALL").fetchall()


def test_load_accounts_for_every_line(home, folder, now):
    """Every line below the header is loaded, known, rejected or set aside, and exactly once."""
    report = load(home, [folder], read_map(MAP), now=now)

    assert report.reconciles
    assert {one.file: (one.read, one.loaded, one.rejected) for one in report.files} == {
        "leads.csv": (2, 2, 0),
        "deals.csv": (3, 3, 0),
        "users.csv": (2, 2, 0),
    }
    assert report.total("added") == Interactions(home).rows()


def test_loading_again_adds_nothing_and_says_so(home, folder, now):
    """The same files a second time are known, row by row; rows without a date keep the day they got."""
    load(home, [folder], read_map(MAP), now=now)
    before = rows(home, "source_ref, occurred_at, batch")

    again = load(home, [folder], read_map(MAP), now=now.replace(year=2027))

    assert again.nothing_new
    assert again.total("known") == 7
    assert again.sentence() == "Nothing new: all 7 rows were known already."
    assert rows(home, "source_ref, occurred_at, batch") == before


def test_a_changed_row_is_restated_and_the_others_are_known(home, folder, now):
    """A deal that was signed since yesterday is told as restated; its neighbours are known."""
    load(home, [folder], read_map(MAP), now=now)
    (folder / "deals.csv").write_text(DEALS.replace("1000", "1200"), "utf-8")

    again = load(home, [folder], read_map(MAP), now=now.replace(day=3))

    deals = next(one for one in again.files if one.file == "deals.csv")
    assert (deals.loaded, deals.known, deals.restated) == (1, 2, 2)
    assert rows(home, "amount::VARCHAR", "kind = 'opportunity.won'") == [("1200.00",)]


def test_references_by_name_and_address_meet_the_record(home, folder, now):
    """A lead's owner is a name, the users' file says whose; a deal names its lead by e-mail, in any case."""
    load(home, [folder], read_map(MAP), now=now)

    created = dict(rows(home, "source_ref, lead_id", "kind = 'lead.created'"))
    won = rows(home, "lead_id", "kind = 'opportunity.won'")
    reps = rows(home, "rep_id", "kind = 'lead.assigned'")
    joined = dict(rows(home, "source_ref, rep_id", "kind = 'rep.joined'"))
    assert won == [(created["leads/1#lead.created"],)]
    assert reps == [(joined["reps/u7#rep.joined"],)]
    assert Aliases(home).labels([reps[0][0]]) == {reps[0][0]: "Bo Ek"}


def test_a_name_learned_later_joins_the_two_ids(home, folder, now):
    """Leads loaded before anybody said who Bo Ek is belong to him once the users' file is loaded."""
    load(home, [folder / "leads.csv"], read_map(MAP), now=now)
    load(home, [folder / "users.csv"], read_map(MAP), now=now.replace(day=3))

    assert rows(home, "rep_id", "kind = 'lead.assigned'") == rows(
        home, "rep_id", "source_ref = 'reps/u7#rep.joined'"
    )


def test_columns_nobody_mapped_are_kept(home, folder, now):
    """A filled column without a place in the map stays in detail; an empty one leaves no trace."""
    load(home, [folder], read_map(MAP), now=now)

    found = dict(rows(home, "source_ref, detail->'columns'", "kind = 'lead.created'"))
    assert found == {"leads/1#lead.created": '{"note":"hi"}', "leads/2#lead.created": None}


def test_instants_are_read_in_the_zone_of_the_map(home, folder, now):
    """Midnight in Berlin is eleven in the evening UTC the day before."""
    load(home, [folder], read_map(MAP), now=now)

    found = rows(home, "strftime(occurred_at, '%Y-%m-%d %H:%M')", "source_ref = 'leads/1#lead.created'")
    assert found == [("2026-01-04 23:00",)]


def test_rejected_rows_are_kept_corrected_and_loaded(home, folder, now):
    """A row that cannot be read names file, line, column, value and reason, and loads once corrected."""
    broken = DEALS.replace("2026-01-08", "soon") + "d1,x@x.de,2026-01-10,,Talking,5\n"
    (folder / "deals.csv").write_text(broken, "utf-8")
    formatted = MAP.replace(
        'created_at = "opened"', 'created_at = { column = "opened", format = "%Y-%m-%d" }'
    )
    report = load(home, [folder], read_map(formatted), now=now)

    found = list_rejects(home, report.load_id)
    assert [(one.file, one.line, one.column, one.value) for one in found] == [
        ("deals.csv", 3, "opened", "soon"),
        ("deals.csv", 5, "id", "d1"),
    ]
    assert found[1].reason == "the key already stands in line 2"
    assert report.reconciles

    csv = report.rejects / correction_name("deals.csv")
    fixed = csv.read_text("utf-8").replace("soon", "2026-01-08").replace("d1,x@x.de", "d4,x@x.de")
    csv.write_text(fixed, "utf-8")
    again = resubmit(home, report.load_id, csv, now=now.replace(day=4))

    assert (again.total("loaded"), again.total("rejected")) == (2, 0)
    assert list_rejects(home, report.load_id) == []
    refs = {ref for (ref,) in rows(home, "source_ref", "kind = 'opportunity.created'")}
    assert {"opportunities/d2#opportunity.created", "opportunities/d4#opportunity.created"} <= refs


def test_a_second_row_of_a_key_cannot_slip_in_unchanged(home, folder, now):
    """Handing in a doubled key as it was would overwrite the first row, so it is refused."""
    (folder / "deals.csv").write_text(DEALS + "d1,x@x.de,2026-01-10,,Talking,5\n", "utf-8")
    report = load(home, [folder], read_map(MAP), now=now)

    with pytest.raises(BadInput, match="line 5: the key is still that of another row"):
        resubmit(home, report.load_id, report.rejects / correction_name("deals.csv"), now=now)


def test_an_ambiguous_date_is_asked_not_guessed(home, folder, now):
    """01/02/2026 may be January or February: nothing is loaded until the map says which."""
    (folder / "leads.csv").write_text(
        LEADS.replace("2026-01-05", "01/02/2026").replace("2026-01-06", "03/02/2026")
    )

    with pytest.raises(BadInput, match="questions are open, so nothing was loaded"):
        load(home, [folder], read_map(MAP), now=now)
    assert Interactions(home).version() == -1


def test_a_file_the_map_does_not_name_is_asked_about(home, folder, now):
    """No file is silently left out."""
    (folder / "extra.csv").write_text("a,b\n1,2\n")

    trial = dry_run([folder], read_map(MAP), now=now)

    assert [(one.file, one.sentence) for one in trial.questions] == [
        ("extra.csv", "the map does not say what its rows are")
    ]


def test_dry_run_counts_what_a_load_then_does(home, folder, now):
    """The trial tells kinds, dates, people and examples, writes nothing, and the load agrees."""
    trial = dry_run([folder], read_map(MAP), home=home, now=now)

    assert Interactions(home).version() == -1
    report = load(home, [folder], read_map(MAP), now=now)
    deals = next(one for one in trial.files if one.file == "deals.csv")
    assert sum(trial.kinds.values()) == report.total("offered")
    assert deals.stages == {"Talking": 1}
    assert deals.examples[0].before["stage"] == "Signed"
    assert {row["kind"] for row in deals.examples[0].after} == {"opportunity.created", "opportunity.won"}


def test_rows_without_a_date_get_the_newest_day_of_the_load(home, folder, now):
    """Users carry no date: they get the last day of the export, marked undated, not the day of the load."""
    load(home, [folder], read_map(MAP), now=now)

    found = rows(home, "occurred_at::DATE::VARCHAR, detail->>'undated'", "source_ref = 'reps/u7#rep.joined'")
    assert found == [("2026-01-31", "true")]


def test_the_story_of_a_load_is_kept(home, folder, now):
    """Loads are listed with what they did."""
    report = load(home, [folder], read_map(MAP), now=now)

    (told,) = list_loads(home)
    assert (told["load_id"], told["state"], told["sentence"]) == (report.load_id, "done", report.sentence())


def test_a_killed_load_is_finished_by_the_next_one(home, folder, now):
    """A load that dies after its first file has lost and doubled nothing once it is done again."""

    class KilledError(Exception):
        pass

    def die_at_the_second(progress):
        if progress.step == "loading" and progress.files_done == 1:
            raise KilledError

    with pytest.raises(KilledError):
        load(home, [folder], read_map(MAP), now=now, progress=die_at_the_second)
    half = Interactions(home).rows()
    report = load(home, [folder], read_map(MAP), now=now.replace(day=3))

    assert 0 < half < report.total("offered") == Interactions(home).rows()
    assert [told["state"] for told in list_loads(home)] == ["done"]


def test_interactions_go_straight_through(home, tmp_path, now):
    """A file in the ledger's own columns needs no translation; a row that breaks a rule is told."""
    file = tmp_path / "own.csv"
    good = "2026-01-05 10:00:00,2026-01-05 10:00:00,call.attempted,7,connected,sim,c/1#call.attempted\n"
    bad = "soon,2026-01-05 10:00:00,call.attempted,8,busy,sim,c/2#call.attempted\n"
    unknown = "2026-01-05,2026-01-05,call.dreamt,8,busy,sim,c/3#call.dreamt\n"
    wrong = "2026-01-05,2026-01-05,call.attempted,x9,busy,sim,c/4#call.attempted\n"
    head = "occurred_at,recorded_at,kind,lead_id,outcome,source,source_ref\n"
    file.write_text(head + good + bad + unknown + wrong, "utf-8")
    source = read_map('name = "own"\nsystem = "sim"\n[[file]]\nmatch = "own*"\nrows = "interactions"\n')

    report = load(home, [file], source, now=now)

    assert (report.total("loaded"), report.total("rejected"), report.reconciles) == (1, 3, True)
    found = [(one.line, one.column, one.value) for one in list_rejects(home, report.load_id)]
    assert found == [(3, "occurred_at", "soon"), (4, "kind", "call.dreamt"), (5, "lead_id", "x9")]
    assert load(home, [file], source, now=now).nothing_new


def test_a_merge_that_closes_a_circle_is_rejected(home, tmp_path, now):
    """A reads as B and B as A would never end: the second merge is told, the first one stands."""
    file = tmp_path / "merges.csv"
    file.write_text("w,l,at\n1,2,2026-01-05\n2,1,2026-01-06\n3,3,2026-01-07\n", "utf-8")
    source = read_map(
        'name = "m"\nsystem = "m"\n[[file]]\nmatch = "merges*"\nrows = "merges"\nkey = ["w", "l"]\n'
        '[file.fields]\nentity = { constant = "lead" }\nwinner = "w"\nloser = "l"\nat = "at"\n'
    )

    report = load(home, [file], source, now=now)

    assert (report.total("loaded"), report.total("rejected")) == (1, 2)
