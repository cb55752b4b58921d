"""Customers with a subscription, and customers with orders, read from the facts. In the worker only."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from quintet.facts.published import Facts

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
B1 = npt.NDArray[np.bool_]

DAY_US = 86_400_000_000
MONTH_US = int(30.4375 * DAY_US)
WEEK_US = 7 * DAY_US
_MOST_MONTHS = 60
_STARTED, _CANCELLED = "subscription.started", "subscription.cancelled"


@dataclass(frozen=True, eq=False)
class Subscribers:
    """One entry per customer with a subscription in the company's currency.

    Args:
        lead_ids: [n] the lead he was; 0 where none is known.
        months: [n] whole months seen from the start; of a lost customer those before the one he left in.
        is_lost: [n] cancelled.
        mrr: [n] monthly revenue at the start, above 0.
        source: [n] where he came from; empty when none is recorded.
        segment: [n] his customer type; empty when none is recorded.
        rep_ids: [n] who won him; 0 where nobody is known.
        monthly: [n, months] revenue at the start of each month of life; 0 once lost, NaN when not yet seen.
        currency: of every amount; empty when none is named.
        left_out: customers billed in another currency, or without an amount or a start.
    """

    lead_ids: I8
    months: I8
    is_lost: B1
    mrr: F8
    source: npt.NDArray[np.str_]
    segment: npt.NDArray[np.str_]
    rep_ids: I8
    monthly: F8
    currency: str
    left_out: int

    def __len__(self) -> int:
        """How many customers."""
        return len(self.months)


@dataclass(frozen=True, eq=False)
class Orders:
    """One entry per customer who placed an order without a subscription.

    Args:
        repeats: [n] days with an order after the first.
        last: [n] weeks from the first order to the last.
        watched: [n] weeks from the first order to the newest instant of the data.
        amount: [n] mean value of the orders after the first; NaN where there is none, or it is 0 or less.
        currency: of every amount.
    """

    repeats: F8
    last: F8
    watched: F8
    amount: F8
    currency: str


def read_subscribers(facts: Facts) -> Subscribers:
    """Every customer with a subscription, how long he stayed, and what he paid.

    A customer who signed a monthly price but has no subscription on record counts from the day he was won,
    where the company records cancellations at all. One without a start, an amount, or in another currency
    than most is left out, and counted.

    Args:
        facts: a published version.
    """
    events = facts.arrow(_events(facts).order_by(["key", "changed_at", "kind"]))
    until = _as_of_us(facts)
    currency = _commonest(events["currency"])
    if not len(events) or not pc.any(pc.equal(events["kind"], _CANCELLED)).as_py():
        return _nobody(currency, len(events))
    return _subscribers(events, until, currency)


def _events(facts: Facts) -> ir.Table:
    """One row per start, change or end, with who the customer was as a lead."""
    told = facts.table("subscriptions")
    deals = facts.table("opportunities").select("opportunity_id", deal_lead_id="lead_id")
    told = told.left_join(deals, "opportunity_id").mutate(
        key=ibis.coalesce(told.opportunity_id, told.lead_id, told.account_id),
        journey=ibis.coalesce(told.lead_id, deals.deal_lead_id, told.opportunity_id),
    )
    columns = ("key", "journey", "kind", "changed_at", "mrr", "currency")
    told = told.filter(told.key.notnull() & told.changed_at.notnull()).select(*columns)
    rows = ibis.union(told, _signed(facts, told).select(*columns), distinct=False)
    leads = facts.table("leads").select("lead_id", "source", "segment", "won_by")
    return rows.left_join(leads, rows.journey == leads.lead_id).select(
        *columns, "source", "segment", rep_id="won_by"
    )


def _signed(facts: Facts, told: ir.Table) -> ir.Table:
    """Customers won with a monthly price and no start of a subscription: they start when they are won."""
    won = facts.table("customers")
    started = told.filter(told.kind == _STARTED)
    known = started.select(known=started.key).distinct()
    leads = started.filter(started.journey.notnull())
    known_leads = leads.select(known=leads.journey).distinct()
    fresh = won.filter(won.won_at.notnull() & (won.mrr > 0))
    fresh = fresh.anti_join(known, fresh.opportunity_id == known.known)
    fresh = fresh.anti_join(known_leads, fresh.lead_id == known_leads.known)
    return fresh.mutate(
        key=fresh.opportunity_id,
        journey=ibis.coalesce(fresh.lead_id, fresh.opportunity_id),
        kind=ibis.literal(_STARTED),
        changed_at=fresh.won_at,
    )


def _subscribers(events: pa.Table, until: int, currency: str) -> Subscribers:
    key, at = _whole(events, "key"), _instants(events)
    mrr = events["mrr"].to_numpy().astype(float)
    kind = events["kind"].to_numpy(zero_copy_only=False)
    customers, row = np.unique(key, return_inverse=True)
    first = _first_of(row, kind == _STARTED, len(customers))
    last = np.searchsorted(row, np.arange(len(customers)), side="right") - 1
    fits = pc.fill_null(pc.equal(events["currency"], currency or None), currency == "").to_numpy()
    good = (first >= 0) & (np.bincount(row, ~fits) == 0)
    good[good] &= (mrr[first[good]] > 0) & (at[first[good]] <= until)
    is_lost = kind[last] == _CANCELLED
    start = np.where(first >= 0, at[np.maximum(first, 0)], until)
    end = np.minimum(np.where(is_lost, at[last], until), until)
    months = np.maximum(end - start, 0) // MONTH_US
    monthly = _monthly(
        row, (at - start[row]) / MONTH_US, np.where(kind == _CANCELLED, 0.0, mrr), months + is_lost
    )
    return Subscribers(
        lead_ids=_whole(events, "journey")[first][good],
        months=months[good],
        is_lost=is_lost[good],
        mrr=mrr[first][good],
        source=_words(events, "source")[first][good],
        segment=_words(events, "segment")[first][good],
        rep_ids=_whole(events, "rep_id")[first][good],
        monthly=monthly[good],
        currency=currency,
        left_out=int((~good).sum()),
    )


def _first_of(row: I8, wanted: B1, size: int) -> I8:
    """Position of the first wanted entry of each row; -1 where there is none."""
    first = np.full(size, -1, dtype=np.int64)
    at = np.flatnonzero(wanted)[::-1]
    first[row[at]] = at
    return first


def _monthly(row: I8, age: F8, mrr: F8, seen: I8) -> F8:
    """Revenue at the start of each month of life: what was last said by then."""
    width = int(min(seen.max(initial=0), _MOST_MONTHS)) + 1
    month = np.clip(np.ceil(np.maximum(age, 0.0)), 0, width).astype(np.int64)
    said = np.full((len(seen), width + 1), -1, dtype=np.int64)
    told = np.flatnonzero(~np.isnan(mrr))
    said[row[told], month[told]] = told  # entries of a customer come in order of time: the later one stays
    newest = np.maximum.accumulate(said, axis=1)[:, :width]
    values = np.where(newest >= 0, mrr[newest], np.nan)
    return np.where(np.arange(width) <= seen[:, None], values, np.nan)


def _nobody(currency: str, left_out: int) -> Subscribers:
    none, words = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.str_)
    return Subscribers(
        none,
        none,
        none.astype(bool),
        none.astype(float),
        words,
        words,
        none,
        np.zeros((0, 1)),
        currency,
        left_out,
    )


def read_orders(facts: Facts) -> Orders | None:
    """Every customer with an order: how often he came back, when last, and for how much; None without orders.

    Orders of one day are one purchase. Only orders in the commonest currency count.

    Args:
        facts: a published version.
    """
    orders = facts.table("orders")
    found = facts.arrow(orders.select("customer_id", "ordered_at", "amount", "currency"))
    currency = _commonest(found["currency"])
    if not len(found):
        return None
    if currency:
        found = found.filter(pc.fill_null(pc.equal(found["currency"], currency), fill_value=False))
    at = _instants(found, "ordered_at")
    day, customer = at // DAY_US, _whole(found, "customer_id")
    amount = np.nan_to_num(found["amount"].to_numpy().astype(float))
    bought, each = np.unique(np.column_stack([customer, day]), axis=0, return_inverse=True)
    spent = np.bincount(each.reshape(-1), amount, len(bought))
    _, first, count = np.unique(bought[:, 0], return_index=True, return_counts=True)
    repeats = np.asarray(count - 1.0, dtype=np.float64)
    begin, end = bought[first, 1], bought[first + count - 1, 1]
    later = np.add.reduceat(spent, first) - spent[first]
    mean = np.divide(later, repeats, out=np.full(len(first), np.nan), where=(repeats > 0) & (later > 0))
    watched = np.maximum(_as_of_us(facts) // DAY_US, end) - begin
    return Orders(repeats, (end - begin) / 7.0, watched / 7.0, mean, currency)


def _as_of_us(facts: Facts) -> int:
    return 0 if facts.as_of is None else int(np.datetime64(facts.as_of, "us").astype(np.int64))


def _commonest(words: pa.ChunkedArray) -> str:
    counted = pc.value_counts(words.drop_null()).to_pylist()
    return str(max(counted, key=lambda one: (one["counts"], one["values"]))["values"]) if counted else ""


def _whole(table: pa.Table, name: str) -> I8:
    return np.asarray(pc.fill_null(table[name], 0).to_numpy(), dtype=np.int64)


def _words(table: pa.Table, name: str) -> npt.NDArray[np.str_]:
    return np.asarray(pc.fill_null(table[name], "").to_pylist(), dtype=np.str_)


def _instants(table: pa.Table, name: str = "changed_at") -> I8:
    return np.asarray(pc.cast(table[name].cast(pa.timestamp("us")), pa.int64()).to_numpy())


def subscriber_rows(facts: Facts) -> pa.Table:
    """The customers that a lifetime counts: the records behind its numbers.

    Args:
        facts: a published version.

    Returns:
        lead_id, source, segment, rep_id (0 for nobody), is_lost; one row a customer.
    """
    seen = read_subscribers(facts)
    return pa.table(
        {
            "lead_id": seen.lead_ids,
            "source": pa.array(seen.source.tolist(), pa.string()),
            "segment": pa.array(seen.segment.tolist(), pa.string()),
            "rep_id": seen.rep_ids,
            "is_lost": seen.is_lost,
        }
    )
