"""The last year under another plan: who gains, who loses, what it costs, and what it pays for."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from quintet.calendar.periods import after_months
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.money import Money
from quintet.management.formula.pay import (
    last_day,
    lines,
    month_of,
    person_of,
    signed_between,
)
from quintet.management.terms.pay import NOTHING, LineKind, PayBook, PayRules, Replay, ReplayRow

MONTHS = 12


def replay(book: PayBook, rules: PayRules, newest: date, rep_ids: Iterable[int] | None = None) -> Replay:
    """Count the last twelve whole months of customers under the newest plan in force, and under another.

    Both are counted as if they had always held, so the same months and customers stand on both sides.

    Args:
        book: customers, quotas, people and the plans in force.
        rules: the other plan.
        newest: the newest day of the data; its month is not over and is left out.
        rep_ids: whose pay is counted; everybody's when left out.

    Raises:
        NotEnoughData: when no month with customers is over yet.
        BadInput: when the two plans pay in different currencies.
    """
    start, end = _months(book, newest)
    reps = {*book.people, *book.of_rep} if rep_ids is None else set(rep_ids)
    now = book.plans[-1].rules if book.plans else None
    old = _counted(book.under(now or rules), start, end, reps if now else set())
    new = _counted(book.under(rules), start, end, reps)
    rows = [_row(book, rep, old, new) for rep in {*old.by_rep, *new.by_rep}]
    return Replay(
        start=start,
        end=end,
        rows=tuple(sorted(rows, key=lambda row: (-row.change, row.name, row.rep_id))),
        before=old.total,
        after=new.total,
        pays_for={kind: (old.by_kind[kind], new.by_kind[kind]) for kind in LineKind},
        signed=new.signed,
        is_first=now is None,
    )


@dataclass
class _Sum:
    """What a plan came to."""

    currency: str
    signed: Decimal = NOTHING
    by_rep: dict[int, Money] = field(default_factory=dict)
    by_kind: dict[LineKind, Decimal] = field(default_factory=lambda: dict.fromkeys(LineKind, NOTHING))

    @property
    def nothing(self) -> Money:
        """No money, in the plan's currency."""
        return Money(NOTHING, self.currency)

    @property
    def total(self) -> Money:
        """What everybody is paid."""
        return sum(self.by_rep.values(), self.nothing)

    def of(self, rep_id: int) -> Money:
        """What one rep is paid."""
        return self.by_rep.get(rep_id, self.nothing)


def _counted(book: PayBook, start: date, end: date, rep_ids: Iterable[int]) -> _Sum:
    found = _Sum(book.plans[-1].rules.currency)
    for rep in rep_ids:
        for line in lines(book, rep, start, end):
            found.by_kind[line.kind] += line.amount
            found.by_rep[rep] = found.of(rep) + Money(line.amount, found.currency)
        found.signed += signed_between(book, rep, start, end)
    return found


def _row(book: PayBook, rep_id: int, old: _Sum, new: _Sum) -> ReplayRow:
    return ReplayRow(rep_id, person_of(book, rep_id).name, old.of(rep_id), new.of(rep_id))


def _months(book: PayBook, newest: date) -> tuple[date, date]:
    """The last twelve months that are over, from the first with a customer: first and last day."""
    running = month_of(newest)
    first = month_of(book.deals[0].signed_on) if book.deals else running
    start = max(after_months(running, -MONTHS), first)
    if start >= running:
        msg = "no month with a customer is over yet, so there is nothing to replay"
        raise NotEnoughData(msg, have=0, need=1, unit="whole months with customers")
    return start, last_day(after_months(running, -1))
