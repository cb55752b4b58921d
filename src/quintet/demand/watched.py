"""What the lead score promised since it was fitted, and which leads came in: for the watch on drift."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from quintet.demand.formula.score.features import blocks, encoded
from quintet.demand.formula.score.promises import NEVER, Course, accrued, fit_pace, settled
from quintet.demand.formula.score.score import LeadScore
from quintet.demand.formula.score.subset import subset
from quintet.demand.terms.examples import B1, F8, I8, M8, Examples
from quintet.demand.terms.score import FeatureKind
from quintet.facts.published import Facts
from quintet.kernel.errors import NotEnoughData
from quintet.stats.logistic import Codes, column_sums
from quintet.stats.trials import Input, Watched

#: Leads are counted in windows of four weeks: the newest beside those of the year before the fit.
WINDOW, WINDOWS = 28, 13
#: The newest week is left out: much about its leads is not recorded yet, and would look like a change.
HELD_BACK = 7
_TENTHS = 10
#: A score; of the naive answer its rate and the customers it rests on.
Version = LeadScore | tuple[float, int]


@dataclass(frozen=True)
class _Told:
    """What a version says of some leads."""

    codes: Codes
    p: F8


def watched(
    facts: Facts,
    examples: Examples,
    version: Version,
    span: tuple[np.datetime64, np.datetime64],
    horizon: int,
) -> Watched:
    """The watch of one version.

    Args:
        facts: as they were known at the end of the span.
        examples: all leads of these facts at hand-over.
        version: the one in use.
        span: the first instant after the fit; the first that is not looked at.
        horizon: days within which a lead must buy.
    """
    fitted, end = _first_day(span[0]), int(span[1].astype("datetime64[D]").astype(np.int64))
    course = _course(facts, examples)
    year = fitted - WINDOWS * WINDOW
    rows = np.flatnonzero(
        ((course.started >= fitted - horizon) & (course.started < end))
        | ((course.handed >= min(year, fitted - horizon)) & (course.handed < end))
    )
    some = subset(examples, rows)
    mine = Course(course.handed[rows], course.started[rows], course.won[rows])
    told = _told(version, some)
    over = settled(mine, some.is_worked | some.is_won, horizon, _unseen_from(version, fitted, horizon), end)
    kept: tuple[F8, F8] = (np.zeros(0), np.zeros(0))
    missing = ""
    try:
        kept = accrued(mine, told.p, fit_pace(course, fitted, horizon), fitted, max(end, fitted))
    except NotEnoughData as error:
        missing = str(error)
    return Watched(
        inputs=tuple(_inputs(version, mine.handed, told, (fitted, end))),
        days=np.arange(fitted, fitted + len(kept[0])).astype("datetime64[D]"),
        promised=kept[0],
        happened=kept[1],
        doubt=_doubt(version, told),
        months=(mine.handed[over] + horizon).astype("datetime64[D]").astype("datetime64[M]").astype(np.str_),
        said=told.p[over],
        came=mine.won[over] - mine.handed[over] <= horizon,
        missing=missing,
    )


def _first_day(instant: np.datetime64) -> int:
    """The first day that is wholly after an instant."""
    day = instant.astype("datetime64[D]")
    return int(day.astype(np.int64)) + int(day.astype("datetime64[us]") < instant)


def _course(facts: Facts, examples: Examples) -> Course:
    """Leads in days; where a source tells of work at all, the clock of a lead starts with its first."""
    leads = facts.table("leads")
    rows = facts.arrow(leads.select("lead_id", "won_at", "worked_at"))
    ids = rows["lead_id"].to_numpy()
    order = np.argsort(ids)
    at = order[np.searchsorted(ids[order], examples.lead_ids)]
    won, worked = (_instants(rows, name)[at] for name in ("won_at", "worked_at"))
    begun = np.maximum(worked, examples.handed_at) if not np.isnat(worked).all() else examples.handed_at
    begun = np.where(examples.is_worked, begun, np.datetime64("NaT", "us"))
    sold = np.where(examples.is_won, won, np.datetime64("NaT", "us"))
    return Course(_days(examples.handed_at, 0), _days(begun, NEVER), _days(sold, NEVER))


def _instants(table: pa.Table, name: str) -> M8:
    return np.asarray(table[name].cast(pa.timestamp("us")).to_numpy(), dtype="datetime64[us]")


def _days(instants: M8, otherwise: int) -> I8:
    days = instants.astype("datetime64[D]").astype(np.int64)
    return np.where(np.isnat(instants), otherwise, days)


def _told(version: Version, some: Examples) -> _Told:
    if not isinstance(version, LeadScore):
        return _Told(np.zeros((len(some), 0), dtype=np.int16), np.full(len(some), version[0]))
    codes = encoded(version.features, some)
    log_odds = version.fit.log_odds(codes, blocks(version.features))
    return _Told(codes, np.asarray(1.0 / (1.0 + np.exp(-log_odds))))


def _unseen_from(version: Version, fitted: int, horizon: int) -> int:
    """From when on a horizon must end for its lead not to have been learned from, in part either."""
    in_part = isinstance(version, LeadScore) and version.ground.young_count_in_part
    return fitted + horizon if in_part else fitted


def _doubt(version: Version, told: _Told) -> float:
    """Standard deviation of the log of what is promised in all, by the score's own covariance."""
    if not isinstance(version, LeadScore):
        return float(1.0 / np.sqrt(version[1] + 0.5))
    if not told.p.size:
        return 0.0
    slope = column_sums(told.codes, blocks(version.features), told.p * (1.0 - told.p)) / told.p.sum()
    return float(np.sqrt(max(slope @ version.fit.covariance @ slope, 0.0)))


def _inputs(version: Version, handed: I8, told: _Told, span: tuple[int, int]) -> Iterator[Input]:
    """The score in tenths, then each thing it looks at; pairs are seen through their parts."""
    if not isinstance(version, LeadScore) or not version.features:
        return
    fitted, end = span
    window = np.where(handed < fitted, (fitted - 1 - handed) // WINDOW, -1)
    before = (window >= 0) & (window < WINDOWS)
    last = end - HELD_BACK
    now = (handed >= max(fitted, last - WINDOW)) & (handed < last)
    cuts = _cuts(told.p[before])
    said = tuple(
        f"{_percent(lo)} to {_percent(hi)}" for lo, hi in zip((0.0, *cuts), (*cuts, 1.0), strict=True)
    )
    yield _input("the score", said, np.searchsorted(cuts, told.p, side="right"), window, before, now)
    for place, feature in enumerate(version.features):
        if feature.kind is not FeatureKind.PAIRS:
            yield _input(feature.name, feature.said, told.codes[:, place], window, before, now)


def _cuts(p: F8) -> F8:
    if not p.size:
        return np.zeros(0)
    return np.unique(np.quantile(p, np.linspace(0, 1, _TENTHS + 1)[1:-1]))


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _input(name: str, said: tuple[str, ...], codes: I8 | Codes, window: I8, before: B1, now: B1) -> Input:
    size = len(said)
    level = codes.astype(np.int64)
    past = np.bincount(window[before] * size + level[before], minlength=WINDOWS * size)
    counted = np.bincount(level[now], minlength=size)
    return Input(name, said, past.reshape(WINDOWS, size).astype(np.float64), counted.astype(np.float64))
