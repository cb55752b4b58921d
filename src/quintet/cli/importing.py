"""`quintet import`: files, through a map, into the ledger."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress as Bar

from quintet.cli.company import open_home
from quintet.cli.editor import edited
from quintet.cli.terminal import Format, say, show
from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home

if TYPE_CHECKING:
    import duckdb

    from quintet.sources.files.load.terms import DryRun, FileTrial, LoadReport, Progress
    from quintet.sources.files.mapping.model import SourceMap
    from quintet.sources.files.reading.raw import RawTable

_TRIAL = ("file", "rows are", "read", "would load", "rejected", "set aside", "from", "to", "leads", "reps")
_LOADED = ("file", "rows are", "loaded", "known", "rejected", "set aside", "new interactions")
_SOME = 5


def import_files(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders of one export.", exists=True)],
    map_wanted: Annotated[
        str | None, typer.Option("--map", help="A map by name, or a TOML file; proposed when left out.")
    ] = None,
    system: Annotated[str, typer.Option(help="Name of the source system where no map knows it.")] = "files",
    as_of: Annotated[str | None, typer.Option(help="Day of rows that have no date, e.g. 2026-03-31.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would happen; load nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Load without asking.")] = False,
) -> None:
    """Load an export: shows what each file would become, asks, loads, and brings the facts up to date.

    Loading the same files again adds nothing and says so.
    """
    from quintet.sources.files.load.opening import opened

    home = open_home()
    known = _wanted(home, map_wanted) if map_wanted and yes and not dry_run else None
    with opened(paths, known) as (con, tables):
        source = _chosen(home, con, tables, map_wanted, system)
        lasting = source.day
        source = replace(source, day=as_of) if as_of else source
        if known is None or not _are_interactions(tables, source):
            source = _tried(home, con, tables, source, finish=dry_run or yes)
        if dry_run:
            return
        if not yes:
            _ask()
        report = _load(home, con, tables, source)
    _told(home, report, replace(source, day=lasting))


def _chosen(
    home: Home,
    con: "duckdb.DuckDBPyConnection",
    tables: "Sequence[RawTable]",
    wanted: str | None,
    system: str,
) -> "SourceMap":
    """The map asked for, else one saved before that knows all files, else a proposal."""
    from quintet.sources.files.mapping.propose import propose
    from quintet.sources.files.saved import fitting_map

    if wanted is not None:
        return _wanted(home, wanted)
    saved = fitting_map(home, tables)
    if saved and saved.source:
        say(f"Your map {saved.name} knows these files.")
        return saved.source
    proposal = propose(con, tables, system=system)
    known = f"the map {proposal.recognised}" if proposal.recognised else "the files themselves"
    say(f"Proposed from {known}; quintet maps show prints one, --map takes yours.")
    for guess in proposal.guesses:
        sure = "" if guess.confidence >= 0.5 else " – look at this one"  # noqa: PLR2004  more likely than not
        say(f"  {guess.file}: {guess.field} from {guess.column or 'the file'}: {guess.reason}{sure}")
    for note in proposal.notes:
        say(f"  {note}")
    return proposal.source


def _are_interactions(tables: "Sequence[RawTable]", source: "SourceMap") -> bool:
    """Rows that are not translated need no trial."""
    entries = [source.file_for(table.name) for table in tables]
    return all(entry is not None and entry.rows == "interactions" for entry in entries)


def _tried(
    home: Home,
    con: "duckdb.DuckDBPyConnection",
    tables: "Sequence[RawTable]",
    source: "SourceMap",
    *,
    finish: bool,
) -> "SourceMap":
    """Show the dry run; while it asks something, let the person edit the map.

    Raises:
        BadInput: when something is open and nobody is there to answer; the map to edit is written first.
    """
    from quintet.sources.files.load.dry_run import try_tables
    from quintet.sources.files.mapping.toml import read_map, write_map
    from quintet.sources.files.saved import DRAFT

    while True:
        trial = try_tables(con, tables, source, home=home, now=datetime.now(UTC))
        _show_trial(trial)
        if not trial.questions:
            return source
        if finish or not sys.stdin.isatty() or not typer.confirm("Edit the map now?", default=True):
            draft = _saved(home, source, DRAFT)
            msg = f"{len(trial.questions)} questions are open: answer them in {draft}, then add --map {draft}"
            raise BadInput(msg)
        source = read_map(edited(write_map(source)))


def _show_trial(trial: "DryRun") -> None:
    if not trial.questions:
        show(_TRIAL, [_trial_row(one) for one in trial.files], Format.TABLE)
        show(("interaction", "rows"), list(trial.kinds.items()), Format.TABLE)
    for one in trial.files:
        _show_examples(one)
    for warned in trial.warnings:
        say(f"Note: {_place(warned.file, warned.column)}: {warned.sentence}")
    for question in trial.questions:
        say(f"? {_place(question.file, question.column)}: {question.sentence}")
        say(f"    {question.setting}")


def _show_examples(one: "FileTrial") -> None:
    for example in one.examples[:1]:
        say(f"{one.file}, line {example.line}: {dict(example.before)}")
        for after in example.after:
            say(f"    → {_brief(after)}")
    for reject in one.rejects[:_SOME]:
        place = _place(f"{reject.file}, line {reject.line}", reject.column)
        say(f"Rejected: {place} {reject.value!r}: {reject.reason}; {reject.step}")


def _place(file: str, column: str) -> str:
    return f"{file}, {column}" if column else file


def _trial_row(one: "FileTrial") -> tuple[object, ...]:
    names = ("file", "rows", "read", "mapped", "rejected", "set_aside", "first", "last", "leads", "reps")
    values = [getattr(one, name) for name in names]
    return tuple(f"{value:%Y-%m-%d}" if isinstance(value, datetime) else value for value in values)


def _brief(after: Mapping[str, object]) -> str:
    shown = ("kind", "occurred_at", "channel", "outcome", "content", "amount", "currency")
    return ", ".join(f"{name} {after[name]}" for name in shown if after.get(name) is not None)


def _ask() -> None:
    if not sys.stdin.isatty():
        msg = "nothing was loaded: look at the dry run above, then add --yes"
        raise BadInput(msg)
    typer.confirm("Load this?", default=True, abort=True)


def _load(
    home: Home, con: "duckdb.DuckDBPyConnection", tables: "Sequence[RawTable]", source: "SourceMap"
) -> "LoadReport":
    from quintet.sources.files.load.load import load_tables

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Loading", total=None)

        def told(progress: "Progress") -> None:
            words = f"{progress.step.capitalize()} {progress.file}"
            bar.update(task, description=words, completed=progress.rows_done, total=progress.rows)

        return load_tables(home, con, tables, source, now=datetime.now(UTC), progress=told)


def _told(home: Home, report: "LoadReport", source: "SourceMap") -> None:
    from quintet.facts.refresh import refresh

    rows = [(x.file, x.rows, x.loaded, x.known, x.rejected, x.set_aside, x.added) for x in report.files]
    show(_LOADED, rows, Format.TABLE)
    say(report.sentence())
    _saved(home, source)
    if report.nothing_new:
        return
    done = refresh(home)
    say(f"Facts: version {done.version} in {done.seconds:.1f} s. Next: quintet health, quintet funnel.")


def _wanted(home: Home, wanted: str) -> "SourceMap":
    """The map in a file, or of a name."""
    from quintet.sources.files.mapping.toml import read_map
    from quintet.sources.files.saved import find_map

    path = Path(wanted)
    if path.suffix == ".toml" and path.is_file():
        return read_map(path.read_text("utf-8"))
    found = find_map(home, wanted)
    if found.source is None:
        raise BadInput(f"the map {wanted} is broken: {found.problem}")
    return found.source


def _saved(home: Home, source: "SourceMap", ending: str = "") -> Path:
    """Keep the map in the home, under its own name."""
    from quintet.sources.files.mapping.toml import write_map
    from quintet.sources.files.saved import file_name, save_map

    name = save_map(home, write_map(source), f"{file_name(source.name)}{ending}")
    return home.maps / f"{name}.toml"
