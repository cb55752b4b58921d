"""The leads that the reports count, what they did before they were known, and what marketing paid."""

from dataclasses import dataclass
from datetime import date, datetime

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from quintet.facts.published import Facts
from quintet.facts.schema import STAGES
from quintet.kernel.errors import NotEnoughData

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
B1 = npt.NDArray[np.bool_]
M8 = npt.NDArray[np.datetime64]

DAY_US = 86_400_000_000
#: What happens within a day of the first touch is the first visit.
FIRST_VISIT_US = DAY_US
OUTCOMES = ("qualified", "won")
_TEXTS = ("source", "campaign", "term", "landing", "segment", "currency")
_INSTANTS = ("created_at", "assigned_at", "qualified_at", "won_at")


@dataclass(frozen=True, eq=False)
class Named:
    """A column of words: [n] position in `levels`, -1 where there is none; levels sorted."""

    codes: I8
    levels: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class ReportLeads:
    """Every dated lead, oldest first, with what it was known by and what became of it.

    Args:
        lead_ids: [n].
        since: [n] when it became known, UTC.
        handed_at: [n] when it was given to sales; when it became known, where nobody was given it.
        words: source, campaign, term, landing, segment, currency.
        converted: outcome → [n] reached it by `until`, dated or not.
        lag_days: outcome → [n] days from `since`; NaN where not reached or without a date. Below 0 where
            the source dates it before the lead.
        mrr: [n] signed; NaN where none.
        amount: [n] value won; NaN where none.
        until: newest instant of the data.
    """

    lead_ids: I8
    since: M8
    handed_at: M8
    words: dict[str, Named]
    converted: dict[str, B1]
    lag_days: dict[str, F8]
    mrr: F8
    amount: F8
    until: np.datetime64

    @property
    def age_days(self) -> F8:
        """[n] days from becoming known to `until`."""
        return (self.until - self.since) / np.timedelta64(DAY_US, "us")

    def __len__(self) -> int:
        """How many leads."""
        return len(self.lead_ids)

    def taken(self, chosen: B1) -> "ReportLeads":
        """Some of the leads, in their order."""
        return ReportLeads(
            self.lead_ids[chosen],
            self.since[chosen],
            self.handed_at[chosen],
            {name: Named(one.codes[chosen], one.levels) for name, one in self.words.items()},
            {name: one[chosen] for name, one in self.converted.items()},
            {name: one[chosen] for name, one in self.lag_days.items()},
            self.mrr[chosen],
            self.amount[chosen],
            self.until,
        )


def read_leads(facts: Facts, until: datetime | None = None) -> ReportLeads:
    """Every dated lead with its outcomes.

    Args:
        facts: a published version.
        until: what came later is left out as if it had not happened yet; the newest instant when None.

    Raises:
        NotEnoughData: when no lead has a date.
    """
    if facts.as_of is None:
        raise NotEnoughData(
            "no lead has a date, so no period can be reported: map a date column", unit="leads"
        )
    leads = facts.table("leads")
    dated = leads.filter(leads.created_at.notnull()).order_by("created_at", "lead_id")
    columns = ("lead_id", "reached", "is_won", "mrr", "amount", *_TEXTS, *_INSTANTS)
    rows = facts.arrow(dated.select(*columns))
    if not rows.num_rows:
        raise NotEnoughData(
            "no lead has a date, so no period can be reported: map a date column", unit="leads"
        )
    found = _leads_of(rows, np.datetime64(facts.as_of, "us"))
    return found if until is None else as_known(found, np.datetime64(until, "us"))


def _leads_of(rows: pa.Table, until: np.datetime64) -> ReportLeads:
    since, assigned = _instants(rows, "created_at"), _instants(rows, "assigned_at")
    reached = _whole(rows["reached"])
    lag = {name: (_instants(rows, f"{name}_at") - since) / np.timedelta64(DAY_US, "us") for name in OUTCOMES}
    return ReportLeads(
        _whole(rows["lead_id"]),
        since,
        np.where(np.isnat(assigned), since, assigned),
        {name: _named(rows[name]) for name in _TEXTS},
        {
            "qualified": reached > STAGES.index("qualified"),
            "won": pc.fill_null(rows["is_won"], False).to_numpy(zero_copy_only=False).astype(bool),  # noqa: FBT003
        },
        lag,
        _real(rows["mrr"]),
        _real(rows["amount"]),
        until,
    )


def as_known(leads: ReportLeads, until: np.datetime64) -> ReportLeads:
    """The same leads as they stood at an earlier instant: later leads and later conversions are gone."""
    young = leads.taken(leads.since <= until)
    age = (until - young.since) / np.timedelta64(DAY_US, "us")
    lag = {name: np.where(one <= age, one, np.nan) for name, one in young.lag_days.items()}
    seen = {name: young.converted[name] & ~np.isnan(lag[name]) for name in lag}
    won = seen["won"]
    return ReportLeads(
        young.lead_ids,
        young.since,
        young.handed_at,
        young.words,
        seen,
        lag,
        np.where(won, young.mrr, np.nan),
        np.where(won, young.amount, np.nan),
        until,
    )


