"""Leads that entered a step and what came of them: what rates are scored on."""

from datetime import UTC, datetime, timedelta

import ibis
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from quintet.facts.asking import FactsTables
from quintet.management.terms.funnel import Step


def entered(
    facts: FactsTables, step: Step, since: datetime, until: datetime, days: int
) -> tuple[NDArray[np.datetime64], NDArray[np.int64], NDArray[np.bool_]]:
    """Leads that entered a step after one instant and by another, by instant.

    Args:
        facts: a published version.
        step: the step.
        since: after this.
        until: by this.
        days: a conversion within so many days counts.

    Returns:
        When each entered, who brought it there (0 where nobody is known), and whether it converted in time.
    """
    leads = facts.table("leads")
    at, later = leads[f"{step.earlier}_at"], leads[f"{step.later}_at"]
    ends = [ibis.literal(one.astimezone(UTC).replace(tzinfo=None)) for one in (since, until)]
    mine = leads.filter(at.notnull(), at > ends[0], at <= ends[1])
    rows = facts.arrow(
        mine.select(
            "lead_id",
            at=at,
            later=later,
            rep=ibis.coalesce(mine[f"{step.earlier}_by"], ibis.literal(0, "int64")),
        )
    ).sort_by([("at", "ascending"), ("lead_id", "ascending")])
    came, went = (
        rows[name].cast(pa.timestamp("us")).to_numpy(zero_copy_only=False).astype("datetime64[us]")
        for name in ("at", "later")
    )
    within = ~np.isnat(went) & (went - came <= np.timedelta64(timedelta(days=days)))
    return came, rows["rep"].to_numpy(zero_copy_only=False).astype(np.int64), within
