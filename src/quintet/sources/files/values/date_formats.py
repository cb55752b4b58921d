"""How the dates of a column are written, found out from its values; day and month are never guessed."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from quintet.sources.files.values.dates import EPOCH_MS, EPOCH_S, EXCEL, ISO, ISO_OFFSET

_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_NAME = rf"(?P<name>{_MONTHS}|jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec)"
_WEEKDAY = r"(?P<week>(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun)"
_TIME = (
    r"(?:(?P<gap>[ T]|, ?| at )(?P<hour>\d{1,2}):\d{2}(?P<second>:\d{2})?(?P<fraction>\.\d{1,6})?"
    r"(?P<half> ?[ap]m)?(?P<zone> ?[+-]\d{2}:?\d{2})?)?"
)
_LEAD = rf"(?:{_WEEKDAY}(?P<week_end>,? ))?"
_NUMBERS = re.compile(
    rf"{_LEAD}(?P<first>\d{{1,2}})(?P<mark>[-/.])(?P<then>\d{{1,2}})(?P=mark)(?P<year>\d{{4}}|\d{{2}}){_TIME}",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(
    rf"(?P<year>\d{{4}})(?P<mark>[-/.])(?P<first>\d{{1,2}})(?P=mark)(?P<then>\d{{1,2}}){_TIME}", re.IGNORECASE
)
_DAY_NAME = re.compile(
    rf"{_LEAD}(?P<day>\d{{1,2}})(?P<mark>[-/. ]| ?)(?P<month>{_NAME})(?P<next>[-/. ]|, ?)"
    rf"(?P<year>\d{{4}}|\d{{2}}){_TIME}",
    re.IGNORECASE,
)
_NAME_DAY = re.compile(
    rf"{_LEAD}(?P<month>{_NAME})(?P<mark>[-/. ])(?P<day>\d{{1,2}})(?P<next>[-/. ]|, ?)"
    rf"(?P<year>\d{{4}}){_TIME}",
    re.IGNORECASE,
)
_ISO = re.compile(
    r"\d{4}([-/])\d{1,2}\1\d{1,2}(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?"
    r"(?P<zone>Z| ?UTC| ?[+-]\d{2}(?::?\d{2})?)?)?"
)
_MONTH_NUMBERS = re.compile(
    r"(?P<year>(?:19|20)\d{2})(?P<mark>[-/])(?:0?[1-9]|1[0-2])|(?:0?[1-9]|1[0-2])(?P<then>[-/])(?:19|20)\d{2}"
)
_MONTH_NAME = re.compile(rf"{_NAME}(?P<next>[-/. ]|, ?)\d{{4}}", re.IGNORECASE)
_MONTH_BRIEF = re.compile(rf"{_NAME}(?P<next>-| ?')\d{{2}}", re.IGNORECASE)
_MONTHLY = re.compile(r"month|period", re.IGNORECASE)
_SHORT_NAME = 3
_LAST_MONTH = 12
_NUMERIC = {
    EPOCH_S: re.compile(r"[1-3]\d{9}(?:\.\d+)?|[5-9]\d{8}(?:\.\d+)?"),
    EPOCH_MS: re.compile(r"[1-3]\d{12}|[5-9]\d{11}"),
    EXCEL: re.compile(r"[2-6]\d{4}(?:\.\d+)?"),
}
_COMPACT = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
DATED_NAME = re.compile(
    r"date|time|day|_(?:at|on)$|created|updated|modified|closed|opened|birth|since|until|stamp|expir|start|end",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class DateFormats:
    """The formats of a column of dates.

    Args:
        formats: as `instant_sql` takes them, the most frequent first; those of ambiguous values are not
            among them.
        has_time: some value has a time of day.
        fitting: values that have some format, ambiguous ones included.
        candidates: formats day and month may be read by when nothing settles which.
        ambiguity: that, in one sentence; None when there is no doubt.
        settled_by: the value that settled which of two numbers is the day; None when none had to.
    """

    formats: tuple[str, ...]
    has_time: bool
    fitting: int
    candidates: tuple[str, ...] = ()
    ambiguity: str | None = None
    settled_by: str | None = None


@dataclass(frozen=True)
class _Order:
    """Patterns with day or month first, as far as the values of a column decide."""

    day_first: str | None
    month_first: str | None

    @property
    def open(self) -> bool:
        return bool(self.day_first) == bool(self.month_first)


def detect_date_formats(counts: Mapping[str, int], name: str = "") -> DateFormats | None:
    """How the dates of a column are written; None when its values are no dates.

    Numbers are dates only when their column's name says so (seconds since 1970, workbook days), or when
    all of them read as a day of 1900 to 2099 written without marks (20180226). Months without a day
    (2026-03, Mar 2026) stand for their first days where the column holds nothing else; Mar-26 does where
    the column's name says that it is a month, for it may be a day as well.

    Args:
        counts: each value, without blanks around it, with its frequency.
        name: of the column.
    """
    shapes: Counter[str] = Counter()
    for value, count in counts.items():
        if shape := _shape(value):
            shapes[shape] += count
    if not shapes:
        return _months(counts, name) or _numeric(counts, name)
    order = _order(counts)
    formats = tuple(one for shape, _ in shapes.most_common() for one in _settled(shape, order))
    return DateFormats(
        formats=tuple(dict.fromkeys(formats)),
        has_time=any(_TIMED.search(value) for value in counts),
        fitting=sum(shapes.values()),
        candidates=_candidates(shapes, order),
        ambiguity=_ambiguity(shapes, order, counts),
        settled_by=None if order.open else order.day_first or order.month_first,
    )


_TIMED = re.compile(r"\d:\d\d")


def _shape(value: str) -> str:
    """The format of one value; where two numbers may be day or month it holds `?1` and `?2`."""
    if match := _ISO.fullmatch(value):
        return ISO_OFFSET if match["zone"] else ISO
    if match := _YEAR_FIRST.fullmatch(value):
        mark = match["mark"]
        return f"%Y{mark}%m{mark}%d{_time(match)}"
    if match := _NUMBERS.fullmatch(value):
        mark = match["mark"]
        return f"{_lead(match)}?1{mark}?2{mark}{_year(match)}{_time(match)}"
    if match := _DAY_NAME.fullmatch(value):
        return f"{_lead(match)}%d{match['mark']}{_month(match)}{match['next']}{_year(match)}{_time(match)}"
    if match := _NAME_DAY.fullmatch(value):
        return f"{_lead(match)}{_month(match)}{match['mark']}%d{match['next']}{_year(match)}{_time(match)}"
    return ""


def _lead(match: re.Match[str]) -> str:
    if not match["week"]:
        return ""
    return ("%a" if len(match["week"]) == _SHORT_NAME else "%A") + match["week_end"]


def _month(match: re.Match[str]) -> str:
    return "%b" if len(match["name"]) == _SHORT_NAME else "%B"


def _year(match: re.Match[str]) -> str:
    return "%Y" if len(match["year"]) == len("2021") else "%y"


def _time(match: re.Match[str]) -> str:
    if not match["hour"]:
        return ""
    half, zone = match["half"], match["zone"]
    parts = [match["gap"], "%I" if half else "%H", ":%M"]
    parts += [":%S" if match["second"] else "", ".%f" if match["fraction"] else ""]
    parts += [half[:-2] + "%p" if half else "", zone[: -len(zone.lstrip())] + "%z" if zone else ""]
    return "".join(parts)


def _order(counts: Iterable[str]) -> _Order:
    """The first value that can only be read day first, and the first that can only be read month first."""
    found = _Order(None, None)
    for value in counts:
        if (match := _NUMBERS.fullmatch(value)) and not _ISO.fullmatch(value):
            if int(match["first"]) > _LAST_MONTH and not found.day_first:
                found = _Order(value, found.month_first)
            elif int(match["then"]) > _LAST_MONTH and not found.month_first:
                found = _Order(found.day_first, value)
    return found


def _read_as(shape: str, first: str, then: str) -> str:
    return shape.replace("?1", first).replace("?2", then)


def _settled(shape: str, order: _Order) -> tuple[str, ...]:
    if "?1" not in shape:
        return (shape,)
    if order.open:
        return ()
    return (_read_as(shape, "%d", "%m") if order.day_first else _read_as(shape, "%m", "%d"),)


def _candidates(shapes: Iterable[str], order: _Order) -> tuple[str, ...]:
    if not order.open:
        return ()
    open_shapes = [shape for shape in shapes if "?1" in shape]
    orders = (("%d", "%m"), ("%m", "%d"))
    return tuple(_read_as(shape, first, then) for first, then in orders for shape in open_shapes)


def _ambiguity(shapes: Iterable[str], order: _Order, counts: Iterable[str]) -> str | None:
    if not _candidates(shapes, order):
        return None
    if order.day_first and order.month_first:
        return (
            f"{order.day_first} can only be day first and {order.month_first} only month first, "
            "so the column is written both ways; say which, the others are rejected"
        )
    example = next(value for value in counts if _NUMBERS.fullmatch(value) and not _ISO.fullmatch(value))
    return f"{example} may be day/month or month/day, and no value has a number above 12 there; say which"


def _months(counts: Mapping[str, int], name: str) -> DateFormats | None:
    """The formats of months; None when some value is none."""
    shapes: Counter[str] = Counter()
    for value, count in counts.items():
        shapes[_month_shape(value, name)] += count
    if not shapes or "" in shapes:
        return None
    formats = tuple(shape for shape, _ in shapes.most_common())
    return DateFormats(formats, has_time=False, fitting=sum(shapes.values()))


def _month_shape(value: str, name: str) -> str:
    if match := _MONTH_NUMBERS.fullmatch(value):
        return f"%Y{match['mark']}%m" if match["year"] else f"%m{match['then']}%Y"
    if match := _MONTH_NAME.fullmatch(value):
        return f"{_month(match)}{match['next']}%Y"
    if (match := _MONTH_BRIEF.fullmatch(value)) and _MONTHLY.search(name):
        return f"{_month(match)}{match['next']}%y"
    return ""


def _numeric(counts: Mapping[str, int], name: str) -> DateFormats | None:
    total = sum(counts.values())
    if total and all(map(_COMPACT.fullmatch, counts)):
        return DateFormats(("%Y%m%d",), has_time=False, fitting=total)
    if not DATED_NAME.search(name):
        return None
    for one, pattern in _NUMERIC.items():
        fitting = sum(count for value, count in counts.items() if pattern.fullmatch(value))
        if fitting and fitting == total:
            fraction = any("." in value.removesuffix(".0") for value in counts)
            return DateFormats((one,), has_time=one != EXCEL or fraction, fitting=fitting)
    return None
