"""A person who is erased is erased from all that an import keeps beside the ledger."""

import gzip
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from builders import export
from quintet.kernel.errors import BadInput
from quintet.ledger.identity import Aliases
from quintet.ledger.interactions import Interactions
from quintet.sources.files.erasing import erase_address, erase_person
from quintet.sources.files.load.load import load
from quintet.sources.files.load.rejects import list_loads, list_rejects
from quintet.sources.files.mapping.toml import read_map
from quintet.sources.files.models import State, Upload

MAP = """
name = "acme"
system = "acme"
[[file]]
match = "leads*"
rows = "leads"
key = ["id"]
[file.fields]
created_at = "created"
name = "who"
email = "mail"
[[file]]
match = "deals*"
rows = "opportunities"
key = ["id"]
[file.fields]
lead = "lead"
created_at = "opened"
closed_at = "closed"
stage = "stage"
amount = { column = "value", lookup = "notes*", key = "deal", value = "said" }
[file.values.stage]
Signed = "won"
[[file]]
match = "notes*"
rows = "lookup"
why = "prices of deals"
"""
EXPORT = {
    "leads.csv": [
        "id,created,who,mail",
        "1,2026-01-05,Ann Lee,Ann.Lee@example.com",
        "2,2026-01-05,Bob Day,bob@example.com",
        "1,2026-01-06,Ann again,ann.lee@example.com",
        "2,2026-01-06,Bob again,bob@example.com",
        *(f"{n},2026-01-07,Lead {n},l{n}@example.com" for n in range(20, 40)),
        "9,someday,Cy,cy@example.com",
    ],
    "deals.csv": [
        "id,lead,opened,closed,stage,value,cc",
        "d1,1,2026-01-07,2026-02-01,Signed,d1,",
        "d1,1,2026-01-07,2026-02-02,Signed,d1,",
        "d2,2,2026-01-07,2026-02-01,Signed,d2,",
        "d2,2,2026-01-07,2026-02-02,Signed,d2,Dee@example.com",
    ],
    "notes.csv": ["deal,said,by", "d1,100,ANN.LEE@example.com", "d2,200,bob@example.com"],
}
THINGS = "Deal ID,Stage,Contact\n1,Closed won,{}\n2,Closed won,x@example.com\n"


@pytest.fixture
def loaded(home, tmp_path, now, db):
    """Ann and Bob, each with a doubled lead and a doubled deal, which are rejected; Cy is rejected alone."""
    place = export(tmp_path / "export", EXPORT)
    load(home, [place], read_map(MAP), now=now)
    shutil.rmtree(place)
    return home


def id_of(home, ref):
    """The id of the lead of that reference."""
    import duckdb

    names = Aliases(home).relation(duckdb.connect())
    return names.filter(f"ref = '{ref}' AND entity = 'lead'").project("entity_id").fetchall()[0][0]


def lines_left(home):
    """(file, line) of every rejected row that is still listed."""
    return [(one.file, one.line) for one in list_rejects(home, list_loads(home)[0]["load_id"])]


def files_with(folder: Path, text: str):
    """The files below a folder that hold a text, whatever its letter case; Parquet is decoded."""
    held = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = (
                str(pq.read_table(path, partitioning=None).to_pylist()) if path.suffix == ".parquet" else ""
            )
            content += path.read_bytes().decode("utf-8", "replace")
            held += [path.name] if text in content.lower() else []
    return held


def test_no_file_of_the_home_holds_the_person_afterwards(loaded):
    """Rejected rows, the CSVs to correct and the tables looked up are cleaned; the others' rows stay."""
    before = files_with(loaded.path, "ann.lee@example.com")
    assert {"rejects.parquet", "leads.csv.rejected.csv"} <= set(before)
    assert len(before) >= 4

    done = erase_person(loaded, "lead", id_of(loaded, "1"), by="dpo")

    assert files_with(loaded.path, "ann.lee@example.com") == []
    assert lines_left(loaded) == [("deals.csv", 5), ("leads.csv", 5), ("leads.csv", 26)]
    assert done.rejected == 2
    assert "bob@example.com" in next(loaded.rejects.rglob("leads.csv.rejected.csv")).read_text("utf-8")


def test_a_rejected_row_that_names_the_person_by_id_goes(loaded):
    """The doubled deal carries no address, only the lead's id in the column the map reads as the lead."""
    assert ("deals.csv", 3) in lines_left(loaded)

    erase_person(loaded, "lead", id_of(loaded, "1"), by="dpo")

    assert ("deals.csv", 3) not in lines_left(loaded)
    correction = next(loaded.rejects.rglob("deals.csv.rejected.csv")).read_text("utf-8").splitlines()
    assert [line.split(",")[0] for line in correction] == ["id", "d2"]


def test_somebody_only_a_rejected_row_knows_is_erased_by_address(loaded):
    """The ledger never met Dee; the rejected row and its CSV forget her, and nobody else."""
    rows = Interactions(loaded).rows()

    done = erase_address(loaded, "lead", "DEE@example.com")

    assert (done.ledger, done.rejected, done.uploads) == (None, 1, ())
    assert files_with(loaded.path, "dee@example.com") == []
    assert len(lines_left(loaded)) == 4
    assert Interactions(loaded).rows() == rows


@pytest.mark.parametrize("form", ["plain", "gz", "utf-16"])
def test_an_upload_that_holds_the_person_is_thrown_away(loaded, proposed, form):
    """Packed or in another encoding; the upload without the person stays as it is."""
    text = THINGS.format("ANN.lee@example.com")
    content = {"plain": text.encode(), "gz": gzip.compress(text.encode()), "utf-16": text.encode("utf-16")}
    hers = proposed({f"deals.csv{'.gz' if form == 'gz' else ''}": content[form]})
    his = proposed({"deals.csv": THINGS.format("bob@example.com")})

    done = erase_person(loaded, "lead", id_of(loaded, "1"), by="dpo")

    hers.refresh_from_db()
    assert done.uploads == (hers.names[0],)
    assert (hers.state, hers.seen, hers.trial, hers.folder.exists()) == (State.DISCARDED, [], None, False)
    assert Upload.objects.get(pk=his.pk).state == State.READY
    assert his.paths[0].exists()


def test_what_is_remembered_of_an_upload_forgets_the_address(loaded, proposed):
    """The report of a loaded upload stays, with the address cut out."""
    upload = proposed({"deals.csv": THINGS.format("bob@example.com")})
    told = {"warnings": [{"sentence": "Ann.Lee@example.com and bob@example.com stand twice"}], "files": []}
    Upload.objects.filter(pk=upload.pk).update(state=State.LOADED, report=told)

    erase_person(loaded, "lead", id_of(loaded, "1"), by="dpo")

    upload.refresh_from_db()
    assert upload.report["warnings"] == [{"sentence": "[erased] and bob@example.com stand twice"}]


def test_nothing_is_erased_while_an_upload_that_holds_the_person_is_loaded(loaded, proposed):
    """A load at work would bring the person back: the error says what to wait for."""
    upload = proposed({"deals.csv": THINGS.format("ann.lee@example.com")})
    Upload.objects.filter(pk=upload.pk).update(state=State.LOADING)
    before = lines_left(loaded)

    with pytest.raises(BadInput, match=r"deals\.csv holds the person and is being worked on"):
        erase_person(loaded, "lead", id_of(loaded, "1"), by="dpo")

    assert lines_left(loaded) == before
    assert id_of(loaded, "1")
