"""What customers are worth: the stored fit, and the customers behind a number."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pyarrow.parquet as pq

from quintet.demand.actions.credit import LIFETIME, members_file
from quintet.demand.asks.credit import Answer, Records, leads_of, stored
from quintet.demand.terms.lifetime import LifetimeFit, Worth
from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.kernel.finding import Finding

BY_LABELS = {"source": "Source", "segment": "Segment", "rep": "Rep who won them"}


@dataclass(frozen=True)
class Filters:
    """What the reader picked: source, segment or rep."""

    by: str = "source"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filters":
        """The filters in a query string.

        Raises:
            BadInput: on a grouping that is not offered.
        """
        given = cls(query.get("by") or "source")
        if given.by not in BY_LABELS:
            raise BadInput(f"by must be one of {', '.join(BY_LABELS)}, got {given.by!r}")
        return given


def lifetime(facts: Facts, scope: Scope) -> Answer[LifetimeFit]:
    """The stored fit, with the rows of those reps the reader may see; nothing is computed here."""
    found = stored(facts, LIFETIME, LifetimeFit.of)
    if found.stored is None:
        return found
    seen = tuple(one for one in found.stored.reps if one.rep_id is not None and scope.sees(one.rep_id))
    return replace(found, stored=replace(found.stored, reps=seen))


def value(facts: Facts, source: str | None = None, segment: str | None = None) -> Finding:
    """What a customer of a source and segment is worth, with its interval.

    Args:
        facts: the published version.
        source: where the lead came from; None for any.
        segment: its customer type; None for any.

    Raises:
        NotEnoughData: before anything was computed.
    """
    return _fit(facts).value(source, segment)


def in_money(fit: LifetimeFit) -> str:
    """What a value counts, in words: revenue, or what the stated gross margin leaves of it."""
    if fit.margin == 1.0:
        return "revenue: no gross margin is stated, so nothing is taken off for the cost of delivering"
    return f"{fit.margin:.0%} of the revenue, the gross margin the company stated"


def counted_in(facts: Facts) -> str:
    """The same of the fit in use; all of the revenue before there is one."""
    found = stored(facts, LIFETIME, LifetimeFit.of).stored
    return "revenue" if found is None else in_money(found)


def groups(fit: LifetimeFit, filters: Filters) -> tuple[Worth, ...]:
    """The groups to show, largest first; without the one that stands for the unseen."""
    shown = {"source": fit.sources, "segment": fit.segments, "rep": fit.reps}[filters.by]
    return tuple(one for one in shown if one.customers)


def records(facts: Facts, scope: Scope, filters: Filters, name: str | None, *, lost: bool = False) -> Records:
    """The customers of a group, as far as this reader may see them.

    Args:
        facts: the published version.
        scope: the reader's.
        filters: what they are grouped by.
        name: of the group, or the id of the rep; None for all customers.
        lost: only those lost.

    Raises:
        BadInput: when the group is a rep who is not the reader's to see.
        NotEnoughData: before anything was computed.
    """
    picked: list[tuple[str, str, object]] = [("is_lost", "=", True)] if lost else []
    if name is not None and filters.by == "rep":
        if not name.isdigit() or not scope.sees(int(name)):
            raise BadInput(
                f"the customers of rep {name!r} are not yours to see: open a number of your own team"
            )
        picked.append(("rep_id", "=", int(name)))
    elif name is not None:
        picked.append((filters.by, "=", name))
    path = members_file(facts.home, LIFETIME, _fit(facts).facts_version)
    return leads_of(facts, scope, pq.read_table(path, columns=["lead_id"], filters=picked or None)["lead_id"])


def _fit(facts: Facts) -> LifetimeFit:
    found = stored(facts, LIFETIME, LifetimeFit.of).stored
    if found is None:
        raise NotEnoughData("lifetimes were not computed yet: ask for them on the lifetime page", unit="fits")
    return found
