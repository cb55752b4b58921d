"""Olist's leads: the published figures, and what young cohorts came to."""

from datetime import UTC, datetime

import numpy as np
import pytest

from quintet.demand.formula.reports.clocks import counted, fit_clock
from quintet.demand.formula.reports.months import source_months
from quintet.demand.metrics.reports import as_known, read_leads
from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild
from quintet.kernel.home import Home
from quintet.sources.files.load.load import load_tables
from quintet.sources.files.load.opening import opened
from quintet.sources.files.mapping.propose import propose

pytestmark = [pytest.mark.shared_data, pytest.mark.slow]
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def leads(shared_data, tmp_path_factory):
    """Olist's marketing leads, loaded as proposed."""
    home = Home.at(tmp_path_factory.mktemp("olist"))
    with opened([shared_data / "olist"]) as (con, tables):
        load_tables(home, con, tables, propose(con, tables).source, now=NOW)
    rebuild(home, now=NOW)
    return read_leads(Facts.published(home))


def test_wins_within_ninety_days_are_the_published_ones(leads):
    """690 of 842 wins, by origin as published; the deal won before its first contact is not among them."""
    clock = fit_clock(leads, "won", 90)
    source = leads.words["source"]
    counts = counted(clock, np.ones(len(leads), dtype=bool), group=source.codes)
    by_name = dict(zip(source.levels, counts.converted.tolist(), strict=True))

    assert len(leads) == 8000
    assert leads.converted["won"].sum() == 842
    assert clock.is_converted.sum() == 690
    assert [by_name[name] for name in ("paid_search", "organic_search", "social")] == [150, 217, 58]


def test_young_cohorts_came_to_what_was_said(leads):
    """With nothing known after 28 February 2018, at least nine in ten origins and months end inside."""
    cut = np.datetime64("2018-02-28T23:59:59", "us")
    then = as_known(leads, cut)
    clock = fit_clock(then, "won", 90)
    months, cells, forecast = source_months(then, clock, np.ones(len(then), dtype=bool))

    lag = leads.lag_days["won"][: len(then)]
    month = np.unique(then.since.astype("datetime64[M]"), return_inverse=True)[1]
    final = np.bincount(month, (lag >= 0) & (lag <= 90))
    young = cells.waiting[:, :91].sum(axis=1) > 0
    sums = np.array([forecast.drawn[cells.month == one].sum(axis=0) for one in range(len(months))])
    held = _held(then, lag, cells, forecast)

    assert young.sum() >= 20
    assert held[young].mean() >= 0.90
    lo, hi = np.quantile(sums[-2:], [0.05, 0.95], axis=1)
    assert (np.floor(lo) <= final[-2:]).all()
    assert (final[-2:] <= np.ceil(hi)).all()


def _held(then, lag, cells, forecast):
    """Which cells ended inside their interval, counted anew from the leads."""
    from quintet.demand.formula.reports.months import _kinds

    month = np.unique(then.since.astype("datetime64[M]"), return_inverse=True)[1]
    kind = _kinds(then.words["source"].codes)
    final = np.array(
        [
            ((month == one) & (kind == other) & (lag >= 0) & (lag <= 90)).sum()
            for one, other in zip(cells.month, cells.kind, strict=True)
        ]
    )
    return (final >= forecast.lo) & (final <= forecast.hi)
