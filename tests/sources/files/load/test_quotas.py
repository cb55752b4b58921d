"""A file of monthly quotas: rep, month and what is to be sold."""

from datetime import UTC, datetime

import openpyxl
import pytest

from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home
from quintet.sources.files.load.dry_run import try_tables
from quintet.sources.files.load.load import load_tables
from quintet.sources.files.load.opening import opened
from quintet.sources.files.mapping.model import Field
from quintet.sources.files.mapping.months import Months, months_by_header
from quintet.sources.files.mapping.propose import propose
from quintet.sources.files.mapping.toml import read_map

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def tried(tmp_path, text, name="quotas.csv"):
    """What loading such a file as proposed would do."""
    path = tmp_path / name
    path.write_text(text)
    with opened([path]) as (con, tables):
        return try_tables(con, tables, propose(con, tables).source, home=None, now=NOW)


def test_each_line_sets_a_quota(tmp_path):
    """Two months of one rep are two quotas, though the name repeats; nothing is asked."""
    found = tried(tmp_path, "Rep,Month,Quota\nAnn,2025-01-01,100\nAnn,2025-02-01,120\n")

    assert (found.questions, found.kinds) == ((), {"quota.set": 2})


def test_a_month_needs_no_day(tmp_path):
    """As a sheet of quotas is kept: nothing is asked, nothing is rejected."""
    for months in (("2025-01", "2025-02"), ("Jan 2025", "Feb 2025"), ("Jan-25", "Feb-25")):
        found = tried(tmp_path, "Rep,Month,Quota\n" + "".join(f"Ann,{month},100\n" for month in months))

        assert (found.questions, found.kinds) == ((), {"quota.set": 2})
        assert [one.rejected for one in found.files] == [0]


def test_a_name_that_stands_once_is_no_key(tmp_path):
    """One month for each rep must not make next month's file a correction of this one."""
    found = tried(tmp_path, "Rep,Month,Quota\nAnn,2025-01-01,100\nBob,2025-01-01,120\n")

    assert found.kinds == {"quota.set": 2}


def test_a_quota_without_a_month_is_rejected(tmp_path):
    """It would be set in whichever month the load happens to end."""
    found = tried(tmp_path, "Rep,Month,Quota\nAnn,2025-01-01,100\nBob,,120\nCy,2025-01-01,90\n")

    assert [one.rejected for one in found.files] == [1]


def test_a_quota_without_a_column_for_its_month_is_asked_for(tmp_path):
    """Rows of a field no column is named for would all be set in the month the load ends in."""
    found = tried(tmp_path, "Rep,Quota\nAnn,100\nBob,120\n")

    assert [(one.target, one.column) for one in found.questions] == [("at", "")]
    assert "quotas need at, the month it is for" in found.questions[0].sentence


WIDE = "Rep,Jan 2026,Feb 2026,Mar 2026 quota,Jan 2026 actual,Total\n"


def test_a_column_a_month_sets_a_quota_each(tmp_path):
    """A line is a rep; an empty cell sets nothing, the team's sum is no rep, what was sold is no quota."""
    rows = "Ann,100,120,,90,220\nBob,80,80,90.5,70,250.5\nTotal,180,200,90.5,160,470.5\n"
    found = tried(tmp_path, WIDE + rows)

    assert (found.questions, found.kinds) == ((), {"quota.set": 5})
    (file,) = found.files
    assert (file.rejected, file.reps, file.undated) == (1, 2, 0)
    assert [(one.column, one.value) for one in file.rejects] == [("Rep", "Total")]
    assert (file.first, file.last) == (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC))
    said = [(one["occurred_at"], one["amount"]) for one in file.examples[0].after]
    assert [amount for _, amount in said] == [100, 120]


