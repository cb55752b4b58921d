"""The words of coaching: what is proposed, and whether it moved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from quintet.kernel.finding import Status
from quintet.management.terms.funnel import OnionPart, RateEstimate, Step

#: The formula that proposes skills, as the loop knows it; and what its advice is about.
FORMULA, TOPIC = "management.rep_rates", "coaching plan"


@dataclass(frozen=True)
class Money:
    """An amount a month with its 90 % interval."""

    amount: float
    lo: float
    hi: float
    currency: str


@dataclass(frozen=True)
class Proposal:
    """The one skill of a rep that would bring most; or why there is none.

    Args:
        step: where; None when nothing is proposed.
        estimate: the rep's rate there.
        goal: what the most successful quarter of comparable reps reach with his leads, 0..1.
        customers: extra customers a month at that rate.
        lo: lower end of its 90 % interval.
        hi: upper end.
        probability: that this step brings more than any other at which the rep can be judged; None where
            there is no other.
        mrr: the same in monthly recurring revenue; None where none is recorded.
        parts: what the onion says the gap is made of; those beyond chance.
        recipe: how to coach it, one sentence each.
        not_judged: step key → that the rep cannot be judged there yet, and why.
        reason: why there is none.
        since: the day from which leads count, as the rep was coached at the step that day; None for all of
            the period.
        until: the last day counted; None where `since` is.
    """

    rep_id: int
    name: str
    step: Step | None = None
    estimate: RateEstimate | None = None
    goal: float | None = None
    customers: float | None = None
    lo: float | None = None
    hi: float | None = None
    probability: float | None = None
    mrr: Money | None = None
    parts: tuple[OnionPart, ...] = ()
    recipe: tuple[str, ...] = ()
    not_judged: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Effect:
    """Did the rate move since the plan was opened, beside what was to be expected anyway?

    Rates are on the leads the rep got, 0..1. A silent one carries counts and the reason.

    Args:
        status: silent (too early, or too little to compare), hedged (under three months) or speaks.
        until: the last day counted.
        n_before: leads of the rep that came to the step in the six months before.
        n: leads since.
        converted: of these, converted so far.
        known_share: share of their outcomes that is in, 0..1.
        expected: the rate had nothing been done, with interval.
        observed: the rate since, with interval.
        effect: observed - expected, with its 90 % interval.
        p_above: probability that the effect is above 0.
        peers: reps without a plan at this step whose leads show how rates moved meanwhile.
        customers: the effect in customers a month, with interval; None where the way to won is not known.
        reading: the answer in one sentence.
        reason: why silent or hedged.
        tells_on: the day there may be enough leads.
    """

    status: Status
    until: date
    n_before: int
    n: int
    converted: int
    known_share: float = 0.0
    expected: float | None = None
    expected_lo: float | None = None
    expected_hi: float | None = None
    observed: float | None = None
    observed_lo: float | None = None
    observed_hi: float | None = None
    effect: float | None = None
    effect_lo: float | None = None
    effect_hi: float | None = None
    p_above: float | None = None
    peers: int = 0
    customers: float | None = None
    customers_lo: float | None = None
    customers_hi: float | None = None
    reading: str = ""
    reason: str = ""
    tells_on: date | None = None

    @property
    def has_moved(self) -> bool:
        """The rate rose, beyond what luck and everybody's drift explain."""
        return self.p_above is not None and self.p_above >= SURE


#: A rate has moved when the effect has its sign with this probability.
SURE = 0.95
