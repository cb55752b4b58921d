"""What a customer is worth: what crosses from the lifetime formula to pages and to the lead score."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from quintet.kernel.finding import Finding, Status

#: Silent below, hedged below, by customers and by customers lost.
SILENT_BELOW, SPEAKS_FROM = (20, 3), (150, 10)
#: Stands for any source or segment that had no customer yet.
UNSEEN = "*"
METHOD = "sBG grid posterior, pooled"


@dataclass(frozen=True)
class Range:
    """A figure with its 90 % interval."""

    estimate: float
    lo: float
    hi: float


@dataclass(frozen=True)
class Worth:
    """What a customer of one group is worth.

    Args:
        kind: all, source, segment, rep, or cell (a source within a segment).
        source: its name; empty where the group is not one of a source, or where none is recorded.
        segment: the same.
        rep_id: of a rep's customers, who won them.
        customers: with a subscription.
        lost: of these, cancelled.
        churn: monthly, over the first twelve months, 0..1.
        months: of revenue to expect, discounted and capped.
        arpa: monthly revenue of a customer at the start, in currency.
        value: months times arpa times the gross margin, in currency; what a customer is worth.
        kept: counted share still there after 0, 1 … months; only as far as anybody was watched.
        status: may it be shown as an answer?
        reason: why it is silent or hedged.
    """

    kind: str
    source: str
    segment: str
    rep_id: int | None
    customers: int
    lost: int
    churn: Range
    months: Range
    arpa: Range
    value: Range
    kept: tuple[float, ...]
    status: Status
    reason: str

    @property
    def name(self) -> str:
        """The name of the group within its kind."""
        return {"source": self.source, "segment": self.segment}.get(self.kind, "")


@dataclass(frozen=True)
class RepeatBuying:
    """Customers who buy without a subscription; or why nothing can be said of them.

    Args:
        customers: with an order.
        repeaters: with orders on two days or more.
        parameters: r, alpha (weeks), a, b of the BG/NBD, then p, q, gamma of the gamma-gamma.
        orders_year: repeat orders to expect of a new customer within a year.
        order_value: mean value of an order.
        value: of a new customer within the horizon, first order included, discounted, at the gross margin.
        reason: why it is silent; empty when it speaks.
    """

    customers: int
    repeaters: int
    parameters: tuple[float, ...] = ()
    orders_year: Range | None = None
    order_value: float | None = None
    value: Range | None = None
    reason: str = ""


@dataclass(frozen=True)
class LifetimeFit:
    """How long customers stay and what they are worth, as of one day.

    Args:
        as_of: newest day of the data.
        facts_version: of the facts it was computed from.
        currency: of every amount; customers billed in another are left out.
        customers: with a subscription.
        lost: of these, cancelled.
        overall: all customers together.
        sources: by source, most customers first; then the unseen one.
        segments: by segment, the same.
        reps: by who won them, the same, without an unseen one.
        cells: a source within a segment.
        curve: share still there after 0 … 36 months by the model.
        counted: the same as counted (Kaplan-Meier), as far as anybody was watched.
        revenue: what a dollar of the first month has become by month 0, 1, …, as counted.
        repeat: repeat buying without a subscription; None when there are no orders.
        warnings: what a reader should keep in mind.
        margin: share of the revenue that counts as value; 1 while the company stated no gross margin.
    """

    as_of: date
    facts_version: int
    currency: str
    customers: int
    lost: int
    overall: Worth | None
    sources: tuple[Worth, ...]
    segments: tuple[Worth, ...]
    reps: tuple[Worth, ...]
    cells: tuple[Worth, ...]
    curve: tuple[Range, ...]
    counted: tuple[Range, ...]
    revenue: tuple[float, ...]
    repeat: RepeatBuying | None
    warnings: tuple[str, ...]
    margin: float = 1.0

    @property
    def text(self) -> str:
        """As JSON: the same fit, the same bytes."""
        return json.dumps(asdict(self), sort_keys=True, default=date.isoformat)

    @classmethod
    def of(cls, text: str) -> "LifetimeFit":
        """The fit that was stored."""
        told = json.loads(text)
        lists = {name: tuple(_worth(one) for one in told[name]) for name in _GROUPS}
        ranges = {name: tuple(Range(**one) for one in told[name]) for name in ("curve", "counted")}
        rest = {
            "as_of": date.fromisoformat(told["as_of"]),
            "overall": None if told["overall"] is None else _worth(told["overall"]),
            "revenue": tuple(told["revenue"]),
            "repeat": None if told["repeat"] is None else _repeat(told["repeat"]),
            "warnings": tuple(told["warnings"]),
        }
        return cls(**{**told, **lists, **ranges, **rest})

    def worth(self, source: str | None = None, segment: str | None = None) -> Worth | None:
        """The group a lead belongs to; None when nothing can be said.

        Args:
            source: where the lead came from; empty when none is recorded, None for any.
            segment: its customer type; the same.
        """
        groups = {"": (), "source": self.sources, "segment": self.segments, "cell": self.cells}
        kind = {(0, 0): "", (1, 0): "source", (0, 1): "segment", (1, 1): "cell"}[
            source is not None, segment is not None
        ]
        for wanted in (
            (source or "", segment or ""),
            (UNSEEN, segment or ""),
            (source or "", UNSEEN),
            (UNSEEN, UNSEEN),
        ):
            for one in groups[kind]:
                if _matches(one, kind, wanted):
                    return one
        return self.overall

    def value(self, source: str | None = None, segment: str | None = None) -> Finding:
        """What a customer from this source, of this segment, is worth, with its interval.

        Args:
            source: where the lead came from; empty when none is recorded, None for any. One without a
                customer so far gets what sources here are like.
            segment: its customer type; the same.
        """
        found = self.worth(source, segment)
        subject = " · ".join(word for word in (source, segment) if word) or "all customers"
        base = Finding(
            question="What is a customer worth?",
            subject=subject,
            unit=self.currency or "currency",
            status=Status.SILENT,
            n=self.customers if found is None else found.customers,
            n_required=SILENT_BELOW[0],
            method=METHOD,
            as_of=self.as_of,
        )
        if found is None or found.status is Status.SILENT:
            return replace(base, reason=found.reason if found else self.why_silent)
        worth = found.value
        baseline = None if self.overall is None else self.overall.value.estimate
        return replace(
            base,
            status=found.status,
            reason=found.reason,
            estimate=worth.estimate,
            lo=worth.lo,
            hi=worth.hi,
            baseline=baseline,
        )

    @property
    def why_silent(self) -> str:
        """What is missing for a lifetime value of subscriptions."""
        return (
            f"{self.customers} customers with a subscription, {self.lost} of them lost: a lifetime needs "
            f"{SILENT_BELOW[0]} customers and {SILENT_BELOW[1]} lost"
        )


_GROUPS = ("sources", "segments", "reps", "cells")


def _matches(one: Worth, kind: str, wanted: tuple[str, str]) -> bool:
    source, segment = wanted
    return (kind == "segment" or one.source == source) and (kind == "source" or one.segment == segment)


def _worth(told: dict[str, Any]) -> Worth:
    ranges = {name: Range(**told[name]) for name in ("churn", "months", "arpa", "value")}
    return Worth(**{**told, **ranges, "kept": tuple(told["kept"]), "status": Status(told["status"])})


def _repeat(told: dict[str, Any]) -> RepeatBuying:
    ranges = {name: None if told[name] is None else Range(**told[name]) for name in ("orders_year", "value")}
    return RepeatBuying(**{**told, **ranges, "parameters": tuple(told["parameters"])})