def from_hand_over(leads: ReportLeads) -> ReportLeads:
    """The same leads with every clock started when they were given to sales.

    What a lead touched counts up to that moment; days counted from an earlier one would reward waiting.
    """
    waited = (leads.handed_at - leads.since) / np.timedelta64(DAY_US, "us")
    return ReportLeads(
        leads.lead_ids,
        leads.handed_at,
        leads.handed_at,
        leads.words,
        leads.converted,
        {name: one - waited for name, one in leads.lag_days.items()},
        leads.mrr,
        leads.amount,
        leads.until,
    )


def within(leads: ReportLeads, start: date, end: date, segment: str = "") -> B1:
    """[n] which leads became known within the days, of a segment where one is named."""
    inside = (leads.since >= np.datetime64(start, "us")) & (leads.since < np.datetime64(end, "us"))
    return inside & member(leads.words["segment"], segment) if segment else inside


def member(column: Named, word: str) -> B1:
    """[n] who has this word; the empty word is everybody without one."""
    if word == "":
        return column.codes < 0
    return np.asarray(column.codes == (column.levels.index(word) if word in column.levels else -2))


@dataclass(frozen=True, eq=False)
class Spent:
    """Money booked: [m] when, for which source, which campaign, how much; all in `currency`.

    `currency` is empty where nothing was booked, and `is_mixed` says that several currencies were.
    """

    booked_at: M8
    source: Named
    campaign: Named
    amount: F8
    currency: str
    is_mixed: bool


def read_spend(facts: Facts) -> Spent:
    """What marketing booked; the worker's question, it reads the ledger."""
    rows = facts.arrow(facts.table("spend"))
    rows = rows.filter(pc.and_(pc.is_valid(rows["booked_at"]), pc.is_valid(rows["amount"])))
    currencies = sorted({one for one in pc.unique(rows["currency"]).to_pylist() if one})
    return Spent(
        _instants(rows, "booked_at"),
        _named(rows["source"]),
        _named(rows["campaign"]),
        _real(rows["amount"]),
        currencies[0] if currencies else "",
        len(currencies) > 1,
    )


@dataclass(frozen=True, eq=False)
class Touched:
    """What leads did before they were handed over, one entry a touch, by lead and time.

    Args:
        lead: [m] position of the lead in ReportLeads.
        at: [m] when.
        channel: [m] web, form, email or campaign.
        content: [m] page, form or asset.
    """

    lead: I8
    at: M8
    channel: Named
    content: Named


def read_touches(facts: Facts, leads: ReportLeads, of: ir.Table | None = None) -> Touched:
    """What the leads touched up to their hand-over; later touches are what sales caused.

    Args:
        facts: a published version.
        leads: whose.
        of: facts.TOUCHES, filtered or not; all of them when left out.
    """
    touches = facts.table("touches") if of is None else of
    rows = facts.arrow(touches.select("lead_id", "touched_at", "channel", "content"))
    order = np.argsort(leads.lead_ids, kind="stable")
    ids, at = _whole(rows["lead_id"]), _instants(rows, "touched_at")
    place = np.minimum(np.searchsorted(leads.lead_ids[order], ids), len(leads) - 1)
    lead = order[place]
    kept = (leads.lead_ids[lead] == ids) & (at <= leads.handed_at[lead])
    channel, content = _named(rows["channel"]), _named(rows["content"])
    kept_rows = np.flatnonzero(kept)
    kept_rows = kept_rows[np.lexsort((at[kept_rows], lead[kept_rows]))]
    return Touched(
        lead[kept_rows],
        at[kept_rows],
        Named(channel.codes[kept_rows], channel.levels),
        Named(content.codes[kept_rows], content.levels),
    )


def _instants(rows: pa.Table, name: str) -> M8:
    return np.asarray(rows[name].cast(pa.timestamp("us")).to_numpy(), dtype="datetime64[us]")


def _whole(column: pa.ChunkedArray) -> I8:
    return np.asarray(pc.fill_null(column, 0).to_numpy(), dtype=np.int64)


def _real(column: pa.ChunkedArray) -> F8:
    return np.asarray(pc.fill_null(column.cast(pa.float64()), float("nan")).to_numpy(), dtype=np.float64)


def _named(column: pa.ChunkedArray) -> Named:
    words = column.combine_chunks().dictionary_encode()
    if isinstance(words, pa.ChunkedArray):
        words = words.combine_chunks()
    found = [str(word) for word in words.dictionary.to_pylist()]
    levels = tuple(sorted(word for word in found if word))
    place = {word: number for number, word in enumerate(levels)}
    to_place = np.array([*(place.get(word, -1) for word in found), -1], dtype=np.int64)
    codes = np.asarray(pc.fill_null(words.indices, len(found)).to_numpy(zero_copy_only=False), dtype=np.int64)
    return Named(to_place[codes], levels)
