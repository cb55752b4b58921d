"""Every report a page can ask for, computed in one go by the worker."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from quintet.calendar.periods import month_after
from quintet.calendar.zones import stretches
from quintet.demand.formula.reports.clocks import fit_clock
from quintet.demand.formula.reports.content import content_report
from quintet.demand.formula.reports.looks import behaviours, contents
from quintet.demand.formula.reports.sources import fit_clocks, sources_report
from quintet.demand.formula.reports.terms import terms_report
from quintet.demand.metrics.reports import (
    I8,
    OUTCOMES,
    ReportLeads,
    Touched,
    from_hand_over,
    read_leads,
    read_spend,
    read_touches,
    within,
)
from quintet.demand.terms.reports import Amount, ReportQuestion
from quintet.facts.published import Facts
from quintet.kernel.plain import as_plain

#: Calendar months, the running one included; 0 is everything.
PERIODS = {"last12": 12, "last6": 6, "last3": 3, "all": 0}
LABELS = {
    "last12": "Last 12 months",
    "last6": "Last 6 months",
    "last3": "Last 3 months",
    "all": "Everything",
}
MOST_SEGMENTS = 6


@dataclass(frozen=True)
class Reports:
    """All reports of a version, as JSON takes them: by report, then by `key_of` the question."""

    sources: dict[str, Any]
    terms: dict[str, Any]
    content: dict[str, Any]


def key_of(period: str, segment: str, outcome: str = "") -> str:
    """How a question is found among the stored ones."""
    return f"{period}|{segment}|{outcome}"


def span_of(period: str, as_of: date, first: date) -> tuple[date, date]:
    """First day, and the day after the last, of a period by name."""
    months = PERIODS[period]
    if not months:
        return first, as_of + timedelta(days=1)
    return month_after(as_of, 1 - months), as_of + timedelta(days=1)


def build_reports(
    facts: Facts, lifetimes: Mapping[str, Amount] | None = None, margin: float = 1.0
) -> Reports:
    """Sources, terms and content for every period, segment and outcome a page offers.

    Args:
        facts: a published version; the worker's work, seconds for tens of thousands of leads.
        lifetimes: source → lifetime value of a customer, where the lifetime formula knows it.
        margin: gross margin, for what is worth judged by revenue alone.

    Raises:
        NotEnoughData: when no lead has a date.
    """
    leads = read_leads(facts)
    spent, clocks = read_spend(facts), fit_clocks(leads)
    handed = from_hand_over(leads)
    touched = read_touches(facts, leads)
    looks = (behaviours(handed, touched, local_hours(touched, facts.manifest.zone)), contents(touched))
    by_hand = {outcome: fit_clock(handed, outcome) for outcome in OUTCOMES}
    made = Reports({}, {}, {})
    for period, question in questions(leads):
        chosen = within(leads, question.start, question.end, question.segment)
        key = key_of(period, question.segment)
        made.sources[key] = as_plain(sources_report(leads, clocks, spent, question, lifetimes, margin))
        for outcome in OUTCOMES:
            key = key_of(period, question.segment, outcome)
            made.terms[key] = as_plain(terms_report(leads, clocks.of(outcome), question))
            told = content_report(handed, by_hand[outcome], looks, (question, chosen))
            made.content[key] = as_plain(told)
    return made


def questions(leads: ReportLeads) -> Iterator[tuple[str, ReportQuestion]]:
    """Each period with each segment of note, and with all."""
    as_of, first = (one.astype("datetime64[D]").item() for one in (leads.until, leads.since[0]))
    for period in PERIODS:
        start, end = span_of(period, as_of, first)
        for segment in ("", *segments(leads)):
            yield period, ReportQuestion(start, end, segment)


def segments(leads: ReportLeads) -> tuple[str, ...]:
    """The segments with most leads, by name."""
    column = leads.words["segment"]
    n = np.bincount(column.codes[column.codes >= 0], minlength=len(column.levels))
    return tuple(sorted(column.levels[code] for code in np.argsort(-n, kind="stable")[:MOST_SEGMENTS]))


def local_hours(touched: Touched, zone_name: str) -> I8:
    """[m] hours since Monday 0:00 of each touch where the team works (0..167)."""
    hours = np.zeros(touched.at.size, dtype=np.int64)
    if not touched.at.size:
        return hours
    first, last = (one.astype("datetime64[us]").item() for one in (touched.at.min(), touched.at.max()))
    for piece in stretches(zone_name, first, _after(last)):
        inside = (touched.at >= np.datetime64(piece.start, "us")) & (
            touched.at < np.datetime64(piece.end, "us")
        )
        local = touched.at[inside] + np.timedelta64(piece.offset)
        hours[inside] = (local.astype("datetime64[h]").astype(np.int64) + 3 * 24) % 168
    return hours


def _after(instant: datetime) -> datetime:
    return instant + timedelta(days=1)
