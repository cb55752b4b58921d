"""What was signed in some days, and the quotas of a month."""

from datetime import date

from quintet.facts.asking import FactsTables
from quintet.management.metrics.cohorts import credited, within
from quintet.management.terms.funnel import FunnelQuestion
from quintet.management.terms.weekly import Signed


def signed(facts: FactsTables, start: date, until: date) -> tuple[Signed, ...]:
    """Customers won from `start` up to, and without, `until`, those the funnel page counts, by currency.

    Args:
        facts: a published version.
        start: the first day.
        until: the day after the last.

    Returns:
        One row per currency, the one with most customers first; customers without one are a row of their own.
    """
    leads = facts.table("leads")
    rows = leads.filter(
        [within(leads.won_at, FunnelQuestion(start, until)), credited(leads, "won").notnull()]
    )
    found = rows.group_by(currency=rows.currency.fill_null("")).agg(
        customers=rows.count(), mrr=rows.mrr.sum().fill_null(0.0), amount=rows.amount.sum().fill_null(0.0)
    )
    told = [Signed(**row) for row in facts.arrow(found).to_pylist()]
    return tuple(sorted(told, key=lambda one: (-one.customers, one.currency)))


def quotas(facts: FactsTables, month: date) -> tuple[float, int]:
    """The quotas of a month added up, and how many reps have one."""
    months = facts.table("rep_months")
    rows = months.filter([months.month == month, months.quota.notnull()])
    found = facts.arrow(rows.agg(quota=rows.quota.sum().fill_null(0.0), reps=rows.count())).to_pylist()[0]
    return float(found["quota"]), int(found["reps"])
