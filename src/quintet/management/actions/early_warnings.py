"""Watch everybody's inputs week by week, and keep what was found for the pages."""

import json
from dataclasses import asdict
from datetime import UTC, date, datetime

from quintet.facts.asking import names_of_reps
from quintet.facts.published import Facts
from quintet.kernel.shelf import Shelf
from quintet.management.formula.early_warnings import watch
from quintet.management.metrics.choices import teams
from quintet.management.metrics.targets import weekly
from quintet.management.terms.targets import WATCH_SHELF

_VERSIONS_KEPT = 10


def renew(facts: Facts, now: datetime | None = None) -> str:
    """Watch everybody's weekly inputs by the newest facts, unless that is done; says what was found."""
    shelf = Shelf(facts.home, WATCH_SHELF)
    why = f"facts version {facts.version} of ledger version {facts.ledger_version}"
    if facts.as_of is None or shelf.is_made_from(why):
        return "up to date"
    found = watch(
        weekly(facts, facts.as_of),
        {name: tuple(members) for name, members in teams(facts).items()},
        names_of_reps(facts),
    )
    text = json.dumps(asdict(found), default=date.isoformat, sort_keys=True)
    shelf.keep(text, now or datetime.now(UTC), why, _VERSIONS_KEPT)
    return f"{len(found.warnings)} inputs dropped in a year of {found.weeks} weeks"
