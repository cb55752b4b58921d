"""What behaviour did before, during and after a contest: equal windows, and whether a rise was borrowed.

Two comparisons, each less what all other reps did over the same days where there are enough of them. Beside
the window right before: rep by rep. Beside the six windows before that: what is usual, and how much it swings
by itself. A contest is often called after a poor month, and a whole team has good and poor weeks together; so
a rise or a dip is told only where it lies outside what such windows did before. It says what a contest went
with, never what it caused.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from quintet.kernel.finding import CausalGrade, Finding, Status
from quintet.management.terms.contests import Behaviour, ContestTerms, Counts

#: Fewer reps than this are not averaged over, nor compared with.
FEWEST = 5
#: Windows before the one before that tell what is usual, and the fewest that do.
USUAL, FEWEST_USUAL = 6, 4
_LEVEL = 0.90
_METHOD = "contest-windows-1"
_DAY = timedelta(days=1)
F8 = NDArray[np.float64]


@dataclass(frozen=True)
class Windows:
    """As many working days before and after a contest as it had, and more such windows before these.

    Args:
        days: working days in each.
        usual: first and last day of each window before the one before, oldest first.
        before: of the one right before.
        during: of the contest.
        after: of the one right after.
    """

    days: int
    usual: tuple[tuple[date, date], ...]
    before: tuple[date, date]
    during: tuple[date, date]
    after: tuple[date, date]

    @property
    def in_order(self) -> tuple[tuple[date, date], ...]:
        """Usual ones, before, during, after."""
        return *self.usual, self.before, self.during, self.after

    @property
    def whole(self) -> tuple[date, date]:
        """From the first day of all to the last."""
        return self.in_order[0][0], self.after[1]


def windows(terms: ContestTerms, since: date, ended_on: date | None = None) -> Windows:
    """The windows around a contest; one that was ended early counts to that day.

    Days off beside a window belong to it: work done on them counts, the number of working days is the same.

    Args:
        terms: the contest.
        since: the first day the data knows of; windows that begin earlier are left out.
        ended_on: its last day, when it was ended early.
    """
    end = min(terms.end, ended_on or terms.end)
    calendar = terms.calendar
    days = max(calendar.working_days_between(terms.start, end + _DAY), 1)
    starts = [terms.start]
    for _ in range(1 + USUAL):
        starts.insert(0, calendar.add_working_days(starts[0], -days))
    spans = [(one, other - _DAY) for one, other in pairwise(starts)]
    return Windows(
        days=days,
        usual=tuple(span for span in spans[:-1] if span[0] >= since),
        before=spans[-1],
        during=(terms.start, end),
        after=(end + _DAY, calendar.add_working_days(end, days)),
    )


def behaviour(terms: ContestTerms, spans: Windows, counts: Counts, present: Iterable[int]) -> Behaviour:
    """The change while a contest ran, the dip after it, and what is left of both.

    Args:
        terms: the contest.
        spans: its windows.
        counts: of all reps, over all windows.
        present: reps who were there in all of them.
    """
    there = sorted(present)
    own = _rates([rep for rep in there if rep in terms.rep_ids], spans, counts)
    others = _rates([rep for rep in there if rep not in terms.rep_ids], spans, counts)
    beside = others if len(others) >= FEWEST else None
    asked = _Asked(terms, spans, counts, own, beside)
    found = {name: asked.beside_usual(weights) for name, weights in _WEIGHTS.items()}
    right_before = asked.beside_before()
    return Behaviour(
        days=spans.days,
        usual=(spans.whole[0], spans.before[0] - _DAY) if spans.usual else None,
        before=spans.before,
        after=spans.after,
        rates=_four(own, len(spans.usual)),
        others=None if beside is None else _four(beside, len(spans.usual)),
        n=len(own),
        others_n=len(others),
        right_before=right_before,
        **found,
        sentence=_sentence(found, right_before, terms.counted),
    )


#: What is compared with the usual windows: shares of the windows during and after.
_WEIGHTS = {"during": (1.0, 0.0), "dip": (0.0, 1.0), "net": (0.5, 0.5)}


@dataclass(frozen=True, eq=False)
class _Asked:
    """One contest's rates a working day: [reps, windows in order]."""

    terms: ContestTerms
    spans: Windows
    counts: Counts
    own: F8
    others: F8 | None

    def beside_before(self) -> Finding:
        """The change beside the window right before, rep by rep: Student's interval, or Welch's."""
        if silent := self._silent():
            return self._said(len(self.own), FEWEST, silent)
        change = self.own[:, -2] - self.own[:, -3]
        others = None if self.others is None else self.others[:, -2] - self.others[:, -3]
        estimate, half = _mean_and_half(change, others)
        return self._said(len(self.own), FEWEST, "", estimate, half)

    def beside_usual(self, weights: tuple[float, float]) -> Finding:
        """The change beside the usual windows, with the interval of one more such window."""
        usual = len(self.spans.usual)
        reason = self._silent()
        if not reason and usual < FEWEST_USUAL:
            reason = f"the data reaches back {usual} such windows, and {FEWEST_USUAL} tell what is usual"
        if reason:
            return self._said(usual, FEWEST_USUAL, reason)
        means = self.own.mean(axis=0) - (0.0 if self.others is None else self.others.mean(axis=0))
        past = means[:usual]
        estimate = float(means[-2:] @ np.array(weights) - past.mean())
        swing = np.sqrt(past.var(ddof=1) * (float(np.square(weights).sum()) + 1 / usual))
        half = float(stdtrit(usual - 1, (1 + _LEVEL) / 2) * swing)
        return self._said(usual, FEWEST_USUAL, "", estimate, half)

    def _silent(self) -> str:
        """Why nothing can be said at all; empty when it can."""
        if self.counts.until < self.spans.after[1]:
            return "the window after the contest is not over"
        if len(self.own) < FEWEST:
            return f"fewer than {FEWEST} of those who took part were there all the time"
        return ""

    def _said(
        self, n: int, need: int, reason: str, estimate: float | None = None, half: float = 0.0
    ) -> Finding:
        is_open = self.counts.until < self.spans.after[1]
        return Finding(
            question=f"change in {self.terms.counted} a rep and working day",
            subject="those who took part",
            unit=f"{self.terms.counted} a day",
            status=Status.SILENT if estimate is None else Status.SPEAKS,
            n=n,
            n_required=need,
            method=_METHOD,
            estimate=estimate,
            lo=None if estimate is None else estimate - half,
            hi=None if estimate is None else estimate + half,
            level=_LEVEL,
            grade=CausalGrade.ASSOCIATION,
            reason=reason,
            expected_on=self.spans.after[1] if is_open else None,
            window=self.spans.whole,
        )


