"""The contract between marketing and sales, what it is counted on, and what a month of it came to."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

import numpy as np

from quintet.calendar.days_off import DaysOff
from quintet.calendar.hours import WEEKDAYS, WorkingHours
from quintet.calendar.working_time import WorkingCalendar
from quintet.demand.terms.examples import B1, F8, I8, M8
from quintet.kernel.errors import BadInput

#: Deadlines may lie so far ahead.
_LONGEST = timedelta(days=300)
MARKETING, SALES = "marketing", "sales"
SIDES = (MARKETING, SALES)
REASONS = ("wrong person", "no need", "too small", "no budget", "cannot be reached", "already a customer")


@dataclass(frozen=True)
class Clauses:
    """What each side owes the other.

    Args:
        rule: marketing: what a lead must show at hand-over, in the language of formula/contract_rule.py.
        points_per_month: marketing: points of sales-ready leads a month.
        points_table: by which table points are counted, as `actions/contract_points.py` names them; empty for
            the one in use when the version was proposed, else the first that came.
        first_attempt_hours: sales: working hours to the first attempt.
        attempts: sales: attempts on each lead, unless it is connected or set aside before.
        within_days: sales: working days after the day of the hand-over in which they are made.
        reasons: sales: for which a hand-over may be sent back.
        zone: IANA time zone of the team's clock.
        hours: day of the week → shifts, e.g. {"mon": "09:00-12:30 13:30-18:00"}; days left out are off.
        country: whose public holidays are off; empty for none.
        subdivision: state or province, where holidays differ.
        days_off: the company's own days off.
    """

    rule: str
    points_per_month: float
    first_attempt_hours: float = 4.0
    attempts: int = 6
    within_days: int = 10
    reasons: tuple[str, ...] = REASONS
    zone: str = "UTC"
    hours: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(WEEKDAYS[:5], "09:00-17:00"))
    country: str = ""
    subdivision: str = ""
    days_off: tuple[date, ...] = ()
    points_table: str = ""

    def __post_init__(self) -> None:
        """Refuse a duty that nobody could be held to."""
        _require("points a month", self.points_per_month, 1, 10_000_000)
        _require("working hours to the first attempt", self.first_attempt_hours, 0.1, 200)
        _require("attempts", self.attempts, 1, 50)
        _require("working days for the attempts", self.within_days, 1, 90)
        if not self.reasons:
            raise BadInput("a contract needs at least one reason for sending a lead back, got none: add one")
        _require_soon(self)

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """When the team works."""
        off = DaysOff(self.country or None, self.subdivision or None, own=frozenset(self.days_off))
        return WorkingCalendar(self.zone, WorkingHours.by_day(self.hours), off)

    def as_json(self) -> dict[str, object]:
        """As the record and the ledger keep it."""
        return asdict(self) | {
            "reasons": list(self.reasons),
            "days_off": [day.isoformat() for day in self.days_off],
        }

    @classmethod
    def of_json(cls, told: Mapping[str, object]) -> "Clauses":
        """From what `as_json` wrote."""
        given = dict(told)
        given["reasons"] = tuple(given["reasons"])  # type: ignore[arg-type]
        given["days_off"] = tuple(date.fromisoformat(day) for day in given["days_off"])  # type: ignore[attr-defined]
        return cls(**given)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Version:
    """A version that both sides accepted: it holds from its day until a later one does.

    Args:
        version: its number.
        valid_from: its first day.
        clauses: the duties.
        proposed_at: when it was; None where nobody kept it.
    """

    version: int
    valid_from: date
    clauses: Clauses
    proposed_at: datetime | None = None


@dataclass(frozen=True, eq=False)
class LeadPoints:
    """Where the points of leads come from.

    Args:
        lead_ids: [n] sorted.
        points: [n] points of each.
        name: what they are, in words.
        is_scored: they come from a points table; else each lead is one point.
    """

    lead_ids: I8
    points: F8
    name: str
    is_scored: bool

    def points_of(self, lead_ids: I8) -> F8:
        """[k] points of each lead, in the order asked; one each without a points table."""
        if not self.is_scored:
            return np.ones(len(lead_ids))
        if not len(self.lead_ids):
            return np.zeros(len(lead_ids))
        place = np.minimum(np.searchsorted(self.lead_ids, lead_ids), len(self.lead_ids) - 1)
        return np.where(self.lead_ids[place] == lead_ids, self.points[place], 0.0)


@dataclass(frozen=True, eq=False)
class Happened:
    """What happened to each lead, in the order of the examples; NaT where it did not.

    Args:
        rep_id: [n] who owns it; 0 for nobody.
        first_attempt_at: [n] first attempt.
        nth_attempt_at: number of attempts → [n] when that many had been made.
        attempts: [n] attempts made in all.
        connected_at: [n] first conversation.
        lost_at: [n] closed without a sale.
        rejected_at: [n] sent back to marketing.
        reason: [n] why, position in `reasons`; -1 where it was not sent back.
        reasons: the different reasons.
        disqualified_at: [n] set aside.
    """

    rep_id: I8
    first_attempt_at: M8
    nth_attempt_at: Mapping[int, M8]
    attempts: I8
    connected_at: M8
    lost_at: M8
    rejected_at: M8
    reason: I8
    reasons: tuple[str, ...]
    disqualified_at: M8


@dataclass(frozen=True, eq=False)
class HandOvers:
    """One entry per dated lead, oldest hand-over first: what the contract promised about it, and what came.

    Args:
        lead_ids: [n].
        handed_at: [n] UTC.
        day: [n] datetime64[D], on the team's wall calendar.
        version: [n] the version that held that day; 0 before the first: judged by it, not counted.
        points: [n] at hand-over, by the points table of that version.
        worth: [n, versions] points a lead brings if judged by each version; NaN where
            its rule is not met.
        is_ready: [n] met marketing's rule by what was known then.
        failed: [n] clauses of the rule not met, as bits: 1 the first, 2 the second, 4 the third.
        rejected_at: [n] sent back; NaT if not.
        reason: [n] position in the reasons; -1 if not.
        first_attempt_at: [n].
        due_at: [n] when the first attempt was due.
        late_at: [n] `due_at` where the promise was broken then; NaT where it was kept or no longer bound.
        late_day: [n] its day on the team's calendar.
        attempts_due_at: [n] when the agreed attempts were due: the last instant of a working day.
        given_up_at: [n] when that promise was broken; NaT where it was kept or no longer bound.
        given_up_day: [n] its day on the team's calendar.
        stopped_at: [n] rejected or set aside: from then on nothing was owed.
        attempts: [n] made so far.
        rep_id: [n] 0 for nobody.
    """

    lead_ids: I8
    handed_at: M8
    day: M8
    version: I8
    points: F8
    worth: F8
    is_ready: B1
    failed: I8
    rejected_at: M8
    reason: I8
    first_attempt_at: M8
    due_at: M8
    late_at: M8
    late_day: M8
    attempts_due_at: M8
    given_up_at: M8
    given_up_day: M8
    stopped_at: M8
    attempts: I8
    rep_id: I8

    def __len__(self) -> int:
        """How many leads."""
        return len(self.lead_ids)


@dataclass(frozen=True)
class Day:
    """One day of a month: what was owed, what came, which promises broke.

    Args:
        day: on the team's calendar.
        is_working: the team works on it.
        handed: leads handed over.
        points: points delivered on the day.
        total: points delivered in the month so far; None for a day still to come.
        due: points due in the month by the end of the day.
        late: first attempts that became overdue on the day.
        given_up: leads given up on the day before the agreed attempts.
    """

    day: date
    is_working: bool
    handed: int
    points: float
    total: float | None
    due: float
    late: int
    given_up: int


@dataclass(frozen=True)
class MonthCounts:
    """Where the month stands at the end of a day.

    Args:
        start: first day of the month.
        end: the day after its last.
        on: the day counted to, included.
        until: the instant counted to, UTC without a zone.
        target: points owed in the month.
        due: points due by the end of `on`.
        counts: name of a selection (formula/contract_month.py) → leads.
        points: name of marketing's selections → points.
        days: every day of the month.
    """

    start: date
    end: date
    on: date
    until: datetime
    target: float
    due: float
    counts: Mapping[str, int]
    points: Mapping[str, float]
    days: tuple[Day, ...]

    @property
    def delivered(self) -> float:
        """Points delivered so far."""
        return self.points["delivered"]

    @property
    def behind(self) -> float:
        """Points missing to the pace; 0 when on it or ahead."""
        return max(self.due - self.delivered, 0.0)


@dataclass(frozen=True)
class ClauseCount:
    """One clause of the rule: who met it, and what sales sent back.

    Args:
        words: the clause in words.
        met: hand-overs that met it.
        met_rejected: of these, sent back.
        unmet: hand-overs that did not.
        unmet_rejected: of these, sent back.
    """

    words: str
    met: int
    met_rejected: int
    unmet: int
    unmet_rejected: int


def _require_soon(clauses: Clauses) -> None:
    """Refuse working hours in which the duties could not be done within most of a year."""
    start = datetime(2026, 1, 5, tzinfo=UTC)
    hours = timedelta(hours=clauses.first_attempt_hours)
    due = clauses.calendar.add_working_time(start, hours).date()
    tried_by = clauses.calendar.add_working_days(start.date(), clauses.within_days)
    if max(due, tried_by) > start.date() + _LONGEST:
        duties = f"{clauses.first_attempt_hours:g} hours or {clauses.within_days} working days"
        step = "give the team more hours, or sales less time"
        msg = f"with these working hours {duties} take more than {_LONGEST.days} days: {step}"
        raise BadInput(msg)


def _require(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        msg = f"{name} must lie in {low:g}..{high:g}, got {value:g}"
        raise BadInput(msg)
