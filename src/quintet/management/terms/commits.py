"""What crosses the wall about commits: what was said, what came of it, and who says too much."""

from dataclasses import dataclass
from datetime import date, datetime

#: What the ends of a stated range mean: as often below as above.
RANGE = (0.1, 0.9)
#: The source of what was said in Quintet itself.
OWN = "quintet"


@dataclass(frozen=True)
class Said:
    """A commit as it is made.

    Args:
        period: its name, e.g. 2026Q1 or 2026-03.
        is_team: for the whole team, by its manager.
        amount: what it will come to.
        low: one time in ten it will be less; None where only a figure was said.
        high: one time in ten it will be more.
        note: why.
    """

    period: str
    amount: float
    is_team: bool = False
    low: float | None = None
    high: float | None = None
    note: str = ""


@dataclass(frozen=True)
class CommitSaid:
    """A commit wherever it was made: in Quintet or in the system a row of the ledger came from.

    Args:
        rep_id: of the rep, or of the manager who speaks for the team.
        said: what was said.
        rep_ids: whose deals are meant, as the team was on that day.
        start: first day of the period.
        end: the day after its last.
        measure: amount, mrr or customers.
        at: when it was said.
        fitted: quantiles of the forecast of that day; None where none was kept.
        source: where it was said.
    """

    rep_id: int
    said: Said
    rep_ids: tuple[int, ...]
    start: date
    end: date
    measure: str
    at: datetime
    fitted: tuple[float, ...] | None = None
    source: str = OWN


@dataclass(frozen=True)
class Commit:
    """A commit as it was made, and what came of it.

    Args:
        rep_id: of the rep, or of the manager who speaks for the team.
        name: of that person.
        said: what was said.
        rep_ids: whose deals are meant.
        start: first day of the period.
        end: the day after its last.
        measure: amount, mrr or customers.
        at: when it was said.
        fitted: quantiles of the forecast of that day; None where there was none.
        so_far: what the period has brought.
        is_over: the period is over: `so_far` is what came of it.
        source: where it was said.
    """

    rep_id: int
    name: str
    said: Said
    rep_ids: tuple[int, ...]
    start: date
    end: date
    measure: str
    at: datetime
    fitted: tuple[float, ...] | None
    so_far: float
    is_over: bool
    source: str = OWN


@dataclass(frozen=True)
class Judged:
    """A commit whose period is over, scored beside the forecast of the same day.

    Args:
        commit: what was said.
        happened: what came.
        miss: how far the figure, or on average over a range the three figures, was off: a proper score.
        fitted_miss: the same of the forecast; None where there was none.
    """

    commit: Commit
    happened: float
    miss: float
    fitted_miss: float | None


@dataclass(frozen=True)
class Bias:
    """Does somebody commit too high or too low?

    Args:
        rep_id: whose commits.
        name: of that person.
        periods: judged.
        share: mean of (said - came) over the mean of what came; None while silent.
        lo: lower end of its 90 % interval.
        hi: upper end.
        sentence: the same in words.
    """

    rep_id: int
    name: str
    periods: int
    share: float | None
    lo: float | None
    hi: float | None
    sentence: str
