"""Experiments: what one would take, what runs, what was shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import pyarrow as pa

from quintet.demand.actions.experiments import design_of
from quintet.demand.formula.experiments import checked, forecast
from quintet.demand.metrics.experiments import flow
from quintet.demand.models.experiments import Experiment
from quintet.demand.terms.experiments import CellResult, Comparison, Design, Forecast, Look, Result
from quintet.facts.published import Facts
from quintet.kernel.errors import NotEnoughData

_FEWEST_MATURED = 30
_LEAST_RATE, _MOST_RATE = 0.002, 0.95


@dataclass(frozen=True)
class Known:
    """One experiment as the page shows it.

    Args:
        record: as it is kept.
        design: what is tried.
        result: what it has shown; None before it was judged for the first time.
    """

    record: Experiment
    design: Design
    result: Result | None


@dataclass(frozen=True)
class Choices:
    """What leads an experiment may be about."""

    sources: tuple[str, ...]
    campaigns: tuple[str, ...]
    segments: tuple[str, ...]


def experiments() -> tuple[Known, ...]:
    """Every experiment, running ones first, then newest first."""
    found = [known(one) for one in Experiment.objects.select_related("started_by", "stopped_by")]
    return tuple(sorted(found, key=lambda one: one.record.stopped_at is not None))


def known(one: Experiment) -> Known:
    """One experiment with its design and its last result."""
    return Known(one, design_of(one), result_of(one.result) if one.result else None)


def choices(facts: Facts) -> Choices:
    """The sources, campaigns and segments leads have."""
    leads = facts.table("leads")
    lists = (_names(facts, leads[column]) for column in ("source", "campaign", "segment"))
    return Choices(*lists)


def todays_rate(facts: Facts, design: Design) -> tuple[float, int, int]:
    """Share of eligible leads that convert within the horizon today: the share, converted, matured.

    Raises:
        NotEnoughData: when fewer than 30 leads are old enough to tell.
    """
    found = flow(facts, design)
    if found.matured < _FEWEST_MATURED:
        msg = (
            f"only {found.matured} leads of this kind are old enough to tell what happens today:"
            " choose a shorter horizon or more leads"
        )
        raise NotEnoughData(msg, have=found.matured, need=_FEWEST_MATURED, unit="matured leads")
    share = found.converted / found.matured
    return min(max(share, _LEAST_RATE), _MOST_RATE), found.converted, found.matured


def planned(facts: Facts, design: Design) -> Forecast:
    """What an experiment would take, from the flow of leads of the last 12 weeks.

    Raises:
        BadInput: when it cannot be judged.
    """
    return forecast(checked(design), flow(facts, design).leads_per_week)


def leads_of(facts: Facts, one: Experiment, cell: int | None = None) -> list[dict[str, Any]]:
    """The leads that were drawn, newest first, each with its cell and what became of it."""
    design = design_of(one)
    rows = one.leads.all() if cell is None else one.leads.filter(cell=cell)
    drawn = {row.lead_id: row for row in rows}
    leads = facts.table("leads")
    columns = ("label", "source", "segment", "qualified_at", "demo_at", "won_at")
    asked = ibis.memtable(pa.table({"asked_id": pa.array(list(drawn), type=pa.int64())}))
    chosen = leads.inner_join(asked, leads.lead_id == asked.asked_id)
    found = facts.arrow(chosen.select("lead_id", *columns)).to_pylist()
    told = [
        row
        | {
            "cell": design.cells[drawn[row["lead_id"]].cell].name,
            "entered_at": drawn[row["lead_id"]].entered_at,
        }
        for row in found
    ]
    return sorted(told, key=lambda row: row["entered_at"], reverse=True)


def result_of(told: dict[str, Any]) -> Result:
    """A result as it was kept."""
    comparisons = tuple(
        Comparison(**{**one, "looks": tuple(Look(**_dated(look, "day")) for look in one["looks"])})
        for one in told["comparisons"]
    )
    cells = tuple(CellResult(**one) for one in told["cells"])
    return Result(**{**_dated(told, "as_of"), "cells": cells, "comparisons": comparisons})


def _dated(told: dict[str, Any], key: str) -> dict[str, Any]:
    return {**told, key: date.fromisoformat(told[key])}


def _names(facts: Facts, column: ibis.expr.types.StringColumn) -> tuple[str, ...]:
    found = facts.arrow(column.name("name").as_table().filter(lambda t: t.name.notnull()).distinct())
    names: Sequence[str] = found["name"].to_pylist()
    return tuple(sorted(names))
