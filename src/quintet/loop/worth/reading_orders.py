"""Drawn orders of modules: whom the formula's choice went to first, and what hires signed."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt

from quintet.calendar.periods import month_after, month_number
from quintet.facts.asking import running_month
from quintet.facts.published import Facts
from quintet.kernel.home import Home
from quintet.loop.formulas import formula_named
from quintet.loop.running import Turns, shelf_of
from quintet.loop.terms import BASELINE
from quintet.loop.worth.gained import months_of
from quintet.loop.worth.orders import DrawnOrder
from quintet.loop.worth.people import Months
from quintet.training.actions.orders import design_of
from quintet.training.asks.orders import known
from quintet.training.in_loop import RampVersion
from quintet.training.models.orders import ModuleOrder, OrderedHire
from quintet.training.terms.kept import FORMULA
from quintet.training.terms.orders import OrderDesign

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
_MONTH_DAYS = 30.4375


def hires_in_orders() -> Iterator[tuple[int, int]]:
    """Months of hires in which drawn orders differ."""
    for one in ModuleOrder.objects.prefetch_related("hires"):
        last = design_of(one).last_month
        for hire in one.hires.all():
            yield from months_of(hire.rep_id, hire.joined, month_after(hire.joined, last - 1))


def read_orders(facts: Facts) -> tuple[DrawnOrder, ...]:
    """Every drawn order, oldest first."""
    records = list(ModuleOrder.objects.prefetch_related("hires").order_by("started_at"))
    return tuple(_order(facts, one) for one in records)


def strongest(home: Home, design: OrderDesign, before: datetime) -> str:
    """Which of the modules the version in use before an instant has as the strongest; empty where none was.

    Only what was in use before the first hire was drawn counts: a later version has seen who did well.
    """
    turns = [one for one in Turns(home, FORMULA).kept() if datetime.fromisoformat(one.until) <= before]
    if not turns or turns[-1].next == BASELINE or not turns[-1].version_in_use:
        return ""
    formula = formula_named(FORMULA)
    version = formula.read(shelf_of(home, formula).read(turns[-1].version_in_use))
    if not isinstance(version, RampVersion):
        return ""
    weights = {one.name: one.value for one in version.formula.modules if one.name in design.modules}
    return max(weights, key=lambda name: weights[name]) if len(weights) > 1 else ""


def _order(facts: Facts, record: ModuleOrder) -> DrawnOrder:
    told = known(record)
    first = strongest(facts.home, told.design, record.started_at)
    result = told.result
    days = None if record.months is None else timedelta(days=round(record.months * _MONTH_DAYS))
    return DrawnOrder(
        name=record.name,
        since=record.started_at.date(),
        months=_months(facts, told.design, list(record.hires.all()), first),
        has_choice=bool(first),
        events=result.events if result else 0,
        needed=record.needed,
        may_tell=bool(result and result.contrasts),
        expected_on=None if days is None else record.started_at.date() + days,
    )


def _months(facts: Facts, design: OrderDesign, hires: Sequence[OrderedHire], first: str) -> Months:
    """What hires signed in the months in which orders differ; those to come are not in it."""
    until = month_number(running_month(facts))
    joined = np.array([month_number(one.joined) for one in hires], dtype=np.int64)
    start = int(joined.min(initial=until))
    month = np.arange(start, until, dtype=np.int64)
    age = month[None, :] - joined[:, None] + 1
    due = ((age >= 1) & (age <= design.last_month)).astype(np.float64)
    customers, mrr = _signed(facts, [one.rep_id for one in hires], month)
    mine = np.array([design.orders[one.place][0] == first for one in hires], dtype=bool)
    return Months(mine, month, customers * due, due, mrr * due, due)


def _signed(facts: Facts, reps: Sequence[int], month: I8) -> tuple[F8, F8]:
    """Customers and revenue signed, [reps, months]."""
    found = np.zeros((2, len(reps), len(month)))
    if not reps or not len(month):
        return found[0], found[1]
    place = {rep: at for at, rep in enumerate(reps)}
    table = facts.table("rep_months")
    mine = table.filter(table.rep_id.isin(list(place)), table.month >= _first_day(int(month[0])))
    for row in facts.arrow(mine.select("rep_id", "month", "won", "mrr")).to_pylist():
        at = month_number(row["month"]) - int(month[0])
        if at < len(month):
            found[:, place[row["rep_id"]], at] = row["won"] or 0.0, row["mrr"] or 0.0
    return found[0], found[1]


def _first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)
