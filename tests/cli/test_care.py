"""`quintet erase`, `quintet compact` and `quintet rejects`."""

import json

import duckdb
import pyarrow.parquet as pq
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
    done = run("erase", "lead", "Nobody", "--yes")

    assert done.returncode == 2
    assert "knows no lead 'Nobody'" in done.stderr


UPLOAD = """
from django.core.files.uploadedfile import SimpleUploadedFile
from quintet.kernel.home import Home
from quintet.site.server import prepare
prepare(Home.from_environment())
from quintet.site.jobs.worker import run_one_task
from quintet.site.models import User
from quintet.sources.files.actions import receive
user = User.objects.create_user("ops@acme.example", "operations")
receive(user, [SimpleUploadedFile("deals.csv", b"Deal ID,Stage,Contact\\n1,Closed won,A@acme.example\\n")])
while run_one_task("worker-1"):
    pass
"""
LEADS = "id,created,mail\n7,2026-01-05,b@acme.example\n7,2026-01-06,A@acme.example\n"
MAP = """
name = "test"
system = "test"
[[file]]
match = "leads*"
rows = "leads"
key = ["id"]
[file.fields]
created_at = "created"
email = "mail"
"""


def held(folder, text):
    """The files below a folder that hold a text in any letter case; Parquet is decoded."""
    found = []
    for path in (one for one in folder.rglob("*") if one.is_file()):
        content = path.read_bytes().decode(errors="replace")
        if path.suffix == ".parquet":
            content += str(pq.read_table(path, partitioning=None).to_pylist())
        found += [path.name] if text in content.lower() else []
    return sorted(found)


@pytest.mark.slow
def test_no_file_of_the_home_holds_an_erased_person(run, run_alone, python, named, tmp_path):
    """Ledger, rejected rows, an upload that waits and the database forget; the erasure is on record."""
    (tmp_path / "leads.csv").write_text(LEADS)
    (tmp_path / "map.toml").write_text(MAP)
    loaded = run("import", tmp_path / "leads.csv", "--map", tmp_path / "map.toml", "--yes")
    assert loaded.returncode == 0, loaded.stderr
    assert python(UPLOAD).stderr == ""
    before = held(named.path, "a@acme.example")
    assert {"rejects.parquet", "leads.csv.rejected.csv", "deals.csv"} < set(before)
    assert any("sqlite3" in name for name in before)

    done = run_alone("erase", "lead", "a@acme.example", "--yes", "--by", "olga")

    assert done.returncode == 0, done.stderr
    assert "1 rejected rows removed, 1 waiting uploads thrown away" in done.stderr
    assert "none holds lead" in done.stderr
    assert held(named.path, "a@acme.example") == []
    assert held(named.path, "b@acme.example")
    with duckdb.connect() as con:
        kinds = Interactions(named).relation(con).aggregate("kind, count(*)").order("kind").fetchall()
    assert kinds == [("lead.created", 1), ("person.erased", 1)]


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
