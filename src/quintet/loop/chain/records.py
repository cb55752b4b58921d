"""The leads behind a number of the chain: of a step, of one rep, or of one kind."""

from dataclasses import dataclass
from typing import Any

import ibis

from quintet.facts.asking import FactsTables, names_of_reps
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput
from quintet.loop.chain.fitting import OTHER
from quintet.loop.chain.leads import FAMILIES, UNKNOWN, seen
from quintet.loop.chain.terms import COLUMNS, CUSTOMER, STEPS, Chain

_TITLES = {name: COLUMNS[name] for name in STEPS} | {CUSTOMER: "Worked lead → customer"}


@dataclass(frozen=True)
class Asked:
    """Which number is opened.

    Args:
        step: one of STEPS, or CUSTOMER for worked leads that become customers.
        rep_id: of this rep alone.
        family: with `name`, of this kind of leads alone, by comparable reps.
        name: see `family`.
        made: only those that came to the end of the step in time.
    """

    step: str
    rep_id: int | None = None
    family: str = ""
    name: str = ""
    made: bool = False


@dataclass(frozen=True)
class Behind:
    """What is opened: a title, and one row a lead, the newest first."""

    title: str
    rows: list[dict[str, Any]]


def opens(family: str, name: str) -> bool:
    """May a kind of leads be opened? What was taken together for being small has no name of its own."""
    return family in FAMILIES and name != OTHER


def behind(facts: FactsTables, told: Chain, scope: Scope, asked: Asked) -> Behind:
    """The leads a number counts, as the facts know them now.

    Args:
        facts: a published version.
        told: the chain, of all reps.
        scope: of the reader: leads of other reps are left out.
        asked: which number.

    Raises:
        BadInput: when there is no such step or kind.
    """
    if asked.step not in _TITLES:
        raise BadInput(f"step must be one of {', '.join(_TITLES)}, got {asked.step!r}")
    if asked.family and not opens(asked.family, asked.name):
        raise BadInput(f"kinds of leads are told apart by {', '.join(FAMILIES)}, got {asked.family!r}")
    rows = seen(facts, asked.step, until=told.until)
    if scope.rep_ids is not None:
        rows = rows.filter(rows.rep.isin(sorted(scope.rep_ids)))
    if asked.rep_id is not None:
        rows = rows.filter(rows.rep == asked.rep_id)
    if asked.family:
        of = rows[asked.family]
        comparable = [one.rep_id for one in told.apart.reps if one.rate is not None]
        is_kind = of.isnull() | (of == "") if asked.name == UNKNOWN else of == asked.name
        rows = rows.filter(is_kind & rows.rep.isin(comparable))
    if asked.made:
        rows = rows.filter(rows.made)
    names = names_of_reps(facts)
    shown = rows.select("lead_id", "label", "rep", "since", "until", "made", "segment", "source")
    found = facts.arrow(shown.order_by([ibis.desc("since"), "lead_id"])).to_pylist()
    return Behind(_title(asked, names), [_row(one, names) for one in found])


def _row(one: dict[str, Any], names: dict[int, str]) -> dict[str, Any]:
    return {
        "lead": one["label"] or str(one["lead_id"]),
        "lead_id": one["lead_id"],
        "rep": names.get(one["rep"], str(one["rep"])),
        "since": one["since"],
        "until": one["until"] if one["made"] else None,
        "made": "yes" if one["made"] else "no",
        "segment": one["segment"] or "",
        "source": one["source"] or "",
    }


def _title(asked: Asked, names: dict[int, str]) -> str:
    parts = [_TITLES[asked.step]]
    if asked.rep_id is not None:
        parts.append(names.get(asked.rep_id, str(asked.rep_id)))
    if asked.family:
        parts.append(f"{asked.family} {asked.name}")
    return ": ".join((parts[0], ", ".join(parts[1:]))) if parts[1:] else parts[0]
