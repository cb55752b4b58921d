"""`quintet import` and `quintet maps`: an export, from files to facts."""

import json

import pytest

from quintet.ledger.interactions import Interactions

MAP = """
name = "acme"
system = "acme"
currency = "EUR"

[[file]]
match = "leads"
rows = "leads"
key = ["Id"]

[file.fields]
created_at = { column = "Created", format = "%Y-%m-%d" }
source = { column = "Source" }
"""
LEADS = "Id,Created,Source\n1,2026-01-05,web\n2,2026-01-06,fair\n3,not a day,fair\n"


@pytest.fixture
def export(company, tmp_path):
    """An export of three leads, one with a date nobody can read, and the map for it."""
    company.path.mkdir()
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "leads.csv").write_text(LEADS)
    (tmp_path / "acme.toml").write_text(MAP)
    return folder


def test_a_dry_run_counts_and_loads_nothing(run, export, tmp_path, company):
    """Two rows would load, one is rejected with its value and what to do."""
    done = run("import", export, "--map", tmp_path / "acme.toml", "--dry-run")

    assert done.returncode == 0, done.stderr
    assert "lead.created" in done.stdout
    assert "'not a day'" in done.stderr
    assert Interactions(company).rows() == 0


def test_without_a_terminal_a_load_wants_a_yes(run, export, tmp_path, company):
    """Exit 2 with the next step; nothing is loaded."""
    done = run("import", export, "--map", tmp_path / "acme.toml")

    assert done.returncode == 2
    assert "add --yes" in done.stderr
    assert Interactions(company).rows() == 0


def test_loading_twice_adds_nothing_and_says_so(run, export, tmp_path, company):
    """The second time the map is known by itself; the reject can be listed."""
    first = run("import", export, "--map", tmp_path / "acme.toml", "--yes")
    rows = Interactions(company).rows()
    again = run("import", export, "--yes")
    loads = json.loads(run("rejects", "--format", "json").stdout)
    rejects = json.loads(run("rejects", loads[-1]["load"], "--format", "json").stdout)

    assert first.returncode == 0, first.stderr
    assert "Facts: version 1" in first.stderr
    assert again.returncode == 0, again.stderr
    assert "Your map acme knows these files" in again.stderr
    assert "Nothing new" in again.stderr
    assert Interactions(company).rows() == rows > 0
    assert [(row["file"], row["value"]) for row in rejects] == [("leads.csv", "not a day")]


def test_a_file_nobody_knows_is_a_question_with_a_draft(run, company, tmp_path):
    """Exit 2; the draft to edit is written and named."""
    company.path.mkdir()
    (tmp_path / "odd.csv").write_text("aa,bb\n1,2\n")

    done = run("import", tmp_path / "odd.csv", "--yes")

    assert done.returncode == 2
    assert "questions are open" in done.stderr
    assert list(company.maps.glob("*-draft.toml"))
    assert Interactions(company).rows() == 0


def test_maps_are_listed_shown_and_saved(run, company, tmp_path):
    """What ships is there; one's own is saved under its name and hides nothing else."""
    company.path.mkdir()
    (tmp_path / "acme.toml").write_text(MAP)

    saved = run("maps", "save", "acme", tmp_path / "acme.toml")
    listed = json.loads(run("maps", "list", "--format", "json").stdout)
    shown = run("maps", "show", "acme")

    assert saved.returncode == 0, saved.stderr
    assert ("acme", "yours") in {(row["map"], row["from"]) for row in listed}
    assert {"hubspot", "salesforce", "zoho", "pipedrive"} <= {row["map"] for row in listed}
    assert 'system = "acme"' in shown.stdout


def test_a_map_there_is_not_is_refused(run, export):
    """The error lists the maps."""
    done = run("import", export, "--map", "nothing", "--yes")

    assert done.returncode == 2
    assert "hubspot" in done.stderr


def test_interactions_load_without_a_trial(run, company, tmp_path):
    """Rows in the ledger's own columns need no translation, so with a map and a yes they go straight in."""
    company.path.mkdir()
    (tmp_path / "own.toml").write_text(
        'name = "own"\nsystem = "sim"\n[[file]]\nmatch = "own*"\nrows = "interactions"\n'
    )
    (tmp_path / "own.csv").write_text(
        "occurred_at,recorded_at,kind,lead_id,source,source_ref\n"
        "2026-01-05,2026-01-05,lead.created,7,sim,l7#lead.created\n"
        "soon,2026-01-05,lead.created,8,sim,l8#lead.created\n"
    )

    done = run("import", tmp_path / "own.csv", "--map", tmp_path / "own.toml", "--yes")

    assert done.returncode == 0, done.stderr
    assert "would load" not in done.stdout
    assert "1 row became 1 interaction; 1 line was rejected" in done.stderr
    assert Interactions(company).rows() == 1
