"""The worker's part: count the contract anew when facts, points or versions have changed."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from django.conf import settings
from django_tasks import task

from quintet.demand.actions.contract import in_force
from quintet.demand.actions.points import typed_points as newest_typed_points
from quintet.demand.formula.contract_count import count_hand_overs
from quintet.demand.metrics.contract import read_happened
from quintet.demand.metrics.contract_points import fitted_points, one_each, typed_points
from quintet.demand.metrics.contract_store import MOST_DEEDS, Counted, keep_counted, read_counted
from quintet.demand.metrics.contract_target import read_target
from quintet.demand.metrics.examples import read_examples
from quintet.demand.terms.contract import LeadPoints, Version
from quintet.demand.terms.examples import Examples
from quintet.facts.published import Facts
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.home import Home


@task
def count_contract() -> str:
    """Count the contract; does nothing when nothing changed. For the button on the page."""
    return count_when_stale()


def count_when_stale() -> str:
    """Count the contract when facts, points or versions changed since; says what happened in a few words."""
    versions = in_force()
    if not versions:
        return "no contract"
    try:
        facts = Facts.published(settings.HOME)
    except NotEnoughData:
        return "nothing loaded"
    counted = read_counted(settings.HOME)
    table = points_in_use(facts.home)
    if counted is not None and counted.key == key_of(facts, table.name, versions):
        return "up to date"
    if facts.as_of is None:
        return "no dates"
    found = count(facts, table, versions)
    return f"{len(found.found):,} hand-overs counted"


@dataclass(frozen=True)
class PointsInUse:
    """Which points count, and how they are found for leads."""

    name: str
    of: Callable[[Examples], LeadPoints]


def points_in_use(home: Home) -> PointsInUse:
    """The fitted points, else those typed by hand, else one a lead."""
    if (fitted := fitted_points(home)) is not None:
        return PointsInUse(fitted.name, fitted.of)
    if (typed := newest_typed_points()) is not None:
        name = f"points typed by hand on {typed.typed_at:%Y-%m-%d %H:%M}"
        return PointsInUse(name, lambda examples: typed_points(examples, typed.table, name))
    return PointsInUse(one_each().name, lambda _: one_each())


def count(facts: Facts, table: PointsInUse, versions: tuple[Version, ...]) -> Counted:
    """Count the contract and keep the count.

    Args:
        facts: a published version with dates.
        table: whose points count.
        versions: accepted by both, at least one, oldest first.
    """
    assert facts.as_of is not None  # noqa: S101 -- the caller's promise
    examples = read_examples(facts)
    happened = read_happened(facts, examples.lead_ids, {one.clauses.attempts for one in versions})
    points = table.of(examples)
    found = count_hand_overs(examples, points.points_of(examples.lead_ids), happened, versions)
    counted = Counted(
        found=found,
        versions=versions,
        as_of=facts.as_of,
        facts_version=facts.version,
        points_name=points.name,
        is_scored=points.is_scored,
        reasons=happened.reasons,
        undated=int(np.isnat(examples.handed_at).sum()),
        fields=tuple(sorted(examples.fields)),
        deeds=examples.doings.names[:MOST_DEEDS],
        target=read_target(facts, found, facts.as_of).as_json(),
        key=key_of(facts, points.name, versions),
    )
    keep_counted(facts.home, counted)
    return counted


def key_of(facts: Facts, points_name: str, versions: tuple[Version, ...]) -> str:
    """What a count depends on, as a digest."""
    held = [(one.version, one.valid_from.isoformat(), one.clauses.as_json()) for one in versions]
    told = [facts.manifest.text(), points_name, held]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
