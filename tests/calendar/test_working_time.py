"""Working time against a person who counts minutes by the wall clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quintet.calendar.days_off import DaysOff
from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.hours import WEEKDAYS, WorkingHours
from quintet.calendar.working_time import WorkingCalendar
from quintet.kernel.errors import BadInput

MINUTE = timedelta(minutes=1)
ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata", "Australia/Lord_Howe",
    "Asia/Gaza", "America/Havana", "Africa/Casablanca", "Pacific/Apia", "Pacific/Chatham", "Europe/Dublin",
)  # fmt: skip
ROUND_THE_CLOCK = "00:00-24:00"
NIGHTS = "00:00-02:30 03:15-06:00 22:00-24:00"
HOURS = st.dictionaries(
    st.sampled_from(WEEKDAYS),
    st.sampled_from(["09:00-17:00", "09:00-12:30 13:30-18:00", NIGHTS, ROUND_THE_CLOCK, "01:30-02:30"]),
    min_size=1,
).map(WorkingHours.by_day)
CALENDARS = st.builds(
    WorkingCalendar,
    st.sampled_from(ZONES),
    HOURS,
    st.builds(
        DaysOff,
        country=st.sampled_from([None, "DE", "US"]),
        own=st.frozensets(st.dates(date(2018, 1, 1), date(2019, 1, 1)), max_size=20),
    ),
)
#: Instants near the changes of summer time and New Year, where the errors are, and anywhere else.
NEAR = [datetime(2018, *day, tzinfo=UTC) for day in ((3, 11), (3, 25), (10, 28), (11, 4), (2, 18), (12, 31))]
INSTANTS = st.one_of(
    st.tuples(st.sampled_from(NEAR), st.integers(-3000, 3000)).map(lambda pair: pair[0] + MINUTE * pair[1]),
    st.integers(0, 525_000).map(lambda minutes: datetime(2018, 1, 1, tzinfo=UTC) + MINUTE * minutes),
)
MINUTES = st.integers(0, 4000)


def _counted(calendar: WorkingCalendar, start: datetime, minutes: int) -> int:
    """Working minutes, counted one by one on the wall clock: no shared code with the product."""
    return sum(_at_work(calendar, start + MINUTE * n) for n in range(minutes))


def _at_work(calendar: WorkingCalendar, instant: datetime) -> bool:
    wall = instant.astimezone(ZoneInfo(calendar.zone))
    since_midnight = timedelta(hours=wall.hour, minutes=wall.minute)
    shifts = calendar.hours.shifts[wall.weekday()]
    return wall.date() not in calendar.days_off and any(s.start <= since_midnight < s.end for s in shifts)


@given(CALENDARS, INSTANTS, MINUTES)
@settings(deadline=None, max_examples=150)
def test_working_time_is_what_a_person_counts(calendar, start, minutes):
    """Minute by minute, in any zone, through gaps, folds, holidays and New Year."""
    seconds = calendar.working_seconds_between(start, start + MINUTE * minutes)

    assert seconds == 60 * _counted(calendar, start, minutes)


@given(CALENDARS, INSTANTS)
@settings(deadline=None, max_examples=200)
def test_is_working_is_what_the_wall_says(calendar, instant):
    """At work means: the wall clock shows a shift, and the day is not off."""
    assert calendar.is_working(instant) == _at_work(calendar, instant)


@given(CALENDARS, INSTANTS, INSTANTS, INSTANTS)
@settings(deadline=None, max_examples=100)
def test_working_time_adds_up(calendar, a, b, c):
    """From a to c is from a to b and on to c, in whatever order they lie."""
    between = calendar.working_seconds_between

    assert between(a, c) == pytest.approx(between(a, b) + between(b, c), abs=1e-6)
    assert between(a, b) == -between(b, a)


@given(CALENDARS, INSTANTS, MINUTES, MINUTES)
@settings(deadline=None, max_examples=150)
def test_working_time_never_runs_faster_than_the_clock(calendar, start, first, more):
    """A later end never means less work, and no more work than time that passed."""
    near = calendar.working_seconds_between(start, start + MINUTE * first)
    far = calendar.working_seconds_between(start, start + MINUTE * (first + more))

    assert 0 <= far - near <= 60 * more


@given(CALENDARS, INSTANTS, st.integers(0, 200_000))
@settings(deadline=None, max_examples=150)
def test_adding_is_the_inverse_of_measuring(calendar, start, seconds):
    """What was added is measured again, and an instant earlier it was not yet reached."""
    end = calendar.add_working_time(start, timedelta(seconds=seconds))

    assert calendar.working_seconds_between(start, end) == seconds
    if seconds:
        assert calendar.working_seconds_between(start, end - timedelta(seconds=1)) < seconds
    else:
        assert end == start


@given(CALENDARS, INSTANTS, st.sampled_from(ZONES))
@settings(deadline=None, max_examples=100)
def test_the_answer_does_not_depend_on_how_the_instant_is_written(calendar, instant, zone):
    """The same instant in another zone's clock gives the same answers, and answers are in UTC."""
    elsewhere = instant.astimezone(ZoneInfo(zone))
    hour = timedelta(hours=1)

    assert calendar.is_working(elsewhere) == calendar.is_working(instant)
    assert calendar.add_working_time(elsewhere, hour) == calendar.add_working_time(instant, hour)
    assert calendar.add_working_time(elsewhere, hour).utcoffset() == timedelta(0)
    assert calendar.working_seconds_between(instant, elsewhere) == 0