def test_a_line_that_sets_nothing_or_cannot_be_read_is_rejected(tmp_path):
    """With the month that is wrong."""
    rows = "Ann,100,120,1,,\nBob,80,much,90,,\nCy,,,,,\nDee,1,1,1,,\nEve,1,1,1,,\nFay,2,2,2,,\n"
    found = tried(tmp_path, WIDE + rows)

    (file,) = found.files
    assert [(one.line, one.column, one.value) for one in file.rejects] == [
        (3, "Feb 2026", "much"),
        (4, "", ""),
    ]
    assert file.rejects[1].reason == "it names no rep, or no month has a quota"


def test_the_months_of_a_sheet_are_written_one_way(tmp_path):
    """A comma that one month settles is settled for all; where none does it is asked once."""
    settled = tried(tmp_path, 'Rep,Jan 2026,Feb 2026\nAnn,"10,000","12,000.50"\nBob,"8,000","9,000"\n')
    (file,) = settled.files
    assert (settled.questions, [one["amount"] for one in file.examples[0].after]) == ((), [10_000, 12_000.5])

    open_ = tried(tmp_path, 'Rep,Jan 2026,Feb 2026\nAnn,"10,000","12,000"\nBob,"8,000","9,000"\n')
    assert [one.column for one in open_.questions] == ["Jan 2026"]


def test_months_that_hold_words_are_asked_about_by_their_name(tmp_path):
    """Not by the name they have inside."""
    (question,) = tried(tmp_path, "Rep,Jan 2026\nAnn,lots\nBob,as agreed\n").questions

    assert question.sentence.startswith("2026-01 wants an amount, the column holds text: ")
    assert question.setting.startswith("write 2026-01 = ")


def test_the_month_that_holds_words_is_asked_about(tmp_path):
    """With its own values, whatever the others hold; a word among amounts spoils its line alone."""
    some = tried(tmp_path, "Rep,Jan 2026,Feb 2026\nAnn,1000,lots\nBob,2000,as agreed\n").questions
    lines = "".join(f"R{n},{100 + n},{110 + n},{120 + n},{130 + n},tbd\n" for n in range(12))
    last = tried(tmp_path, "Rep,Jan 2026,Feb 2026,Mar 2026,Apr 2026,May 2026\n" + lines).questions

    assert [(one.column, one.sentence) for one in (*some, *last)] == [
        ("Feb 2026", "2026-02 wants an amount, the column holds text: 'as agreed', 'lots'"),
        ("May 2026", "2026-05 wants an amount, the column holds text: 'tbd'"),
    ]


def test_a_stage_whose_days_are_words_is_asked_about_by_its_name(tmp_path):
    """As the map writes it, too."""
    path = tmp_path / "deals.csv"
    path.write_text("Deal,Created,Demo\nA,2025-01-02,soon\nB,2025-01-03,held\n")
    source = read_map(
        """name = "deals"\nsystem = "crm"\n[[file]]\nmatch = "deals.csv"\nrows = "opportunities"
key = ["Deal"]
[file.fields]\nname = "Deal"\ncreated_at = "Created"\n[file.entered]\ndemo = "Demo"\n"""
    )
    with opened([path]) as (con, tables):
        (question,) = try_tables(con, tables, source, home=None, now=NOW).questions

    assert question.sentence == "demo wants a date, the column holds text: 'held', 'soon'"
    assert question.setting.startswith("write demo = ")


def test_months_without_a_year_are_those_of_the_file(tmp_path):
    """Where its name holds one; else it is asked."""
    text = "Rep,Jan,Feb,Sept.\nAnn,1,2,3\nBob,1,2,3\n"
    dated, undated = (tried(tmp_path, text, name) for name in ("quotas FY2026.csv", "quotas.csv"))

    assert (dated.files[0].first, dated.files[0].last) == (
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2026, 9, 1, tzinfo=UTC),
    )
    (question,) = undated.questions
    assert "months without a year (Jan, Feb, Sept.): write it into them, as in Jan 2026" in question.sentence


