"""Leads at hand-over, read from the facts: each field, each deed, each outcome as far as it was known."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from quintet.demand.terms.examples import B1, F8, I8, M8, Doings, Examples, Numbers, Routed, Words
from quintet.demand.terms.leaks import Timing
from quintet.facts.published import Facts

#: A field is one of numbers when at least so much of what it says is one.
NUMERIC_SHARE = 0.95
DAY = np.timedelta64(86_400_000_000, "us")
_VERBS = {
    "web.visited": "visit",
    "form.submitted": "form",
    "email.opened": "open",
    "email.clicked": "click",
    "campaign.touched": "campaign",
}


def read_examples(facts: Facts, until: datetime | None = None) -> Examples:
    """Every lead as it stood when it was handed over, and what had become of it by a day.

    A lead is handed over when it is given to a rep (`assigned_at`), else when it becomes known. Of each field
    the newest value known by then counts; a lead without a date has what its source says. A lead that sales
    sent back (`lead.rejected`) counts as not worked, unless it became a customer.

    Args:
        facts: a published version.
        until: UTC without a zone: leads handed over later are left out, and what became known later is not
            told; the newest instant of the facts when left out.

    Returns:
        One entry a lead, oldest hand-over first.
    """
    end = _end(facts, until)
    handed = _handed(facts, end)
    leads = facts.arrow(handed.order_by(["handed_at", "lead_id"]))
    ids = _int64(leads, "lead_id")
    return Examples(
        lead_ids=ids,
        handed_at=_instants(leads, "handed_at"),
        fields=_fields(facts, handed, ids, end),
        doings=_doings(facts, handed, ids),
        routed=_routed(facts, end, ids),
        **_outcomes(
            leads, end, _sent_back(facts, end, ids), is_past=until is not None and _is_past(facts, until)
        ),  # type: ignore[arg-type]
    )


def _end(facts: Facts, until: datetime | None) -> datetime | None:
    """The newest instant that counts; None where no row has a date, so that none can be left out."""
    return facts.as_of if facts.as_of is None or until is None else until


def _is_past(facts: Facts, until: datetime) -> bool:
    return facts.as_of is not None and until < facts.as_of


def _handed(facts: Facts, end: datetime | None) -> ir.Table:
    """One row per lead handed over by `end`, or without a date."""
    leads = facts.table("leads")
    given = leads.mutate(handed_at=ibis.coalesce(leads.assigned_at, leads.created_at))
    if end is not None:
        given = given.filter(given.handed_at.isnull() | (given.handed_at <= _instant(end)))
    return given.select(
        "lead_id", "handed_at", "worked_at", "won_at", "lost_at", "is_won", "is_lost", "reached", "recorded"
    )


def _instant(moment: datetime) -> ir.TimestampScalar:
    return ibis.literal(moment, type="timestamp")


# ---------------------------------------------------------------- what became of them


def _sent_back(facts: Facts, end: datetime | None, ids: I8) -> B1:
    """[n] sent back by sales, as far as that was known by `end`."""
    told = facts.table("rejections")
    back = told.filter(told.kind == "lead.rejected")
    if end is not None:
        back = back.filter((back.rejected_at <= _instant(end)) & (back.known_at <= _instant(end)))
    return np.isin(ids, _int64(facts.arrow(back.select("lead_id").distinct()), "lead_id"))


def _outcomes(leads: pa.Table, end: datetime | None, sent_back: B1, *, is_past: bool) -> dict[str, object]:
    """The outcome columns of Examples; of a past `end`, what has no date did not yet happen."""
    until = np.datetime64("NaT", "us") if end is None else np.datetime64(end, "us")
    handed = _instants(leads, "handed_at")
    won, lost, worked = (_instants(leads, f"{name}_at") for name in ("won", "lost", "worked"))
    is_won = _by(won, until, _flags(leads, "is_won"), is_past=is_past)
    is_lost = _by(lost, until, _flags(leads, "is_lost"), is_past=is_past)
    reached = _int64(leads, "reached") > 0
    tells_work = bool(np.any(_int64(leads, "recorded") & 1))
    return {
        "won_days": np.where(is_won, _days(handed, won, otherwise=0.0), np.nan),
        "is_closed": is_won | is_lost,
        "is_worked": (_by(worked, until, reached, is_past=is_past) | (not tells_work)) & ~sent_back | is_won,
        "observed_days": _days(handed, np.broadcast_to(until, handed.shape), otherwise=np.nan),
        "until": until,
    }


def _by(happened: M8, until: np.datetime64, said: B1, *, is_past: bool) -> B1:
    """What had happened by `until`: dated, or said without a date."""
    dated = ~np.isnat(happened)
    if np.isnat(until):
        return said
    return said & np.where(dated, happened <= until, not is_past)


def _days(start: M8, end: M8, *, otherwise: float) -> F8:
    """Days between two instants, never below 0; `otherwise` where one is missing."""
    spans = np.where(np.isnat(start) | np.isnat(end), np.timedelta64(0, "us"), end - start) / DAY
    return np.where(np.isnat(start) | np.isnat(end), otherwise, np.maximum(spans, 0.0))


def _routed(facts: Facts, end: datetime | None, ids: I8) -> Routed | None:
    """How each lead was drawn, as far as that was known by `end`; None where none was."""
    told = facts.table("routings")
    known = told if end is None else told.filter(told.drawn_at <= _instant(end))
    rows = facts.arrow(known.select("lead_id", "is_held", "share", "p"))
    drawn = _int64(rows, "lead_id")
    here = np.isin(drawn, ids)
    if not here.any():
        return None
    at = _positions(ids, drawn[here])
    share, p, is_held = np.full(len(ids), np.nan), np.full(len(ids), np.nan), np.zeros(len(ids), dtype=bool)
    share[at], p[at] = rows["share"].to_numpy()[here], rows["p"].to_numpy()[here]
    is_held[at] = _flags(rows, "is_held")[here]
    return Routed(share, is_held, p)


# ---------------------------------------------------------------- what they were known to be


def _fields(facts: Facts, handed: ir.Table, ids: I8, end: datetime | None) -> dict[str, Words | Numbers]:
    """Every field with at least one value known at a hand-over, by name."""
    newest = facts.arrow(_known_then(facts, handed, end))
    lead = _positions(ids, _int64(newest, "lead_id"))
    return {
        name: _typed(
            lead[rows], newest["value"].take(pa.array(rows)), newest["number"].take(pa.array(rows)), len(ids)
        )
        for name, rows in _groups(newest["name"])
    }


def _known_then(facts: Facts, handed: ir.Table, end: datetime | None) -> ir.Table:
    """One row per lead and field: the newest value known at the hand-over."""
    told = facts.table("lead_fields")
    joined = told.join(handed.select("lead_id", "handed_at"), "lead_id")
    limit = joined.handed_at if end is None else ibis.coalesce(joined.handed_at, _instant(end))
    known = joined if end is None else joined.filter(joined.handed_at.isnull() | (joined.known_at <= limit))
    # Two values of one instant: the greater, so that the answer is the same every time.
    once = known.group_by(["lead_id", "name", "known_at"]).agg(value=known.value.max())
    newest = once.group_by(["lead_id", "name"]).agg(value=once.value.argmax(once.known_at))
    return newest.mutate(number=newest.value.try_cast("float64"))


def _groups(names: pa.ChunkedArray) -> Iterator[tuple[str, I8]]:
    """Each name, sorted, with the rows that have it."""
    coded = names.combine_chunks().dictionary_encode()
    codes = coded.indices.to_numpy(zero_copy_only=False)
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=len(coded.dictionary)))
    words = coded.dictionary.to_pylist()
    for place in sorted(range(len(words)), key=words.__getitem__):
        yield words[place], order[ends[place - 1] if place else 0 : ends[place]]


def _typed(lead: I8, values: pa.ChunkedArray, numbers: pa.ChunkedArray, n: int) -> Words | Numbers:
    parsed = pc.fill_null(numbers, np.nan).to_numpy()
    is_number = np.isfinite(parsed)
    if is_number.mean() >= NUMERIC_SHARE:
        told = np.full(n, np.nan)
        told[lead[is_number]] = parsed[is_number]
        return Numbers(told)
    codes, levels = _coded(values)
    placed = np.full(n, -1, dtype=np.int64)
    placed[lead] = codes
    return Words(placed, levels)


def _coded(values: pa.ChunkedArray) -> tuple[I8, tuple[str, ...]]:
    """Words as positions in their sorted levels."""
    coded = values.combine_chunks().dictionary_encode()
    order = pc.array_sort_indices(coded.dictionary).to_numpy()
    rank = np.empty_like(order, dtype=np.int64)
    rank[order] = np.arange(len(order))
    codes = coded.indices.to_numpy(zero_copy_only=False)
    return rank[codes], tuple(coded.dictionary.take(pa.array(order)).to_pylist())


# ---------------------------------------------------------------- what they had done


def _doings(facts: Facts, handed: ir.Table, ids: I8) -> Doings:
    done = facts.arrow(_done_then(facts, handed))
    lead = _positions(ids, _int64(done, "lead_id"))
    codes, names = _coded(done["name"]) if done.num_rows else (np.empty(0, dtype=np.int64), ())
    ages = _days(_instants(done, "happened_at"), _instants(done, "handed_at"), otherwise=0.0)
    order = np.lexsort((codes, -ages, lead))
    return Doings(lead[order], codes[order], ages[order], names)


def _done_then(facts: Facts, handed: ir.Table) -> ir.Table:
    """One row per deed done, and known, by the hand-over; what was only sent to a lead is no deed."""
    told = facts.table("behaviour")
    joined = told.join(handed.select("lead_id", "handed_at"), "lead_id")
    by_then = (joined.happened_at <= joined.handed_at) & (joined.known_at <= joined.handed_at)
    own = (joined.kind != "campaign.touched") | (joined.outcome.fill_null("") != "sent")
    verb = ibis.cases(*((joined.kind == kind, word) for kind, word in _VERBS.items()), else_=joined.kind)
    named = joined.filter(by_then & own).mutate(name=verb + ": " + joined.content.fill_null("?"))
    return named.select("lead_id", "name", "happened_at", "handed_at")


# ---------------------------------------------------------------- when a field is filled


def read_timing(facts: Facts, until: datetime | None = None) -> Mapping[str, Timing]:
    """When each field was filled: before the hand-over, after it, or after the outcome.

    Args:
        facts: a published version.
        until: as in `read_examples`.
    """
    end = _end(facts, until)
    handed = _handed(facts, end)
    told = facts.table("lead_fields")
    joined = told.join(handed.select("lead_id", "handed_at", "won_at", "lost_at"), "lead_id")
    dated = joined.filter(joined.handed_at.notnull())
    if end is not None:
        dated = dated.filter(dated.known_at <= _instant(end))
    closed = ibis.coalesce(dated.won_at, dated.lost_at)
    one = dated.group_by(["lead_id", "name"]).agg(
        is_late=dated.known_at.min() > dated.handed_at.min(),
        is_after=(dated.known_at.min() > closed.min()).fill_null(False),  # noqa: FBT003 -- Ibis's own
        is_changed=(dated.known_at.max() > dated.handed_at.min()) & (dated.value.nunique() > 1),
    )
    no = ibis.literal(0, type="int64")
    counted = one.group_by("name").agg(
        leads=one.count(),
        late=ibis.coalesce(one.is_late.cast("int64").sum(), no),
        after_close=ibis.coalesce(one.is_after.cast("int64").sum(), no),
        changed=ibis.coalesce((one.is_changed & ~one.is_late).cast("int64").sum(), no),
    )
    rows = facts.arrow(counted.order_by("name")).to_pylist()
    return {row.pop("name"): Timing(**row) for row in rows}


# ---------------------------------------------------------------- Arrow to numpy


def _int64(table: pa.Table, name: str) -> I8:
    return pc.fill_null(table[name], 0).to_numpy().astype(np.int64)


def _flags(table: pa.Table, name: str) -> B1:
    return pc.fill_null(table[name], False).to_numpy().astype(bool)  # noqa: FBT003 -- Arrow's own


def _instants(table: pa.Table, name: str) -> M8:
    found: npt.NDArray[np.datetime64] = table[name].cast(pa.timestamp("us")).to_numpy()
    return found.astype("datetime64[us]")


def _positions(ids: I8, wanted: I8) -> I8:
    """Where each wanted id lies in `ids`."""
    order = np.argsort(ids)
    return order[np.searchsorted(ids, wanted, sorter=order)]
