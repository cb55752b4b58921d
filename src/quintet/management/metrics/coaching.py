"""What coaching needs of the facts besides the funnel: what customers pay."""

from datetime import datetime, timedelta

import ibis

from quintet.facts.asking import FactsTables
from quintet.management.formula.one_skill import Signed

#: Customers of so many days tell what one pays.
_DAYS = 365


def signed_customers(facts: FactsTables, until: datetime) -> tuple[Signed, ...]:
    """Customers with a monthly recurring revenue that each rep signed in the year before an instant.

    Args:
        facts: a published version.
        until: end of the year, UTC.

    Returns:
        One row per rep and currency, by rep.
    """
    customers = facts.table("customers")
    lately = customers.filter(
        customers.rep_id.notnull(),
        customers.mrr > 0,
        customers.currency.notnull(),
        customers.won_at <= ibis.literal(until),
        customers.won_at > ibis.literal(until - timedelta(days=_DAYS)),
    )
    rows = facts.arrow(
        lately.group_by("rep_id", "currency").agg(
            customers=lately.count(), mean=lately.mrr.mean(), spread=lately.mrr.std(how="sample")
        )
    ).to_pylist()
    return tuple(
        Signed(
            row["rep_id"],
            row["customers"],
            row["mean"],
            (row["spread"] or 0.0) / row["customers"] ** 0.5,
            row["currency"],
        )
        for row in sorted(rows, key=lambda row: (row["rep_id"], row["currency"]))
    )
