"""What the report pages have in common: filters, the stored answer, the records behind a number."""

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, Generic, TypeVar

from quintet.demand.actions.reports import shelf_of
from quintet.demand.formula.reports.build import LABELS, PERIODS, key_of
from quintet.facts.published import Facts
from quintet.kernel.errors import BadInput
from quintet.kernel.plain import as_report

Report = TypeVar("Report")
OUTCOME_LABELS = {"qualified": "Qualified", "won": "Customer"}
_REMEMBERED = 12


@dataclass(frozen=True)
class Filters:
    """What the reader picked, as the address writes it.

    Args:
        period: one of formula.reports.build.PERIODS.
        segment: one customer type; empty for all.
        outcome: qualified or won.
    """

    period: str = "last12"
    segment: str = ""
    outcome: str = "qualified"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filters":
        """The filters in a query string.

        Raises:
            BadInput: on a period or outcome that is not offered.
        """
        one = cls(
            query.get("period") or "last12", query.get("segment", ""), query.get("outcome") or "qualified"
        )
        if one.period not in PERIODS:
            raise BadInput(f"period must be one of {', '.join(PERIODS)}, got {one.period!r}")
        if one.outcome not in OUTCOME_LABELS:
            raise BadInput(f"outcome must be one of {', '.join(OUTCOME_LABELS)}, got {one.outcome!r}")
        return one

    @property
    def query(self) -> dict[str, str]:
        """The query string of these filters."""
        named = {"period": self.period, "segment": self.segment, "outcome": self.outcome}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True)
class Answer(Generic[Report]):
    """A stored report.

    Args:
        report: the report; None where none is stored for the question.
        segments: those a reader may pick.
        version: of the facts it was computed from; None where nothing is stored.
        as_of: newest instant it knows.
        is_current: computed from the facts as they are now.
    """

    report: Report | None
    segments: tuple[str, ...]
    version: int | None
    as_of: datetime | None
    is_current: bool

    @property
    def periods(self) -> tuple[tuple[str, str], ...]:
        """Value and label of each period."""
        return tuple(LABELS.items())


def answer(
    facts: Facts, name: str, kind: type[Report], filters: Filters, outcome: str = ""
) -> Answer[Report]:
    """The stored report of a question; nothing is computed here.

    Args:
        facts: the published version.
        name: sources, terms or content.
        kind: the report's class.
        filters: what was picked.
        outcome: part of the question, for reports about one outcome.

    Raises:
        BadInput: when the segment is not one of those reported.
    """
    told = _stored(facts, name)
    if told is None:
        return Answer(None, (), None, None, is_current=False)
    offered = tuple(sorted({key.split("|")[1] for key in told["reports"]} - {""}))
    plain = told["reports"].get(key_of(filters.period, filters.segment, outcome))
    if plain is None:
        given = filters.segment
        raise BadInput(
            f"segment must be one of {', '.join(offered) or 'none, as none is recorded'}, got {given!r}"
        )
    as_of = None if told["as_of"] is None else datetime.fromisoformat(told["as_of"])
    made_from = told["made_from"]
    current = made_from == {"facts_version": facts.version, "ledger_version": facts.ledger_version}
    return Answer(as_report(kind, plain), offered, made_from["facts_version"], as_of, is_current=current)


_memory: OrderedDict[tuple[str, str], dict[str, Any]] = OrderedDict()
_lock = Lock()


def _stored(facts: Facts, name: str) -> dict[str, Any] | None:
    """What is in use on a shelf, parsed once per process and version."""
    shelf = shelf_of(facts, name)
    uses = shelf.uses()
    if not uses:
        return None
    key = (str(shelf.folder), uses[-1].version)
    with _lock:
        if key in _memory:
            _memory.move_to_end(key)
            return _memory[key]
    told: dict[str, Any] = json.loads(shelf.read(uses[-1].version))
    with _lock:
        _memory[key] = told
        while len(_memory) > _REMEMBERED:
            _memory.popitem(last=False)
    return told