@given(CALENDARS, st.dates(date(2018, 1, 1), date(2018, 12, 31)), st.integers(-40, 40))
@settings(deadline=None, max_examples=150)
def test_working_days_added_are_counted_again(calendar, day, count):
    """The n-th working day after a day has n - 1 working days between; before it, the same mirrored."""
    there = calendar.add_working_days(day, count)
    tomorrow = timedelta(days=1)

    if count > 0:
        assert calendar.is_working_day(there)
        assert calendar.working_days_between(day + tomorrow, there + tomorrow) == count
    elif count < 0:
        assert calendar.is_working_day(there)
        assert calendar.working_days_between(there, day) == -count
    else:
        assert there == day


def test_24_working_hours_on_an_eight_hour_week_are_three_days():
    """A lead of Friday 16:00 in Boston must be worked before Wednesday 16:00; the weekend does not count."""
    boston = WorkingCalendar("America/New_York", WorkingHours.weekdays("09:00-17:00"))
    friday = datetime(2026, 3, 6, 16, tzinfo=ZoneInfo("America/New_York"))

    due = boston.add_working_time(friday, timedelta(hours=24))

    # the clocks went forward on Sunday 8 March: the wall says the same, UTC does not
    assert due == datetime(2026, 3, 11, 16, tzinfo=ZoneInfo("America/New_York"))
    assert due - friday == timedelta(days=5) - timedelta(hours=1)


def test_two_weeks_are_ten_working_days_less_holidays():
    """Two weeks from 22 December 2025 in Germany: ten working days end on 8 January, for three holidays."""
    germany = WorkingCalendar("Europe/Berlin", days_off=DaysOff("DE"))

    assert germany.add_working_days(date(2025, 12, 22), 10) == date(2026, 1, 8)
    assert germany.working_days_between(date(2025, 12, 23), date(2026, 1, 9)) == 10


def test_a_team_in_bavaria_has_epiphany_off_and_one_in_berlin_has_not():
    """Holidays differ by state, the company adds its own, and a team may work on one."""
    epiphany = date(2026, 1, 6)

    assert epiphany in DaysOff("DE", "BY")
    assert epiphany not in DaysOff("DE", "BE")
    assert epiphany not in DaysOff("DE", "BY", worked=frozenset([epiphany]))
    assert DaysOff(own=frozenset([epiphany])).name(epiphany) == "company day off"
    assert DaysOff("DE").name(date(2026, 1, 1)) == "New Year's Day"


def test_the_share_of_a_month_counts_working_days():
    """February 2026 has 20 working days; on the morning of Monday the 16th ten of them are over."""
    utc = WorkingCalendar()
    february = FiscalCalendar().parse("2026-02")

    assert utc.elapsed_share(february, datetime(2026, 2, 16, 8, tzinfo=UTC)) == 0.5
    assert utc.elapsed_share(february, datetime(2026, 1, 1, tzinfo=UTC)) == 0.0
    assert utc.elapsed_share(february, datetime(2026, 5, 1, tzinfo=UTC)) == 1.0


def test_the_next_working_day_skips_weekend_and_holiday():
    """After Maundy Thursday 2026 a German team is back on the Tuesday after Easter."""
    assert WorkingCalendar(days_off=DaysOff("DE")).next_working_day(date(2026, 4, 2)) == date(2026, 4, 7)


def test_a_share_of_no_working_days_is_refused():
    """A month nobody works has no share to be over."""
    weekend = WorkingCalendar()
    saturday = FiscalCalendar().parse("2026-02-14")

    with pytest.raises(BadInput, match="2026-02-14 has no working day"):
        weekend.elapsed_share(saturday, datetime(2026, 2, 14, tzinfo=UTC))


def test_a_team_that_never_works_is_told_so():
    """Days off without end stop the search with a next step, not a hang."""
    off = frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(1500))
    idle = WorkingCalendar(days_off=DaysOff(own=off))

    with pytest.raises(BadInput, match="check its days off"):
        idle.add_working_time(datetime(2026, 1, 2, tzinfo=UTC), MINUTE)
    with pytest.raises(BadInput, match="check its days off"):
        idle.add_working_days(date(2026, 1, 2), 1)


def test_negative_working_time_is_refused():
    """There is no working time to give back."""
    with pytest.raises(BadInput, match="must not be negative"):
        WorkingCalendar().add_working_time(datetime(2026, 1, 1, tzinfo=UTC), -MINUTE)


@pytest.mark.parametrize(
    ("days", "rule"),
    [
        ({"mon": "22:00-06:00"}, "write a night shift as two"),
        ({"mon": "09:00-25:00"}, "00:00-24:00"),
        ({"mon": "09:00-12:00 11:00-13:00"}, "shifts of mon"),
        ({"mon": "nine to five"}, "is written 09:00-17:00"),
        ({"mon": "09:00-17:75"}, "minutes must lie in 0..59"),
        ({"monday": "09:00-17:00"}, "days of the week are mon"),
        ({}, "at least one shift"),
    ],
)
def test_working_hours_that_make_no_sense_are_refused(days, rule):
    """Each mistake gets the rule it breaks."""
    with pytest.raises(BadInput, match=rule):
        WorkingHours.by_day(days)


@pytest.mark.parametrize("place", [("XX", None), ("DE", "ZZ")])
def test_a_country_without_a_list_is_refused_at_once(place):
    """The error comes when the calendar is made, not when a lead is late."""
    with pytest.raises(BadInput, match="no list of public holidays"):
        DaysOff(*place)


def test_a_zone_there_is_not_is_refused_at_once():
    """The error comes when the calendar is made."""
    with pytest.raises(BadInput, match="IANA name"):
        WorkingCalendar("Boston")
