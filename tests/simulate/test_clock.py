from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from quintet.simulate.clock import CLOSE, OPEN, company_clock
from quintet.simulate.spec import DAY, HOUR, ZONE, CompanySpec

SPEC = CompanySpec(quarters=4)
CLOCK = company_clock(SPEC)
FIRST = int(SPEC.month_starts[0])


@settings(deadline=None, max_examples=80)
@given(st.integers(0, 300 * DAY), st.floats(0, 0.999))
def test_work_is_moved_only_forward_and_only_into_working_hours(after, uniform):
    """A call planned for Saturday night happens on Monday morning, never earlier than planned."""
    planned = np.array([FIRST + after])
    moved = CLOCK.working(planned, np.array([uniform]))

    assert moved[0] >= planned[0]
    assert OPEN <= moved[0] % DAY < CLOSE
    assert (moved[0] // DAY + 3) % 7 < 5


def test_wall_clock_turns_into_utc_on_both_sides_of_summer_time():
    """Noon in July is one hour earlier in UTC than noon in January."""
    zone = ZoneInfo(ZONE)
    for month in (1, 7):
        noon = datetime(2024, month, 15, 12, tzinfo=zone)
        local = np.array([int(noon.replace(tzinfo=ZoneInfo("UTC")).timestamp() * 1e6)])
        assert CLOCK.utc(local)[0] == int(noon.timestamp() * 1e6)


def test_leads_come_on_working_days_and_in_working_hours():
    """The week's profile shows: weekends are nearly empty, nights are empty."""
    at = CLOCK.arrivals(FIRST // DAY, 28, np.random.default_rng(1), 20_000)
    weekday, hour = (at // DAY + 3) % 7, at % DAY // HOUR

    assert 0.02 < np.mean(weekday >= 5) < 0.08
    assert hour.min() >= 6
    assert np.mean((hour >= 9) & (hour < 18)) > 0.7
    assert (np.diff(at) >= 0).all()
