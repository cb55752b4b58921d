"""Commits for tests: state what was said and what came."""

from datetime import UTC, date, datetime

from quintet.management.terms.commits import Commit, Said
from quintet.management.terms.forecast import LEVELS


def commit(said=100, came=100, period="2025-01", low=None, high=None, fitted=None, at=1):
    """One commit of rep 1 for a month that is over; `fitted` is the middle of that day's forecast."""
    return Commit(
        rep_id=1,
        name="Ann",
        said=Said(period, said, low=low, high=high),
        rep_ids=(1,),
        start=date(2025, 1, 1),
        end=date(2025, 2, 1),
        measure="amount",
        at=datetime(2025, 1, at, 9, tzinfo=UTC),
        fitted=None if fitted is None else tuple(fitted + level - 0.5 for level in LEVELS),
        so_far=came,
        is_over=True,
    )
