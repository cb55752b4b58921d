"""What the room's pages read, read before anybody asks: a fit is parsed once a process and version."""

from pathlib import Path

from quintet.demand.asks.attribution import attribution
from quintet.demand.asks.content import content
from quintet.demand.asks.lifetime import lifetime
from quintet.demand.asks.reports import Filters
from quintet.demand.asks.sources import sources
from quintet.demand.asks.stored_score import stored_score
from quintet.demand.asks.terms import terms
from quintet.demand.formula.reports.content import went_with
from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.home import Home


def fits_in_use(home: Home) -> tuple[tuple[str, int], ...]:
    """Something that differs once another fit of this room came into use."""
    return tuple(sorted(map(_stamp, home.formulas.glob("demand.*/log.jsonl"))))


def open_fits(facts: Facts) -> None:
    """Parse every fit in use, so that no reader waits for it."""
    stored_score(facts)
    lifetime(facts, Scope.everything())
    attribution(facts)
    for report in (sources, terms):
        report(facts, Filters())
    content(facts, Filters(), went_with)


def _stamp(log: Path) -> tuple[str, int]:
    return log.parent.name, log.stat().st_mtime_ns
