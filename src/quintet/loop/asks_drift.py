"""Questions on drift: what the watch saw, and which window of the past the formula learns from."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.kernel.home import Home
from quintet.loop.curve import gain_over
from quintet.loop.drift import Drift
from quintet.loop.formulas import formula_named, watched_formulas
from quintet.loop.running import Turns
from quintet.loop.terms import BASELINE
from quintet.loop.watching import Drifts, in_use_at
from quintet.stats.trials import Formula, Watching

#: So many days watched are told, newest first.
MOST_DAYS = 60


@dataclass(frozen=True)
class Window:
    """One way to fit, beside what was in use.

    Args:
        recipe: its name; "baseline" is the naive answer.
        sentence: what it learns from.
        is_in_use: it is the one in use now.
        more_lost: loss a unit above that of what was in use, over all scored periods; None before one.
        lo: lower end of its 90 % interval over clusters.
        hi: upper end.
        units: how many it rests on.
    """

    recipe: str
    sentence: str
    is_in_use: bool
    more_lost: float | None
    lo: float | None
    hi: float | None
    units: int

    @property
    def reading(self) -> str:
        """In words."""
        if self.more_lost is None or self.lo is None or self.hi is None:
            return "too little to tell"
        if self.lo > 0:
            return "would have lost more"
        return "would have lost less" if self.hi < 0 else "no difference shown"


@dataclass(frozen=True)
class DriftStanding:
    """One formula as the watch sees it.

    Args:
        formula: which.
        seen: the newest day; None before the first.
        days: the days watched, newest first.
        windows: every recipe and the naive answer.
        missing: why there is nothing yet; empty when there is.
    """

    formula: Formula
    seen: Drift | None
    days: tuple[str, ...]
    windows: tuple[Window, ...]
    missing: str


def drifts(home: Home, day: str = "") -> tuple[DriftStanding, ...]:
    """Every formula that is watched day by day, as the watch sees it."""
    return tuple(drift(home, one.name, day) for one in watched_formulas())


def drift(home: Home, name: str, day: str = "") -> DriftStanding:
    """One formula as the watch sees it.

    Args:
        home: whose.
        name: of the formula.
        day: as it was seen on that day; the newest when empty.

    Raises:
        BadInput: when there is no such formula, or that day was not watched.
    """
    formula, kept = formula_named(name), Drifts(home, name)
    days = tuple(reversed(kept.days()))
    if day and day not in days:
        msg = f"{name} was not watched on {day!r}: choose one of {', '.join(days[:5]) or 'no day yet'}"
        raise BadInput(msg)
    seen = kept.read(day) if day else kept.newest()
    missing = "" if seen else _missing(home, formula)
    return DriftStanding(formula, seen, days[:MOST_DAYS], windows(home, formula), missing)


def windows(home: Home, formula: Formula) -> tuple[Window, ...]:
    """What each window of the past would have lost beside what was in use, on units nobody had seen."""
    turns = Turns(home, formula.name).kept()
    clusters = [cluster for turn in turns for cluster in turn.clusters]
    now = turns[-1].next if turns else BASELINE
    told = [(one.name, one.sentence) for one in formula.recipes]
    found = []
    for name, sentence in (*told, (BASELINE, "says the same of every unit")):
        more, lo, hi = gain_over(clusters, name)
        units = sum(one.units for one in clusters if name in one.losses)
        found.append(Window(name, sentence, name == now, more, lo, hi, units))
    return tuple(found)


def day_after(day: str) -> datetime:
    """The first instant after a day a person names, UTC.

    Raises:
        BadInput: when it is none.
    """
    try:
        return datetime.fromisoformat(f"{day}T00:00:00+00:00") + timedelta(days=1)
    except ValueError:
        msg = f"a day is written 2026-11-28, got {day!r}"
        raise BadInput(msg) from None


def _missing(home: Home, formula: Formula) -> str:
    if not isinstance(formula, Watching):
        return "It does not tell what it promises day by day: it is scored by the turn alone."
    try:
        in_use_at(home, formula.name, datetime.max.replace(tzinfo=UTC))
    except NotEnoughData as error:
        return str(error)
    return "The worker looks once a day; nothing was looked at yet."