def _rates(reps: list[int], spans: Windows, counts: Counts) -> F8:
    """[reps, windows] how much a working day in each."""
    told = [[float(counts.of(rep, *span)) / spans.days for span in spans.in_order] for rep in reps]
    return np.array(told, dtype=float).reshape(len(reps), len(spans.in_order))


def _four(rates: F8, usual: int) -> tuple[float, ...]:
    """The means for the chart: usual (over its windows, where there are any), before, during, after."""
    if not len(rates):
        return (0.0,) * (3 + bool(usual))
    means = rates.mean(axis=0)
    first = [float(means[:usual].mean())] if usual else []
    return (*first, *means[usual:].tolist())


def _mean_and_half(own: F8, others: F8 | None) -> tuple[float, float]:
    """The mean change, less that of others, and half of its interval."""
    groups = [own] if others is None else [own, others]
    parts = [group.var(ddof=1) / len(group) for group in groups]
    variance = sum(parts)
    estimate = float(own.mean()) - (0.0 if others is None else float(others.mean()))
    if not variance:
        return estimate, 0.0
    spread = sum(part**2 / (len(group) - 1) for part, group in zip(parts, groups, strict=True))
    half = stdtrit(variance**2 / spread, (1 + _LEVEL) / 2) * np.sqrt(variance)
    return estimate, float(half)


def _sentence(found: dict[str, Finding], right_before: Finding, counted: str) -> str:
    during = found["during"]
    if right_before.status is Status.SILENT:
        return f"Nothing can be said about behaviour yet: {right_before.reason}."
    if during.status is Status.SILENT:
        return f"What is usual is not known, so nothing is claimed: {during.reason}."
    rose, fell, gained = (_sign(found[name]) for name in ("during", "dip", "net"))
    if rose == fell == 0 and _sign(right_before) <= 0:
        return f"While it ran and afterwards, {counted} were within what is usual."
    said = {
        1: f"While it ran, {counted} were above what is usual",
        0: f"While it ran, {counted} were within what is usual",
        -1: f"While it ran, {counted} were below what is usual",
    }[rose]
    then = {1: "stayed above it", 0: "were back to it", -1: "fell below it"}[fell]
    if rose > 0 and fell < 0:
        kept = "something is left" if gained > 0 else "nothing is left beyond chance"
        return f"{said}; afterwards they {then}. Part was pulled forward: over both windows {kept}."
    if rose == 0 and _sign(right_before) > 0:
        return f"{said}. They rose beside the weeks right before, but those were poor: no rise is claimed."
    return f"{said}; afterwards they {then}."


def _sign(one: Finding) -> int:
    """Whether a change is beyond chance: 1 up, -1 down, 0 neither."""
    if one.lo is None or one.hi is None:
        return 0
    return int(one.lo > 0) - int(one.hi < 0)
