import json
import zipfile
from datetime import datetime

import duckdb
import openpyxl
import pytest

from quintet.kernel.errors import BadInput
from quintet.sources.files.reading.tables import open_tables


@pytest.fixture
def con():
    """A connection."""
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    yield connection
    connection.close()


def opened(con, path, tmp_path):
    """The tables of a path, each line of them accounted for."""
    return [table.require_reconciled() for table in open_tables(path, con, workdir=tmp_path / "work")]


def test_each_sheet_of_a_workbook_is_a_table(con, tmp_path):
    """A workbook gives a table a sheet, cells as a person would type them; empty sheets are left out."""
    book = openpyxl.Workbook()
    book.active.title = "Deals"
    won_on = datetime(2021, 1, 2, 3)  # noqa: DTZ001 - a workbook knows no zones
    head, deals = (
        ["rep", "sum", "won", "on", None],
        [["ann", 3.0, True, won_on], [], ["bob", 2.5, False, None]],
    )
    for row in (["Deals 2021"], [], head, *deals):
        book.active.append(row)
    book.create_sheet("Empty")
    book.create_sheet("Reps").append(["name", "team"])
    book["Reps"].append(["ann", "west"])
    book.save(tmp_path / "crm.xlsx")
    deals, reps = opened(con, tmp_path / "crm.xlsx", tmp_path)

    assert (deals.name, reps.name) == ("crm.xlsx/Deals", "crm.xlsx/Reps")
    assert con.sql(deals.relation_sql).fetchall() == [
        (4, "ann", "3", "true", "2021-01-02 03:00:00"),
        (6, "bob", "2.5", "false", None),
    ]
    assert (deals.columns, deals.dialect.header_line, deals.blank_lines) == (
        ("rep", "sum", "won", "on"),
        3,
        1,
    )
    assert con.sql(reps.fast_sql).fetchall() == [("ann", "west")]


def test_a_broken_workbook_is_refused(con, tmp_path):
    """A file that only claims to be a workbook is refused with what to do."""
    (tmp_path / "crm.xlsx").write_bytes(b"not a workbook")

    with pytest.raises(BadInput, match=r"crm.xlsx cannot be opened as a workbook.*save it again"):
        opened(con, tmp_path / "crm.xlsx", tmp_path)


def test_parquet_is_read_as_text(con, tmp_path):
    """Every column of a Parquet file becomes text, nested ones JSON; `line` is the row."""
    path = tmp_path / "deals.parquet"
    con.sql(
        "SELECT 'ann' AS rep, 2.50::DECIMAL(9,2) AS sum, {'a': [1, 2]} AS more, NULL::INT AS none"
    ).write_parquet(str(path))
    (table,) = opened(con, path, tmp_path)

    assert con.sql(table.relation_sql).fetchall() == [(1, "ann", "2.50", '{"a":[1,2]}', None)]


def test_json_lines_are_flattened_one_level(con, tmp_path):
    """An object inside an object becomes dotted columns; what is no object is rejected with its line."""
    path = tmp_path / "deals.jsonl"
    path.write_text(
        '{"id": 1, "rep": {"name": "ann", "teams": ["w"]}}\n\n{"id": \n[3]\n{"id": 4, "won": true}\n'
    )
    (table,) = opened(con, path, tmp_path)

    assert table.columns == ("id", "rep.name", "rep.teams", "won")
    assert con.sql(table.relation_sql).fetchall() == [
        (1, "1", "ann", '["w"]', None),
        (5, "4", None, None, "true"),
    ]
    assert [bad.line for bad in table.structural] == [3, 4]
    assert table.blank_lines == 1


def test_a_json_document_is_read(con, tmp_path):
    """An array over several lines gives a row an object; a broken one is refused."""
    path = tmp_path / "deals.json"
    path.write_text(json.dumps([{"id": 1}, {"id": None}], indent=2))
    (table,) = opened(con, path, tmp_path)
    assert con.sql(table.relation_sql).fetchall() == [(1, "1"), (2, None)]

    path.write_text('[{"id": 1},')
    with pytest.raises(BadInput, match="one object on a line"):
        opened(con, path, tmp_path)


def test_a_folder_gives_every_file_it_can_read(con, tmp_path):
    """Of a folder the files with known endings are opened, in the order of their names."""
    folder = tmp_path / "export"
    folder.mkdir()
    for name in ("b.tsv", "a.CSV", "readme.md", "c.csv.gz"):
        (folder / name).write_text("x\ty\n1\t2\n")

    assert [table.name for table in opened(con, folder, tmp_path)] == ["a.CSV", "b.tsv", "c.csv.gz"]


def test_an_archive_is_opened(con, tmp_path):
    """A .zip gives the tables of its files, hidden ones left alone."""
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("crm/leads.csv", "a,b\n1,2\n")
        archive.writestr("__MACOSX/crm/._leads.csv", "junk")
    (table,) = opened(con, path, tmp_path)

    assert con.sql(table.relation_sql).fetchall() == [(2, "1", "2")]


@pytest.mark.parametrize("name", ["nothing.csv", "empty.csv", "broken.zip", "folder", "broken.parquet"])
def test_what_cannot_be_read_is_refused(con, tmp_path, name):
    """Files that are absent, empty or broken are refused, named and with what to do."""
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "broken.zip").write_bytes(b"no archive")
    (tmp_path / "broken.parquet").write_bytes(b"no parquet")
    (tmp_path / "folder").mkdir()

    with pytest.raises(BadInput, match=name):
        opened(con, tmp_path / name, tmp_path)


ROWS = {
    "crm_sales_opportunities": {"sales_pipeline.csv": 8_800, "accounts.csv": 85, "sales_teams.csv": 35},
    "zoho_crm_export": {"Leads.csv": 3_900, "Calls.csv": 4_100, "Potentials.csv": 3_632, "Events.csv": 2_978},
    "olist": {"olist_marketing_qualified_leads_dataset.csv": 8_000, "olist_closed_deals_dataset.csv": 842},
    "bpic2017_w": {"BPI_Challenge_2017_W_Two_TS_filtered_events.csv.gz": 127_528},
    "x_education_leads": {"Leads.csv": 9_240, "Leads Data Dictionary.xlsx/Sheet1": 37},
    "hubspot_tables": {"deal_data.csv": 44, "contact_data.csv": 22},
    "salesforce_tables": {"sf_opportunity_data.csv": 10, "sf_lead_data.csv": 1},
}


@pytest.mark.shared_data
@pytest.mark.parametrize("folder", list(ROWS))
def test_every_line_of_the_example_exports_is_read(con, tmp_path, shared_data, folder):
    """Each file of the example exports is read to the last line, and nothing in them is rejected."""
    tables = {table.name: table for table in opened(con, shared_data / folder, tmp_path)}

    assert {name: tables[name].rows for name in ROWS[folder]} == ROWS[folder]
    assert all(table.rows == table.physical_lines for table in tables.values())