def test_a_sheet_with_another_month_says_what_changed(tmp_path):
    """The next version of it: one quota corrected, one month more, the rest known."""
    home, path = Home.at(tmp_path / "home"), tmp_path / "quotas.csv"
    reports = []
    for text in ("Rep,Jan 2026\nAnn,100\nBob,80\n", "Rep,Jan 2026,Feb 2026\nAnn,110,120\nBob,80,90\n"):
        path.write_text(text)
        with opened([path]) as (con, tables):
            source = propose(con, tables).source
            reports.append(load_tables(home, con, tables, source, now=NOW))

    assert [(one.total("added"), one.total("restated")) for one in reports] == [(2, 0), (3, 1)]


@pytest.mark.parametrize(
    "header",
    [
        "2026-03", "2026/3", "202603", "2026-03-01", "2026-03-01 00:00:00", "03/2026", "3-2026", "Mar 2026",
        "March, 2026", "Mar-26", "Mar '26", "2026 March", "Quota Mar 2026", "Sales target (March 2026)",
    ],
)  # fmt: skip
def test_headers_that_are_months(header):
    """As people write them."""
    assert months_by_header([header], "sheet.csv").columns == {"2026-03": header}


@pytest.mark.parametrize(
    "header", ["Q1 2026", "2026", "Mar 2026 actual", "2026-13", "Marge", "Mar 3 2026", "Rep"]
)
def test_headers_that_are_none(header):
    """Quarters, years, days, what was sold."""
    assert months_by_header([header], "sheet.csv") == Months({})


@pytest.mark.parametrize(
    ("headers", "months"),
    [
        (["1/1/2026", "2/1/2026", "12/1/2026"], ["2026-01", "2026-02", "2026-12"]),
        (["01/01/2026", "01/02/2026", "01/03/2026"], ["2026-01", "2026-02", "2026-03"]),
        (["1.1.2026"], ["2026-01"]),
        (["1/5/2026", "1/12/2026", "2/2/2026"], []),  # days of weeks
        (["1/2/2026", "2/1/2026"], []),
        (["15/1/2026", "15/2/2026"], []),
    ],
)
def test_first_days_of_months_in_numbers(headers, months):
    """Day or month first, as all of them together show; where they are no first days they are no months."""
    assert list(months_by_header(headers, "sheet.csv").columns) == months


def test_a_sheet_as_a_spreadsheet_writes_its_days(tmp_path):
    """Its header looks like dates, and is the header still."""
    found = tried(tmp_path, "Rep,1/1/2026,2/1/2026\nAnn,100,200\nBob,80,90\n")

    assert found.files[0].last == datetime(2026, 2, 1, tzinfo=UTC)


def test_a_workbook_whose_header_holds_days(tmp_path):
    """Shown as Jan-26, kept as the first of January."""
    book = openpyxl.Workbook()
    book.active.title = "Quotas"
    for row in (["Rep", datetime(2026, 1, 1), datetime(2026, 2, 1)], ["Ann", 100, 200], ["Bob", 80, 90]):  # noqa: DTZ001
        book.active.append(row)
    book.save(tmp_path / "plan.xlsx")

    with opened([tmp_path / "plan.xlsx"]) as (con, tables):
        (entry,) = propose(con, tables).source.files

    assert entry.rows == "quotas"
    assert list(entry.months) == ["2026-01", "2026-02"]


def test_a_month_is_of_quotas_and_written_one_way():
    """The map says where it is wrong."""
    text = 'name = "a"\nsystem = "a"\n[[file]]\nmatch = "a"\nrows = "{}"\n[file.months]\n{} = "Jan"\n'

    assert read_map(text.format("quotas", "2026-01")).files[0].months == {"2026-01": Field("Jan")}
    with pytest.raises(BadInput, match="a month is written as 2026-03, got 'Jan'"):
        read_map(text.format("quotas", "Jan"))
    with pytest.raises(BadInput, match="months are of quotas, and its rows are leads"):
        read_map(text.format("leads", "2026-01"))
