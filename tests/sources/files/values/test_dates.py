from datetime import UTC, datetime, timedelta, timezone

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quintet.kernel.errors import BadInput
from quintet.sources.files.values.date_formats import detect_date_formats
from quintet.sources.files.values.dates import instant_sql


@pytest.fixture(scope="module")
def con():
    """A connection whose own time zone must not matter."""
    connection = duckdb.connect()
    connection.execute("SET threads = 1; SET TimeZone = 'America/New_York'")
    yield connection
    connection.close()


def utc(*parts: int) -> datetime:
    """An instant in UTC."""
    return datetime(*parts, tzinfo=UTC)


def micros(con, text: str, formats, zone: str = "UTC") -> datetime | None:
    """The instant a text is read as, by its microseconds."""
    query = f"SELECT epoch_us({instant_sql('x', formats, zone)}) FROM (SELECT ? AS x)"
    (found,) = con.execute(query, [text]).fetchone()
    return None if found is None else datetime.fromtimestamp(0, UTC) + timedelta(microseconds=found)


def detect(*values: str, name: str = "created"):
    """The formats of a column that holds each value once."""
    return detect_date_formats(dict.fromkeys(values, 1), name)


@pytest.mark.parametrize(
    ("text", "formats", "instant"),
    [
        ("2021-04-15", ("iso",), utc(2021, 4, 15)),
        ("2021-01-07 6:49:18", ("iso",), utc(2021, 1, 7, 6, 49, 18)),
        ("2021-01-07T06:49", ("iso",), utc(2021, 1, 7, 6, 49)),
        ("2020-01-14 18:16:26.842", ("iso",), utc(2020, 1, 14, 18, 16, 26, 842_000)),
        ("2021-01-01T00:00:00Z", ("iso_offset",), utc(2021, 1, 1)),
        ("2021-01-01T00:00Z", ("iso_offset",), utc(2021, 1, 1)),
        ("2016-08-04T13:39:29.000+03:00", ("iso_offset",), utc(2016, 8, 4, 10, 39, 29)),
        ("2016-08-04 13:39:29 +0300", ("iso_offset",), utc(2016, 8, 4, 10, 39, 29)),
        ("2023-07-06 05:18:21.205000 UTC", ("iso_offset",), utc(2023, 7, 6, 5, 18, 21, 205_000)),
        ("15 Apr, 2021 00:02:00", ("%d %b, %Y %H:%M:%S",), utc(2021, 4, 15, 0, 2)),
        ("2018.02.26 19:58", ("%Y.%m.%d %H:%M",), utc(2018, 2, 26, 19, 58)),
        ("Feb 26, 2018 7:58 PM", ("%b %d, %Y %I:%M %p",), utc(2018, 2, 26, 19, 58)),
        ("february 26, 2018 7:58pm", ("%B %d, %Y %I:%M%p",), utc(2018, 2, 26, 19, 58)),
        ("Mon, 26 Feb 2018", ("%a, %d %b %Y",), utc(2018, 2, 26)),
        ("26-Feb-18", ("%d-%b-%y",), utc(2018, 2, 26)),
        ("26/02/2018", ("%d/%m/%Y",), utc(2018, 2, 26)),
        ("26/02/18 9:05", ("%d/%m/%y %H:%M",), utc(2018, 2, 26, 9, 5)),
        ("02-26-2018", ("%m-%d-%Y",), utc(2018, 2, 26)),
        ("26.02.2018 10:00:00 +03:00", ("%d.%m.%Y %H:%M:%S %z",), utc(2018, 2, 26, 7)),
        ("20180226", ("%Y%m%d",), utc(2018, 2, 26)),
        ("1507305529", ("epoch_s",), utc(2017, 10, 6, 15, 58, 49)),
        ("1782371969536", ("epoch_ms",), utc(2026, 6, 25, 7, 19, 29, 536_000)),
        ("43157.5", ("excel",), utc(2018, 2, 26, 12)),
    ],
)
def test_each_way_of_writing_a_date(con, text, formats, instant):
    """A date is recognised by its value alone, and read as the instant it names."""
    found = detect(text)

    assert found.formats == formats
    assert found.ambiguity is None
    assert micros(con, text, found.formats) == instant


def test_day_and_month_are_never_guessed():
    """When both numbers are 12 or less everywhere, both readings are offered and none is taken."""
    found = detect("03/04/2018", "11/12/2018 10:00")

    assert found.formats == ()
    assert found.candidates == ("%d/%m/%Y", "%d/%m/%Y %H:%M", "%m/%d/%Y", "%m/%d/%Y %H:%M")
    assert "03/04/2018" in found.ambiguity


def test_one_value_above_twelve_settles_the_column():
    """One value that can be read one way only settles the rest, and is named."""
    found = detect("03/04/2018", "04/26/2018 10:00")

    assert found.formats == ("%m/%d/%Y", "%m/%d/%Y %H:%M")
    assert (found.ambiguity, found.settled_by) == (None, "04/26/2018 10:00")


def test_a_column_written_both_ways_is_reported():
    """Values that contradict each other settle nothing."""
    found = detect("26/02/2018", "02/26/2018", "2018-02-26")

    assert found.formats == ("iso",)
    assert "26/02/2018" in found.ambiguity
    assert "02/26/2018" in found.ambiguity


def test_mixed_formats_are_read_in_order(con):
    """A column may hold several formats; the most frequent comes first."""
    found = detect_date_formats({"2018-02-26": 1, "26 Feb 2018": 5, "1/31/2018": 2})

    assert found.formats == ("%d %b %Y", "%m/%d/%Y", "iso")
    for text in ("2018-02-26", "26 Feb 2018", "2/26/2018"):
        assert micros(con, text, found.formats) == utc(2018, 2, 26)


