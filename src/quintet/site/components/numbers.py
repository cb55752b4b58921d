"""How numbers are written: always the same way, never with more digits than they deserve."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

Number = float

#: Rates below this show one digit after the point.
_SMALL = 0.0995
_THIN = "\u202f"


def number(value: Number | None, digits: int | None = None) -> str:
    """1,234 or 1.8: whole numbers whole, small ones with one digit, nothing as a dash."""
    if value is None:
        return "–"
    if digits is None:
        digits = 0 if value == int(value) or abs(value) >= 100 else 1  # noqa: PLR2004
    return f"{value:,.{digits}f}"


def percent(value: Number | None, digits: int | None = None) -> str:
    """0.4213 as 42%; below 10% with one digit."""
    if value is None:
        return "–"
    if digits is None:
        digits = 1 if 0 < abs(value) < _SMALL else 0
    return f"{value * 100:.{digits}f}%"


def money(value: Number | None, currency: str = "") -> str:
    """12,300 USD."""
    return number(value, 0) + (f"{_THIN}{currency}" if currency and value is not None else "")


def in_unit(value: Number | None, unit: str = "") -> str:
    """A value as its unit wants it: a rate as per cent, money with its currency, the rest as a number."""
    if unit == "rate":
        return percent(value)
    if len(unit) == 3 and unit.isupper():  # noqa: PLR2004
        return money(value, unit)
    return number(value)


def interval(lo: Number | None, hi: Number | None, unit: str = "") -> str:
    """35–49%, or 1.2–3.4."""
    if lo is None or hi is None:
        return ""
    if unit == "rate":
        digits = 1 if abs(hi) < _SMALL else 0
        return f"{percent(lo, digits).removesuffix('%')}–{percent(hi, digits)}"
    low, high = in_unit(lo, unit), in_unit(hi, unit)
    return f"{low}–{high}"


def cell(value: object, kind: str) -> str:
    """One cell of a record list."""
    if value is None or value == "":
        return "–"
    if isinstance(value, datetime):
        return value.strftime("%-d %b %Y" if kind == "date" else "%-d %b %Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%-d %b %Y")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float | Decimal) and kind in _WRITERS:
        return _WRITERS[kind](float(value))
    return str(value)


def to_the_cent(value: Number) -> str:
    """1,234.50: money somebody is paid, where a cent is a cent."""
    return number(value, 2)


_WRITERS: dict[str, Callable[[float], str]] = {
    "number": number,
    "rate": percent,
    "money": money,
    "cents": to_the_cent,
}
