"""Interactions as columns of codes, and their turn into Arrow batches of the offered schema."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quintet.ledger.schema import AMOUNT, INSTANT, OFFERED
from quintet.simulate.market import CAMPAIGNS, LANDING_NAMES
from quintet.simulate.people import CRITERIA_NAMES, MODULE_NAMES, SKILLS
from quintet.simulate.spec import B1, CURRENCY, DAY, F8, I8, SOURCE

#: kind: the record it speaks of, for the source_ref.
RECORDS = {
    "web.visited": "visit",
    "form.submitted": "form",
    "campaign.touched": "touch",
    "account.created": "account",
    "lead.created": "lead",
    "lead.assigned": "assignment",
    "lead.disqualified": "lead",
    "call.attempted": "call",
    "email.sent": "email",
    "email.replied": "email",
    "meeting.booked": "meeting",
    "meeting.held": "meeting",
    "meeting.missed": "meeting",
    "opportunity.created": "opportunity",
    "opportunity.stage_entered": "stage",
    "opportunity.won": "opportunity",
    "opportunity.lost": "opportunity",
    "subscription.started": "subscription",
    "subscription.changed": "subscription",
    "subscription.cancelled": "subscription",
    "rep.joined": "rep",
    "rep.assigned": "rep-assignment",
    "rep.left": "rep",
    "quota.set": "quota",
    "forecast.committed": "forecast",
    "spend.booked": "spend",
    "candidate.applied": "candidate",
    "interview.scored": "score",
    "candidate.decided": "candidate",
    "module.completed": "module",
    "exam.taken": "exam",
    "exam.answered": "answer",
    "coaching.planned": "coaching",
    "coaching.held": "coaching",
    "review.scored": "review",
}
KINDS = tuple(RECORDS)
CHANNELS = ("", "call", "email", "web", "form", "campaign", "meeting")
OUTCOMES = (
    "", "connected", "no_answer", "voicemail", "busy", "replied", "held", "missed", "booked",
    "won", "lost", "hired", "rejected", "delivered", "passed", "failed",
)  # fmt: skip
STAGE_NAMES = ("qualifying", "demo", "negotiation")
LOST_REASONS = ("no_budget", "chose_competitor", "no_decision", "bad_timing")
ASIDE_REASONS = ("too_small", "wrong_person", "no_need")
OVERALL = "overall"  # the verdict on the whole, beside the criteria
CONTENTS = (
    "", *STAGE_NAMES, *LOST_REASONS, *ASIDE_REASONS, *LANDING_NAMES, "contact", "trial", "follow_up",
    *CAMPAIGNS[1:], *CRITERIA_NAMES, *MODULE_NAMES, *(s for s in SKILLS if s not in STAGE_NAMES), OVERALL,
)  # fmt: skip
CONTENT_CODE = {name: code for code, name in enumerate(CONTENTS)}

#: Every code column of an interaction, with the number that means "nothing".
COLUMNS: dict[str, tuple[type[np.generic], int]] = {
    "at": (np.int64, 0),  # UTC microseconds
    "kind": (np.int8, 0),
    "row": (np.int32, -1),  # row of the cohort, for its lead and account
    "rep": (np.int32, -1),  # person index
    "lead": (np.int64, 0),
    "account": (np.int64, 0),
    "opportunity": (np.int64, 0),
    "candidate": (np.int64, 0),
    "channel": (np.int8, 0),
    "outcome": (np.int8, 0),
    "content": (np.int16, 0),
    "cents": (np.int64, -1),
    "record": (np.int64, 0),  # unique within a kind
    "detail": (np.int32, -1),  # row of `details`
}


@dataclass(frozen=True)
class Events:
    """Interactions in columns of equal length (see COLUMNS), and the JSON texts some of them carry."""

    columns: dict[str, np.ndarray]
    details: pa.ChunkedArray

    def __len__(self) -> int:
        """Number of interactions."""
        return len(self.columns["at"])

    def taken(self, rows: I8) -> "Events":
        """The interactions of these rows, in this order."""
        return Events({name: column[rows] for name, column in self.columns.items()}, self.details)

    def between(self, start: int, stop: int) -> "Events":
        """A slice by position, with only the details it needs."""
        columns = {name: column[start:stop] for name, column in self.columns.items()}
        wanted = np.flatnonzero(columns["detail"] >= 0)
        texts = self.details.take(pa.array(columns["detail"][wanted]))
        detail = np.full(stop - start, -1, dtype=np.int32)
        detail[wanted] = np.arange(len(wanted))
        return Events({**columns, "detail": detail}, texts)


def events(kind: str, details: pa.Array | None = None, **given: object) -> Events:
    """Interactions of one kind: columns are arrays or one value for all; `details` is one text a row."""
    size = len(given["at"])  # type: ignore[arg-type]
    columns = {name: _column(name, given.get(name, empty), size) for name, (_, empty) in COLUMNS.items()}
    columns["kind"] = np.full(size, KINDS.index(kind), dtype=np.int8)
    if details is None:
        return Events(columns, pa.chunked_array([], pa.string()))
    columns["detail"] = np.arange(size, dtype=np.int32)
    return Events(columns, pa.chunked_array([details]))


def joined(parts: Iterable[Events]) -> Events:
    """All interactions of all parts, in the order given."""
    some = list(parts)
    texts, shift = [], 0
    columns: dict[str, list[np.ndarray]] = {name: [] for name in COLUMNS}
    for part in some:
        for name, column in part.columns.items():
            columns[name].append(_shifted(column, shift) if name == "detail" else column)
        texts += part.details.chunks
        shift += len(part.details)
    return Events(
        {name: np.concatenate(pieces) for name, pieces in columns.items()},
        pa.chunked_array(texts, pa.string()),
    )


def offered_batch(found: Events, rep_ids: I8, late: F8, latest: int) -> pa.RecordBatch:
    """The offered batch of interactions in order.

    Args:
        found: interactions, sorted by instant.
        rep_ids: surrogate id by person index.
        late: days after which each was recorded.
        latest: UTC microseconds that no recording passes.
    """
    c = found.columns
    recorded = np.minimum(c["at"] + (late * DAY).astype(np.int64), latest)
    return pa.RecordBatch.from_arrays(
        [
            pa.array(c["at"]).cast(INSTANT),
            pa.array(recorded).cast(INSTANT),
            _texts(KINDS, c["kind"]),
            _number(c["lead"], c["lead"] == 0),
            _number(c["account"], c["account"] == 0),
            _number(c["opportunity"], c["opportunity"] == 0),
            _number(rep_ids[c["rep"]], c["rep"] < 0),
            _number(c["candidate"], c["candidate"] == 0),
            _texts(CHANNELS, c["channel"]),
            _texts(OUTCOMES, c["outcome"]),
            _texts(CONTENTS, c["content"]),
            _amounts(c["cents"]),
            _texts(("", CURRENCY), (c["cents"] >= 0).astype(np.int8)),
            _texts((SOURCE,), np.zeros(len(found), dtype=np.int8)),
            _refs(c["kind"], c["record"]),
            _details(found),
        ],
        schema=OFFERED,
    )


def _column(name: str, given: object, size: int) -> np.ndarray:
    dtype = COLUMNS[name][0]
    if isinstance(given, np.ndarray):
        return given.astype(dtype, copy=False)
    return np.full(size, given, dtype=dtype)


def _shifted(detail: np.ndarray, shift: int) -> np.ndarray:
    return detail if shift == 0 else np.where(detail >= 0, detail + np.int32(shift), np.int32(-1))


def _texts(words: tuple[str, ...], codes: np.ndarray) -> pa.Array:
    """The words of codes; the empty word is null."""
    dictionary = pa.array([word or None for word in words], pa.string())
    return dictionary.take(pa.array(codes))


def _number(values: np.ndarray, missing: B1) -> pa.Array:
    return pa.array(values, mask=missing)


def _amounts(cents: I8) -> pa.Array:
    """Cents as decimals, laid out as Arrow holds them: 128-bit whole numbers of cents."""
    known = cents >= 0
    whole = np.zeros((len(cents), 2), dtype=np.int64)
    whole[:, 0] = np.where(known, cents, 0)
    bits = np.packbits(known, bitorder="little")
    return pa.Array.from_buffers(AMOUNT, len(cents), [pa.py_buffer(bits), pa.py_buffer(whole)])


def _refs(kind: np.ndarray, record: I8) -> pa.Array:
    before = _texts(tuple(f"{name}-" for name in RECORDS.values()), kind)
    after = _texts(tuple(f"#{name}" for name in KINDS), kind)
    return pc.binary_join_element_wise(before, pa.array(record).cast(pa.string()), after, "")


def _details(found: Events) -> pa.Array:
    where = found.columns["detail"]
    taken = found.details.take(pa.array(where, mask=where < 0))
    return taken.combine_chunks() if isinstance(taken, pa.ChunkedArray) else taken
