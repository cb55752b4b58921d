"""Say what the score is worth from the newest facts, and keep it for the pages."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from quintet.demand.asks.stored_score import stored_score
from quintet.demand.formula.worth import fit_worth
from quintet.demand.metrics.routings import read_drawn
from quintet.demand.terms.worth import Worth
from quintet.facts.published import Facts
from quintet.kernel.home import Home
from quintet.kernel.plain import as_plain, text_of
from quintet.kernel.shelf import Shelf

FORMULA = "demand.score_worth"


@dataclass(frozen=True)
class StoredWorth:
    """What is kept.

    Args:
        worth: the answer.
        facts_version: of the facts it rests on.
        as_of: newest day of those.
    """

    worth: Worth
    facts_version: int
    as_of: date


def shelf_of(home: Home) -> Shelf:
    """Where the answers are kept."""
    return Shelf(home, FORMULA)


def renew(facts: Facts, *, now: datetime | None = None) -> str:
    """Work it out anew when the facts have moved on; says what was done."""
    shelf = shelf_of(facts.home)
    why = f"facts version {facts.version} of ledger version {facts.ledger_version}"
    if shelf.is_made_from(why):
        return "up to date"
    stored = stored_score(facts)
    horizon = None if stored is None else stored.score.ground.horizon_days
    if horizon is None or facts.as_of is None:
        return "no score with dates"
    drawn = read_drawn(facts)
    if not len(drawn):
        return "no lead was drawn yet"
    told = StoredWorth(fit_worth(drawn, horizon, facts.as_of.date()), facts.version, facts.as_of.date())
    shelf.use(shelf.put(text_of(as_plain(told))), now or datetime.now(UTC), why)
    return told.worth.reading
