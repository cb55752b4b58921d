"""Leads with a known chance to buy, straight from the planted market, for studies of scores."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quintet.simulate.market import (
    CAMPAIGNS,
    LANDING_NAMES,
    SOURCE_NAMES,
    TERMS,
    MarketTruth,
    Visits,
    drawn_visits,
    market_truth,
)
from quintet.simulate.spec import F8, I8, CompanySpec

#: What a lead may do before it is handed over: share who do, mean times, effect in logits when done today.
DEEDS = {
    "form: demo": (0.08, 1.0, 1.6),
    "event: webinar": (0.12, 1.0, 0.8),
    "visit: /pricing": (0.22, 1.3, 0.5),
    "form: white paper": (0.25, 1.2, 0.15),
    "email: unsubscribed": (0.05, 1.0, -1.0),
}
DEED_NAMES = tuple(DEEDS)
HALF_LIFE_DAYS = 30.0  # of a deed's effect
MEAN_AGE_DAYS = 35.0  # of a deed at hand-over
BASE_LOGIT = -2.6
UNWORKED_SHARE = 0.08
DELAY = (30.0, 0.8)  # days to the sale: median and log standard deviation


@dataclass(frozen=True, eq=False)
class LeadWorths:
    """Leads in the order they were handed over.

    Args:
        handed_day: [n] days from the start of the history.
        visits: what each showed at its first visit, as codes into the names of `simulate.market`.
        deed_lead: [m] whose deed.
        deed_name: [m] position in `DEED_NAMES`.
        deed_age_days: [m] days before the hand-over.
        chance: [n] of buying sooner or later, once worked, given all that shows; what does not show is
            integrated out.
        is_buyer: [n] buys sooner or later.
        delay_days: [n] days from hand-over to the sale, of those who buy.
        is_worked: [n] somebody works it; independent of all else. Who is not worked does not buy.
    """

    handed_day: F8
    visits: Visits
    deed_lead: I8
    deed_name: I8
    deed_age_days: F8
    chance: F8
    is_buyer: npt.NDArray[np.bool_]
    delay_days: F8
    is_worked: npt.NDArray[np.bool_]

    def chance_within(self, days: float) -> F8:
        """[n] of buying within so many days, given all that shows."""
        reached = math.erf(math.log(days / DELAY[0]) / DELAY[1] / math.sqrt(2.0))
        return self.chance * (1.0 + reached) / 2.0


def lead_worths(spec: CompanySpec, leads: int, days: float, batch: int = 0) -> LeadWorths:
    """Draw leads of one company's market.

    Args:
        spec: whose market; its seed plants the qualities.
        leads: how many.
        days: they are handed over evenly within so many days.
        batch: another number draws other leads of the same market.
    """
    rng = np.random.default_rng([spec.seed, 51, batch])
    truth = market_truth(spec)
    visits = drawn_visits(truth, rng, leads)
    lead, name, age = _deeds(rng, leads)
    weight = np.array([row[2] for row in DEEDS.values()])[name] * np.exp2(-age / HALF_LIFE_DAYS)
    shown = shown_quality(truth, visits) - truth.pricing * visits.pricing + BASE_LOGIT
    shown += np.bincount(lead, weight, minlength=leads)
    own = rng.normal(0.0, truth.own_spread, leads)
    is_worked = rng.random(leads) >= UNWORKED_SHARE
    is_buyer = (rng.random(leads) < _chance(shown + own)) & is_worked
    return LeadWorths(
        handed_day=np.sort(rng.uniform(0.0, days, leads)),
        visits=visits,
        deed_lead=lead,
        deed_name=name,
        deed_age_days=age,
        chance=_integrated(shown, truth.own_spread),
        is_buyer=is_buyer,
        delay_days=DELAY[0] * np.exp(rng.normal(0.0, DELAY[1], leads)),
        is_worked=is_worked,
    )


def shown_quality(truth: MarketTruth, visits: Visits) -> F8:
    """[n] the part of each lead's planted quality that its columns show, in logits."""
    named = truth.source[visits.source] + truth.landing[visits.landing] + truth.term[visits.term]
    seen = truth.pages * np.log1p(visits.pages) + truth.pricing * visits.pricing
    return named + truth.campaign[visits.campaign] + seen - truth.centre


def words(visits: Visits) -> dict[str, tuple[I8, tuple[str, ...]]]:
    """Each field of words: codes and the names they stand for; an empty name is not known."""
    return {
        "source": (visits.source, SOURCE_NAMES),
        "campaign": (visits.campaign, CAMPAIGNS),
        "term": (visits.term, TERMS),
        "landing": (visits.landing, LANDING_NAMES),
    }


def _deeds(rng: np.random.Generator, leads: int) -> tuple[I8, I8, F8]:
    lead, name = [], []
    for position, (share, mean, _) in enumerate(DEEDS.values()):
        who = np.flatnonzero(rng.random(leads) < share)
        times = 1 + rng.poisson(mean - 1.0, who.size)
        lead.append(np.repeat(who, times))
        name.append(np.full(times.sum(), position))
    whose = np.concatenate(lead)
    return whose, np.concatenate(name), rng.exponential(MEAN_AGE_DAYS, whose.size)


def _integrated(shown: F8, spread: float) -> F8:
    node, weight = np.polynomial.hermite_e.hermegauss(15)
    total = np.zeros_like(shown)
    for at, share in zip(node, weight / weight.sum(), strict=True):
        total += share * _chance(shown + spread * at)
    return total


def _chance(logit: F8) -> F8:
    return np.asarray(1.0 / (1.0 + np.exp(-logit)))
