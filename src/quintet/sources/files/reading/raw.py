"""What reading hands on: a table of text as it stands in the file, with every line accounted for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from quintet.kernel.errors import BadInput


@dataclass(frozen=True)
class Dialect:
    r"""How a file is written, as found out from its bytes; shown to the person who loads it.

    Args:
        form: "delimited", "excel", "parquet" or "json".
        encoding: of the text, e.g. "utf-8" or "cp1252"; empty where the form has none.
        bom: the file begins with a byte order mark.
        delimiter: between two fields.
        quote: around a field that holds a delimiter, a quote or a line end.
        escape: before a quote inside a quoted field: the quote itself, or a backslash.
        line_end: "\n", "\r\n" or "\r", or "mixed".
        header_line: the line that names the columns; 0 when the file has none.
        first_line: the line of the first record.
        padding: how many columns were dropped, having no name and no value anywhere.
        staged: the table is read from a copy, as the file could not be read in place.
    """

    form: str
    encoding: str = ""
    bom: bool = False
    delimiter: str = ""
    quote: str = ""
    escape: str = ""
    line_end: str = ""
    header_line: int = 1
    first_line: int = 2
    padding: int = 0
    staged: bool = False


@dataclass(frozen=True)
class RejectedLine:
    """One physical line that is no record, as it stands in the file, and why."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True)
class RawTable:
    """One table of a file: every value as text, and no line lost.

    `physical_lines == rows + continuation_lines + blank_lines + len(structural)` always holds.

    Args:
        name: the file's name, or "book/sheet" for a sheet of a workbook.
        path: the file.
        sha256: of the file's bytes.
        relation_sql: a query with `line` BIGINT (line in the file, or row of the sheet; the first is 1)
            and every column as VARCHAR, null where empty. Reading a large file this way uses one core.
        fast_sql: the same rows without `line`, read by all cores, for loading in bulk.
        columns: the names in `relation_sql` but `line`: stripped, unique whatever the letter case.
        dialect: how the file is written.
        rows: records that can be read.
        physical_lines: lines (rows of a sheet, rows of Parquet) below the header, empty ones included.
        structural: lines that are no record.
        continuation_lines: further lines of records whose quoted fields hold line ends.
        blank_lines: lines with nothing on them.
        read_carefully: makes the same table with every record parsed and every broken line told; None when
            that was done. Until then `rows` is what the lines promise, and whoever reads must compare.
    """

    name: str
    path: Path
    sha256: str
    relation_sql: str
    fast_sql: str
    columns: tuple[str, ...]
    dialect: Dialect
    rows: int
    physical_lines: int
    structural: tuple[RejectedLine, ...] = ()
    continuation_lines: int = 0
    blank_lines: int = 0
    read_carefully: Callable[[], "RawTable"] | None = field(default=None, compare=False, repr=False)

    def require_reconciled(self) -> "RawTable":
        """Itself, when every line of the file is accounted for.

        Raises:
            BadInput: when a line would be lost or counted twice.
        """
        found = self.rows + self.continuation_lines + self.blank_lines + len(self.structural)
        if found != self.physical_lines:
            raise BadInput(
                f"{self.name}: {self.physical_lines} lines in the file, but {found} accounted for: "
                f"{self.rows} records, {self.continuation_lines} continuation lines, "
                f"{self.blank_lines} blank, {len(self.structural)} rejected; save it as CSV in UTF-8"
            )
        return self


def column_names(header: Sequence[str]) -> tuple[str, ...]:
    """Names for columns as a header writes them: stripped, unique whatever the case, never `line`.

    An empty name becomes `column_<position>`; the second `Name` becomes `Name_2`. A file's own `line`
    becomes `line_2`, as `line` is the line in the file.
    """
    taken = {"line"}
    names: list[str] = []
    for position, cell in enumerate(header, 1):
        base = " ".join(cell.split()) or f"column_{position}"
        name, number = base, 2
        while name.lower() in taken:
            name, number = f"{base}_{number}", number + 1
        taken.add(name.lower())
        names.append(name)
    return tuple(names)
