"""Hand in a spreadsheet of past scores, say what its columns mean, load it; what was refused is kept."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from quintet.hiring.asks.past_scores import known, read
from quintet.hiring.formula.past_scores import propose
from quintet.hiring.models.past_scores import PastScoresSheet
from quintet.hiring.terms.past_scores import PastCandidate, PastScores, Reading, Sheet
from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home
from quintet.kernel.ids import entity_id
from quintet.ledger.interactions import Interactions
from quintet.ledger.schema import OFFERED
from quintet.sources.files.load.opening import opened

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

SOURCE = "past scores"
#: A sheet of more rows is no spreadsheet of interviews.
MOST_ROWS = 20_000


def hand_in(home: Home, path: Path, name: str, *, by: "AbstractBaseUser", now: datetime) -> PastScoresSheet:
    """Keep a table and propose what its columns mean.

    Args:
        home: whose.
        path: the file: CSV, TSV, a workbook, Parquet or JSON lines.
        name: as the user calls it.
        by: who hands it in.
        now: when.

    Raises:
        BadInput: when it cannot be read, holds several tables or none, or too many rows.
    """
    sheet = _sheet(path, name)
    reading = propose(sheet, known(home))
    return PastScoresSheet.objects.create(
        name=name[:300],
        columns=list(sheet.columns),
        rows=[[line, row] for line, row in sheet.rows.items()],
        reading=asdict(reading),
        handed_in_by=by,  # type: ignore[misc]
        handed_in_at=now,
    )


def read_as(sheet: PastScoresSheet, reading: Reading) -> None:
    """Say what its columns mean.

    Raises:
        BadInput: when it was loaded already.
    """
    _require_open(sheet)
    sheet.reading = asdict(reading)
    sheet.save(update_fields=["reading"])


def load(home: Home, sheet: PastScoresSheet, *, now: datetime) -> PastScores:
    """Append what the sheet says to the ledger; the same sheet again adds nothing.

    Args:
        home: whose.
        sheet: handed in, and not loaded yet.
        now: when we knew.

    Raises:
        BadInput: when it was loaded already, or nothing in it can be read.
    """
    _require_open(sheet)
    found = read(home, sheet)
    if not found.candidates:
        told = found.refused[0]
        raise BadInput(f"nothing can be loaded: {told.reason}; {told.step}")
    rows = [row for one in found.candidates for row in _rows(one, now)]
    appended = Interactions(home).append(pa.Table.from_pylist(rows, OFFERED), restate=True, now=now)
    lines = {one.line for one in found.refused}
    sheet.rows = [row for row in sheet.rows if row[0] in lines]
    sheet.refused = [asdict(one) for one in found.refused]
    sheet.told = {
        "candidates": len(found.candidates),
        "scores": found.scores,
        "hired": len(found.hired),
        "nobody": [one.name for one in found.nobody],
        "added": appended.added,
    }
    sheet.loaded_at = now
    sheet.save()
    return found


def throw_away(sheet: PastScoresSheet) -> None:
    """Forget a sheet, loaded or not; what was loaded stays loaded."""
    sheet.delete()


def _require_open(sheet: PastScoresSheet) -> None:
    if sheet.loaded_at is not None:
        raise BadInput(f"{sheet.name} was loaded on {sheet.loaded_at:%-d %b %Y}: hand in the corrected rows")


def _sheet(path: Path, name: str) -> Sheet:
    with opened([path]) as (con, tables):
        full = [table for table in tables if table.rows]
        if len(full) != 1:
            names = ", ".join(table.name for table in full) or "nothing"
            raise BadInput(f"{name} must hold one table with rows, it holds {names}: hand in one at a time")
        (table,) = full
        if table.rows > MOST_ROWS:
            raise BadInput(f"{name} has {table.rows} rows; a sheet may have {MOST_ROWS}: split it")
        found = con.sql(table.relation_sql).order("line").to_arrow_table().to_pylist()
    rows = {
        int(row["line"]): {
            column: text for column in table.columns if (text := " ".join((row[column] or "").split()))
        }
        for row in found
    }
    return Sheet(name, table.columns, rows)


def _rows(one: PastCandidate, now: datetime) -> Iterator[dict[str, Any]]:
    """The interactions of one candidate: application, scores, decision."""
    applied = one.applied_on or one.decided_on
    decided = one.decided_on or one.applied_on
    candidate = entity_id("candidate", SOURCE, "ref", one.ref)
    about = {"name": one.name, "role": one.role, "source": one.source}
    yield _row("candidate.applied", candidate, one.ref, applied, now, about)
    for score in one.scores:
        told = {"score": score.score, "interviewer": score.interviewer, "round": score.round}
        place = f"{one.ref}|{score.interviewer}|{score.round}|{score.criterion}"
        yield _row("interview.scored", candidate, place, decided, now, told, content=score.criterion)
    if one.outcome:
        rep = {"rep_id": one.rep_id} if one.outcome == "hired" else {}
        yield _row("candidate.decided", candidate, one.ref, decided, now, rep, outcome=one.outcome)


def _row(
    kind: str, candidate: int, ref: str, day: date | None, now: datetime, told: dict[str, Any], **columns: str
) -> dict[str, Any]:
    at = now if day is None else datetime.combine(day, time(12), UTC)
    detail = {name: value for name, value in told.items() if value not in {None, ""}}
    return {
        "occurred_at": at,
        "recorded_at": now,
        "kind": kind,
        "candidate_id": candidate,
        "source": SOURCE,
        "source_ref": f"{ref}#{kind}",
        "detail": json.dumps(detail, sort_keys=True),
        **columns,
    }
