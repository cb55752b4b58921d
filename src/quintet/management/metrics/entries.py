"""Who brought which lead to which stage, and when: read once per version, then counted for any question.

A page asks of another period, team, segment or source every time. The expressions below are the same for all
of these, so they are asked once per version of the facts; their rows stay as arrays, 21 bytes an entry,
sorted by day, so that a period is a slice of them. `tallies.py` counts the slice.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from quintet.facts.instants import whole_seconds
from quintet.facts.schema import STAGES
from quintet.management.metrics.ages import AGES, age_classes, age_places
from quintet.management.metrics.cohorts import credited, days_since, has_reached, true_only, was_lost
from quintet.management.terms.funnel import FunnelQuestion

Ints = NDArray[Any]

_DAY = 86_400
_EPOCH = date(1970, 1, 1).toordinal()
#: The age of a lead that entered later than anything is known.
LATER = -(1 << 20)
#: The columns of `first_work` that count attempts, and those that say how a lead was reached.
TRIED = ("attempts", "dials", "emails")
FLAGS = ("dial_connected", "email_connected")


def stage_entries(leads: ir.Table, stage: str, as_of: datetime) -> ir.Table:
    """The leads that somebody brought to a stage on a known day, and what came of them since.

    Args:
        leads: facts.LEADS.
        stage: one of STAGES.
        as_of: what happened later is not known; ages count to here.

    Returns:
        One row per lead: rep_id (who brought it there), segment, source, day (int32, days since 1970), age
        (int32, whole days since; null when it entered after `as_of`), reached (int8, bit k is set when it
        had reached STAGES[k] by then), is_lost (boolean).
    """
    entered = leads[f"{stage}_at"]
    rows = leads.filter([entered.notnull(), credited(leads, stage).notnull()])
    reached = ibis.literal(0)
    for place, later in enumerate(STAGES):
        reached = reached + true_only(has_reached(rows, later, as_of)).ifelse(1 << place, 0)
    return rows.select(
        **_who_and_when(rows, stage),
        age=(rows[f"{stage}_at"] <= as_of).ifelse(days_since(rows[f"{stage}_at"], as_of), None).cast("int32"),
        reached=reached.cast("int8"),
        is_lost=was_lost(rows, as_of),
    )


def first_work(leads: ir.Table) -> ir.Table:
    """The leads that somebody worked, and what it took.

    Args:
        leads: facts.LEADS.

    Returns:
        One row per lead: rep_id (who worked it first), segment, source, day (int32, days since 1970), and
        attempts, dials, emails (int32; null is 0), dial_connected, email_connected (boolean; null is False),
        reached (int8, as in facts.LEADS).
    """
    rows = leads.filter([leads.worked_at.notnull(), leads.worked_by.notnull()])
    counts = {name: rows[name].fill_null(0).cast("int32") for name in TRIED}
    flags = {name: true_only(rows[name]) for name in FLAGS}
    return rows.select(**_who_and_when(rows, "worked"), **counts, **flags, reached=rows.reached.cast("int8"))


def closings(opportunities: ir.Table) -> ir.Table:
    """The opportunities that somebody closed on a known day.

    Args:
        opportunities: facts.OPPORTUNITIES; open ones and those nobody owns are left out.

    Returns:
        One row per opportunity: rep_id, segment, source, day (int32, days since 1970), is_won (boolean).
    """
    closed = opportunities
    rows = closed.filter([closed.rep_id.notnull(), closed.is_won.notnull(), closed.closed_at.notnull()])
    return rows.select("rep_id", "segment", "source", day=_day_of(rows.closed_at), is_won=rows.is_won)


def _who_and_when(rows: ir.Table, stage: str) -> dict[str, ir.Value]:
    who = {"rep_id": credited(rows, stage), "segment": rows.segment, "source": rows.source}
    return who | {"day": _day_of(rows[f"{stage}_at"])}


def _day_of(instant: ir.TimestampValue) -> ir.IntegerValue:
    return (whole_seconds(instant) / _DAY).floor().cast("int32")


@dataclass(frozen=True, eq=False)
class Entries:
    """Rows of one of the expressions above as arrays in the order of days.

    Args:
        day: days since 1970, ascending.
        rep: place of the rep in `Names.reps`.
        segment: place in `Names.segments`; None is a segment too.
        source: place in `Names.sources`.
        told: the other columns, by name.
        known: how many of the rows entered by the instant that ages count to: the first ones.
    """

    day: Ints
    rep: Ints
    segment: Ints
    source: Ints
    told: dict[str, Ints]
    known: int

    def of(self, rows: Ints) -> "Entries":
        """Some of the rows, as booleans."""
        return self._picked(rows, int(np.count_nonzero(rows[: self.known])))

    def within(self, start: date, end: date) -> "Entries":
        """The rows from one day up to another, which is left out; nothing is copied."""
        bounds = [day_number(start), day_number(end)]
        # bounds of another type would have every day of the company converted to it first
        low, high = np.searchsorted(self.day, np.array(bounds, dtype=self.day.dtype)).tolist()
        return self._picked(slice(low, high), min(max(self.known - low, 0), max(high - low, 0)))

    def by_now(self) -> "Entries":
        """The rows that are known; nothing is copied."""
        return self._picked(slice(self.known), self.known)

    def _picked(self, rows: "slice | Ints", known: int) -> "Entries":
        told = {name: values[rows] for name, values in self.told.items()}
        return Entries(self.day[rows], self.rep[rows], self.segment[rows], self.source[rows], told, known)


@dataclass(frozen=True)
class Names:
    """What the places in `Entries` mean: reps, segments and sources in the order they were met."""

    reps: dict[int, int]
    segments: dict[str | None, int]
    sources: dict[str | None, int]

    @classmethod
    def none_yet(cls) -> "Names":
        """Nobody met so far."""
        return cls({}, {}, {})


def entries(rows: pa.Table, names: Names) -> Entries:
    """The rows of an expression as arrays; names not met before are added to `names`.

    In place of ages `told` has what cohorts and kinds of leads count: `loss_and_age`, the place among `AGES`
    and, of the lost, AGES.size more, and `age_class`, the one among `AGE_CLASSES`. Both from 1 on: 0 is
    for the converted.
    """
    day = rows["day"].to_numpy()
    age = _numbers(rows["age"]) if "age" in rows.column_names else np.zeros(day.size, dtype=np.int32)
    is_later = age == LATER
    order = np.lexsort((is_later, day)) if is_later.any() else np.argsort(day, kind="stable")

    def sorted_by_day(values: Ints) -> Ints:
        return np.ascontiguousarray(values[order])

    met: dict[str, dict[Any, int]] = {
        "rep_id": names.reps,
        "segment": names.segments,
        "source": names.sources,
    }
    rep, segment, source = (sorted_by_day(_places(rows[name], met[name])) for name in met)
    others = [name for name in rows.column_names if name not in {*met, "day", "age"}]
    told = {name: sorted_by_day(_numbers(rows[name])) for name in others}
    if "age" in rows.column_names:
        places = 1 + age_places(age) + AGES.size * _numbers(rows["is_lost"]).astype(np.int16)
        told |= {"loss_and_age": sorted_by_day(places), "age_class": sorted_by_day(1 + age_classes(age))}
    known = day.size - int(np.count_nonzero(is_later))
    return Entries(sorted_by_day(day), rep, segment, source, told, known)


def asked(found: Entries, names: Names, question: FunnelQuestion) -> Entries:
    """The rows within the period, of the segment and source asked about; of all reps."""
    rows = found.within(question.start, question.end)
    if question.segment is not None:
        rows = rows.of(rows.segment == names.segments.get(question.segment, -1))
    if question.source is not None:
        rows = rows.of(rows.source == names.sources.get(question.source, -1))
    return rows


def day_number(day: date) -> int:
    """Days since 1970, as `Entries.day` counts them."""
    return day.toordinal() - _EPOCH


def _places(values: pa.ChunkedArray, met: dict[Any, int]) -> Ints:
    """Each value's place among those met; null has one of its own."""
    encoded = values.combine_chunks().dictionary_encode()
    place = [met.setdefault(value, len(met)) for value in encoded.dictionary.to_pylist()]
    if encoded.null_count:
        place.append(met.setdefault(None, len(met)))
    indices = encoded.indices.fill_null(len(encoded.dictionary)).to_numpy(zero_copy_only=False)
    return np.asarray(place, dtype=np.int32)[indices]


def _numbers(values: pa.ChunkedArray) -> Ints:
    """A column as numbers or flags; only an age may be null."""
    return np.asarray(values.fill_null(LATER).to_numpy() if values.null_count else values.to_numpy())
