"""What became of a lead after a call: whether it reached a step, once enough time has passed to say."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import ibis
import pyarrow as pa

from quintet.facts.asking import FactsTables
from quintet.facts.schema import STAGES

#: A call is judged by what its lead did in so many days; younger calls are not judged yet.
HORIZON = timedelta(days=90)
#: A step recorded up to so long after a call's last word was reached by the call itself.
GRACE = timedelta(hours=1)


@dataclass(frozen=True)
class CallOutcomes:
    """The steps of the leads that had calls.

    Args:
        leads: lead_id → step → when it was reached; None where it was not.
        as_of: newest instant known, UTC without a zone.
    """

    leads: dict[int, dict[str, datetime | None]]
    as_of: datetime | None

    def reached(self, lead_id: int, step: str, started_at: datetime, minutes: float | None) -> bool | None:
        """Did the lead reach the step within 90 days after a call? None while young, unknown, or before it.

        Args:
            lead_id: whose.
            step: connected, qualified, demo or won.
            started_at: of the call.
            minutes: how long it took; None counts as no time.
        """
        steps, start = self.leads.get(lead_id), _plain(started_at)
        if steps is None or self.as_of is None or start + HORIZON > self.as_of:
            return None
        at, ended = steps[step], start + timedelta(minutes=minutes or 0) + GRACE
        if at is not None and at <= ended:
            return None  # it was there already: no call could move it
        return at is not None and at <= start + HORIZON

    def next_step(self, lead_id: int, started_at: datetime, minutes: float | None) -> bool | None:
        """The same for the first step the lead had not reached when the call was over."""
        steps = self.leads.get(lead_id)
        if steps is None:
            return None
        ended = _plain(started_at) + timedelta(minutes=minutes or 0) + GRACE
        there = [place for place, step in enumerate(STAGES) if (at := steps[step]) and at <= ended]
        after = max(there, default=-1) + 1
        return None if after >= len(STAGES) else self.reached(lead_id, STAGES[after], started_at, minutes)


def call_outcomes(facts: FactsTables, lead_ids: Iterable[int]) -> CallOutcomes:
    """The steps of some leads, by the facts."""
    asked = ibis.memtable(pa.table({"asked_id": pa.array(sorted(set(lead_ids)), type=pa.int64())}))
    leads = facts.table("leads")
    chosen = leads.inner_join(asked, leads.lead_id == asked.asked_id)
    rows: list[dict[str, Any]] = facts.arrow(
        chosen.select("lead_id", *(f"{step}_at" for step in STAGES))
    ).to_pylist()
    steps = {row["lead_id"]: {step: row[f"{step}_at"] for step in STAGES} for row in rows}
    return CallOutcomes(steps, facts.as_of)


def _plain(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)