def test_numbers_are_dates_only_where_the_name_says_so():
    """Ids and amounts look like seconds and workbook days: only a dated name makes them so."""
    assert detect("1507305529", name="contact_id") is None
    assert detect("43157", name="amount") is None
    assert detect("123", "hello") is None


@pytest.mark.parametrize(
    "text", ["2026-03", "2026/3", "03/2026", "3-2026", "Mar 2026", "march, 2026", "MAR-2026"]
)
def test_a_month_without_a_day_is_its_first(con, text):
    """As sheets of quotas write it, under any heading."""
    found = detect(text, name="for")
    assert not found.has_time
    assert micros(con, text, found.formats) == utc(2026, 3, 1)


def test_a_month_that_may_be_a_day_is_one_only_where_the_name_says_so(con):
    """Mar-26 is how a workbook shows a month, and how others write the 26th of March."""
    assert detect("Mar-26", "Apr-26", name="due") is None
    assert micros(con, "Mar-26", detect("Mar-26", "Apr-26", name="Month").formats) == utc(2026, 3, 1)


@pytest.mark.parametrize("other", ["2026-13", "0326-03", "n/a", "12-2026-1"])
def test_a_column_of_codes_is_not_one_of_months(other):
    """One value that is no month and the rest are codes that look like it."""
    assert detect("2026-03", "2026-04", other, name="code") is None


def test_an_offset_is_never_dropped(con):
    """A format without an offset refuses a text that has one, and the other way round."""
    assert micros(con, "2016-08-04T13:39:29+03:00", ["iso"]) is None
    assert micros(con, "2016-08-04T13:39:29Z", ["iso"], "Europe/Berlin") is None
    assert micros(con, "2016-08-04T13:39:29", ["iso_offset"]) is None
    assert micros(con, "2016-08-04", ["iso_offset"]) is None


def test_a_year_of_two_digits_is_not_a_year_of_four(con):
    """26/02/18 is no date of the year 18, even where the pattern would allow it."""
    assert micros(con, "26/02/18", ["%d/%m/%Y"]) is None
    assert micros(con, "26/02/18", ["%d/%m/%Y", "%d/%m/%y"]) == datetime(2018, 2, 26, tzinfo=UTC)


@pytest.mark.parametrize("text", ["31/02/2018", "not a date", "", "99/99/2018", "26/02/2018 10:00"])
def test_what_is_no_date_is_null(con, text):
    """A value no format reads is null, never a wrong date."""
    assert micros(con, text, ["%d/%m/%Y", "iso", "epoch_s", "excel", "%Y%m%d"]) is None


def test_local_time_is_of_the_zone_given(con):
    """A text without an offset shows the clock of the zone, summer and winter."""
    assert micros(con, "2021-07-01 12:00:00", ["iso"], "Europe/Berlin").hour == 10
    assert micros(con, "2021-01-01 12:00", ["iso"], "Europe/Berlin").hour == 11


def test_hours_that_the_clock_skips_or_repeats(con):
    """The skipped hour is read as the hour after it, the repeated one as its second run."""
    assert micros(con, "2024-03-31 02:30:00", ["iso"], "Europe/Berlin") == datetime(
        2024, 3, 31, 1, 30, tzinfo=UTC
    )
    assert micros(con, "2024-10-27 02:30:00", ["iso"], "Europe/Berlin") == datetime(
        2024, 10, 27, 1, 30, tzinfo=UTC
    )


@pytest.mark.parametrize("formats", [[], ["dd/mm/yyyy"]])
def test_an_unknown_format_is_refused(formats):
    """A format that DuckDB would take for plain text is refused with a hint."""
    with pytest.raises(BadInput, match="%d/%m/%Y"):
        instant_sql("x", formats)


DATETIMES = st.datetimes(datetime(1970, 1, 1), datetime(2060, 1, 1))  # noqa: DTZ001 - hypothesis wants clocks
PATTERNS = [
    "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y/%m/%d %H:%M", "%d %b, %Y %H:%M:%S",
    "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y %H:%M", "%m-%d-%Y", "%b %d, %Y %I:%M %p", "%d-%b-%Y", "%d/%m/%y",
    "%B %d, %Y", "%A, %d %B %Y", "%Y.%m.%d %H:%M", "%Y%m%d", "%m/%d/%Y %I:%M:%S %p", "%Y-%m-%d %H:%M:%S.%f",
]  # fmt: skip


@settings(deadline=None, max_examples=120)
@given(
    pattern=st.sampled_from(PATTERNS),
    instants=st.lists(DATETIMES, min_size=1, max_size=5),
)
def test_a_planted_format_is_found_or_declared_ambiguous(con, pattern, instants):
    """Whatever the format, each value is read as what was written, or both readings are offered."""
    written = {
        text: datetime.strptime(text, pattern).replace(tzinfo=UTC)
        for text in (instant.strftime(pattern) for instant in instants)
    }
    found = detect_date_formats(dict.fromkeys(written, 1), "created")

    assert found.fitting == len(written)
    if found.ambiguity:
        assert found.formats == ()
        readings = [[micros(con, text, [one]) for one in found.candidates] for text in written]
        truths = list(written.values())
        assert any([reading[at] for reading in readings] == truths for at in range(len(found.candidates)))
    else:
        for text, truth in written.items():
            assert micros(con, text, found.formats) == truth


@settings(deadline=None, max_examples=60)
@given(instant=DATETIMES, hours=st.integers(-11, 13))
def test_offsets_are_honoured(con, instant, hours):
    """An ISO text with an offset names one instant whatever zone the file is from."""
    moment = instant.replace(tzinfo=timezone(timedelta(hours=hours)))

    assert micros(con, moment.isoformat(), ["iso_offset"], "Asia/Kolkata") == moment
