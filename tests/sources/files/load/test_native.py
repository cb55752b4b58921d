"""Files in the ledger's own columns: read once when they are clean, line by line when they are not."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from builders import export
from quintet.kernel.home import Home
from quintet.ledger.erasure import erase
from quintet.ledger.interactions import Interactions
from quintet.sources.files.load import native
from quintet.sources.files.load.dry_run import dry_run
from quintet.sources.files.load.load import load
from quintet.sources.files.load.opening import opened
from quintet.sources.files.load.rejects import list_rejects
from quintet.sources.files.mapping.model import FileMap, SourceMap

OWN = SourceMap("own", "sim", files=(FileMap("*", "interactions"),))
HEAD = "occurred_at,recorded_at,kind,lead_id,source,source_ref,detail\n"


def line(number: int, ref: str = "", detail: str = "") -> str:
    """One dialled call."""
    ref = ref or f"c/{number}#call.attempted"
    return f"2026-01-05 10:00:00Z,2026-01-05 10:00:00Z,call.attempted,{number},sim,{ref},{detail}\n"


def written(folder: Path, *lines: str) -> Path:
    """A file of interactions."""
    return export(folder, {"own.csv": HEAD + "".join(lines)}) / "own.csv"


def offered_twice(home: Home, file: Path, now: datetime) -> tuple[int, ...]:
    """Load once more; what it added, knew and rejected."""
    report = load(home, [file], OWN, now=now)
    assert report.reconciles
    return tuple(report.total(name) for name in ("added", "known", "rejected"))


def test_a_clean_file_is_not_parsed_before_it_is_loaded(tmp_path):
    """With a map that says so, opening counts lines alone; its rows are what the lines promise."""
    file = written(tmp_path, line(1), line(2), "\n")

    with opened([file], OWN) as (_, (raw,)):
        assert raw.read_carefully is not None
        assert (raw.rows, raw.physical_lines, raw.blank_lines) == (2, 3, 1)
        assert replace(raw.read_carefully(), path=file) == raw
    with opened([file]) as (_, (raw,)):
        assert raw.read_carefully is None


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("2026-01-05,2026-01-05,call.attempted,x9,sim,c/x#call.attempted,\n", ("lead_id", 5002)),
        ("2026-01-05,2026-01-05,call.dreamt,9,sim,c/x#call.dreamt,\n", ("kind", 5002)),
        ("2026-01-05,2026-01-05,call.attempted,9,,c/x#call.attempted,\n", ("source", 5002)),
        ("2026-01-05,2026-01-05,call.attempted\n", ("", 5002)),
        ('2026-01-05,2026-01-05,call.attempted,9,sim,c/x#call.attempted,"open\n', ("", 5002)),
    ],
)
def test_a_fault_far_down_takes_its_line_alone(home, tmp_path, now, fault, told):
    """Behind what is looked at first, a broken line is told and every other one loaded, also again."""
    filler = " " * 80
    file = written(
        tmp_path,
        *(line(n, detail=filler) for n in range(5_000)),
        fault,
        *(line(n) for n in range(5_000, 5_010)),
    )

    report = load(home, [file], OWN, now=now)

    assert (report.total("loaded"), report.total("rejected"), report.reconciles) == (5_010, 1, True)
    assert [(one.column, one.line) for one in list_rejects(home, report.load_id)] == [told]
    assert offered_twice(home, file, now) == (0, 5_010, 1)


def test_a_detail_of_two_lines_is_one_row(home, tmp_path, now):
    """Fewer rows than lines is no loss: the lines are read one by one and all of them accounted for."""
    file = written(tmp_path, line(1), line(2, detail='"a\nb"'), line(3))

    report = load(home, [file], OWN, now=now)

    assert (report.total("loaded"), report.total("continuation_lines"), report.reconciles) == (3, 1, True)


def test_a_file_that_was_loaded_whole_is_not_read_again(home, tmp_path, now, monkeypatch):
    """The ledger remembers the digest of a file without a fault, so loading it again costs its digest."""
    file = written(tmp_path, line(1), line(2))
    load(home, [file], OWN, now=now)
    monkeypatch.setattr(native, "_typed", None)  # whoever reads the rows fails

    assert offered_twice(home, file, now) == (0, 2, 0)


def test_another_file_is_read_although_it_has_the_same_name(home, tmp_path, now):
    """What counts is the digest: one more line is one more row."""
    load(home, [written(tmp_path, line(1))], OWN, now=now)

    assert offered_twice(home, written(tmp_path, line(1), line(2)), now) == (1, 1, 0)


@pytest.mark.django_db
def test_after_an_erasure_a_file_is_read_again(home, tmp_path, now):
    """What was erased since is no longer known: a file that still holds it brings it back."""
    file, ledger = written(tmp_path, line(1), line(2)), Interactions(home)
    load(home, [file], OWN, now=now)
    version = ledger.version()
    erase(home, "lead", 1, by="me", at=now)

    assert ledger.erased_since(version)
    assert not ledger.erased_since(ledger.version() + 1)
    assert offered_twice(home, file, now) == (1, 1, 0)
    assert offered_twice(home, file, now) == (0, 2, 0)


def test_rows_that_contradict_each_other_are_told(home, tmp_path, now):
    """A file that says two things of one interaction loads the newer, and says that it did."""
    file = written(tmp_path, line(1, "c/1#call.attempted"), line(2, "c/1#call.attempted"))

    report = load(home, [file], OWN, now=now)

    assert (report.total("added"), report.total("conflicts")) == (1, 1)
    assert "of 1 interaction said twice the newest was taken" in report.sentence()


def test_a_dry_run_reads_every_line_without_loading(home, tmp_path):
    """Trying a file with a fault counts what loading it would."""
    (trial,) = dry_run([written(tmp_path, line(1), line(2), "soon,,call.attempted,9,sim,c,\n")], OWN).files

    assert (trial.read, trial.mapped, trial.rejected) == (3, 2, 1)
