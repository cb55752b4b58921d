import duckdb
import pytest

from quintet.sources.files.reading.tables import open_tables
from quintet.sources.files.values.profile import profile, profile_columns


@pytest.fixture
def con():
    """A connection."""
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    yield connection
    connection.close()


def profiled(con, name: str, *values: str | None):
    """The profile of one column with these values."""
    con.execute(f'CREATE OR REPLACE TABLE given ("{name}" VARCHAR)')
    for value in values:
        con.execute("INSERT INTO given VALUES (?)", [value])
    (found,) = profile_columns(con, "SELECT * FROM given")
    return found


@pytest.mark.parametrize(
    ("name", "values", "kind", "written"),
    [
        ("note", ["hello", "there"], "text", ()),
        ("deals", ["1", "-20"], "integer", ()),
        ("zip", ["01234", "56789"], "text", ()),
        ("rate", ["1.5", "20"], "decimal", ("point",)),
        ("amount", ["$1,200.50", "$3"], "money", ("point",)),
        ("is_won", ["Yes", "No"], "boolean", ()),
        ("closed", ["2021-01-02", "2021-01-03"], "date", ("iso",)),
        ("closed", ["2021-01-02 10:00", "2021-01-03"], "instant", ("iso",)),
        ("stamp", ["1507305529"], "instant", ("epoch_s",)),
        ("mail", ["ann@example.com", "bob@example.org"], "email", ()),
        ("extra", ['{"a": 1}', "[]"], "json", ()),
        ("nothing", ["", None], "empty", ()),
    ],
)
def test_the_type_of_a_column(con, name, values, kind, written):
    """A column has the type that its values fit, with the format they are written in."""
    found = profiled(con, name, *values)

    assert (found.type, found.format, found.share) == (kind, written, 1.0)


def test_null_words_are_counted_and_left_out(con):
    """A null word is named with its count, and neither the type nor the examples see it."""
    found = profiled(con, "score", "10", "Select", "Select", "12", None)

    assert (found.type, found.null_words) == ("integer", (("Select", 2),))
    assert (found.rows, found.filled, found.distinct, found.examples) == (5, 2, 2, ("10", "12"))


def test_na_among_codes_is_a_code(con):
    """NA is Namibia or North America where the other values are codes too."""
    assert profiled(con, "country", "US", "DE", "NA").null_words == ()
    assert profiled(con, "city", "York", "Leeds", "NA").null_words == (("NA", 1),)


def test_values_that_do_not_fit_lower_the_share(con):
    """One broken value in ten leaves the type and shows in the share; more of them leave text."""
    days = [f"2021-01-{day:02d}" for day in range(1, 10)]

    assert (found := profiled(con, "closed", *days, "soon")).type == "date"
    assert found.share == pytest.approx(0.9)
    assert profiled(con, "closed", *days, "soon", "later").type == "text"


def test_a_day_the_calendar_lacks_lowers_the_share(con):
    """The share counts what can be read, not what looks like a date."""
    assert profiled(con, "closed", "31/02/2021", "28/02/2021").share == pytest.approx(0.5)


def test_ambiguity_reaches_the_profile(con):
    """What the values do not settle is told with the candidates, and no format is proposed."""
    dates = profiled(con, "closed", "01/02/2021", "03/04/2021")
    assert (dates.format, dates.candidates) == ((), ("%d/%m/%Y", "%m/%d/%Y"))
    assert dates.ambiguity is not None

    amounts = profiled(con, "size", "1.234", "5.678")
    assert (amounts.format, amounts.candidates) == ((), ("point", "comma"))


def test_a_rare_value_settles_day_and_month(con):
    """Even a value among thousands of others settles which number is the day."""
    con.execute(
        """CREATE TABLE given AS SELECT CASE WHEN i = 4000 THEN '31/01/2021 00:00:00' ELSE
        strftime(TIMESTAMP '2021-01-01' + to_seconds(i), '%d/%m/%Y %H:%M:%S') END AS closed
        FROM range(5000) t(i)"""
    )
    (found,) = profile_columns(con, "SELECT * FROM given")

    assert (found.format, found.settled_by) == (("%d/%m/%Y %H:%M:%S",), "31/01/2021 00:00:00")


def test_long_files_are_sampled_and_say_so(con):
    """Of a long file a sample is looked at, and the profile says it."""
    con.execute("CREATE TABLE given AS SELECT i::VARCHAR AS deals FROM range(200001) t(i)")
    (found,) = profile_columns(con, "SELECT * FROM given")

    assert (found.sampled, found.rows, found.type) == (True, 100_000, "integer")


def test_a_file_is_profiled(con, tmp_path):
    """From a file to its profile, columns in their order."""
    (tmp_path / "deals.csv").write_text("rep,won on,sum\nann,26/02/2018,$5\n")
    (table,) = open_tables(tmp_path / "deals.csv", con, workdir=tmp_path)

    assert [(found.name, found.type) for found in profile(table, con)] == [
        ("rep", "text"),
        ("won on", "date"),
        ("sum", "money"),
    ]
