"""The words of the executive's weekly mail."""

from dataclasses import dataclass
from datetime import date

from quintet.management.terms.daily import Remark
from quintet.management.terms.funnel import TeamFunnel


@dataclass(frozen=True)
class Signed:
    """What was signed in some days, in one currency.

    Args:
        currency: ISO 4217; empty where none is recorded.
        customers: how many.
        mrr: their monthly recurring revenue; 0 where none is recorded.
        amount: their value.
    """

    currency: str
    customers: int
    mrr: float
    amount: float


@dataclass(frozen=True)
class Pace:
    """The month's quotas, and where they would stand if every working day brought the same.

    Args:
        quota: of all reps together.
        reps: how many of them have one.
        due: the quota's part for the working days that are over.
        done: signed so far, in the unit of the quota.
        unit: MRR or value, with its currency.
    """

    quota: float
    reps: int
    due: float
    done: float
    unit: str


@dataclass(frozen=True)
class TeamWeek:
    """One team's activity in the month so far: leads by stage, in the order of the stages.

    Args:
        counts: so far.
        targets: what the quotas take by now; None where no target can be derived.
    """

    name: str
    counts: tuple[int, ...]
    targets: tuple[float | None, ...]


@dataclass(frozen=True)
class WeeklyLetter:
    """One week's letter for the executives.

    Args:
        day: the working day before it.
        month: as the page's filter writes it.
        last_month: the month before.
        same_day: the day of the month before with as many working days.
        workdays: working days of the month up to and with the day.
        workdays_in_month: of the whole month.
        now: signed in the month up to and with the day, by currency.
        before: signed in the month before up to the same working day.
        pace: None where no quota is set.
        stages: the stages recorded, in order.
        teams: by name.
        funnel: everybody's, as the page opens it.
        remarks: what stands out.
        no_targets: why no team has input targets.
    """

    day: date
    month: str
    last_month: str
    same_day: date
    workdays: int
    workdays_in_month: int
    now: tuple[Signed, ...]
    before: tuple[Signed, ...]
    pace: Pace | None
    stages: tuple[str, ...]
    teams: tuple[TeamWeek, ...]
    funnel: TeamFunnel
    remarks: tuple[Remark, ...]
    no_targets: str = ""
