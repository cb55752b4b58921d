"""Who gets the credit: the stored answer, and the leads behind a number."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow.parquet as pq

from quintet.demand.actions.credit import ATTRIBUTION, members_file
from quintet.demand.asks.credit import Answer, Records, leads_of, stored
from quintet.demand.terms.attribution import LEVELS, OUTCOMES, PERIODS, AttributionReport, Credits
from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput, NotEnoughData

PERIOD_LABELS = {"last12": "Last 12 months", "last6": "Last 6 months", "all": "All time"}
LEVEL_LABELS = {"source": "Sources", "campaign": "Campaigns", "content": "Content"}
OUTCOME_LABELS = {"won": "Customers", "qualified": "Qualified leads", "mrr": "Monthly revenue"}


@dataclass(frozen=True)
class Filters:
    """What the reader picked, as the address writes it."""

    period: str = "last12"
    level: str = "source"
    outcome: str = "won"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filters":
        """The filters in a query string.

        Raises:
            BadInput: on a period, level or outcome that is not offered.
        """
        given = cls(*(query.get(name) or getattr(cls, name) for name in ("period", "level", "outcome")))
        for name, offered in (("period", tuple(PERIODS)), ("level", LEVELS), ("outcome", OUTCOMES)):
            if getattr(given, name) not in offered:
                raise BadInput(f"{name} must be one of {', '.join(offered)}, got {getattr(given, name)!r}")
        return given

    @property
    def query(self) -> dict[str, str]:
        """The query string of these filters."""
        return {"period": self.period, "level": self.level, "outcome": self.outcome}


def attribution(facts: Facts) -> Answer[AttributionReport]:
    """Every answer that was computed; nothing is computed here."""
    return stored(facts, ATTRIBUTION, AttributionReport.of)


def credits_of(report: AttributionReport, filters: Filters) -> Credits:
    """The answer to what was picked."""
    return report.answer(filters.period, filters.level, filters.outcome)


def records(facts: Facts, scope: Scope, filters: Filters, name: str, *, converted: bool = False) -> Records:
    """The leads whose path has a channel, as far as this reader may see them.

    Args:
        facts: the published version.
        scope: the reader's.
        filters: what was picked.
        name: of the channel.
        converted: only those that converted.

    Raises:
        NotEnoughData: before anything was computed.
    """
    found = attribution(facts).stored
    if found is None:
        raise NotEnoughData("credit was not computed yet: ask for it on the attribution page", unit="reports")
    asked = credits_of(found, filters)
    outcome = "won" if filters.outcome == "mrr" else filters.outcome
    picked: list[tuple[str, str, object]] = [
        ("level", "=", filters.level),
        ("outcome", "=", outcome),
        ("name", "=", name),
    ]
    if PERIODS[filters.period] is not None:
        picked += [("created_us", ">=", _us(asked)), ("created_us", "<", _NEVER)]
    if converted:
        picked.append(("converted", "=", True))
    path = members_file(facts.home, ATTRIBUTION, found.facts_version)
    return leads_of(facts, scope, pq.read_table(path, columns=["lead_id"], filters=picked)["lead_id"])


_NEVER = 2**63 - 1


def _us(asked: Credits) -> int:
    """First instant of a period, UTC microseconds."""
    return (asked.start.toordinal() - 719_163) * 86_400_000_000
