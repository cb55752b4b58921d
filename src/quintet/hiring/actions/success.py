"""Work out what became of every hire, in the worker, and keep it for the pages."""

from datetime import UTC, datetime

from quintet.facts.published import Facts
from quintet.hiring.metrics.success import read_success
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.home import Home
from quintet.kernel.plain import as_plain, text_of
from quintet.kernel.shelf import Shelf

VERSIONS_KEPT = 10
#: The shape in which it is kept: raise it when a field of Success changes, so that older ones are made anew.
FORM = "form 1"


def success_shelf(home: Home) -> Shelf:
    """Where what became of the hires is kept."""
    return Shelf(home, "hiring.success")


def renew_success(facts: Facts, *, now: datetime | None = None) -> str:
    """Work it out from a published version, unless what is kept is of that version; says what was done.

    Args:
        facts: the published version.
        now: from when it is in use.
    """
    shelf = success_shelf(facts.home)
    why = f"facts version {facts.version} of ledger version {facts.ledger_version}, {FORM}"
    if shelf.is_made_from(why):
        return "up to date"
    try:
        found = read_success(facts)
    except NotEnoughData as error:
        return str(error)
    shelf.keep(text_of(as_plain(found)), now or datetime.now(UTC), why, VERSIONS_KEPT)
    return f"{len(found.reps)} reps, {sum(one.is_judged for one in found.reps)} can be judged"
