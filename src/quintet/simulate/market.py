"""Where leads come from, and how good each kind really is: the planted truth of demand."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from quintet.simulate.clock import pick
from quintet.simulate.spec import F8, I8, CompanySpec

SEGMENTS = ("small_business", "mid_market", "enterprise")

#: source: share of leads, quality in logits, effect on monthly churn in logs, mean pages seen first
SOURCES = {
    "organic_search": (0.24, 0.10, 0.0, 4.0),
    "paid_search": (0.18, -0.15, 0.25, 2.5),
    "referral": (0.08, 0.80, -0.5, 3.0),
    "email_campaign": (0.16, -0.10, 0.0, 2.0),
    "social": (0.11, -0.55, 0.35, 2.0),
    "direct": (0.11, 0.35, -0.1, 4.5),
    "webinar": (0.08, 0.15, -0.15, 3.0),
    "content_syndication": (0.04, -0.90, 0.4, 1.2),
}
SOURCE_NAMES = tuple(SOURCES)
SEARCH = (0, 1)

#: landing content: share, quality in logits
LANDINGS = {
    "/pricing": (0.07, 0.55),
    "/demo-request": (0.06, 0.90),
    "/product/pipeline": (0.13, 0.15),
    "/product/reports": (0.10, 0.10),
    "/blog/how-to-forecast": (0.16, -0.15),
    "/blog/sales-templates": (0.15, -0.30),
    "/guide/hiring-reps": (0.09, 0.0),
    "/ebook/inbound": (0.10, -0.40),
    "/webinar/live": (0.06, 0.10),
    "/customers": (0.08, 0.25),
}
LANDING_NAMES = tuple(LANDINGS)

CAMPAIGNS_PER_SOURCE = 3  # one for each of SEASONS
CAMPAIGN_SOURCES = (1, 3, 4, 6, 7)  # those that marketing pays for or sends
CAMPAIGNS = (
    "",
    *(f"{SOURCE_NAMES[s]}-{w}" for s in CAMPAIGN_SOURCES for w in ("spring", "evergreen", "trial")),
)

_HEADS = (
    "crm", "sales software", "pipeline tool", "call tracking", "lead scoring", "sales dashboard",
    "quote tool", "contact manager", "sales forecast", "deal tracker", "email templates", "demo software",
    "sales training", "prospecting tool", "sales analytics", "customer database", "sales report",
    "lead capture", "sales app", "quota tracker",
)  # fmt: skip
_TAILS = (
    "", " free", " pricing", " for plumbers", " for agencies", " for startups", " comparison", " template",
    " best", " small business", " enterprise", " for dentists", " how to", " excel", " reviews",
    " for nonprofits", " with email", " trial", " for manufacturers", " tutorial",
)  # fmt: skip
TERMS = ("", *(head + tail for tail in _TAILS for head in _HEADS))

TERM_SPREAD = 0.35
TERM_DECLINE = 0.9  # the n-th most common term is n^-0.9 as common as the first
CAMPAIGN_SPREAD = 0.2
PAGES_EFFECT = 0.25
PRICING_EFFECT = 0.5
PRICING_SHARE = 0.22
OWN_SPREAD = 0.35  # what no column explains


@dataclass(frozen=True)
class MarketTruth:
    """Planted quality in logits, by what a lead shows; quality 0 is the average lead.

    `source`, `landing`, `term`, `campaign`: effect of each name; `pages`: per log(1 + pages seen);
    `pricing`: of having seen the pricing page; `own_spread`: of what no column explains;
    `source_share`: share of leads from each source; `centre` is subtracted so that the average is 0;
    `churn`: effect of a source on log churn.
    """

    source: F8
    source_share: F8
    landing: F8
    term: F8
    campaign: F8
    churn: F8
    term_weights: F8
    centre: float
    pages: float = PAGES_EFFECT
    pricing: float = PRICING_EFFECT
    own_spread: float = OWN_SPREAD


@dataclass(frozen=True)
class Visits:
    """What a group of leads shows: codes into the names of this module, and its planted quality."""

    source: I8
    campaign: I8
    term: I8
    landing: I8
    pages: I8
    pricing: npt.NDArray[np.bool_]
    quality: F8


def market_truth(spec: CompanySpec) -> MarketTruth:
    """The planted qualities of one company's market."""
    rng = spec.random(11)
    term = rng.normal(0, TERM_SPREAD, len(TERMS))
    campaign = rng.normal(0, CAMPAIGN_SPREAD, len(CAMPAIGNS))
    term[0] = campaign[0] = 0
    rough = MarketTruth(
        source=_column(SOURCES, 1),
        source_share=_column(SOURCES, 0),
        landing=_column(LANDINGS, 1),
        term=term,
        campaign=campaign,
        churn=_column(SOURCES, 2),
        term_weights=np.exp(-TERM_DECLINE * np.log1p(rng.permutation(len(TERMS) - 1))),
        centre=0.0,
    )
    return _centred(rough if spec.telling else _even(rough), rng)


def swapped_market(spec: CompanySpec) -> MarketTruth:
    """The market after the break: the best source is worth what the worst was, and so through all ranks."""
    before = market_truth(spec)
    after = replace(
        before,
        source=_swapped(before.source),
        landing=_swapped(before.landing),
        term=-before.term,
        campaign=-before.campaign,
        pages=-before.pages,
        pricing=-before.pricing,
        centre=0.0,
    )
    return _centred(after, spec.random(15))


def _centred(rough: MarketTruth, rng: np.random.Generator) -> MarketTruth:
    """With the average lead at 0."""
    return replace(rough, centre=float(drawn_visits(rough, rng, 40_000).quality.mean()))


def _even(truth: MarketTruth) -> MarketTruth:
    """Nothing a lead shows is worth anything; what no column explains stays."""
    named = {name: np.zeros_like(getattr(truth, name)) for name in ("source", "landing", "term", "campaign")}
    return replace(truth, **named, pages=0.0, pricing=0.0)


def _swapped(worth: F8) -> F8:
    """The n-th best gets the worth of the n-th worst."""
    order = np.argsort(worth)
    found = np.empty_like(worth)
    found[order] = worth[order[::-1]]
    return found


def drawn_visits(truth: MarketTruth, rng: np.random.Generator, size: int) -> Visits:
    """A group of leads as they come."""
    source = pick(truth.source_share, rng.random(size))
    landing = pick(_column(LANDINGS, 0), rng.random(size))
    term = np.where(np.isin(source, SEARCH), 1 + pick(truth.term_weights, rng.random(size)), 0)
    campaign = _campaigns(source, rng.random(size))
    pages = 1 + rng.poisson(_column(SOURCES, 3)[source] - 1)
    pricing = rng.random(size) < PRICING_SHARE
    shown = truth.source[source] + truth.landing[landing] + truth.term[term] + truth.campaign[campaign]
    seen = truth.pages * np.log1p(pages) + truth.pricing * pricing
    own = rng.normal(0, truth.own_spread, size)
    return Visits(source, campaign, term, landing, pages, pricing, shown + seen + own - truth.centre)


def _campaigns(source: I8, uniform: F8) -> I8:
    first = np.zeros(len(SOURCES), dtype=np.int64)
    first[list(CAMPAIGN_SOURCES)] = 1 + CAMPAIGNS_PER_SOURCE * np.arange(len(CAMPAIGN_SOURCES))
    chosen = first[source] + (uniform * CAMPAIGNS_PER_SOURCE).astype(np.int64)
    return np.where(first[source] > 0, chosen, 0)


def _column(table: Mapping[str, tuple[float, ...]], position: int) -> F8:
    return np.array([row[position] for row in table.values()])
