"""Questions about drawn orders: what one would take, what runs, what was shown, and who was drawn."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from quintet.calendar.periods import month_after
from quintet.facts.asking import names_of_reps, running_month
from quintet.facts.careers import read_careers
from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.plain import as_report
from quintet.training.actions.orders import design_of
from quintet.training.asks.ramp import kept_ramp, module_names
from quintet.training.formula.orders import forecast
from quintet.training.models.orders import ModuleOrder
from quintet.training.terms.orders import OrderDesign, OrderPlan, OrderResult

_YEAR = 12


@dataclass(frozen=True)
class KnownOrder:
    """One drawn order as the page shows it; no result before it was judged for the first time."""

    record: ModuleOrder
    design: OrderDesign
    result: OrderResult | None


def orders() -> tuple[KnownOrder, ...]:
    """Every one, running ones first, then newest first."""
    found = [known(one) for one in ModuleOrder.objects.select_related("started_by", "stopped_by")]
    return tuple(sorted(found, key=lambda one: one.record.stopped_at is not None))


def known(one: ModuleOrder) -> KnownOrder:
    """One with its design and its last result."""
    result = None if one.result is None else as_report(OrderResult, one.result)
    return KnownOrder(one, design_of(one), result)


def planned(facts: Facts, design: OrderDesign) -> OrderPlan:
    """What it would take, from how reps ramp and how many were hired in the last twelve months.

    Raises:
        BadInput: when it cannot be judged.
        NotEnoughData: while too few have made quota to say how reps ramp.
    """
    plain = kept_ramp(facts.home).plain
    if plain is None:
        raise NotEnoughData(
            "too few have made quota to say how long this takes", have=0, need=10, unit="reps"
        )
    until = running_month(facts)
    return forecast(design, plain, _hired(facts, until) / _YEAR)


def _hired(facts: Facts, until: date) -> int:
    since = month_after(until, -_YEAR)
    return sum(one.joined_on is not None and since <= one.joined_on < until for one in read_careers(facts))


def offered(facts: Facts) -> list[tuple[str, str]]:
    """Modules that may be drawn: those written down, and those reps have finished."""
    table = facts.table("module_completions")
    seen = {row["module"] for row in facts.arrow(table.select("module").distinct()).to_pylist()}
    names = module_names()
    keys = sorted(seen | set(names), key=lambda key: str(names.get(key, key)).lower())
    return [(key, names.get(key, key.replace("_", " ").capitalize())) for key in keys]


def hires_of(facts: Facts, scope: Scope, one: KnownOrder) -> tuple[list[dict[str, Any]], int]:
    """Hires this person may see with the order drawn for them, newest first; and how many more there are."""
    names, modules = names_of_reps(facts), module_names()
    hires = list(one.record.hires.order_by("-joined", "rep_id"))
    mine = [hire for hire in hires if scope.sees(hire.rep_id)]
    rows = [
        {
            "name": names.get(hire.rep_id, str(hire.rep_id)),
            "joined": hire.joined,
            "order": ", then ".join(modules.get(key, key) for key in one.design.orders[hire.place]),
            "drawn_at": hire.drawn_at,
        }
        for hire in mine
    ]
    return rows, len(hires) - len(mine)
