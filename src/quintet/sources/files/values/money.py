"""Amounts as people write them: which sign is the decimal mark, which currency, and the SQL to read them.

A format names the decimal mark: `point` (1,234.50) or `comma` (1.234,50). Signs around the number are read
in every format: a currency sign or code, a minus before or behind, parentheses for a loss, and K, M or B
(also k, Mio, Mn, bn) for thousands, millions and billions. A percent sign is no amount.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from quintet.kernel.errors import BadInput
from quintet.sources.files.reading.sql import literal

POINT, COMMA = "point", "comma"
_CODES = (
    "USD", "EUR", "GBP", "JPY", "CHF", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON",
    "BRL", "MXN", "ARS", "CLP", "COP", "INR", "CNY", "HKD", "SGD", "KRW", "ZAR", "TRY", "ILS", "AED", "SAR",
    "THB", "IDR", "MYR", "PHP", "VND", "UAH", "RUB", "BGN",
)  # fmt: skip
_SIGNS = {
    "US$": "USD", "R$": "BRL", "C$": "CAD", "CA$": "CAD", "A$": "AUD", "AU$": "AUD", "NZ$": "NZD",
    "HK$": "HKD", "S$": "SGD", "$": "USD", "€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "₺": "TRY",
    "₪": "ILS", "₫": "VND", "₴": "UAH", "₽": "RUB", "฿": "THB", "zł": "PLN", "Kč": "CZK", "Ft": "HUF",
}  # fmt: skip
_UNCLEAR = {"kr": "SEK, NOK or DKK", "¥": "JPY or CNY"}
_MARKS = "|".join(re.escape(sign) for sign in sorted((*_SIGNS, *_UNCLEAR, *_CODES), key=len, reverse=True))
_SPACE = "[ \u00a0\u202f]"
_GROUP = "['’ \u00a0\u202f{mark}]"
_SCALE = r"(?P<scale>[KkMmBb]|M[nM]|Mio\.?|[Bb]n)"
_TAIL = (  # a code right behind a scale (5KUSD) would hide the scale
    rf"(?:{_SPACE}*(?P<after>{_MARKS})|{_SPACE}*{_SCALE}(?:{_SPACE}*(?P<after2>[$€£¥])|{_SPACE}+(?P<after3>{_MARKS}))?)?"
)
_FRAME = (
    rf"(?P<open>\()?{_SPACE}*[-−+]?{_SPACE}*(?P<before>{_MARKS})?{_SPACE}*[-−]?"
    rf"(?P<number>NUMBER){_TAIL}[-−]?{_SPACE}*(?P<close>\))?"
)
_NUMBERS = {
    POINT: rf"\d+(?:\.\d+)?|\.\d+|\d{{1,3}}(?:{_GROUP.format(mark=',')}\d{{2,3}})*"
    rf"{_GROUP.format(mark=',')}\d{{3}}(?:\.\d+)?",
    COMMA: rf"\d+(?:,\d+)?|,\d+|\d{{1,3}}(?:{_GROUP.format(mark='.')}\d{{3}})+(?:,\d+)?",
}
_AMOUNTS = {decimal: _FRAME.replace("NUMBER", number) for decimal, number in _NUMBERS.items()}
_BARE_AMOUNTS = {decimal: re.sub(r"\?P<\w+>", "?:", pattern) for decimal, pattern in _AMOUNTS.items()}
_PATTERNS = {decimal: re.compile(pattern) for decimal, pattern in _AMOUNTS.items()}
_EITHER = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")  # a group of thousands, or three decimals
_MARKED = re.compile(r"[.,]")


@dataclass(frozen=True)
class MoneyFormat:
    """How the amounts of a column are written.

    Args:
        decimal: "point", "comma", or None when nothing settles it.
        currency: the ISO 4217 code of all of them; None where none or several are named.
        signed: some value names a currency or a scale: it is money, not a bare number.
        fitting: values that are amounts.
        candidates: the decimal marks there may be when nothing settles which.
        ambiguity: what is not settled, in one sentence; None when all is.
    """

    decimal: str | None
    currency: str | None
    signed: bool
    fitting: int
    candidates: tuple[str, ...] = ()
    ambiguity: str | None = None


def detect_money(counts: Mapping[str, int]) -> MoneyFormat | None:
    """How the amounts of a column are written; None when no value is an amount.

    `1.234` is one thousand or one and a bit: what settles it is a value with both signs, with a sign
    twice, or with other than three digits behind it. A dollar sign alone is taken as USD.

    Args:
        counts: each value, without blanks around it, with its frequency.
    """
    amounts = {value: match for value in counts if (match := parse(value))}
    if not amounts:
        return None
    matches = list(amounts.values())
    named = [code for code in dict.fromkeys(map(_currency, matches)) if code]
    signed = any(match["scale"] or _sign(match) for match in matches)
    decimals = _decimals(amounts, signed=signed)
    return MoneyFormat(
        decimal=decimals[0] if len(decimals) == 1 else None,
        currency=named[0] if len(named) == 1 and named[0] in _CODES else None,
        signed=signed,
        fitting=sum(counts[value] for value in amounts),
        candidates=decimals if len(decimals) > 1 else (),
        ambiguity=_ambiguity(list(amounts), decimals, named),
    )


def parse(value: str) -> re.Match[str] | None:
    """The parts of an amount in one format or the other, or None when a text is none."""
    match = _PATTERNS[POINT].fullmatch(value) or _PATTERNS[COMMA].fullmatch(value)
    return match if match and bool(match["open"]) == bool(match["close"]) else None


def amount_sql(column: str, decimal: str = POINT) -> str:
    """SQL of the amount (DECIMAL(18,2), rounded) a text names; null when it is none.

    Args:
        column: SQL of a VARCHAR without blanks around it.
        decimal: "point" or "comma": the mark before the cents.

    Raises:
        BadInput: when it is neither.
    """
    if decimal not in _AMOUNTS:
        raise BadInput(f"the decimal mark is point or comma, got {decimal!r}; say one of them")
    parsed = f"CASE WHEN {_is_amount(column, decimal)} THEN {_value(column, decimal)} END"
    return f"coalesce(try_cast({column} AS DECIMAL(18,2)), {parsed})" if decimal == POINT else parsed


def _is_amount(column: str, decimal: str) -> str:
    """SQL of whether a text is an amount. Without groups to capture, the match costs a tenth."""
    matches = f"regexp_full_match({column}, {literal(_BARE_AMOUNTS[decimal])})"
    return f"{matches} AND contains({column}, '(') = contains({column}, ')')"


def _value(column: str, decimal: str) -> str:
    """SQL of the amount in a text that is one."""
    if decimal == POINT:
        bare = f"regexp_replace({column}, '[^0-9.]', '', 'g')"
    else:
        bare = f"replace(regexp_replace({column}, '[^0-9,]', '', 'g'), ',', '.')"
    letter = f"regexp_extract({column}, '[0-9][ \u00a0\u202f]*([KkMmBb])(?:[nM]|io[.]?)?(?:$|[^\\pL])', 1)"
    negative = " OR ".join(f"contains({column}, '{mark}')" for mark in ("-", "−", "("))
    signed = f"CASE WHEN {negative} THEN '-' ELSE '' END || {bare}"
    scales = "WHEN 'K' THEN 1e3 WHEN 'M' THEN 1e6 ELSE 1e9 END"
    scaled = f"round(try_cast({signed} AS DOUBLE) * CASE upper({letter}) {scales}, 2)"
    # Wide decimals are sixty times as slow to multiply; a number somebody shortened to K is not that long.
    return (
        f"CASE WHEN {letter} = '' THEN try_cast({signed} AS DECIMAL(18,2)) "
        f"ELSE try_cast({scaled} AS DECIMAL(18,2)) END"
    )


def _sign(match: re.Match[str]) -> str:
    return match["before"] or match["after"] or match["after2"] or match["after3"] or ""


def _currency(match: re.Match[str]) -> str:
    sign = _sign(match)
    return _SIGNS.get(sign) or _UNCLEAR.get(sign) or sign


def _decimals(values: Iterable[str], *, signed: bool) -> tuple[str, ...]:
    """The decimal marks by which the numbers can be read: one when they settle it.

    A sum of money has no three decimals, so there `$1,200` settles it; a bare `1.234` does not.
    """
    numbers = [match["number"] for value in values if (match := parse(value))]
    marked = [number for number in numbers if _MARKED.search(number)]
    telling = [number for number in marked if not _EITHER.fullmatch(number)]
    fits = {mark for number in telling for mark in _only(number)}
    if not marked or (not telling and signed and not any("." in number for number in marked)):
        return (POINT,)
    if not telling and signed and not any("," in number for number in marked):
        return (COMMA,)
    return (fits.pop(),) if len(fits) == 1 else (POINT, COMMA)


def _only(number: str) -> tuple[str, ...]:
    """The decimal mark of a number, when it can be read by one only."""
    able = [mark for mark, pattern in _PATTERNS.items() if pattern.fullmatch(number)]
    return tuple(able) if len(able) == 1 else ()


def _ambiguity(values: list[str], decimals: tuple[str, ...], named: list[str]) -> str | None:
    if len(decimals) > 1:
        example = next(value for value in values if _MARKED.search(value))
        return f"{example} may have a decimal point or a decimal comma, and no value settles it; say which"
    if len(named) > 1:
        return f"amounts in several currencies: {', '.join(named)}; split them or say which one holds"
    if named and named[0] not in _CODES:
        return f"the currency may be {named[0]}; say which"
    return None
