"""The forecast on a public export without stages, quotas or amounts of open deals: month by month."""

import numpy as np
import pytest

from quintet.calendar.fiscal import FiscalCalendar
from quintet.management.formula.forecast.baselines import rules, signed
from quintet.management.formula.forecast.forecast import fit_period
from quintet.management.formula.forecast.quota import measures_of
from quintet.management.formula.forecast.shock import Memory
from quintet.management.metrics.forecast import read_history
from quintet.management.terms.forecast import day_number
from quintet.stats.scores import crps_sample

pytestmark = [pytest.mark.shared_data, pytest.mark.slow]
CALENDAR = FiscalCalendar()
MONTHS = [f"2017-{month:02d}" for month in range(4, 13)]


def test_nine_months_of_an_export(crm_facts):
    """Better than every rule of thumb on average, and the 90 % range holds."""
    history = read_history(crm_facts)
    memory = Memory(history, CALENDAR)
    ours, theirs, held = [], [], 0
    for name in MONTHS:
        period = CALENDAR.parse(name)
        day, end = day_number(period.start), day_number(period.end)
        fit = fit_period(memory, period, day, has_fan=False)
        total, happened = fit.total("amount"), signed(history, day, end, "amount")
        ours.append(crps_sample(total, happened))
        every = rules(fit.history, period, day, "amount", CALENDAR)
        theirs.append([crps_sample(one.values, happened) for one in every])
        lo, hi = np.quantile(total, (0.05, 0.95))
        held += lo <= happened <= hi

    assert np.mean(ours) < np.mean(theirs, axis=0).min()
    assert held >= 7


def test_what_the_export_lacks_is_said(crm_facts):
    """No MRR, no quota, 500 open deals without a date; open deals are worth nothing known."""
    history = read_history(crm_facts)

    assert measures_of(history) == ("amount", "customers")
    assert history.undated == 500
    assert int(history.deals.is_open.sum()) == 1589
    assert np.isnan(history.deals.amount[history.deals.is_open]).all()
    assert len(history.quotas.rep) == 0
