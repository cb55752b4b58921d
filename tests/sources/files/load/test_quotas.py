"""A file of monthly quotas: rep, month and what is to be sold."""

from datetime import UTC, datetime

from quintet.sources.files.load.dry_run import try_tables
from quintet.sources.files.load.opening import opened
from quintet.sources.files.mapping.propose import propose

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def tried(tmp_path, text):
    """What loading such a file as proposed would do."""
    path = tmp_path / "quotas.csv"
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
