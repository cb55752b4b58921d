"""Some of the leads, with their fields and deeds."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from quintet.demand.terms.examples import I8, Doings, Examples, Numbers, Routed, Words


def subset(examples: Examples, rows: I8) -> Examples:
    """The examples at these positions, in this order.

    Args:
        examples: all.
        rows: positions, each at most once.
    """
    return replace(
        examples,
        lead_ids=examples.lead_ids[rows],
        handed_at=examples.handed_at[rows],
        fields=_fields(examples.fields, rows),
        doings=_doings(examples.doings, rows, len(examples)),
        won_days=examples.won_days[rows],
        is_closed=examples.is_closed[rows],
        is_worked=examples.is_worked[rows],
        observed_days=examples.observed_days[rows],
        routed=_routed(examples.routed, rows),
    )


def _routed(routed: Routed | None, rows: I8) -> Routed | None:
    return None if routed is None else Routed(routed.share[rows], routed.is_held[rows], routed.p[rows])


def _fields(fields: Mapping[str, Words | Numbers], rows: I8) -> dict[str, Words | Numbers]:
    return {name: _column(column, rows) for name, column in fields.items()}


def _column(column: Words | Numbers, rows: I8) -> Words | Numbers:
    if isinstance(column, Words):
        return Words(column.codes[rows], column.levels)
    return Numbers(column.values[rows])


def _doings(doings: Doings, rows: I8, leads: int) -> Doings:
    place = np.full(leads, -1)
    place[rows] = np.arange(len(rows))
    lead = place[doings.lead]
    kept = lead >= 0
    return Doings(lead[kept], doings.name[kept], doings.age_days[kept], doings.names)
