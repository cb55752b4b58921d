"""Columns that tell the calendar and not the lead: month, quarter, season, the state of the economy."""

import re
from collections.abc import Sequence

import numpy as np

from quintet.demand.formula.leaks.clocks import SHARE, date_values
from quintet.demand.terms.examples import F8, I8, Examples, Numbers, Words
from quintet.demand.terms.leaks import Evidence, Sign

#: Of what differs between leads of different months, so much is the same within a month.
BELONGS = 0.85
#: Months compared, and leads each must have.
FEWEST_MONTHS, FEWEST_LEADS = 3, 10
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_LONG = "january|february|march|april|june|july|august|september|october|november|december|sept"
_CALENDAR = re.compile(
    rf"({_MONTHS}|{_LONG})|q[1-4]|(19|20)\d\d[- ]?q[1-4]|q[1-4][- ]?(19|20)\d\d|(19|20)\d\d-(0[1-9]|1[0-2])"
    rf"|({_MONTHS}|{_LONG})[- ]?(19|20)?\d\d|spring|summer|autumn|fall|winter"
)
_FEWEST_WORDS = 2


def period_evidence(examples: Examples, field: Words | Numbers) -> Evidence | None:
    """The column names the calendar, or is alike within a month and another between months.

    It says nothing of a lead that the day does not say. The level of the score follows the period; a column
    of it would freeze what last March was like. Where no lead has a date no level can follow, and the column
    is all that tells the period: it stays.
    """
    if np.isnat(examples.handed_at).all():
        return None
    named = _named(field) if isinstance(field, Words) else ""
    if named:
        return Evidence(
            Sign.PERIOD, 3, f"its values name the calendar ({named}): they tell the time, not the lead"
        )
    share = alike(examples, field)
    if share is None or share < BELONGS:
        return None
    sentence = (
        f"{100 * share:.0f}% of how it differs lies between months of hand-over, hardly any within one:"
        " it tells the time, not the lead"
    )
    return Evidence(Sign.PERIOD, 3, sentence)


def alike(examples: Examples, field: Words | Numbers) -> float | None:
    """Of how the column differs, the share that lies between months; None where that cannot be told."""
    month = examples.handed_at.astype("datetime64[M]").astype(np.int64)
    if isinstance(field, Numbers):
        known = np.isfinite(field.values) & ~np.isnat(examples.handed_at)
        found = _big(month, known)
        return _between_numbers(_ranks(field.values[found]), month[found]) if found.any() else None
    codes = _codes(field)
    known = (codes >= 0) & ~np.isnat(examples.handed_at)
    found = _big(month, known)
    return _between_words(codes[found], month[found]) if found.any() else None


def _named(field: Words) -> str:
    """Some of the words, where nearly all are months, quarters or seasons; empty where they are not."""
    fits = np.array([_CALENDAR.fullmatch(word.strip().lower()) is not None for word in field.levels])
    told: I8 = field.codes[field.codes >= 0]
    if not len(told) or float(fits[told].mean()) < SHARE:
        return ""
    words = [word for word, fit in zip(field.levels, fits, strict=True) if fit]
    return _listed(words) if len(words) >= _FEWEST_WORDS else ""


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"“{word}”" for word in words[:3]) + (", …" if len(words) > 3 else "")  # noqa: PLR2004


def _codes(field: Words) -> I8:
    """Levels; of a column of dates its months."""
    dates = date_values(field)
    if dates is None:
        return field.codes
    months = dates.astype("datetime64[M]").astype(np.int64)
    return np.where(np.isnat(dates), -1, months)


def _big(month: I8, known: np.ndarray) -> np.ndarray:
    """[n] known, and of a month with leads enough; none where there are too few such months."""
    months, at = np.unique(month, return_inverse=True)
    big = np.bincount(at[known], minlength=len(months)) >= FEWEST_LEADS
    return known & big[at] & (int(big.sum()) >= FEWEST_MONTHS)


def _between_words(codes: I8, month: I8) -> float | None:
    """(chance that two leads of one month agree - that two of different months do) / (1 - the latter)."""
    _, level = np.unique(codes, return_inverse=True)
    _, at = np.unique(month, return_inverse=True)
    size = int(level.max()) + 1
    pairs, counts = np.unique(at * size + level, return_counts=True)
    a_month = np.bincount(pairs // size, counts)
    inside = float((counts * (counts - 1.0)).sum()) / float((a_month * (a_month - 1.0)).sum())
    whole = np.bincount(level).astype(np.float64)
    across = len(codes) ** 2 - float((a_month**2).sum())
    outside = float((whole**2).sum() - (counts.astype(np.float64) ** 2).sum()) / across
    return None if outside >= 1.0 else (inside - outside) / (1.0 - outside)


def _between_numbers(values: F8, month: I8) -> float | None:
    """Share of the variance of ranks between months, less what chance puts there."""
    _, at = np.unique(month, return_inverse=True)
    count = np.bincount(at)
    means = np.bincount(at, values) / count
    whole = float(values.var(ddof=1))
    if whole <= 0:
        return None
    within = float(np.square(values - means[at]).sum()) / max(len(values) - len(count), 1)
    return 1.0 - within / whole


def _ranks(values: F8) -> F8:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts - 1) / 2.0)[place], dtype=np.float64)
