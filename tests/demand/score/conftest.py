"""Leads of the simulated market and small hand-made ones."""

import sys
from pathlib import Path

import numpy as np
import pytest

from quintet.demand.formula.score.fit import fit_score
from quintet.demand.terms.examples import Doings, Examples, Numbers, Words
from quintet.simulate.lead_worths import lead_worths
from quintet.simulate.spec import CompanySpec

ROOT = Path(__file__).resolve().parents[3]
DAY = np.timedelta64(1, "D")
START = np.datetime64("2025-01-01", "us")


@pytest.fixture(scope="session", autouse=True)
def beside() -> None:
    """Studies and benchmarks can be imported, as their commands do."""
    sys.path[:0] = [str(ROOT / "studies"), str(ROOT / "benchmarks")]


def make_examples(
    days_old: list[float],
    won_days: list[float | None],
    *,
    worked: list[bool] | None = None,
    fields: dict[str, list] | None = None,
    deeds: list[tuple[int, str, float]] = (),
) -> Examples:
    """Leads by age in days today, oldest first, and the day after hand-over on which each bought."""
    count = len(days_old)
    names = tuple(sorted({name for _, name, _ in deeds}))
    until = START + 1000 * DAY
    return Examples(
        lead_ids=np.arange(count),
        handed_at=until - (np.array(days_old, dtype=float) * 86_400e6).astype("timedelta64[us]"),
        fields={name: column(values) for name, values in (fields or {}).items()},
        doings=Doings(
            np.array([lead for lead, _, _ in deeds], dtype=np.int64),
            np.array([names.index(name) for _, name, _ in deeds], dtype=np.int64),
            np.array([age for _, _, age in deeds], dtype=float),
            names,
        ),
        won_days=np.array([np.nan if day is None else day for day in won_days], dtype=float),
        is_closed=np.array([day is not None for day in won_days], dtype=bool),
        is_worked=np.array(worked if worked is not None else [True] * count, dtype=bool),
        observed_days=np.array(days_old, dtype=float),
        until=until,
    )


def column(values: list) -> Words | Numbers:
    """Strings are words, the rest numbers; None is not known."""
    if any(isinstance(value, str) for value in values):
        levels = tuple(sorted({value for value in values if value is not None}))
        return Words(np.array([-1 if v is None else levels.index(v) for v in values]), levels)
    return Numbers(np.array([np.nan if v is None else v for v in values], dtype=float))


@pytest.fixture(scope="session")
def make():
    """Build examples by hand."""
    return make_examples


@pytest.fixture(scope="session")
def market(beside):
    """4,000 leads of one market as known after 540 days, and 4,000 of the time after, all settled."""
    from lead_examples import known_examples

    spec = CompanySpec(seed=4)
    past, later = lead_worths(spec, 4_000, 540.0), lead_worths(spec, 4_000, 90.0, batch=7)
    return known_examples(past, 540.0), known_examples(later, 10_000.0)


@pytest.fixture(scope="session")
def score(market):
    """A score fitted on the market's past."""
    return fit_score(market[0], fields=("source", "campaign", "term", "landing", "pages"))
