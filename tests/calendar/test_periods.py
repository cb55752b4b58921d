"""Periods and the company's calendar."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.periods import Grain, Period, after_months, month_after, month_number
from quintet.kernel.errors import BadInput

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
CALENDARS = st.builds(FiscalCalendar, st.integers(1, 12))
GRAINS = st.sampled_from(Grain)
PLAIN = FiscalCalendar()


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("2026-03-05", date(2026, 3, 5), date(2026, 3, 6)),
        ("2026-W07", date(2026, 2, 9), date(2026, 2, 16)),
        ("2020-W53", date(2020, 12, 28), date(2021, 1, 4)),
        ("2026-02", date(2026, 2, 1), date(2026, 3, 1)),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1)),
        ("2026Q4", date(2026, 10, 1), date(2027, 1, 1)),
        ("FY2026", date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_a_period_is_read_as_people_write_it(name, start, end):
    """Each of the five forms names exactly its days, the end not included."""
    period = PLAIN.parse(name)

    assert (period.start, period.end, period.name) == (start, end, name)


@pytest.mark.parametrize(
    "name", ["2026Q5", "2026-13", "2026-02-30", "2025-W53", "Q4", "", "FY9999", "0000-01"]
)
def test_a_period_there_is_not_is_refused(name):
    """A wrong name is an error that repeats the name; never a period nearby."""
    with pytest.raises(BadInput, match=name or "got"):
        PLAIN.parse(name)


def test_a_fiscal_year_has_the_name_of_the_year_it_ends_in():
    """With a year from February, FY2026 is February 2025 to January 2026."""
    fiscal = FiscalCalendar(start_month=2)

    assert fiscal.parse("FY2026").start == date(2025, 2, 1)
    assert fiscal.parse("FY2026").last_day == date(2026, 1, 31)
    assert fiscal.parse("2026Q4") == Period(date(2025, 11, 1), date(2026, 2, 1), "2026Q4", Grain.QUARTER)
    assert fiscal.containing(date(2026, 1, 31), Grain.YEAR).name == "FY2026"
    assert fiscal.containing(date(2026, 2, 1), Grain.QUARTER).name == "2027Q1"


@given(CALENDARS, DAYS, GRAINS)
@settings(deadline=None, max_examples=300)
def test_a_day_lies_in_one_period_and_its_name_leads_back(calendar, day, grain):
    """Containing, parsing, next and previous agree with each other at every edge."""
    period = calendar.containing(day, grain)

    assert day in period
    assert calendar.parse(period.name) == period
    assert calendar.next(period).start == period.end
    assert calendar.previous(calendar.next(period)) == period
    assert calendar.containing(period.last_day, grain) == period


@given(CALENDARS, DAYS, st.integers(0, 800), GRAINS)
@settings(deadline=None, max_examples=150)
def test_a_range_of_periods_covers_every_day_once(calendar, day, length, grain):
    """No day of the range is missed, none is counted twice, and no period lies outside."""
    end = day + timedelta(days=length)
    periods = list(calendar.range(day, end, grain))

    assert all(a.end == b.start for a, b in pairwise(periods))
    assert bool(periods) == (length > 0)
    if periods:
        assert day in periods[0]
        assert end - timedelta(days=1) in periods[-1]


@given(DAYS)
@settings(deadline=None, max_examples=100)
def test_weeks_are_iso_weeks(day):
    """The name of a week is the one of ISO 8601, also around New Year."""
    assert PLAIN.containing(day, Grain.WEEK).name == f"{day:%G-W%V}"


def test_an_instant_belongs_to_the_day_the_team_lived_it():
    """23:30 UTC on New Year's Eve is next year in Tokyo and this year in New York."""
    instant = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)

    assert PLAIN.of(instant, Grain.QUARTER, "Asia/Tokyo").name == "2026Q1"
    assert PLAIN.of(instant, Grain.QUARTER, "America/New_York").name == "2025Q4"


@pytest.mark.parametrize(
    ("zone", "name", "hours"),
    [
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2026-10-25", 25),
        ("America/Sao_Paulo", "2018-11-04", 23),  # midnight itself was skipped
        ("America/Havana", "2026-11-01", 25),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("UTC", "2026-03-29", 24),
    ],
)
def test_a_day_is_as_long_as_the_clock_makes_it(zone, name, hours):
    """The instants of a day include the hour won or lost by summer time."""
    first, after = PLAIN.parse(name).instants(zone)

    assert after - first == timedelta(hours=hours)


@given(
    DAYS.filter(lambda day: day.year > 1995),
    st.sampled_from(["Europe/Berlin", "America/Sao_Paulo", "Asia/Gaza"]),
)
@settings(deadline=None, max_examples=200)
def test_the_instants_of_a_day_are_the_days_first_and_last(day, zone):
    """Just before the first instant it was another day, and at the end it is another day again."""
    period = PLAIN.containing(day, Grain.DAY)
    first, after = period.instants(zone)
    tick = timedelta(microseconds=1)

    assert PLAIN.of(first, Grain.DAY, zone) == period
    assert PLAIN.of(after - tick, Grain.DAY, zone) == period
    assert PLAIN.of(after, Grain.DAY, zone) == PLAIN.next(period)


@pytest.mark.parametrize("month", [0, 13])
def test_a_fiscal_year_starts_in_a_month_there_is(month):
    """Months run from 1 to 12."""
    with pytest.raises(BadInput, match=f"1..12, got {month}"):
        FiscalCalendar(month)


def test_an_instant_without_a_zone_is_refused():
    """A naive time names no instant, so nothing is guessed."""
    with pytest.raises(BadInput, match="needs a time zone"):
        PLAIN.of(datetime(2026, 1, 1), Grain.DAY, "UTC")  # noqa: DTZ001


def test_an_unknown_zone_is_refused():
    """The error says what a zone is called."""
    with pytest.raises(BadInput, match="Europe/Berlin, got 'Berlin'"):
        PLAIN.of(datetime(2026, 1, 1, tzinfo=UTC), Grain.DAY, "Berlin")


def test_a_period_that_holds_no_day_is_refused():
    """Start and end on the same day is nothing."""
    with pytest.raises(BadInput, match="must end after it starts"):
        Period(date(2026, 1, 1), date(2026, 1, 1), "nothing", Grain.DAY)


@pytest.mark.parametrize(
    ("day", "months", "first", "same"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 1), date(2024, 2, 29)),
        (date(2024, 12, 15), 1, date(2025, 1, 1), date(2025, 1, 15)),
        (date(2024, 3, 31), -1, date(2024, 2, 1), date(2024, 2, 29)),
        (date(2024, 1, 10), -13, date(2022, 12, 1), date(2022, 12, 10)),
        (date(2024, 5, 31), 0, date(2024, 5, 1), date(2024, 5, 31)),
    ],
)
def test_months_later_and_earlier(day, months, first, same):
    """Across a year's end, into a shorter month, and back."""
    assert month_after(day, months) == first
    assert after_months(day, months) == same


@given(DAYS, st.integers(-400, 400))
def test_numbers_of_months_differ_by_the_months_between(day, months):
    """Counting in numbers and going on month by month are the same."""
    assert month_number(month_after(day, months)) - month_number(day) == months
