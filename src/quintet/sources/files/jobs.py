"""What the worker does with an upload. Each task may run twice, at any moment, without harm.

The upload's state says what is left to do: a task that was killed and runs again goes on from there,
and one that finds its work done does nothing.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import duckdb
from django.conf import settings
from django.utils import timezone
from django_tasks import task

from quintet.kernel.errors import QuintetError
from quintet.sources.files import saved
from quintet.sources.files.load.dry_run import try_tables
from quintet.sources.files.load.load import load
from quintet.sources.files.load.opening import opened
from quintet.sources.files.load.resubmit import resubmit
from quintet.sources.files.load.terms import LoadReport, Progress
from quintet.sources.files.mapping.propose import propose
from quintet.sources.files.mapping.toml import read_map, write_map
from quintet.sources.files.models import State, Upload
from quintet.sources.files.reading.raw import RawTable
from quintet.sources.files.seen import as_json, look

_BROKEN = (
    "something went wrong on our side, and nothing of yours is lost: try again; the worker's log says more"
)


@task
def inspect_files(upload_id: str) -> str:
    """Read the files, propose a map, try it."""
    return _guarded(upload_id, {State.INSPECTING}, _inspect, State.UNREADABLE)


@task
def check_map(upload_id: str) -> str:
    """Try the map as it was edited."""
    return _guarded(upload_id, {State.CHECKING}, _check, State.READY)


@task
def load_files(upload_id: str) -> str:
    """Load the files, or the corrected rows of an earlier load, and bring the facts up to date."""
    return _guarded(upload_id, {State.LOADING, State.REFRESHING}, _load, State.READY)


def _guarded(upload_id: str, states: set[State], work: Callable[[Upload], str], otherwise: State) -> str:
    """Do the work an upload waits for; whatever goes wrong is told on its page."""
    upload = Upload.objects.filter(pk=upload_id, state__in=states).first()
    if upload is None:
        return "nothing to do"
    try:
        return work(upload)
    except QuintetError as error:
        fail(upload, str(error), otherwise)
        return str(error)
    except Exception:
        fail(upload, _BROKEN, otherwise)
        raise


def fail(upload: Upload, problem: str, state: State) -> None:
    """Put an upload back into people's hands, with what went wrong; what is loaded stays loaded."""
    now = Upload.objects.values_list("state", flat=True).get(pk=upload.pk)
    if now == State.REFRESHING:
        state, problem = State.LOADED, ""  # the worker's timetable brings the facts up to date
    elif upload.corrects or (state == State.READY and not upload.map_text):
        state = State.UNREADABLE
    Upload.objects.filter(pk=upload.pk).update(state=state, problem=problem, message="")


def _say(upload: Upload, message: str, done: int = 0, total: int | None = None) -> None:
    Upload.objects.filter(pk=upload.pk).update(message=message[:300], done=done, total=total)


def _inspect(upload: Upload) -> str:
    _say(upload, "Reading the files")
    with opened(upload.paths) as (con, tables):
        seen = []
        for number, table in enumerate(tables):
            _say(upload, f"Looking at {table.name}", number, len(tables))
            seen.append(as_json(look(con, table)))
        _say(upload, "Proposing what the columns mean", len(tables), len(tables))
        found = _proposed(upload, con, tables)
        Upload.objects.filter(pk=upload.pk).update(seen=seen, **found)
        upload.map_text = str(found["map_text"])
        return _try_and_keep(upload, con, tables)


def _proposed(upload: Upload, con: duckdb.DuckDBPyConnection, tables: Sequence[RawTable]) -> dict[str, Any]:
    """The map asked for, else one saved before that knows every file, else a proposal."""
    home = settings.HOME
    if upload.wanted_map:
        named = saved.find_map(home, upload.wanted_map)
        origin = f"You chose the map {named.name}."
        return {"map_text": named.text, "origin": origin, "guesses": {}, "notes": []}
    if fitting := saved.fitting_map(home, tables):
        origin = f"Your saved map {fitting.name} knows these files."
        return {"map_text": fitting.text, "origin": origin, "guesses": {}, "notes": []}
    proposal = propose(con, tables)
    guesses: dict[str, dict[str, Any]] = {}
    for one in proposal.guesses:
        guesses.setdefault(one.file, {})[one.field] = asdict(one)
    origin = (
        f"These look like an export we know: {proposal.recognised}."
        if proposal.recognised
        else "Put together from the headers and values of your files."
    )
    text = write_map(proposal.source)
    return {"map_text": text, "origin": origin, "guesses": guesses, "notes": list(proposal.notes)}


def _check(upload: Upload) -> str:
    _say(upload, "Reading the files")
    with opened(upload.paths) as (con, tables):
        return _try_and_keep(upload, con, tables)


def _try_and_keep(upload: Upload, con: duckdb.DuckDBPyConnection, tables: Sequence[RawTable]) -> str:
    """Try the map and keep what it would do; a map that cannot be tried is kept with its problem."""
    _say(upload, "Trying the map on every row")
    trial, problem = None, ""
    try:
        found = try_tables(con, tables, read_map(upload.map_text), home=settings.HOME, now=datetime.now(UTC))
        trial = asdict(found) | {"kinds": found.kinds}
    except QuintetError as error:
        problem = str(error)
    Upload.objects.filter(pk=upload.pk).update(state=State.READY, trial=trial, problem=problem, message="")
    return problem or "tried"


def _load(upload: Upload) -> str:
    if upload.state == State.LOADING:
        _say(upload, "Reading the files")
        report = _loaded(upload)
        told = told_of(report)
        Upload.objects.filter(pk=upload.pk).update(
            state=State.REFRESHING, report=told, load_id=report.load_id, loaded_at=timezone.now()
        )
    _say(upload, "Bringing the facts up to date", 1, 1)
    from quintet.facts.refresh import refresh

    refresh(settings.HOME)
    Upload.objects.filter(pk=upload.pk).update(
        state=State.LOADED, problem="", message="", trial=None, seen=[]
    )
    shutil.rmtree(upload.folder, ignore_errors=True)
    return "loaded"


def _loaded(upload: Upload) -> LoadReport:
    if upload.corrects:
        return resubmit(settings.HOME, upload.corrects, upload.paths[0])

    def progress(at: Progress) -> None:
        words = f"{at.step.capitalize()} {at.file}".strip()
        _say(upload, f"{words}: {at.rows_done:,} of {at.rows:,} rows", at.rows_done, at.rows)

    return load(settings.HOME, upload.paths, read_map(upload.map_text), progress=progress)


def told_of(report: LoadReport) -> dict[str, Any]:
    """A report as it is kept: counts and sentences, no path of this machine."""
    names = ("loaded", "known", "rejected", "set_aside", "added", "known_interactions", "restated")
    return {
        "load_id": report.load_id,
        "sentence": report.sentence().replace(f", see {report.rejects}", ""),
        "nothing_new": report.nothing_new,
        "reconciles": report.reconciles,
        "seconds": report.seconds,
        "files": [asdict(one) | {"reconciles": one.reconciles} for one in report.files],
        "warnings": [asdict(one) for one in report.warnings],
        "totals": {name: report.total(name) for name in names},
    }
