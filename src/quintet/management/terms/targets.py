"""The words of targets: what a quota needs of inputs, where everybody stands, and what has dropped."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

#: The inputs that are watched: few, so that nobody is counted to death.
INPUTS = ("worked", "connected", "qualified", "demo")
#: What may drop from week to week.
METRICS = ("attempts", *INPUTS)
#: Where the watch of a company is kept.
WATCH_SHELF = "management.early_warnings"
#: Starting lines until a company's own rates are known: later stage over earlier.
STARTING_LINES = {("qualified", "demo"): 1 / 3, ("demo", "won"): 0.25}


@dataclass(frozen=True)
class Need:
    """How many of a stage a month's quota takes.

    Args:
        stage: worked … won.
        needed: a month, mean.
        lo: lower end of the 90 % interval; the mean itself where a starting line is used.
        hi: upper end.
        rate: share that reaches the next recorded stage; None at the last.
        is_own: the rate is fitted from the company's own leads; False for a starting line.
    """

    stage: str
    needed: float
    lo: float
    hi: float
    rate: float | None
    is_own: bool


@dataclass(frozen=True)
class Money:
    """Signed this month beside the quota and last month.

    Args:
        signed: so far.
        quota: of the month; None where none was set.
        expected: of the quota by now, at an even pace over the working days.
        last_month: signed last month by the same working day.
    """

    signed: float
    quota: float | None
    expected: float | None
    last_month: float

    @property
    def is_on_pace(self) -> bool:
        """As much as the quota takes by now, at least."""
        return self.expected is not None and self.signed >= self.expected

    @property
    def is_up(self) -> bool:
        """More than last month by the same working day."""
        return self.signed > self.last_month


@dataclass(frozen=True)
class InputPace:
    """One input of one rep this month.

    Args:
        stage: which.
        done: so far.
        expected: needed by now.
        standing: "on pace", "behind" (fewer than chance explains), "met another way" (the outcome is on pace,
            so how it came about is the rep's own business), or "not known": too little is recorded to say
            how far such counts swing by themselves.
        chance: of so few or fewer in a month of somebody who is on target; None where it is not known.
    """

    stage: str
    done: int
    expected: float
    standing: str
    chance: float | None = None


@dataclass(frozen=True)
class MonthSoFar:
    """How much of a month is over, by working days.

    Args:
        start: its first day.
        end: the day after its last.
        day: the day counted to, itself included.
        working_day: how many working days are over by then.
        working_days: how many it has.
    """

    start: date
    end: date
    day: date
    working_day: int
    working_days: int

    @property
    def share(self) -> float:
        """Over, 0..1."""
        return self.working_day / max(self.working_days, 1)


@dataclass(frozen=True)
class Aims:
    """What a month asks of one rep, or of several together.

    Args:
        so_far: how much of the month is over.
        needed: stage → in the whole month, backwards from the quota; without those that have no target.
        outcome_is_met: what was signed is on pace.
        dispersion: stage → variance over mean of such counts, 1 or more; without those where nobody can say.
        reasons: stage → why it has no target.
    """

    so_far: MonthSoFar
    needed: Mapping[str, float]
    outcome_is_met: bool = False
    dispersion: Mapping[str, float] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)

    def a_day(self, stage: str) -> float | None:
        """Needed on a working day; None where there is no target."""
        needed = self.needed.get(stage)
        return None if needed is None else needed / max(self.so_far.working_days, 1)

    def by_now(self, stage: str) -> float | None:
        """Needed by the day; None where there is no target."""
        needed = self.needed.get(stage)
        return None if needed is None else needed * self.so_far.share


@dataclass(frozen=True)
class RepPace:
    """One rep this month: money first, then the inputs."""

    rep_id: int
    name: str
    money: Money
    customers: int
    inputs: tuple[InputPace, ...]


@dataclass(frozen=True)
class Month:
    """The running month of some reps.

    Args:
        so_far: how much of it is over by the newest day of the data.
        currency: of the money; empty where there is none.
        needs: what one rep's average quota takes.
        money: of all reps together.
        reps: by name; none where only sums are told.
        last_month: the days of the month before that are compared: first, and the one after the last.
        reason: why there are no input targets.
        is_summed: sums of the company, for a reader who sees no single rep.
    """

    so_far: MonthSoFar
    currency: str
    needs: tuple[Need, ...]
    money: Money
    reps: tuple[RepPace, ...]
    last_month: tuple[date, date]
    reason: str = ""
    is_summed: bool = False


@dataclass(frozen=True)
class Pair:
    """Qualifying calls that one person hands to another who demonstrates, over six months.

    Args:
        setter_id: who held or booked the qualifying call, e.g. a BDR.
        closer_id: who gave the demo.
        calls: qualifying calls handed over.
        demos: of these, with a demo.
        lo: lower end of the 90 % interval of demos / calls.
        hi: upper end.
    """

    setter_id: int
    setter: str
    closer_id: int
    closer: str
    calls: int
    demos: int
    lo: float
    hi: float


@dataclass(frozen=True)
class EarlyWarning:
    """An input that has dropped, while revenue may still be up.

    Args:
        team: which.
        rep_id: whose; None for the team together.
        name: of the rep, or the team.
        metric: attempts, worked, connected, qualified or demo.
        since: first day of the week from which on it is low.
        found: first day of the week in which it was found.
        expected: a week, by the weeks before.
        seen: a week since.
        revenue: MRR signed a week since, over that of the weeks before; None where nothing was signed.
    """

    team: str
    rep_id: int | None
    name: str
    metric: str
    since: date
    found: date
    expected: float
    seen: float
    revenue: float | None

    @property
    def is_early(self) -> bool:
        """Revenue has not dropped with it, so far."""
        return self.revenue is not None and self.revenue >= 1.0


@dataclass(frozen=True)
class Watch:
    """What is watched, and how well.

    Args:
        weeks: how many weeks of data there are.
        until: first day of the newest whole week.
        false_alarms: stated number a team and year, all its counts together.
        finds: metric → weeks in which a drop of 40 % of a median rep is found in 8 of 10 cases; metrics for
            which that takes over two years are left out.
        warnings: newest first.
        reason: why nothing is watched.
    """

    weeks: int
    until: date
    false_alarms: float
    finds: dict[str, int]
    warnings: tuple[EarlyWarning, ...] = ()
    reason: str = ""


@dataclass(frozen=True, eq=False)
class Weekly:
    """What everybody did week by week.

    Args:
        first: Monday of the first week.
        rep_ids: the reps, in the order of the arrays.
        counts: metric → counts, shape (J, T); whole weeks alone.
        mrr: signed a week, shape (J, T).
    """

    first: date
    rep_ids: tuple[int, ...]
    counts: Mapping[str, FloatArray]
    mrr: FloatArray

    @property
    def weeks(self) -> int:
        """How many."""
        return self.mrr.shape[1]

    def day(self, week: int) -> date:
        """The Monday of a week."""
        return self.first + timedelta(weeks=week)
