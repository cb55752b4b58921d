"""Contests: what is counted for whom, by which rule it is won, where it stands, what behaviour did."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from quintet.calendar.days_off import DaysOff
from quintet.calendar.working_time import WorkingCalendar
from quintet.kernel.errors import BadInput
from quintet.kernel.finding import Finding

#: What a contest may count, and what a page calls it.
METRICS = {
    "won": "customers signed",
    "mrr": "MRR signed",
    "amount": "value signed",
    "demo": "demos held",
    "qualified": "qualifying calls held",
    "connected": "connects",
    "worked": "leads worked",
    "attempts": "attempts",
}
#: Those a quota is set in.
MONEY = ("mrr", "amount")
_LONGEST_DAYS = 366
_QUARTERS = Decimal("0.75")


class Rule(StrEnum):
    """How a contest is won."""

    MOST = "most"
    LINE = "line"
    TEAM = "team"
    EARLY = "early"
    STREAK = "streak"
    ACCURACY = "accuracy"


RULES = {
    Rule.MOST: "The most of it wins; equal is equal",
    Rule.LINE: "Everybody who reaches a line wins",
    Rule.TEAM: "All or nothing: the team wins if every member reaches quota",
    Rule.EARLY: "Quota by three quarters of the month's working days",
    Rule.STREAK: "So many working days in a row with at least so much",
    Rule.ACCURACY: "Points won and lost for forecast accuracy",
}
_OF_QUOTA = frozenset({Rule.TEAM, Rule.EARLY, Rule.ACCURACY})


@dataclass(frozen=True)
class ContestTerms:
    """What was announced before the first day.

    Args:
        rule: how it is won.
        metric: what is counted, one of METRICS.
        start: first day, on the team's wall calendar.
        end: last day.
        rep_ids: who takes part.
        line: what is to be reached: in all for `line`, on each day for `streak`; else None.
        streak_days: working days in a row, for `streak`.
        zone: IANA time zone of the team.
        country: whose public holidays are off; empty for none.
        currency: of money counted; None where nothing names one.
    """

    rule: Rule
    metric: str
    start: date
    end: date
    rep_ids: tuple[int, ...]
    line: Decimal | None = None
    streak_days: int = 0
    zone: str = "UTC"
    country: str = ""
    currency: str | None = None

    def __post_init__(self) -> None:
        """Refuse a contest nobody could win or judge."""
        if self.metric not in METRICS:
            raise BadInput(f"a contest counts one of {', '.join(METRICS)}, got {self.metric!r}")
        if not 0 <= (self.end - self.start).days < _LONGEST_DAYS:
            raise BadInput(f"a contest ends on or after its first day and within a year, got {self.end}")
        if not self.rep_ids:
            raise BadInput("nobody takes part: choose a team with reps in it")
        _require_line(self)
        _require_months(self)
        if not self.calendar.working_days_between(self.start, self.after):
            raise BadInput(f"no working day lies between {self.start} and {self.end}: choose others")

    @property
    def calendar(self) -> WorkingCalendar:
        """When the team works."""
        return WorkingCalendar(self.zone, days_off=DaysOff(self.country or None))

    @property
    def after(self) -> date:
        """The day after the last."""
        return date.fromordinal(self.end.toordinal() + 1)

    @property
    def deadline(self) -> date:
        """The day by which the quota counts for `early`; the last day for other rules.

        It is the last working day on which not more than three quarters of the month's working days are over.
        """
        if self.rule is not Rule.EARLY:
            return self.end
        working = self.calendar.working_days_between(self.start, self.after)
        wanted = max(int(working * _QUARTERS), 1)
        return self.calendar.add_working_days(date.fromordinal(self.start.toordinal() - 1), wanted)

    @property
    def counted(self) -> str:
        """What is counted, in words."""
        return METRICS[self.metric]

    @property
    def in_words(self) -> str:
        """The rule in one sentence."""
        line = f"{self.line:,.0f}" if self.line is not None else ""
        return {
            Rule.MOST: f"Whoever has the most {self.counted} wins; equal is equal.",
            Rule.LINE: f"Everybody with at least {line} {self.counted} wins.",
            Rule.TEAM: f"The team wins if every member's {self.counted} reaches quota; else nobody does.",
            Rule.EARLY: f"Whoever reaches quota in {self.counted} by {self.deadline:%-d %B} wins:"
            " three quarters of the month's working days.",
            Rule.STREAK: f"Whoever has at least {line} {self.counted} on {self.streak_days} working days"
            " in a row wins.",
            Rule.ACCURACY: f"Points for each month by how much nearer the commit was to the {self.counted}"
            " than the quota was; lost where it was farther.",
        }[self.rule]


@dataclass(frozen=True)
class Counts:
    """What was counted, rep by rep and day by day.

    Args:
        by_day: rep → day on the team's wall calendar → how much.
        until: counted to the end of this day.
    """

    by_day: Mapping[int, Mapping[date, Decimal]]
    until: date

    def of(self, rep_id: int, start: date, end: date) -> Decimal:
        """How much a rep has from the first day to the last, both included."""
        days = self.by_day.get(rep_id, {})
        return sum((value for day, value in days.items() if start <= day <= end), Decimal(0))


@dataclass(frozen=True)
class Known:
    """What a rule judges by beside the counts; money in what the contest counts.

    Args:
        names: rep → name.
        quotas: (rep, first day of a month) → quota.
        commits: (rep, first day of a month) → what the rep said the month would bring.
    """

    names: Mapping[int, str] = field(default_factory=dict)
    quotas: Mapping[tuple[int, date], Decimal] = field(default_factory=dict)
    commits: Mapping[tuple[int, date], Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One who takes part, at the end of a day.

    Args:
        rep_id: who.
        name: in words.
        value: what is counted so far; points for `accuracy`.
        target: what is to be reached; None for `most` and `accuracy`, and where no quota is set.
        is_reached: the rule is fulfilled.
        reached_on: since when; None where it is not.
        place: 1 for the most, shared by equals; None for rules without places.
        run: working days in a row up to now, for `streak`.
        longest: the longest run, for `streak`.
        note: what keeps it from being judged.
    """

    rep_id: int
    name: str
    value: Decimal
    target: Decimal | None = None
    is_reached: bool = False
    reached_on: date | None = None
    place: int | None = None
    run: int = 0
    longest: int = 0
    note: str = ""


