"""Where a contest stands at the end of a day: recomputed from the counts, by its rule and by nothing else."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from quintet.management.formula.contest_points import accuracy_points
from quintet.management.terms.contests import ContestTerms, Counts, Known, Row, Rule, Standing

NOTHING = Decimal(0)
_DAY = timedelta(days=1)


def standing(
    terms: ContestTerms,
    counts: Counts,
    on: date,
    known: Known,
    ended_on: date | None = None,
) -> Standing:
    """Who has how much at the end of a day, and who has won by then.

    Args:
        terms: what was announced.
        counts: what was counted; days after `on` are ignored.
        on: the day; the last of the contest when it is later.
        known: names, quotas and commits.
        ended_on: its last day, when it was ended early.
    """
    last = min(terms.end, ended_on or terms.end)
    on = min(on, last, counts.until)
    judge = {
        Rule.MOST: _most,
        Rule.LINE: _line,
        Rule.TEAM: _quota,
        Rule.EARLY: _quota,
        Rule.STREAK: _streak,
        Rule.ACCURACY: _accuracy,
    }[terms.rule]
    found = judge(_Judged(terms, counts, on, known))
    rows = tuple(replace(row, name=known.names.get(row.rep_id, str(row.rep_id))) for row in found)
    rows = tuple(sorted(rows, key=lambda row: (row.place or 0, row.name, row.rep_id)))
    is_over = on >= last
    winners = _winners(terms, rows, is_over=is_over)
    return Standing(on, is_over, rows, winners, _sentence(terms, rows, winners, is_over=is_over))


class _Judged:
    """What a rule looks at."""

    def __init__(self, terms: ContestTerms, counts: Counts, on: date, known: Known) -> None:
        self.terms, self.counts, self.on = terms, counts, on
        self.quotas, self.commits = known.quotas, known.commits

    def total(self, rep_id: int) -> Decimal:
        """How much a rep has so far."""
        return self.counts.of(rep_id, self.terms.start, self.on)

    def reached(self, rep_id: int, target: Decimal, until: date) -> date | None:
        """The day on which a rep had so much; None where he had not by then."""
        days, so_far = self.counts.by_day.get(rep_id, {}), NOTHING
        for day in sorted(days):
            if self.terms.start <= day <= min(self.on, until):
                so_far += days[day]
                if so_far >= target:
                    return day
        return None

    def quota(self, rep_id: int) -> Decimal | None:
        """The quotas of the months together; None where one is missing."""
        found = [self.quotas.get((rep_id, month)) for month in months(self.terms.start, self.terms.end)]
        return None if None in found else sum((one for one in found if one is not None), NOTHING)


def months(start: date, end: date) -> Iterator[date]:
    """The first day of every month between two days, both included."""
    month = start.replace(day=1)
    while month <= end:
        yield month
        month = (month + timedelta(days=32)).replace(day=1)


def _most(found: _Judged) -> Iterable[Row]:
    totals = {rep: found.total(rep) for rep in found.terms.rep_ids}
    for rep, total in totals.items():
        yield Row(rep, "", total, place=1 + sum(other > total for other in totals.values()))


def _line(found: _Judged) -> Iterable[Row]:
    for rep in found.terms.rep_ids:
        target = found.terms.line or NOTHING
        day = found.reached(rep, target, found.terms.end)
        yield Row(rep, "", found.total(rep), target, day is not None, day)


def _quota(found: _Judged) -> Iterable[Row]:
    for rep in found.terms.rep_ids:
        quota = found.quota(rep)
        if quota is None:
            yield Row(rep, "", found.total(rep), note="no quota is set, so it cannot be reached")
            continue
        day = found.reached(rep, quota, found.terms.deadline)
        yield Row(rep, "", found.total(rep), quota, day is not None, day)


def _streak(found: _Judged) -> Iterable[Row]:
    terms, line = found.terms, found.terms.line or NOTHING
    span = range((found.on - terms.start).days + 1)
    days = [day for n in span if terms.calendar.is_working_day(day := terms.start + _DAY * n)]
    for rep in terms.rep_ids:
        run, longest, since = 0, 0, None
        for day in days:
            run = run + 1 if found.counts.by_day.get(rep, {}).get(day, NOTHING) >= line else 0
            longest = max(longest, run)
            if run == terms.streak_days and since is None:
                since = day
        yield Row(rep, "", found.total(rep), line, since is not None, since, run=run, longest=longest)


def _accuracy(found: _Judged) -> Iterable[Row]:
    over = [month for month in months(found.terms.start, found.on) if _last(month) <= found.on]
    for rep in found.terms.rep_ids:
        known = [
            (found.commits[rep, month], found.counts.of(rep, month, _last(month)), found.quotas[rep, month])
            for month in over
            if (rep, month) in found.commits and found.quotas.get((rep, month), NOTHING) > 0
        ]
        points = sum((accuracy_points(*one) for one in known), NOTHING)
        missing = len(over) - len(known)
        note = f"nothing committed, or no quota, in {missing} of {len(over)} months" if missing else ""
        yield Row(rep, "", points, note=note if over else "the first month is not over")


def _last(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1) - _DAY


def _winners(terms: ContestTerms, rows: tuple[Row, ...], *, is_over: bool) -> tuple[int, ...]:
    if terms.rule is Rule.MOST:
        return tuple(row.rep_id for row in rows if is_over and row.place == 1 and row.value > 0)
    if terms.rule is Rule.TEAM:
        return tuple(row.rep_id for row in rows) if all(row.is_reached for row in rows) else ()
    return tuple(row.rep_id for row in rows if row.is_reached)


def _sentence(terms: ContestTerms, rows: tuple[Row, ...], winners: tuple[int, ...], *, is_over: bool) -> str:
    told: Mapping[Rule, Callable[[], str]] = {
        Rule.MOST: lambda: _said_of_most(terms, rows, is_over=is_over),
        Rule.TEAM: lambda: _said_of_team(rows, is_over=is_over),
        Rule.ACCURACY: lambda: "Paid by points, not by place: the honest commit is the best one.",
    }
    return told.get(terms.rule, lambda: _said_of_reached(rows, winners, is_over=is_over))()


def _said_of_most(terms: ContestTerms, rows: tuple[Row, ...], *, is_over: bool) -> str:
    first = [row for row in rows if row.place == 1 and row.value > 0]
    if not first:
        return f"Nobody has any {terms.counted}{' in the end' if is_over else ' yet'}."
    who = " and ".join(filter(None, (", ".join(row.name for row in first[:-1]), first[-1].name)))
    verb = "won" if is_over else "leads" if len(first) == 1 else "lead"
    tied = ", tied" if len(first) > 1 else ""
    return f"{who} {verb}{tied} with {first[0].value:,} {terms.counted}."


def _said_of_team(rows: tuple[Row, ...], *, is_over: bool) -> str:
    missing = [row.name for row in rows if not row.is_reached]
    if not missing:
        return "Every member has reached quota: the team wins."
    tail = "the team did not win" if is_over else "nobody wins before they have"
    return f"{len(rows) - len(missing)} of {len(rows)} members have reached quota; {tail}."


def _said_of_reached(rows: tuple[Row, ...], winners: tuple[int, ...], *, is_over: bool) -> str:
    verb = "won" if is_over else "have won so far"
    names = [row.name for row in rows if row.rep_id in winners]
    who = f": {', '.join(names)}" if 0 < len(names) <= 5 else ""  # noqa: PLR2004 -- a sentence holds five names
    return f"{len(winners)} of {len(rows)} {verb}{who}."
