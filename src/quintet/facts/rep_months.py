"""Rep months: what each rep did, month by month.

Every column but the quota is a sum over leads and attempts, so a refresh takes off what the leads with news
said before and adds what they say now.
"""

import ibis
import ibis.expr.types as ir
from ibis import _

from quintet.facts.instants import first_of_month
from quintet.facts.schema import REP_MONTHS, STAGES

_COUNTS = (*STAGES, "attempts", "dials", "emails")
_MONEY = ("mrr", "amount")
#: What is read of the tables it adds up.
COUNTED = {
    "leads": (*(f"{stage}_by" for stage in STAGES), *(f"{stage}_at" for stage in STAGES), *_MONEY),
    "attempts": ("rep_id", "attempted_month", "channel"),
}


def rep_months(people: ir.Table, before: ir.Table, leads: ir.Table, attempts: ir.Table) -> ir.Table:
    """One row per rep and month with any activity: what was done in that month, and what was signed.

    Funnel steps count for the rep who made them (`worked_by` … `won_by`), what was signed for `won_by`,
    attempts for the rep who made them.

    Args:
        people: rows.ROWS with the quota.set rows, all of them.
        before: schema.REP_MONTHS as they were before the leads and attempts; none when those are all there
            are. Sums up to 90 trillion come back to the cent.
        leads: the columns COUNTED and `times`: 1 for a lead that counts, -1 for one that no longer does.
        attempts: the same of attempts.

    Returns:
        schema.REP_MONTHS. A quota alone, without activity, is a row too; a month in which nothing is left is
        none. `mrr` and `amount` are zero where nothing was signed.
    """
    reached = [_reached(leads, stage) for stage in STAGES]
    return _summed([_known(before), *reached, _attempted(attempts), _quotas(people)])


def _summed(parts: list[ir.Table]) -> ir.Table:
    every = ibis.union(*parts)
    summed = every.group_by(["rep_id", "month"]).agg(
        **{name: every[name].sum().cast("int64") for name in _COUNTS},
        **{name: every[name].sum().cast("float64") for name in _MONEY},
        quota=every.quota.max().cast("float64"),
        quotas=every.quotas.sum(),
    )
    steps = ibis.greatest(*(summed[name] for name in (*STAGES, "attempts")), summed.quotas)
    return summed.filter(steps > 0).select(*REP_MONTHS.columns)


def _known(before: ir.Table) -> ir.Table:
    """What the version before says, but for the quotas: those are read anew."""
    return _part(
        before,
        **{name: before[name] for name in _COUNTS},
        **{name: before[name].cast("decimal(38, 2)") for name in _MONEY},
    )


def _part(table: ir.Table, **values: ir.Value) -> ir.Table:
    """One group of rows with every column, those it does not speak of zero (the quota: null)."""
    zero, money = ibis.literal(0, type="int64"), ibis.literal(0, type="decimal(38, 2)")
    columns = dict.fromkeys((*_COUNTS, "quotas"), zero) | dict.fromkeys(_MONEY, money)
    return table.select("rep_id", "month", **(columns | {"quota": ibis.null("decimal(18, 2)")} | values))


def _reached(leads: ir.Table, stage: str) -> ir.Table:
    reached = leads.filter(leads[f"{stage}_by"].notnull() & leads[f"{stage}_at"].notnull())
    dated = reached.mutate(rep_id=reached[f"{stage}_by"], month=first_of_month(reached[f"{stage}_at"]))
    values = {"how_many": dated.times.sum()}
    if stage == "won":
        values |= {name: _signed(dated, name).sum().fill_null(0) for name in _MONEY}
    grouped = dated.group_by(["rep_id", "month"]).agg(**values)
    money = {name: grouped[name].cast("decimal(38, 2)") for name in _MONEY if stage == "won"}
    return _part(grouped, **{stage: grouped.how_many, **money})


def _signed(leads: ir.Table, name: str) -> ir.Value:
    money = leads[name].cast("decimal(18, 2)")
    return (leads.times > 0).ifelse(money, (-money).cast(money.type()))


def _attempted(attempts: ir.Table) -> ir.Table:
    dated = attempts.filter(attempts.rep_id.notnull() & attempts.attempted_month.notnull())
    grouped = dated.group_by(rep_id=_.rep_id, month=_.attempted_month).agg(
        attempts=_.times.sum(),
        dials=_.times.sum(where=_.channel == "call").fill_null(0),
        emails=_.times.sum(where=_.channel == "email").fill_null(0),
    )
    return _part(grouped, **{name: grouped[name] for name in ("attempts", "dials", "emails")})


def _quotas(people: ir.Table) -> ir.Table:
    quotas = people.filter(
        (people.kind == "quota.set") & people.rep_id.notnull() & people.occurred_at.notnull()
    )
    dated = quotas.mutate(month=first_of_month(quotas.occurred_at))
    newest = dated.group_by(["rep_id", "month"]).agg(quota=dated.amount.argmax(dated.order_key))
    return _part(newest, quota=newest.quota.cast("decimal(18, 2)"), quotas=ibis.literal(1, type="int64"))
