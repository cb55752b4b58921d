"""By which points table a version of the contract counts: pinned, so that a refit moves no past day.

A table is named `fitted:<version of the lead score>`, `typed:<number of the table typed by hand>` or `one`:
one point a lead.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from quintet.demand.metrics.contract_points import fitted_points, one_each, typed_points
from quintet.demand.models.points import TypedPoints
from quintet.demand.terms.contract import LeadPoints, Version
from quintet.demand.terms.examples import Examples
from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home
from quintet.kernel.shelf import Shelf

ONE, _FITTED, _TYPED = "one", "fitted", "typed"
_SCORE = "demand.lead_score"
_ALWAYS = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Table:
    """A points table that can be counted by.

    Args:
        key: how a contract names it.
        name: in words.
        since: when it came into use, or was typed.
    """

    key: str
    name: str
    since: datetime = _ALWAYS


@dataclass(frozen=True)
class PointsInUse:
    """Which points a version counts by, and how they are found for leads."""

    table: Table
    of: Callable[[Examples], LeadPoints]


def offered(home: Home) -> tuple[Table, ...]:
    """The tables a new version may name: the newest fitted, the newest typed by hand, one point a lead."""
    newest = (_newest(home, found) for found in (_fitted(home), _typed()))
    return (*(one for one in newest if one is not None), Table(ONE, one_each().name))


def newer_table(home: Home, key: str) -> Table | None:
    """The newest fitted table, where that is another than the one a version counts by."""
    newest = _newest(home, _fitted(home))
    return None if newest is None or newest.key == key else newest


def tables_to_choose(home: Home, before: Version | None) -> tuple[tuple[str, str], ...]:
    """Key and name of the tables a new version may count by; that of the version before comes first.

    Args:
        home: whose.
        before: the newest version; None where this is the first.
    """
    some = offered(home)
    if before is not None:
        kept = table_of(home, before)
        some = (kept, *(one for one in some if one.key != kept.key))
    told = tuple((one.key, one.name) for one in some)
    waiting = ("", "the first points table there will be, one point a lead until then")
    return told if any(one.key != ONE for one in some) else (waiting, *told)


def table_of(home: Home, version: Version) -> Table:
    """The table a version counts by.

    One that names none counts by the table in use when it was proposed: the fitted, else the one typed by
    hand. Where there was neither, by the first that came; until then each lead is one point.

    Raises:
        BadInput: when the table it names is not there.
    """
    if version.clauses.points_table:
        return named(home, version.clauses.points_table)
    fitted, typed = _fitted(home), _typed()
    at = version.proposed_at
    for some in (fitted, typed):
        if found := _newest(home, tuple(one for one in some if at is None or one.since <= at)):
            return found
    later = sorted((*fitted, *typed), key=lambda one: one.since)
    return next((one for one in later if _has_points(home, one)), Table(ONE, one_each().name))


def named(home: Home, key: str) -> Table:
    """The table of a name.

    Raises:
        BadInput: when there is none.
    """
    known = (*_fitted(home), *_typed(), Table(ONE, one_each().name))
    for one in known:
        if one.key == key and _has_points(home, one):
            return one
    choice = ", ".join(one.key for one in offered(home))
    raise BadInput(f"there is no points table {key!r}: choose one of {choice}")


def points_of(home: Home, table: Table) -> PointsInUse:
    """How the points of a table are found for leads."""
    kind, _, number = table.key.partition(":")
    if kind == _FITTED:
        score = fitted_points(home, number)
        return PointsInUse(table, lambda examples: score.of(examples, table.name))
    if kind == _TYPED:
        typed = TypedPoints.objects.get(pk=int(number))
        return PointsInUse(table, lambda examples: typed_points(examples, typed.table, table.name))
    return PointsInUse(table, lambda _: one_each())


def pinned_scores(home: Home, versions: tuple[Version, ...]) -> frozenset[str]:
    """Versions of the lead score whose points a contract counts by: they are never thrown away."""
    keys = (table_of(home, one).key.partition(":") for one in versions)
    return frozenset(number for kind, _, number in keys if kind == _FITTED)


def _newest(home: Home, tables: tuple[Table, ...]) -> Table | None:
    return next((one for one in reversed(tables) if _has_points(home, one)), None)


def _fitted(home: Home) -> tuple[Table, ...]:
    """Every version of the lead score that came into use, oldest first; each once, from its first day."""
    first = {use.version: use.since for use in reversed(Shelf(home, _SCORE).uses())}
    told = sorted(first.items(), key=lambda one: one[1])
    return tuple(
        Table(f"{_FITTED}:{version}", f"points fitted on {since:%-d %b %Y}, version {version[:8]}", since)
        for version, since in told
    )


def _typed() -> tuple[Table, ...]:
    """Every table typed by hand, oldest first."""
    return tuple(
        Table(f"{_TYPED}:{one.pk}", f"points typed by hand on {one.typed_at:%-d %b %Y}", one.typed_at)
        for one in TypedPoints.objects.order_by("typed_at", "pk")
    )


def _has_points(home: Home, table: Table) -> bool:
    """A silent score has no points; nor has one that is gone."""
    kind, _, version = table.key.partition(":")
    return kind != _FITTED or _holds_table(Shelf(home, _SCORE).folder / f"{version}.json")


@lru_cache(maxsize=1024)
def _holds_table(path: Path) -> bool:
    try:
        return json.loads(path.read_text(encoding="utf-8"))["score"]["table"] is not None
    except FileNotFoundError:
        return False
