"""What a load asks, warns of and reports, as values people can be shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from quintet.kernel.counted import counted
from quintet.sources.files.mapping.questions import Question


@dataclass(frozen=True)
class Warned:
    """Something that is loaded as it stands, and that somebody should know.

    Args:
        file: which file.
        column: which column; empty when it is about the whole file.
        sentence: what was found.
        rows: in how many rows.
        is_minor: it asks for nothing: a column that is not always filled.
    """

    file: str
    column: str
    sentence: str
    rows: int = 0
    is_minor: bool = False


@dataclass(frozen=True)
class Rejected:
    """One row that was not loaded, and why.

    Args:
        file: which file.
        line: line in the file.
        column: the column that is wrong; empty when the line is no record.
        value: what stands there.
        reason: what is wrong with it.
        step: what to do.
        raw: the row as it stands, column → text.
    """

    file: str
    line: int
    column: str
    value: str
    reason: str
    step: str
    raw: str


@dataclass(frozen=True)
class Example:
    """One row before and after.

    Args:
        line: line in the file.
        before: column → text.
        after: the interactions it becomes.
    """

    line: int
    before: Mapping[str, str]
    after: tuple[Mapping[str, object], ...]


@dataclass(frozen=True)
class FileTrial:
    """What loading one file would do.

    Args:
        file: its name.
        rows: what its rows are.
        read: records in it.
        mapped: of these, records that would be loaded.
        rejected: lines that would not, structural ones included.
        set_aside: records of a file the map reads but does not load.
        why: why they are set aside.
        kinds: interactions by kind.
        first: instant of the oldest dated interaction.
        last: instant of the newest.
        undated: interactions that carry no date.
        leads: different leads named.
        reps: different reps named.
        rejects: examples, the first of each reason.
        examples: three rows before and after.
        stages: stages and how many rows enter them; those that are not the funnel's own stay as they are.
    """

    file: str
    rows: str
    read: int
    mapped: int = 0
    rejected: int = 0
    set_aside: int = 0
    why: str = ""
    kinds: Mapping[str, int] = field(default_factory=dict)
    first: datetime | None = None
    last: datetime | None = None
    undated: int = 0
    leads: int = 0
    reps: int = 0
    rejects: tuple[Rejected, ...] = ()
    examples: tuple[Example, ...] = ()
    stages: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class DryRun:
    """What a load would do, before it does it.

    Args:
        files: one entry a file or sheet.
        questions: what must be answered first; a load refuses until it is.
        warnings: what is loaded as it stands.
        day: the day rows without a date would get.
    """

    files: tuple[FileTrial, ...]
    questions: tuple[Question, ...]
    warnings: tuple[Warned, ...]
    day: datetime | None = None

    @property
    def kinds(self) -> dict[str, int]:
        """Interactions by kind, over all files."""
        total: dict[str, int] = {}
        for trial in self.files:
            for kind, count in trial.kinds.items():
                total[kind] = total.get(kind, 0) + count
        return dict(sorted(total.items()))


@dataclass(frozen=True)
class FileLoaded:
    """What became of one file, every line of it.

    `physical_lines == loaded + known + rejected + set_aside + continuation_lines + blank_lines`.

    Args:
        file: its name.
        rows: what its rows are.
        physical_lines: lines below the header.
        read: records among them.
        loaded: records that said something new.
        known: records the ledger had already.
        rejected: records and lines that were not loaded.
        set_aside: records of a file the map does not load, see `why`.
        continuation_lines: further lines of a record.
        blank_lines: empty lines.
        offered: interactions the records became.
        added: of these, new in the ledger, restated ones among them.
        known_interactions: of these, in the ledger already.
        restated: records of which the file now says something else.
        conflicts: interactions of which the file itself says two things; the newest was taken.
        kinds: interactions offered, by kind.
        why: why its rows are set aside.
    """

    file: str
    rows: str
    physical_lines: int
    read: int
    loaded: int = 0
    known: int = 0
    rejected: int = 0
    set_aside: int = 0
    continuation_lines: int = 0
    blank_lines: int = 0
    offered: int = 0
    added: int = 0
    known_interactions: int = 0
    restated: int = 0
    conflicts: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)
    why: str = ""

    @property
    def reconciles(self) -> bool:
        """Is every line accounted for exactly once?"""
        rows = self.loaded + self.known + self.rejected + self.set_aside
        return self.physical_lines == rows + self.continuation_lines + self.blank_lines

    def sentence(self) -> str:
        """What became of the file, in one line."""
        if self.set_aside:
            return f"{self.file}: {self.set_aside:,} rows {_ASIDE.get(self.rows, self.rows)}: {self.why}"
        told = f"{self.file}: {self.read:,} {self.rows.replace('_', ' ')}: {self.loaded:,} loaded"
        told += f", {self.known:,} known already" if self.known else ""
        return told + f", {self.rejected:,} rejected"


_ASIDE = {"lookup": "read for other files", "ignore": "left out"}


@dataclass(frozen=True)
class LoadReport:
    """What a load did.

    Args:
        load_id: names it, and the folder of its rejected rows.
        files: one entry a file or sheet.
        warnings: what was loaded as it stood.
        rejects: the folder of the rejected rows; None when there are none.
        version: the ledger's version afterwards.
        seconds: how long it took.
    """

    load_id: str
    files: tuple[FileLoaded, ...]
    warnings: tuple[Warned, ...] = ()
    rejects: Path | None = None
    version: int = -1
    seconds: float = 0.0

    def total(self, name: str) -> int:
        """The sum of one count over all files, e.g. `loaded`."""
        return sum(int(getattr(one, name)) for one in self.files)

    @property
    def nothing_new(self) -> bool:
        """Did the ledger know all of it?"""
        return self.total("added") == 0

    @property
    def reconciles(self) -> bool:
        """Is every line of every file accounted for exactly once?"""
        return all(one.reconciles for one in self.files)

    def sentence(self) -> str:
        """What the load did, in one line."""
        rejected = self.total("rejected")
        if self.nothing_new:
            known = self.total("known")
            whole = "the" if known == 1 else "all"
            told = f"Nothing new: {whole} {counted(known, 'row was', 'rows were')} known already"
        else:
            added = counted(self.total("added"), "interaction")
            told = f"{counted(self.total('loaded'), 'row')} became {added}"
            known, restated = self.total("known"), self.total("restated")
            told += f", {counted(known, 'row was', 'rows were')} known already" if known else ""
            says = counted(restated, "interaction says", "interactions say")
            told += f", {says} something else than before" if restated else ""
        conflicts = self.total("conflicts")
        told += (
            f"; of {counted(conflicts, 'interaction')} said twice the newest was taken" if conflicts else ""
        )
        lines = counted(rejected, "line was", "lines were")
        return told + (f"; {lines} rejected, see {self.rejects}" if rejected else "") + "."


@dataclass(frozen=True)
class Progress:
    """How far a load is.

    Args:
        step: reading, mapping, loading or done.
        file: the file it is at.
        files_done: files loaded.
        files: files in all.
        rows_done: records loaded.
        rows: records in all.
    """

    step: str
    file: str
    files_done: int
    files: int
    rows_done: int
    rows: int


Report = Callable[[Progress], None]
