"""Questions out of a spreadsheet: one line each, pasted or as CSV."""

import csv
from collections.abc import Iterator, Mapping
from io import StringIO

from quintet.kernel.errors import BadInput
from quintet.training.terms.questions import QuestionText, checked, rubric_of
from quintet.training.terms.words import QUESTION_KINDS

#: Columns, and what each holds.
COLUMNS = {
    "kind": "one, several, short or graded",
    "question": "what is asked",
    "right": "the right option or options, or every answer that is accepted, with | between",
    "wrong": "of a choice, the other options, with | between",
    "rubric": "of a role play, items and points: Asks who decides: 3 | Agrees a next step: 2",
    "page": "key of the playbook page to read for it",
}
_NEEDED = ("kind", "question")
_BETWEEN = "|"
MOST_LINES = 2000


def read_questions(text: str) -> list[QuestionText]:
    """The questions of a sheet, all of them good.

    Args:
        text: with a header line; commas, semicolons or tabs between.

    Raises:
        BadInput: naming the line and what to correct in it.
    """
    reader = csv.DictReader(StringIO(text.lstrip("\ufeff").strip()), dialect=_dialect(text))
    reader.fieldnames = [str(name).strip().casefold() for name in reader.fieldnames or ()]
    missing = [name for name in _NEEDED if name not in reader.fieldnames]
    if missing:
        raise BadInput(f"the first line names the columns {', '.join(COLUMNS)}; there is no {missing[0]}")
    found = list(_questions(reader))
    if not found:
        raise BadInput("there is no question below the header: paste at least one line")
    if len(found) > MOST_LINES:
        raise BadInput(f"at most {MOST_LINES} questions at once, got {len(found)}: split the sheet")
    return found


def _questions(reader: "csv.DictReader[str]") -> Iterator[QuestionText]:
    for told in reader:
        cells = {name: str(value or "").strip() for name, value in told.items() if name}
        if not any(cells.values()):
            continue
        try:
            yield checked(_question(cells))
        except BadInput as error:
            raise BadInput(f"line {reader.line_num}: {error}") from None


def _question(cells: Mapping[str, str]) -> QuestionText:
    kind = cells["kind"].casefold()
    if kind not in QUESTION_KINDS:
        raise BadInput(f"kind is one of {', '.join(QUESTION_KINDS)}, got {cells['kind']!r}")
    return QuestionText(
        kind,
        cells["question"],
        _split(cells.get("right", "")),
        _split(cells.get("wrong", "")),
        rubric_of(cells.get("rubric", "").replace(_BETWEEN, "\n")),
        cells.get("page", ""),
    )


def _split(cell: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in cell.split(_BETWEEN) if one.strip())


def _dialect(text: str) -> type[csv.Dialect]:
    header = text.lstrip("\ufeff").strip().partition("\n")[0]
    between = max(",;\t", key=header.count)

    class Sheet(csv.excel):
        delimiter = between

    return Sheet
