"""From how many points on a lead is sales-ready, given what the team can work."""

from functools import lru_cache
from pathlib import Path

import numpy as np

from quintet.demand.actions.points import capacity
from quintet.demand.asks.stored_score import file_of
from quintet.demand.formula.score.threshold import ready_threshold
from quintet.demand.metrics.lead_scores import read_history
from quintet.demand.terms.leads import StoredScore
from quintet.demand.terms.score import ReadyThreshold
from quintet.facts.published import Facts
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.finding import Status


def ready_now(facts: Facts, stored: StoredScore) -> ReadyThreshold | None:
    """The threshold at the capacity in force; None while none is stated, or the history is too short."""
    stated = capacity()
    return None if stated is None else threshold(facts, stored, stated.leads_per_week)


def threshold(facts: Facts, stored: StoredScore, leads_per_week: int) -> ReadyThreshold | None:
    """The lowest points at which a coming week's ready leads stay within capacity; None without history."""
    if stored.score.status is Status.SILENT or not stored.can_tell:
        return None
    path = file_of(facts.home, stored)
    return _threshold(path, path.stat().st_mtime_ns, leads_per_week)


@lru_cache(maxsize=16)
def _threshold(path: Path, _changed: int, leads_per_week: int) -> ReadyThreshold | None:
    told = read_history(path)
    if not len(told.points):
        return None
    week = np.asarray(told.week.max() - told.week)
    try:
        return ready_threshold(told.points, week, float(leads_per_week), customers=told.p, value=told.value)
    except NotEnoughData:
        return None
