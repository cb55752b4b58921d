"""Months that stand in the header, one column each, as sheets of quotas are mostly kept."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from quintet.sources.files.mapping.model import Field, FileMap

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONG = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december", "sept",
)  # fmt: skip
_NAME = rf"(?P<name>{'|'.join((*_LONG, *_NAMES))})\.?"
_NUMBER = r"(?P<number>0?[1-9]|1[0-2])"
_YEAR = r"(?P<year>20\d{2})"
_BETWEEN = r"[-/._, ]+"
_DATED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_YEAR}[-/._ ]{_NUMBER}(?:[-/.]0?1(?:[ T]0{{1,2}}:00(?::00)?)?)?",
        rf"{_YEAR}(?P<number>0[1-9]|1[0-2])",
        rf"{_NUMBER}[-/._]{_YEAR}",
        rf"{_NAME}(?:{_BETWEEN})?{_YEAR}",
        rf"{_YEAR}(?:{_BETWEEN})?{_NAME}",
        rf"{_NAME}[-/_ ]*'?(?P<brief>\d{{2}})",
    )
)
_BARE = re.compile(_NAME, re.IGNORECASE)
#: A day in numbers; whether day or month stands first, all of them together may say.
_DAY = re.compile(r"(0?[1-9]|1[0-2])[-/.](0?[1-9]|1[0-2])[-/.](20\d{2})")
#: What may stand beside a month in the header of a quota; with anything else it is something else.
_BESIDE = re.compile(r"\b(?:monthly|sales|quota|target|goal|plan)\b|[()]", re.IGNORECASE)
#: Fields of quotas that a column a month says instead.
BY_MONTH = ("at", "amount")
_WHO = ("rep", "rep_email", "rep_name")
_SUM = re.compile(r"(grand|sub|team|overall)?[ -]?totals?|sum|all( reps)?", re.IGNORECASE)
_IN_A_NAME = re.compile(r"(?<!\d)20\d{2}(?!\d)")


@dataclass(frozen=True)
class Months:
    """The columns of a file that are months.

    Args:
        columns: month, as 2026-03 → its column.
        without_year: columns that name a month of no year; none where the file's name holds the year.
    """

    columns: dict[str, str]
    without_year: tuple[str, ...] = ()


def months_by_header(headers: Iterable[str], file: str) -> Months:
    """Which columns are months; where two say the same one, the first.

    Args:
        headers: names of the columns.
        file: its name, with the sheet's; a year in it is that of months without one.
    """
    years = set(_IN_A_NAME.findall(file))
    year = years.pop() if len(years) == 1 else ""
    texts = {header: " ".join(_BESIDE.sub(" ", header).split()) for header in headers}
    found: dict[str, str] = {}
    without: list[str] = []
    first_days = _first_days(texts.values())
    for header, text in texts.items():
        month = _month(text, year) or first_days.get(text, "")
        if month:
            found.setdefault(month, header)
        elif _BARE.fullmatch(text):
            without.append(header)
    return Months(found, tuple(without))


def with_months(
    entry: FileMap,
    headers: Iterable[str],
    *,
    names_rows: Callable[[str], bool],
    values_of: Callable[[str], Iterable[str]],
) -> FileMap:
    """The map of quotas with the columns that are months; itself where none is, or a field says the month.

    A line is then a rep, who names it where none stands twice, so that the next version of the sheet
    corrects this one; sums of the team stay out.

    Args:
        entry: with the fields its headers say.
        headers: names of the columns.
        names_rows: has every row a value of its own in a column?
        values_of: the values of a column.
    """
    found = months_by_header(headers, entry.match).columns
    if not found or "at" in entry.fields:
        return entry
    fields = {target: item for target, item in entry.fields.items() if target not in BY_MONTH}
    made = replace(entry, fields=fields, months={month: Field(found[month]) for month in sorted(found)})
    rep = next((fields[one].column for one in _WHO if one in fields), None)
    if rep is None:
        return made
    sums = tuple(sorted({one.strip() for one in values_of(rep) if _SUM.fullmatch(one.strip())}))
    key = (rep,) if names_rows(rep) else ()
    return replace(made, key=key, reject_when={rep: sums} if sums else {})


def written(months: Mapping[str, Field]) -> tuple[str, ...]:
    """How all months are written, as the first says that says it: a sheet is written in one way."""
    return next((item.format for item in months.values() if item.format), ())


def alike(months: Mapping[str, Field]) -> dict[str, Field]:
    """The columns of months, written in that way."""
    return {month: replace(item, format=item.format or written(months)) for month, item in months.items()}


def _month(text: str, year: str) -> str:
    """As 2026-03; empty where it is none, or of no year."""
    for pattern in _DATED:
        if match := pattern.fullmatch(text):
            parts = match.groupdict()
            in_year = parts.get("year") or f"20{parts['brief']}"
            return f"{in_year}-{_number(parts):02}"
    match = _BARE.fullmatch(text) if year else None
    return f"{year}-{_number(match.groupdict()):02}" if match else ""


def _first_days(texts: Iterable[str]) -> dict[str, str]:
    """The months of days in numbers, where all of them are firsts of a month in one order alone."""
    days = {text: match.groups() for text in texts if (match := _DAY.fullmatch(text))}
    readings = []
    for day, month in ((0, 1), (1, 0)):
        if days and all(int(one[day]) == 1 for one in days.values()):
            readings.append({text: f"{one[2]}-{int(one[month]):02}" for text, one in days.items()})
    return readings[0] if readings and all(one == readings[0] for one in readings) else {}


def _number(parts: dict[str, str]) -> int:
    return int(parts["number"]) if parts.get("number") else 1 + _NAMES.index(parts["name"][:3].lower())
