"""The worker's part: count the contract anew when facts, points or versions have changed."""

import hashlib
import json

import numpy as np
from django.conf import settings
from django_tasks import task

from quintet.demand.actions.contract import in_force
from quintet.demand.actions.contract_points import PointsInUse, Table, points_of, table_of
from quintet.demand.formula.contract_count import count_hand_overs
from quintet.demand.metrics.contract import read_happened
from quintet.demand.metrics.contract_store import (
    MOST_DEEDS,
    Counted,
    PointsBy,
    keep_counted,
    read_counted,
)
from quintet.demand.metrics.contract_target import read_target
from quintet.demand.metrics.examples import read_examples
from quintet.demand.terms.contract import Version
from quintet.facts.published import Facts
from quintet.kernel.errors import NotEnoughData


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
    tables = tuple(table_of(facts.home, one) for one in versions)
    if counted is not None and counted.key == key_of(facts, tables, versions):
        return "up to date"
    if facts.as_of is None:
        return "no dates"
    found = count(facts, tuple(points_of(facts.home, one) for one in tables), versions)
    return f"{len(found.found):,} hand-overs counted"


def count(facts: Facts, tables: tuple[PointsInUse, ...], versions: tuple[Version, ...]) -> Counted:
    """Count the contract and keep the count.

    Args:
        facts: a published version with dates.
        tables: whose points count, one a version.
        versions: accepted by both, at least one, oldest first.
    """
    assert facts.as_of is not None  # noqa: S101 -- the caller's promise
    examples = read_examples(facts)
    happened = read_happened(facts, examples.lead_ids, {one.clauses.attempts for one in versions})
    once = {one.table: one.of(examples) for one in tables}
    points = [once[one.table] for one in tables]
    worth = [one.points_of(examples.lead_ids) for one in points]
    found = count_hand_overs(examples, worth, happened, versions)
    counted = Counted(
        found=found,
        versions=versions,
        as_of=facts.as_of,
        facts_version=facts.version,
        points=tuple(
            PointsBy(one.table.key, one.table.name, own.is_scored)
            for one, own in zip(tables, points, strict=True)
        ),
        reasons=happened.reasons,
        undated=int(np.isnat(examples.handed_at).sum()),
        fields=tuple(sorted(examples.fields)),
        deeds=examples.doings.names[:MOST_DEEDS],
        target=read_target(facts, found, facts.as_of).as_json(),
        key=key_of(facts, tuple(one.table for one in tables), versions),
    )
    keep_counted(facts.home, counted)
    return counted


def key_of(facts: Facts, tables: tuple[Table, ...], versions: tuple[Version, ...]) -> str:
    """What a count depends on, as a digest."""
    held = [(one.version, one.valid_from.isoformat(), one.clauses.as_json()) for one in versions]
    told = [facts.manifest.text(), [one.key for one in tables], held]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
