"""What leads did on their first visit, and what they touched before hand-over, as groups of leads."""

from dataclasses import dataclass

import numpy as np

from quintet.demand.metrics.reports import FIRST_VISIT_US, I8, M8, ReportLeads, Touched

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS = ((0, 6, "0–6 h"), (6, 9, "6–9 h"), (9, 12, "9–12 h"), (12, 15, "12–15 h"), (15, 18, "15–18 h"),
         (18, 21, "18–21 h"), (21, 24, "21–24 h"))  # fmt: skip
PAGES = ((1, 2, "1 page"), (2, 4, "2–3 pages"), (4, 7, "4–6 pages"), (7, 10_000, "7 pages or more"))
PRICING = "pricing"
LANDING, SEEN, PRICE, FORM, HOUR, WEEKDAY, FIRST, CONTENT = (
    "Landing page", "Pages seen", "Pricing seen", "Form filled", "Hour of first touch",
    "Weekday of first touch", "Seen on first visit", "Content touched",
)  # fmt: skip
MOST_OF_A_FAMILY = 60


@dataclass(frozen=True, eq=False)
class LookLeads:
    """One behaviour or piece of content, and the positions of the leads with it."""

    family: str
    name: str
    leads: I8


def behaviours(leads: ReportLeads, touched: Touched, zone_hours: I8 | None = None) -> list[LookLeads]:
    """First-visit behaviour: what happened within a day of the first touch, up to the hand-over.

    Args:
        leads: all leads.
        touched: what they touched, by lead and time.
        zone_hours: [m] local hour since Monday 0:00 of each touch (0..167); UTC when left out.
    """
    first = _first_at(touched)
    visit = touched.at - first <= np.timedelta64(FIRST_VISIT_US, "us")
    landing = leads.words["landing"]
    found = [
        LookLeads(LANDING, name, np.flatnonzero(landing.codes == code))
        for code, name in enumerate(landing.levels)
    ]
    web = visit & _is(touched, "web")
    found += _page_counts(touched.lead[web], len(leads))
    found += _contents(touched, web, FIRST)
    priced = [code for code, name in enumerate(touched.content.levels) if PRICING in name.lower()]
    if priced:
        found.append(
            LookLeads(PRICE, "yes", np.unique(touched.lead[web & np.isin(touched.content.codes, priced)]))
        )
    found += _contents(touched, visit & _is(touched, "form"), FORM)
    return [one for one in (*found, *_times(touched, first, zone_hours)) if one.leads.size]


def contents(touched: Touched) -> list[LookLeads]:
    """Every page, form and asset touched before hand-over."""
    every = np.ones(touched.lead.size, dtype=bool)
    return _contents(touched, every, CONTENT)


def label_of(channel: str, content: str) -> str:
    """How a piece of content is called: a page by its address, others with what they are."""
    return content if channel == "web" else f"{channel}: {content}"


def _contents(touched: Touched, rows: np.ndarray, family: str) -> list[LookLeads]:
    """A look for each content of these touches, those with most leads first."""
    told = np.flatnonzero(rows & (touched.content.codes >= 0) & (touched.channel.codes >= 0))
    width = max(len(touched.content.levels), 1)
    key = touched.channel.codes[told] * width + touched.content.codes[told]
    found = []
    for one in np.unique(key).tolist():
        members = np.unique(touched.lead[told[key == one]])
        name = label_of(touched.channel.levels[one // width], touched.content.levels[one % width])
        found.append(LookLeads(family, name, members))
    return sorted(found, key=lambda look: (-look.leads.size, look.name))[:MOST_OF_A_FAMILY]


def _page_counts(lead: I8, leads: int) -> list[LookLeads]:
    pages = np.bincount(lead, minlength=leads)
    return [
        LookLeads(SEEN, name, np.flatnonzero((pages >= low) & (pages < high))) for low, high, name in PAGES
    ]


def _times(touched: Touched, first: M8, zone_hours: I8 | None) -> list[LookLeads]:
    """Hour and weekday of each lead's first touch."""
    opening = np.flatnonzero(touched.at == first)
    lead, rows = np.unique(touched.lead[opening], return_index=True)
    rows = opening[rows]
    if zone_hours is None:
        hours = touched.at[rows].astype("datetime64[h]").astype(np.int64)
        week = (hours + 3 * 24) % 168  # the epoch was a Thursday
    else:
        week = zone_hours[rows]
    hour, weekday = week % 24, week // 24
    found = [LookLeads(HOUR, name, lead[(hour >= low) & (hour < high)]) for low, high, name in HOURS]
    return found + [LookLeads(WEEKDAY, name, lead[weekday == day]) for day, name in enumerate(WEEKDAYS)]


def _first_at(touched: Touched) -> M8:
    """[m] the first touch of each touch's lead."""
    lead, at = np.unique(touched.lead, return_index=True)
    return np.asarray(touched.at[at[np.searchsorted(lead, touched.lead)]]) if lead.size else touched.at


def _is(touched: Touched, channel: str) -> np.ndarray:
    levels = touched.channel.levels
    return touched.channel.codes == (levels.index(channel) if channel in levels else -2)
