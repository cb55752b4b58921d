"""What behaviour did before, during and after a contest: equal windows, and whether the rise was borrowed.

Each rep is his own comparison, and the change of all other reps over the same days is taken off where there
are enough of them. A contest is often called after a poor month; then a rise would have come by itself. So
this says what a contest went with, never what it caused.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from quintet.kernel.finding import CausalGrade, Finding, Status
from quintet.management.terms.contests import Behaviour, ContestTerms, Counts

#: Fewer reps than this are not averaged over, nor compared with.
FEWEST = 5
_LEVEL = 0.90
_METHOD = "contest-windows-1"
_DAY = timedelta(days=1)
F8 = NDArray[np.float64]


@dataclass(frozen=True)
class Windows:
    """As many working days before and after a contest as it had."""

    days: int
    before: tuple[date, date]
    during: tuple[date, date]
    after: tuple[date, date]

    @property
    def in_order(self) -> tuple[tuple[date, date], ...]:
        """Before, during, after."""
        return self.before, self.during, self.after


def windows(terms: ContestTerms, ended_on: date | None = None) -> Windows:
    """The windows around a contest; one that was ended early counts to that day.

    Days off beside a window belong to it: work done on them counts, the number of working days is the same.
    """
    end = min(terms.end, ended_on or terms.end)
    calendar = terms.calendar
    days = max(calendar.working_days_between(terms.start, end + _DAY), 1)
    first = calendar.add_working_days(terms.start, -days)
    last = calendar.add_working_days(end, days)
    return Windows(days, (first, terms.start - _DAY), (terms.start, end), (end + _DAY, last))


def behaviour(terms: ContestTerms, spans: Windows, counts: Counts, present: Iterable[int]) -> Behaviour:
    """The change while a contest ran, the dip after it, and what is left of both.

    Args:
        terms: the contest.
        spans: its windows.
        counts: of all reps, over all three windows.
        present: reps who were there in all three windows.
    """
    there = sorted(present)
    own = _rates([rep for rep in there if rep in terms.rep_ids], spans, counts)
    others = _rates([rep for rep in there if rep not in terms.rep_ids], spans, counts)
    beside = others if len(others) >= FEWEST else None
    changes = {"during": (-1, 1, 0), "dip": (-1, 0, 1), "net": (-1, 0.5, 0.5)}
    found = {
        name: _finding(terms, spans, counts, own @ np.array(weights), _weighed(beside, weights))
        for name, weights in changes.items()
    }
    return Behaviour(
        days=spans.days,
        before=spans.before,
        after=spans.after,
        rates=_mean(own),
        others=None if beside is None else _mean(beside),
        n=len(own),
        others_n=len(others),
        **found,
        sentence=_sentence(found, terms.counted),
    )


def _rates(reps: list[int], spans: Windows, counts: Counts) -> F8:
    """[reps, 3] how much a working day before, during and after."""
    told = [[float(counts.of(rep, *span)) / spans.days for span in spans.in_order] for rep in reps]
    return np.array(told, dtype=float).reshape(len(reps), 3)


def _weighed(rates: F8 | None, weights: tuple[float, ...]) -> F8 | None:
    return None if rates is None else rates @ np.array(weights)


def _mean(rates: F8) -> tuple[float, float, float]:
    before, during, after = rates.mean(axis=0).tolist() if len(rates) else (0.0, 0.0, 0.0)
    return before, during, after


def _finding(terms: ContestTerms, spans: Windows, counts: Counts, own: F8, others: F8 | None) -> Finding:
    """A mean change with its interval: Student's without a comparison, Welch's beside one."""
    common = {
        "question": f"change in {terms.counted} a rep and working day",
        "subject": "those who took part",
        "unit": f"{terms.counted} a day",
        "n": len(own),
        "n_required": FEWEST,
        "method": _METHOD,
        "grade": CausalGrade.ASSOCIATION,
        "level": _LEVEL,
        "window": (spans.before[0], spans.after[1]),
    }
    if counts.until < spans.after[1]:
        return Finding(
            status=Status.SILENT,
            reason="the window after the contest is not over",
            expected_on=spans.after[1],
            **common,  # type: ignore[arg-type]
        )
    if len(own) < FEWEST:
        reason = f"fewer than {FEWEST} of those who took part were there before, during and after"
        return Finding(status=Status.SILENT, reason=reason, **common)  # type: ignore[arg-type]
    estimate, half = _mean_and_half(own, others)
    return Finding(
        status=Status.SPEAKS,
        estimate=estimate,
        lo=estimate - half,
        hi=estimate + half,
        **common,  # type: ignore[arg-type]
    )


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


def _sentence(found: dict[str, Finding], counted: str) -> str:
    during, dip, net = found["during"], found["dip"], found["net"]
    if during.status is Status.SILENT:
        return f"Nothing can be said about behaviour yet: {during.reason}."
    rose, fell, gained = _sign(during), _sign(dip), _sign(net)
    said = {
        1: f"While it ran, {counted} rose beyond chance",
        0: f"While it ran, {counted} did not change beyond chance",
        -1: f"While it ran, {counted} fell beyond chance",
    }[rose]
    then = {1: "stayed above what it was", 0: "was as before", -1: "fell below what it was"}[fell]
    if rose > 0 and fell < 0:
        kept = "something is left" if gained > 0 else "nothing is left beyond chance"
        return f"{said}; afterwards it {then}. Part was pulled forward: over both windows {kept}."
    return f"{said}; afterwards it {then}."


def _sign(one: Finding) -> int:
    """Whether a change is beyond chance: 1 up, -1 down, 0 neither."""
    if one.lo is None or one.hi is None:
        return 0
    return int(one.lo > 0) - int(one.hi < 0)
