"""What a lead score says: probabilities, reasons that add up, points to say aloud, and how good they were."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from quintet.demand.terms.examples import B1, F8, I8
from quintet.kernel.finding import Status

#: behaviour or field → level → points, as a company types them: {"form: demo": {"ever": 10}, "source":
#: {"referral": 5}, "pages": {"5+": 3}}
Gut = Mapping[str, Mapping[str, float]]


class FeatureKind(StrEnum):
    """What a feature of a lead is made of."""

    WORDS = "words"
    NUMBERS = "numbers"
    DOINGS = "doings"
    PAIRS = "pairs"


@dataclass(frozen=True)
class NotEnough:
    """Why a score is silent, and when it may speak.

    Args:
        have: customers among the leads it may learn from.
        need: customers it needs.
        expected_on: the day the present flow of customers reaches `need`; None without dates or flow.
        unit: what is counted.
    """

    have: int
    need: int
    expected_on: date | None
    unit: str = "customers"


@dataclass(frozen=True)
class Ground:
    """What a score was fitted on.

    Args:
        offered: leads in the examples.
        unworked: left out because nobody worked them; they are not lost.
        young: left out (or counted in part) because they had no time to close.
        leads: leads it learned from.
        customers: of these, customers within the horizon.
        horizon_days: the probability is of becoming a customer within so many days; None without dates.
        young_count_in_part: young leads entered for what they had shown, instead of being left out.
        first: day of the oldest hand-over; None without dates.
        until: the newest day the examples know of; None without dates.
    """

    offered: int
    unworked: int
    young: int
    leads: int
    customers: int
    horizon_days: int | None
    young_count_in_part: bool
    first: date | None
    until: date | None

    @property
    def base_rate(self) -> float:
        """Customers per lead, 0..1; 0 where there is no lead."""
        return self.customers / self.leads if self.leads else 0.0


@dataclass(frozen=True, eq=False)
class Scored:
    """The score of each lead, in the order of the examples.

    Args:
        p: probability of becoming a customer within the horizon, once worked; 0..1.
        lo: lower end of its 90 % interval; None where the score says nothing of single leads, so that P is
            the base rate and no lead's own chance can be bounded.
        hi: upper end; the same.
        points: whole points of the points table; 0 while the score is silent.
    """

    p: F8
    lo: F8 | None
    hi: F8 | None
    points: I8


@dataclass(frozen=True)
class Reason:
    """What one feature of one lead adds.

    Args:
        feature: the field or behaviour, e.g. "source" or "form: demo".
        said: what the lead shows of it, e.g. "referral" or "within 30 days".
        log_odds: added to the average lead's log-odds.
        points: added to the points.
    """

    feature: str
    said: str
    log_odds: float
    points: int


@dataclass(frozen=True)
class Reasons:
    """Why a lead has its score, largest first; it adds up.

    Args:
        base_log_odds: of the average lead; base + sum of reasons = `log_odds` (to 1e-9).
        reasons: one a feature; the sum of their points is `points` (exactly).
        log_odds: of the lead; P = 1 / (1 + exp(-log_odds)).
        points: of the lead.
    """

    base_log_odds: float
    reasons: tuple[Reason, ...]
    log_odds: float
    points: int


@dataclass(frozen=True)
class PointsLine:
    """One line of the points table.

    Args:
        feature: field or behaviour.
        kind: words, numbers or doings.
        said: the level, range or recency, in words.
        points: whole points.
        log_odds: what the full score adds for it, the feature's average lead being 0.
        lo: lower end of its 90 % interval.
        hi: upper end.
        leads: leads that showed it among those the score learned from.
        customers: of these, customers.
    """

    feature: str
    kind: FeatureKind
    said: str
    points: int
    log_odds: float
    lo: float
    hi: float
    leads: int
    customers: int


@dataclass(frozen=True)
class PointsTable:
    """Small whole numbers a person can say aloud, and what they are worth.

    Args:
        lines: feature by feature, the most telling feature first; within it most points first, ordered
            features in their order.
        top: points of the best level of the most telling feature.
        base_log_odds: log-odds of a lead with no points.
        log_odds_per_point: what a point adds; P = 1 / (1 + exp(-(base + per point * points))).
        half_life_days: days in which a deed loses half its weight; None when only "ever or never" counts
            or nothing was done.
        decay: the same in plain words; empty without doings.
    """

    lines: tuple[PointsLine, ...]
    top: int
    base_log_odds: float
    log_odds_per_point: float
    half_life_days: float | None
    decay: str


@dataclass(frozen=True)
class Interval:
    """A figure with its 90 % interval."""

    estimate: float
    lo: float
    hi: float


@dataclass(frozen=True)
class Decile:
    """A tenth of the leads by score, promised and delivered.

    Args:
        leads: how many.
        promised: mean P, 0..1.
        delivered: share that became customers, 0..1.
        lo: lower end of the 90 % interval of what was delivered (Wilson).
        hi: upper end.
    """

    leads: int
    promised: float
    delivered: float
    lo: float
    hi: float


@dataclass(frozen=True)
class Skill:
    """How good a score was on leads it had not seen.

    Args:
        leads: leads with known outcome it was tried on.
        customers: of these, customers.
        log_loss: mean -log of the probability given to what happened; lower is better.
        log_loss_base: same for the base rate known when the score was fitted.
        brier: mean squared error of P.
        brier_base: same for that base rate.
        auc: chance that a customer scores above a non-customer, with interval (DeLong); None when
            all or none became customers.
        slope: calibration slope; 1 is right, below 1 too sure of itself.
        intercept: calibration in the large, log-odds; 0 is right, below 0 promised too much.
        deciles: lowest score first.
        gain: log loss of the base rate minus log loss, with interval; above 0 the score knows something.
    """

    leads: int
    customers: int
    log_loss: float
    log_loss_base: float
    brier: float
    brier_base: float
    auc: Interval | None
    slope: float
    intercept: float
    deciles: tuple[Decile, ...]
    gain: Interval

    @property
    def decile_error(self) -> float:
        """Mean gap of promised and delivered over the tenths, 0..1."""
        return sum(abs(one.promised - one.delivered) for one in self.deciles) / max(len(self.deciles), 1)


@dataclass(frozen=True)
class Comparison:
    """Two ways to score, tried on the same later leads.

    Args:
        names: of the two, e.g. ("fitted points", "gut points").
        skills: of the two.
        log_loss_gain: log loss of the second minus the first; above 0 the first is better.
        auc_gain: AUC of the first minus the second (DeLong, paired); None as for AUC.
    """

    names: tuple[str, str]
    skills: tuple[Skill, Skill]
    log_loss_gain: Interval
    auc_gain: Interval | None


@dataclass(frozen=True)
class ValuePoint:
    """What working only the best leads would have caught.

    Args:
        leads: share of leads worked, best first, 0..1.
        customers: share of all customers among them, 0..1.
        value: share of all value (MRR, or customers where no value is known) among them, 0..1.
        points: fewest points among them.
    """

    leads: float
    customers: float
    value: float
    points: float


@dataclass(frozen=True)
class ReadyThreshold:
    """From how many points on a lead is sales-ready, so that the team can work them all.

    Args:
        points: leads with at least so many are ready; infinity when no cut keeps within capacity.
        weekly_ready: mean ready leads a week.
        capacity: leads the team can work a week.
        weeks: weeks of history it rests on.
        fits: share of weeks within capacity at the cut, 0..1.
        p_fits: probability that a coming week stays within capacity, with interval.
        utilisation: mean ready leads / capacity.
        curve: the value curve, from few leads to all.
        status: silent under 8 weeks, hedged under 26.
    """

    points: float
    weekly_ready: float
    capacity: float
    weeks: int
    fits: float
    p_fits: Interval
    utilisation: float
    curve: tuple[ValuePoint, ...]
    status: Status


@dataclass(frozen=True, eq=False)
class Target:
    """Which examples may be learned from, and what they say.

    Args:
        taken: [n] may be learned from.
        won: [n] customer within the horizon.
        known: [n] share of its outcome a lead has shown at its age, 0..1; 1 once it is old enough.
        ground: the counts.
        warnings: what to keep in mind.
    """

    taken: B1
    won: B1
    known: F8
    ground: Ground
    warnings: tuple[str, ...]