@dataclass(frozen=True)
class Standing:
    """Where a contest stands at the end of a day.

    Args:
        on: the day; never after the last of the contest.
        is_over: its last day is counted.
        rows: for rules with places by place, else by name.
        winners: who has fulfilled the rule by now; with `most` only once it is over.
        sentence: the same in one sentence.
    """

    on: date
    is_over: bool
    rows: tuple[Row, ...]
    winners: tuple[int, ...]
    sentence: str


@dataclass(frozen=True)
class Behaviour:
    """What a contest went with: windows of as many working days before, during and after.

    Args:
        days: working days in each window.
        usual: first and last day of the windows that tell what is usual; None where the data has none.
        before: of the window right before.
        after: of the window right after.
        rates: what those who took part did a working day: usual (where known), before, during, after.
        others: the same of all other reps; None where fewer than five were there throughout.
        n: reps who took part and were there in all of these days.
        others_n: other reps who were.
        right_before: change while it ran beside the window right before, rep by rep.
        during: while it ran beside what is usual; the interval is that of one more usual window.
        dip: after it, the same way.
        net: both windows together, the same way: what is left when the dip is taken off.
        sentence: what it says.
    """

    days: int
    usual: tuple[date, date] | None
    before: tuple[date, date]
    after: tuple[date, date]
    rates: tuple[float, ...]
    others: tuple[float, ...] | None
    n: int
    others_n: int
    right_before: Finding
    during: Finding
    dip: Finding
    net: Finding
    sentence: str


@dataclass(frozen=True)
class ExerciseLead:
    """Who leads an exercise on one step, and why; nobody where chance explains the order.

    Args:
        step: the step in words.
        rep_id: who; None for nobody.
        name: in words.
        rate: the rate to expect of his leads, luck taken out.
        peers: what his peers reach with such leads.
        n: leads it rests on.
        probability: that he is really above them.
        reason: why nobody does.
    """

    step: str
    rep_id: int | None = None
    name: str = ""
    rate: float = 0.0
    peers: float = 0.0
    n: int = 0
    probability: float = 0.0
    reason: str = ""


def _require_line(terms: ContestTerms) -> None:
    if terms.rule in {Rule.LINE, Rule.STREAK} and not (terms.line and terms.line > 0):
        raise BadInput(f"the rule needs a line above 0, got {terms.line}: say how much is to be reached")
    working = terms.calendar.working_days_between(terms.start, terms.after)
    if terms.rule is Rule.STREAK and not 1 <= terms.streak_days <= working:
        raise BadInput(f"a streak must lie in 1..{working} working days, got {terms.streak_days}")


def _require_months(terms: ContestTerms) -> None:
    """A quota is set by the month, so what is judged by it runs for whole months."""
    if terms.rule not in _OF_QUOTA:
        return
    if terms.metric not in MONEY:
        raise BadInput(f"a quota is set in {' or '.join(MONEY)}, got {terms.metric!r}: count one of them")
    if terms.start.day != 1 or terms.after.day != 1:
        raise BadInput(f"a quota is set by the month: run from the 1st to the last day, got {terms.start}")
    if terms.rule is Rule.EARLY and terms.start != terms.end.replace(day=1):
        raise BadInput("quota by three quarters of the month runs for one month: start one a month")
