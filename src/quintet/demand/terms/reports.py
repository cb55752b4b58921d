"""What the reports on sources, search terms, behaviour and content answer."""

from dataclasses import dataclass
from datetime import date

from quintet.kernel.finding import CausalGrade, Status

#: Rates "within this many days" are comparable between cohorts of any age.
WITHIN_DAYS = 90


@dataclass(frozen=True)
class ReportQuestion:
    """Which leads: those that became known within the period.

    Args:
        start: first day.
        end: the day after the last.
        segment: one customer type; empty for all.
    """

    start: date
    end: date
    segment: str = ""


@dataclass(frozen=True)
class Rate:
    """Share of leads that reach a stage.

    Args:
        n: leads.
        converted: of these, so far.
        raw: converted / n.
        rate: the share to expect, luck out, young leads counted for what they show; None when silent.
        lo: lower end of the 90 % interval.
        hi: upper end.
        shrinkage: how far it is pulled to the others, 0 (not at all) .. 1.
        p_above: probability that it is above the others: of a source, all others' leads together.
        known_share: share of the leads' outcomes known by now, 0..1.
        status: may it be shown as an answer?
        reason: why it is silent or hedged.
    """

    n: int
    converted: int
    raw: float
    rate: float | None = None
    lo: float | None = None
    hi: float | None = None
    shrinkage: float | None = None
    p_above: float | None = None
    known_share: float = 1.0
    status: Status = Status.SILENT
    reason: str = ""


@dataclass(frozen=True)
class Days:
    """Days until half of those who convert have; `n` conversions behind it."""

    n: int
    days: float | None = None
    lo: float | None = None
    hi: float | None = None
    status: Status = Status.SILENT
    reason: str = ""


@dataclass(frozen=True)
class Amount:
    """Money with its interval: what it is, of how many."""

    n: int
    label: str
    currency: str = ""
    value: float | None = None
    lo: float | None = None
    hi: float | None = None
    status: Status = Status.SILENT
    reason: str = ""


@dataclass(frozen=True)
class Advice:
    """Keep, test or stop; empty where the data supports none. `why` says what it rests on."""

    word: str
    why: str


@dataclass(frozen=True)
class Group:
    """One source or campaign.

    Args:
        kind: source or campaign.
        name: as the source writes it; empty for leads without one.
        leads: that became known in the period.
        qualified: to a qualifying call, in the end.
        won_soon: to a customer within WITHIN_DAYS.
        won: to a customer in the end.
        days_to_qualified: how long that takes.
        days_to_won: how long that takes.
        value: of a customer.
        spend: booked in the period for it; None where none was.
        cost_per_lead: spend over leads.
        cost_per_customer: spend over the customers to expect.
        advice: keep, test or stop.
    """

    kind: str
    name: str
    leads: int
    qualified: Rate
    won_soon: Rate
    won: Rate
    days_to_qualified: Days
    days_to_won: Days
    value: Amount
    spend: float | None
    cost_per_lead: Amount
    cost_per_customer: Amount
    advice: Advice


@dataclass(frozen=True)
class Spread:
    """Do the groups differ at all? `adjusted_p` is corrected for the number of rates tested."""

    kind: str
    outcome: str
    groups: int
    p_value: float
    adjusted_p: float
    is_rankable: bool


@dataclass(frozen=True)
class Comparison:
    """One group's rate minus another's.

    Args:
        kind: source or campaign.
        outcome: qualified, won_soon or won.
        one: name.
        other: name.
        difference: in shares (0.01 is one point).
        lo: lower end of the 90 % interval.
        hi: upper end.
        p_more: probability that the first is higher.
    """

    kind: str
    outcome: str
    one: str
    other: str
    difference: float
    lo: float
    hi: float
    p_more: float


@dataclass(frozen=True)
class CohortMonth:
    """The leads of one month: won within WITHIN_DAYS so far, and when the last of them is that old."""

    month: date
    leads: int
    won: int
    expected: float
    lo: float
    hi: float
    is_young: bool


@dataclass(frozen=True)
class SourcesReport:
    """Which sources and campaigns bring customers."""

    question: ReportQuestion
    leads: int
    groups: tuple[Group, ...]
    spreads: tuple[Spread, ...]
    comparisons: tuple[Comparison, ...]
    months: tuple[CohortMonth, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Term:
    """One search term, against what its leads' sources make expect.

    Args:
        name: the term.
        rate: to the stage; `rate.rate` is shrunken.
        expected: rate of its sources' leads with any term.
        p_value: two-sided, exact.
        q_value: corrected for all terms tested.
        is_tested: had enough leads to be tested.
        is_reported: stands after the correction.
    """

    name: str
    rate: Rate
    expected: float
    p_value: float
    q_value: float
    is_tested: bool
    is_reported: bool


@dataclass(frozen=True)
class TermsReport:
    """Which search terms bring leads that qualify, or become customers."""

    question: ReportQuestion
    outcome: str
    terms: tuple[Term, ...]
    tested: int
    false_share: float
    spread_p: float
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Ratio:
    """With against without, within source; above 1 is more often, or faster.

    Args:
        ratio: pulled towards the other looks by as much as luck explains.
        lo: lower end of its 90 % interval.
        hi: upper end.
        raw: before pulling.
        p_value: two-sided, of the raw one.
        q_value: corrected for every look of the report.
        is_reported: stands after the correction.
        status: may it be shown as an answer?
        reason: why it is silent.
    """

    ratio: float | None = None
    lo: float | None = None
    hi: float | None = None
    raw: float | None = None
    p_value: float = 1.0
    q_value: float = 1.0
    is_reported: bool = False
    status: Status = Status.SILENT
    reason: str = ""


@dataclass(frozen=True)
class Look:
    """One behaviour or piece of content: leads with it against leads without.

    Args:
        family: what kind of look, e.g. "Landing page", "Content".
        name: the page, form, band of hours.
        rate: of leads with it.
        rate_without: of the others.
        more: how much more often, within source.
        days: until half of those who convert have, with it.
        days_without: the same without.
        faster: how much faster those who convert do, within source.
        grade: how far it may be read as cause.
    """

    family: str
    name: str
    rate: Rate
    rate_without: Rate
    more: Ratio
    days: Days
    days_without: Days
    faster: Ratio
    grade: CausalGrade


@dataclass(frozen=True)
class ContentReport:
    """Which first-visit behaviour and which content goes with frequent and fast conversions."""

    question: ReportQuestion
    outcome: str
    leads: int
    behaviours: tuple[Look, ...]
    contents: tuple[Look, ...]
    looks: int
    false_share: float
    warnings: tuple[str, ...]
