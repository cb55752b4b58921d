"""Everything that is planted, in one value: market, people, delays and the shape of the funnel."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from quintet.simulate.clock import Clock, company_clock
from quintet.simulate.market import SEGMENTS, MarketTruth, market_truth, swapped_market
from quintet.simulate.people import PeopleTruth, people_truth
from quintet.simulate.spec import F8, I8, CompanySpec

MOST_ATTEMPTS = 12
#: The stage each of the four planted rates leaves; they lead to connected, qualified, demo, won.
RATE_STEPS = ("worked", "connected", "qualified", "demo")

#: Mean hazard of connecting at the first attempt, in logits, by segment and channel (call, email).
HAZARD = {"small_business": (-1.52, -2.12), "mid_market": (-1.62, -2.22), "enterprise": (-1.77, -2.27)}
#: Beta-geometric a + b: the hazard at attempt k is the mean times kappa / (kappa + k - 1).
KAPPA = {"small_business": 9.0, "mid_market": 8.0, "enterprise": 7.0}
#: Odds in logits of qualified, demo, won for an average lead and rep, by segment.
ODDS = {
    "small_business": (0.30, -0.10, -0.75),
    "mid_market": (0.30, -0.15, -1.00),
    "enterprise": (0.30, -0.20, -1.35),
}
#: How much of a lead's quality shifts connected, qualified, demo, won.
QUALITY_LOADING = np.array([0.5, 0.7, 0.5, 0.7])
#: What a rep at no ramp loses in logits on connected, qualified, demo, won.
RAMP_LOSS = np.array([0.3, 0.8, 0.8, 0.8])
#: Mean and log standard deviation of the monthly recurring revenue of a customer, by segment.
MRR = {"small_business": (125.0, 0.4), "mid_market": (160.0, 0.45), "enterprise": (225.0, 0.5)}
MONTHLY_CHURN = 0.022
MONTHLY_CHANGE = 0.03

#: Delays before they are moved into working hours: median days, log standard deviation.
DELAYS = {
    "first_attempt": (0.12, 1.0),
    "between_attempts": (1.4, 0.6),
    "email_reply": (0.25, 0.9),
    "qualifying_held": (2.5, 0.7),
    "demo_held": (5.0, 0.6),
    "negotiation": (6.0, 0.6),
    "won": (12.0, 0.7),
    "lost": (28.0, 0.6),
    "rebooked": (4.0, 0.5),
}
MISSED_FIRST = 0.12  # of those that are held in the end, missed once before
MISSED_FOR_GOOD = 0.35  # of those never held, booked and missed
DISQUALIFIED = 0.4  # of connected leads that never qualify, set aside with a reason
LENIENCY_SPREAD = 0.7  # points of an interview score, between interviewers
STILL_OPEN = 0.12  # of opportunities not won, never closed at all


@dataclass(frozen=True)
class World:
    """The planted truth that needs no leads: what `journeys` draws from."""

    spec: CompanySpec
    clock: Clock
    market: MarketTruth
    market_after: MarketTruth  # from the break on
    people: PeopleTruth
    counts: I8  # leads by rep and month
    hazard: F8  # segment, channel
    kappa: F8  # segment
    odds: F8  # segment, stage from qualified
    mrr: F8  # segment, (mean, log sd)
    leniency: F8  # person: points added to every interview score
    forecast_bias: F8  # team: log of what managers promise over what quotas say

    def market_in(self, month: int) -> MarketTruth:
        """What leads of a month are worth."""
        broken = self.spec.break_quarter
        return self.market_after if broken and month >= 3 * (broken - 1) else self.market

    def first_number(self, month: int) -> int:
        """Record number of the first lead of a month; numbers run through the company's history."""
        return int(self.counts[:, :month].sum())

    def handover(self) -> I8:
        """Who takes over when a rep leaves: a colleague of the last team, else the manager."""
        return np.array([_successor(self.people, rep, self.spec.months) for rep in range(self.people.reps)])


def planted_world(spec: CompanySpec) -> World:
    """Plant one company."""
    people = people_truth(spec)
    rng = spec.random(14)
    return World(
        spec=spec,
        clock=company_clock(spec),
        market=market_truth(spec),
        market_after=swapped_market(spec) if spec.break_quarter else market_truth(spec),
        people=people,
        counts=spec.random(13).poisson(spec.leads_per_rep_month * _load(spec, people)),
        hazard=_by_segment(spec, HAZARD),
        kappa=_by_segment(spec, {name: (kappa,) for name, kappa in KAPPA.items()})[:, 0],
        odds=_by_segment(spec, ODDS),
        mrr=_by_segment(spec, MRR),
        leniency=rng.normal(0, LENIENCY_SPREAD, len(people.roles)),
        forecast_bias=rng.normal(0.06, 0.12, len(people.manager_of_team)),
    )


def delay(name: str, rng: np.random.Generator, size: int) -> I8:
    """Drawn delays in microseconds."""
    median, spread = DELAYS[name]
    return (86_400e6 * median * np.exp(rng.normal(0, spread, size))).astype(np.int64)


def _load(spec: CompanySpec, people: PeopleTruth) -> F8:
    """Share of a full load of leads: less while ramping, none in the last month before leaving."""
    leaving = people.left_month[: people.reps, None]
    last = (np.arange(spec.months) == leaving - 1) & (leaving < spec.months)
    return np.where((people.team >= 0) & ~last, 0.5 + 0.5 * people.ramp, 0.0)


def _by_segment(spec: CompanySpec, table: Mapping[str, tuple[float, ...]]) -> F8:
    is_alike = spec.identical or not spec.telling  # the segment, too, is something a lead shows
    rows = ["mid_market"] * len(SEGMENTS) if is_alike else SEGMENTS
    return np.array([table[name] for name in rows])


def _successor(people: PeopleTruth, rep: int, months: int) -> int:
    month = int(people.left_month[rep])
    if month >= months:
        return rep
    team = int(people.team[rep, month - 1])
    mates = np.flatnonzero((people.team[:, month] == team) & (people.left_month[: people.reps] >= months))
    return int(mates[rep % len(mates)]) if len(mates) else int(people.manager_of_team[team])
