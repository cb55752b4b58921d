"""Rep months: what each rep did, month by month."""

import ibis
import ibis.expr.types as ir
from ibis import _

from quintet.facts.instants import first_of_month
from quintet.facts.schema import REP_MONTHS, STAGES

_COUNTS = (*STAGES, "attempts", "dials", "emails")


def rep_months(leads: ir.Table, attempts: ir.Table, people: ir.Table) -> ir.Table:
    """One row per rep and month with any activity: what was done in that month, and what was signed.

    Funnel steps count for the rep who made them (`worked_by` … `won_by`), what was signed for `won_by`,
    attempts for the rep who made them.

    Args:
        leads: schema.LEADS.
        attempts: schema.ATTEMPTS.
        people: rows.ROWS with the quota.set rows.

    Returns:
        schema.REP_MONTHS. A quota alone, without activity, is a row too. `mrr` and `amount` are zero where
        nothing was signed.
    """
    parts = [_reached(leads, stage) for stage in STAGES]
    parts.append(_attempted(attempts))
    parts.append(_quotas(people))
    every = ibis.union(*parts)
    summed = every.group_by(["rep_id", "month"]).agg(
        **{name: every[name].sum().cast("int64") for name in _COUNTS},
        mrr=every.mrr.sum().cast("float64"),
        amount=every.amount.sum().cast("float64"),
        quota=every.quota.max().cast("float64"),
    )
    return summed.select(*REP_MONTHS.columns)


def _part(table: ir.Table, **values: ir.Value) -> ir.Table:
    """One group of rows with every column, those it does not speak of zero (the quota: null)."""
    zero, money = ibis.literal(0, type="int64"), ibis.literal(0, type="decimal(38, 2)")
    columns = dict.fromkeys(_COUNTS, zero) | {
        "mrr": money,
        "amount": money,
        "quota": ibis.null("decimal(18, 2)"),
    }
    return table.select("rep_id", "month", **(columns | values))


def _reached(leads: ir.Table, stage: str) -> ir.Table:
    reached = leads.filter(leads[f"{stage}_by"].notnull() & leads[f"{stage}_at"].notnull())
    dated = reached.mutate(rep_id=reached[f"{stage}_by"], month=first_of_month(reached[f"{stage}_at"]))
    values: dict[str, ir.Value] = {"how_many": dated.count()}
    if stage == "won":
        values |= {name: dated[name].cast("decimal(18, 2)").sum().fill_null(0) for name in ("mrr", "amount")}
    grouped = dated.group_by(["rep_id", "month"]).agg(**values)
    money = {name: grouped[name].cast("decimal(38, 2)") for name in ("mrr", "amount") if stage == "won"}
    return _part(grouped, **{stage: grouped.how_many, **money})


def _attempted(attempts: ir.Table) -> ir.Table:
    dated = attempts.filter(attempts.rep_id.notnull() & attempts.attempted_month.notnull())
    grouped = dated.group_by(rep_id=_.rep_id, month=_.attempted_month).agg(
        tried=_.count(), called=(_.channel == "call").sum(), mailed=(_.channel == "email").sum()
    )
    return _part(
        grouped,
        attempts=grouped.tried,
        dials=grouped.called.cast("int64"),
        emails=grouped.mailed.cast("int64"),
    )


def _quotas(people: ir.Table) -> ir.Table:
    quotas = people.filter(
        (people.kind == "quota.set") & people.rep_id.notnull() & people.occurred_at.notnull()
    )
    dated = quotas.mutate(month=first_of_month(quotas.occurred_at))
    newest = dated.group_by(["rep_id", "month"]).agg(quota=dated.amount.argmax(dated.order_key))
    return _part(newest, quota=newest.quota.cast("decimal(18, 2)"))
