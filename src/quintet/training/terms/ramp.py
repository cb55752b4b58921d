"""Ramp: how long reps take to the first month at quota, with those who are still on their way."""

from dataclasses import dataclass
from datetime import date

from quintet.facts.careers import Ending
from quintet.kernel.finding import Status
from quintet.training.terms.modules import Span

#: With fewer reps who made quota no median is told; with fewer than the second it is hedged.
FEWEST_REACHED, ENOUGH_REACHED = 12, 30
#: Groups are only told apart where chance would spread them so less often.
APART = 0.05
#: The last month of a curve.
LONGEST = 24


@dataclass(frozen=True)
class Journey:
    """One rep's way to the first month at quota.

    Args:
        rep_id: who.
        name: as people call them.
        manager_id: whose team they came into; None where nobody knows.
        joined: first day of the month of joining, which is month 1.
        months: to the first month at quota, or so far.
        ending: reached, left, or still ramping.
    """

    rep_id: int
    name: str
    manager_id: int | None
    joined: date
    months: int
    ending: Ending


@dataclass(frozen=True)
class CurvePoint:
    """One month of a curve.

    Args:
        month: since joining, the month of joining is 1.
        share: of all who came, who had made quota once by its end.
        lo: lower end of its 90 % interval.
        hi: upper end.
        gone: who had left before.
        at_risk: watched on their way when it began.
        reached: made quota for the first time in it.
    """

    month: int
    share: float
    lo: float
    hi: float
    gone: float
    at_risk: int
    reached: int


@dataclass(frozen=True)
class RampCurve:
    """How long one group took.

    Args:
        key: of the group.
        label: as people call it; empty where the page knows better.
        reps: in it.
        reached: made quota once.
        left: left before.
        ramping: still on their way: neither there nor gone.
        status: speaks, hedged or silent.
        reason: why it does not speak.
        median: month by which half of all who came had made quota, leavers counted in; None where silent, or
            where half have not yet.
        points: month by month; empty where silent.
    """

    key: str
    label: str
    reps: int
    reached: int
    left: int
    ramping: int
    status: Status
    reason: str
    median: Span | None
    points: tuple[CurvePoint, ...]


@dataclass(frozen=True)
class Grouping:
    """Groups side by side, in their own order and never by rank unless they differ.

    Args:
        key: class, manager, score, or module:<key>.
        label: as people say it.
        curves: of each group.
        p_value: how often chance alone would spread such groups so far.
        differ: less often than one time in twenty, after correcting for the groupings looked at.
        reading: one sentence.
    """

    key: str
    label: str
    curves: tuple[RampCurve, ...]
    p_value: float
    differ: bool
    reading: str


@dataclass(frozen=True)
class RampReport:
    """What is known of the ramp.

    Args:
        until: only months before this day were counted.
        unknown: reps of whom nobody can know how long they took.
        everybody: all of them.
        groupings: by class, manager, score before hire, and module.
    """

    until: date
    unknown: int
    everybody: RampCurve
    groupings: tuple[Grouping, ...]
