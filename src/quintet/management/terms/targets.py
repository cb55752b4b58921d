"""The words of targets: what a quota needs of inputs, where everybody stands, and what has dropped."""

from collections.abc import Mapping
from dataclasses import dataclass
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
        standing: "on pace", "behind" (fewer than chance explains), or "met another way": the outcome is on
            pace, so how it came about is the rep's own business.
    """

    stage: str
    done: int
    expected: float
    standing: str


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
        start: its first day.
        day: the newest day of the data.
        working_day: how many working days are over.
        working_days: how many it has.
        currency: of the money; empty where there is none.
        needs: what one rep's average quota takes.
        money: of all reps together.
        reps: by name.
        reason: why there are no input targets.
    """

    start: date
    day: date
    working_day: int
    working_days: int
    currency: str
    needs: tuple[Need, ...]
    money: Money
    reps: tuple[RepPace, ...]
    reason: str = ""


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
