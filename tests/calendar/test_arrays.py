"""Working time of many instants: the same answers as one at a time, and quick."""

# ruff: noqa: DTZ001 -- naive UTC by contract

import time
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quintet.calendar.arrays import WorkingArrays
from quintet.calendar.days_off import DaysOff
from quintet.calendar.hours import WorkingHours
from quintet.calendar.working_time import WorkingCalendar
from quintet.kernel.errors import BadInput

NEW_YORK = WorkingCalendar(
    "America/New_York",
    WorkingHours.by_day(
        {"mon": "09:00-12:00 13:00-17:30", "tue": "09:00-17:00", "thu": "00:00-06:00", "sun": "01:00-04:00"}
    ),
    DaysOff("US", own=frozenset({date(2026, 3, 10)})),
)
ARRAYS = WorkingArrays.of(NEW_YORK, date(2025, 12, 1), date(2026, 12, 31))
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 6, 30))


def _array(*instants: datetime) -> np.ndarray:
    return np.array(instants, dtype="datetime64[us]")


@settings(max_examples=200, deadline=None)
@given(INSTANTS, INSTANTS)
def test_seconds_are_those_of_the_calendar(one, other):
    """Between any two instants of a year with both changes of the clock."""
    expected = NEW_YORK.working_seconds_between(one.replace(tzinfo=UTC), other.replace(tzinfo=UTC))

    assert ARRAYS.seconds_between(_array(one), _array(other))[0] == pytest.approx(expected, abs=1e-5)


@settings(max_examples=200, deadline=None)
@given(INSTANTS, st.integers(0, 300_000))
def test_adding_seconds_is_that_of_the_calendar(start, seconds):
    """Over nights, weekends, holidays and the hour that summer time skips."""
    expected = NEW_YORK.add_working_time(start.replace(tzinfo=UTC), timedelta(seconds=seconds))

    assert ARRAYS.add_seconds(_array(start), seconds)[0] == np.datetime64(expected.replace(tzinfo=None), "us")


@settings(max_examples=100, deadline=None)
@given(INSTANTS, st.integers(0, 20))
def test_days_are_those_of_the_calendar(instant, count):
    """The local day, the n-th working day after it, and the midnight that ends it."""
    from quintet.calendar.periods import local_day
    from quintet.calendar.zones import midnight

    day = local_day(instant.replace(tzinfo=UTC), NEW_YORK.zone)
    days = ARRAYS.local_days(_array(instant))
    later = day + timedelta(days=1)

    assert days[0].item() == day
    assert ARRAYS.add_days(days, count)[0].item() == NEW_YORK.add_working_days(day, count)
    ends = midnight(NEW_YORK.zone, later.year, later.month, later.day)
    assert ARRAYS.midnight_after(days)[0] == np.datetime64(ends.replace(tzinfo=None), "us")


def test_an_unknown_instant_stays_unknown():
    """A lead without a date has no deadline."""
    nothing = np.array(["NaT"], dtype="datetime64[us]")

    assert np.isnat(ARRAYS.add_seconds(nothing, 3600)).all()
    assert np.isnat(ARRAYS.local_days(nothing)).all()
    assert np.isnat(ARRAYS.midnight_after(ARRAYS.add_days(ARRAYS.local_days(nothing), 2))).all()
    assert np.isnan(ARRAYS.seconds_between(nothing, nothing)).all()


def test_beyond_its_days_it_does_not_guess():
    """Outside the span the answer would be wrong, so it is refused."""
    late = _array(datetime(2026, 12, 31, 12))

    with pytest.raises(BadInput, match="lies outside 2025-12-01 to 2026-12-31"):
        ARRAYS.add_seconds(late, 1_000_000)
    with pytest.raises(BadInput, match="more days"):
        ARRAYS.local_days(_array(datetime(2027, 2, 1)))


def test_a_hundred_thousand_deadlines_take_no_time():
    """Deadlines of 100,000 leads over a year, in processor time."""
    rng = np.random.default_rng(1)
    handed = np.datetime64("2026-01-01", "us") + rng.integers(0, 200 * 86_400_000_000, 100_000)
    began = time.process_time()

    ARRAYS.add_seconds(handed, 14_400)
    ARRAYS.midnight_after(ARRAYS.add_days(ARRAYS.local_days(handed), 10))

    assert time.process_time() - began < 0.3
