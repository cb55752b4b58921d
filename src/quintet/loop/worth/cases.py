"""The cases behind a number of worth: the customers of drawn leads, and the plans that were measured."""

from dataclasses import dataclass
from typing import Any

import ibis

from quintet.calendar.periods import Period
from quintet.facts.asking import names_of_reps
from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.loop.worth.coaching import ABOUT as COACHING
from quintet.loop.worth.orders import ABOUT as MODULES
from quintet.loop.worth.score import ABOUT as SCORE
from quintet.management.asks.coaching import effect_of
from quintet.management.models.coaching import CoachingPlan
from quintet.management.words import step_label, step_of
from quintet.training.actions.orders import design_of
from quintet.training.models.orders import OrderedHire

Columns = tuple[tuple[str, str, str], ...]

_CUSTOMERS: Columns = (
    ("lead", "Customer", "link"), ("arm", "Drawn into", "text"), ("handed_at", "Handed over", "date"),
    ("won_at", "Signed", "date"), ("mrr", "A month", "money"), ("currency", "Currency", "text"),
)  # fmt: skip
_PLANS: Columns = (
    ("rep", "Rep", "link"), ("step", "Step", "text"), ("opened_on", "Plan since", "date"),
    ("until", "Measured to", "date"), ("customers", "Customers a month more", "number"),
    ("lo", "At least", "number"), ("hi", "At most", "number"), ("n", "Leads since", "number"),
)  # fmt: skip
_HIRES: Columns = (
    ("rep", "Hire", "text"), ("joined", "Joined", "date"), ("order", "Order", "text"),
    ("first", "Drawn first", "text"),
)  # fmt: skip


@dataclass(frozen=True)
class Cases:
    """What is opened.

    Args:
        title: what the rows are.
        columns: key, label and kind.
        rows: one a case.
    """

    title: str
    columns: Columns
    rows: list[dict[str, Any]]


#: Formulas whose cases may be opened. Hires are not: who was hired on what the index said is candidate data.
OPENED = (SCORE.key, COACHING.key, MODULES.key)


def cases(facts: Facts, scope: Scope, formula: str, span: Period) -> Cases | None:
    """The cases behind one formula's number; None where there are none to open.

    Args:
        facts: a published version.
        scope: of the reader.
        formula: key of one.
        span: the days asked for.
    """
    readers = {SCORE.key: _customers, COACHING.key: _plans, MODULES.key: _hires}
    return readers[formula](facts, scope, span) if formula in readers else None


def _customers(facts: Facts, scope: Scope, span: Period) -> Cases:
    drawn, leads = facts.table("routings"), facts.table("leads")
    both = drawn.select("lead_id", "is_held").join(leads, "lead_id")
    handed = ibis.coalesce(both.assigned_at, both.created_at)
    at = ibis.coalesce(both.won_at, handed)  # a sale without a date counts from the hand-over
    won = both.mutate(handed_at=handed, signed_at=ibis.greatest(at, handed)).filter(
        both.is_won, handed.notnull()
    )
    won = won.filter(won.signed_at >= span.start, won.signed_at < span.end)
    rows = facts.arrow(
        won.select("lead_id", "label", "is_held", "handed_at", "signed_at", "mrr", "currency", "rep_id")
        .order_by(ibis.desc("signed_at"), "lead_id")
    ).to_pylist()  # fmt: skip
    mine = [row for row in rows if scope.rep_ids is None or row["rep_id"] in scope.rep_ids]
    return Cases("Customers signed in these days, of leads that were drawn", _CUSTOMERS, [
        {
            "lead": row["label"] or str(row["lead_id"]),
            "lead_id": row["lead_id"],
            "arm": "held out" if row["is_held"] else "by score",
            "handed_at": row["handed_at"],
            "won_at": row["signed_at"],
            "mrr": row["mrr"],
            "currency": row["currency"] or "",
        }
        for row in mine
    ])  # fmt: skip


def _plans(facts: Facts, scope: Scope, span: Period) -> Cases:
    names = names_of_reps(facts)
    rows = []
    for plan in CoachingPlan.objects.all():
        told = effect_of(plan.result)
        is_one = plan.follows_the_proposal and told is not None and told.customers is not None
        if not is_one or told is None or not scope.sees(plan.rep_id):
            continue
        if plan.opened_on < span.end and told.until >= span.start:
            rows.append(
                {
                    "rep": names.get(plan.rep_id, str(plan.rep_id)),
                    "plan_id": plan.pk,
                    "step": step_label(step_of(plan.step)),
                    "opened_on": plan.opened_on,
                    "until": told.until,
                    "customers": told.customers,
                    "lo": told.customers_lo,
                    "hi": told.customers_hi,
                    "n": told.n,
                }
            )
    return Cases("Plans at a proposed skill, followed in these days", _PLANS, rows)


def _hires(facts: Facts, scope: Scope, span: Period) -> Cases:
    names = names_of_reps(facts)
    hires = OrderedHire.objects.select_related("module_order").filter(joined__lt=span.end)
    return Cases("Hires drawn into an order of modules", _HIRES, [
        {
            "rep": names.get(one.rep_id, str(one.rep_id)),
            "joined": one.joined,
            "order": one.module_order.name,
            "first": design_of(one.module_order).orders[one.place][0],
        }
        for one in hires
        if scope.sees(one.rep_id)
    ])  # fmt: skip
