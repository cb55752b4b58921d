"""Work out what the formulas in use were worth, and keep it for the pages."""

import hashlib
from datetime import UTC, datetime

from quintet.facts.published import Facts
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.home import Home
from quintet.kernel.plain import as_plain, text_of
from quintet.kernel.shelf import Shelf
from quintet.loop.asks import company_grain
from quintet.loop.worth.reading import read_worth
from quintet.loop.worth.words import reading
from quintet.management.models.coaching import CoachingPlan
from quintet.training.models.orders import ModuleOrder

FORMULA = "loop.worth"
#: The shape in which it is kept: raise it when a field of what is kept changes.
FORM = "form 1"
VERSIONS_KEPT = 8


def worth_shelf(home: Home) -> Shelf:
    """Where the answers are kept."""
    return Shelf(home, FORMULA)


def renew(facts: Facts, *, now: datetime | None = None) -> str:
    """Work it out anew when facts, measured plans or drawn orders have moved on; says what was done."""
    shelf, grain = worth_shelf(facts.home), company_grain()
    made_from = f"facts version {facts.version} of ledger version {facts.ledger_version}"
    why = f"{made_from}, by {grain}, decisions {_decisions()}, {FORM}"
    if shelf.is_made_from(why):
        return "up to date"
    try:
        told = read_worth(facts, grain)
    except NotEnoughData as missing:
        return str(missing)
    shelf.keep(text_of(as_plain(told)), now or datetime.now(UTC), why, VERSIONS_KEPT)
    return reading(told.newest.drawn, told)


def _decisions() -> str:
    """Something that differs once a plan or an order says something else."""
    plans = CoachingPlan.objects.order_by("pk").values_list("pk", "step", "result")
    orders = ModuleOrder.objects.order_by("pk").values_list("pk", "stopped_at", "result")
    told = repr([*plans, *orders])
    return hashlib.sha256(told.encode()).hexdigest()[:12]
