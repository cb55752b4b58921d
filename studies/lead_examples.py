"""Simulated leads of known chance as the examples a score is fitted on."""

from dataclasses import replace

import numpy as np

from quintet.demand.terms.examples import B1, F8, I8, Doings, Examples, Numbers, Words
from quintet.simulate.lead_worths import DEED_NAMES, LeadWorths, words

START = np.datetime64("2024-01-01", "us")
DAY_US = 86_400_000_000
FIELDS = ("source", "campaign", "term", "landing", "pages")


def known_examples(worths: LeadWorths, until_day: float) -> Examples:
    """What a company knows of its leads at the end of a day of the history; later leads are not there."""
    count = int(np.searchsorted(worths.handed_day, until_day))
    handed, observed = worths.handed_day[:count], until_day - worths.handed_day[:count]
    won = worths.is_buyer[:count] & (worths.delay_days[:count] <= observed)
    kept = worths.deed_lead < count
    return Examples(
        lead_ids=np.arange(count),
        handed_at=START + (handed * DAY_US).astype("timedelta64[us]"),
        fields=_fields(worths, count),
        doings=Doings(worths.deed_lead[kept], worths.deed_name[kept], worths.deed_age_days[kept], DEED_NAMES),
        won_days=np.where(won, worths.delay_days[:count], np.nan),
        is_closed=won,
        is_worked=worths.is_worked[:count],
        observed_days=observed,
        until=START + np.timedelta64(int(until_day * DAY_US), "us"),
    )


def undated(examples: Examples) -> Examples:
    """The same leads from a source without dates."""
    count = len(examples)
    return replace(
        examples,
        handed_at=np.full(count, "NaT", "datetime64[us]"),
        won_days=np.where(examples.is_won, 0.0, np.nan),
        observed_days=np.full(count, np.nan),
        until=np.datetime64("NaT"),
    )


def bought_within(worths: LeadWorths, days: float) -> B1:
    """[n] bought within so many days of the hand-over."""
    return worths.is_buyer & (worths.delay_days <= days)


def _fields(worths: LeadWorths, count: int) -> dict[str, Words | Numbers]:
    columns: dict[str, Words | Numbers] = {
        name: _column(codes[:count], names) for name, (codes, names) in words(worths.visits).items()
    }
    pages: F8 = worths.visits.pages[:count].astype(np.float64)
    return columns | {"pages": Numbers(pages)}


def _column(codes: I8, names: tuple[str, ...]) -> Words:
    order = sorted(range(len(names)), key=lambda code: names[code])
    place = np.empty(len(names), dtype=np.int64)
    told = [code for code in order if names[code]]
    place[:] = -1
    place[told] = np.arange(len(told))
    return Words(place[codes], tuple(names[code] for code in told))
