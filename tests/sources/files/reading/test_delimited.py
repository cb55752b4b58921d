import csv
import gzip
import io
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quintet.sources.files.reading.delimited import read_delimited
from quintet.sources.files.reading.raw import RawTable


@pytest.fixture(scope="module")
def con():
    """A connection."""
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Where the files of these tests are written."""
    return tmp_path_factory.mktemp("delimited")


def read(con, folder: Path, content: bytes | str, name: str = "file.csv") -> RawTable:
    """A table of a file with this content, each line accounted for."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_delimited(path, con, workdir=folder).require_reconciled()


def rows(con, table: RawTable) -> list[tuple]:
    """Rows with their lines, after seeing that the fast query holds the same ones."""
    numbered = con.sql(table.relation_sql).fetchall()
    assert sorted(map(repr, con.sql(table.fast_sql).fetchall())) == sorted(repr(row[1:]) for row in numbered)
    return numbered


def test_clean_file_is_read_in_place(con, folder):
    """A clean file is not copied, and its lines count from the header."""
    table = read(con, folder, "rep,deals\nann,3\nbob,4\n")

    assert rows(con, table) == [(2, "ann", "3"), (3, "bob", "4")]
    assert not table.dialect.staged


def test_stray_quote_costs_only_its_own_line(con, folder):
    """One quote too many takes no neighbour with it, and the line is kept with its reason."""
    lines = [f'{at},"rep {at}",note' for at in range(2, 502)]
    lines[10] = '12,"rep 12,note'
    table = read(con, folder, "\n".join(["id,rep,note", *lines]) + "\n")

    assert [row[1] for row in rows(con, table)] == [str(at) for at in range(2, 502) if at != 12]
    assert [(bad.line, bad.text) for bad in table.structural] == [(12, '12,"rep 12,note')]
    assert "quote" in table.structural[0].reason
    assert all(line == int(name) for line, name, *_ in rows(con, table))


def test_fields_over_several_lines_are_read(con, folder):
    """A quoted field may hold line ends, and later lines keep their numbers."""
    table = read(con, folder, 'id,note,end\n1,"two\nlines",x\n2,"",y\n')

    assert rows(con, table) == [(2, "1", "two\nlines", "x"), (4, "2", None, "y")]
    assert (table.physical_lines, table.continuation_lines) == (3, 1)


def test_fields_over_several_lines_beside_a_stray_quote(con, folder):
    """A file that needs mending keeps the records of several lines it holds."""
    table = read(con, folder, 'id,note,end\n1,"two\nlines",x\n2,"stray,y\n3,"a\n\nb",z\n4,c,w\n')

    assert rows(con, table) == [(2, "1", "two\nlines", "x"), (5, "3", "a\n\nb", "z"), (8, "4", "c", "w")]
    assert [bad.line for bad in table.structural] == [4]


def test_too_few_and_too_many_fields_are_rejected_with_the_count(con, folder):
    """A line of the wrong width is rejected with what it has and what it should have."""
    table = read(con, folder, "a,b,c\n1,2\n1,2,3\n1,2,3,4\n\n5,6,7\n")

    assert rows(con, table) == [(3, "1", "2", "3"), (6, "5", "6", "7")]
    assert [(bad.line, bad.reason) for bad in table.structural] == [
        (2, "2 fields where there are 3 columns"),
        (4, "4 fields where there are 3 columns"),
    ]
    assert table.blank_lines == 1


def test_a_quote_inside_plain_text_is_text(con, folder):
    """Inches are no reason to reject a line."""
    table = read(con, folder, 'id,pipe\n1,5" pipe\n2,6" wide\n')

    assert rows(con, table) == [(2, "1", '5" pipe'), (3, "2", '6" wide')]


def test_title_lines_above_the_header_are_left_out(con, folder):
    """Reports put a title and a date above the header."""
    table = read(con, folder, "Deals of the quarter\n\nPrinted 2 March\nrep,deals,sum\nann,3,9\nbob,4,8\n")

    assert table.columns == ("rep", "deals", "sum")
    assert table.dialect.header_line == 4
    assert rows(con, table) == [(5, "ann", "3", "9"), (6, "bob", "4", "8")]


def test_title_padded_with_delimiters_is_left_out(con, folder):
    """A workbook saved as CSV pads its title with delimiters."""
    table = read(con, folder, "Deals,,\n,,\nrep,deals,sum\nann,3,9\nbob,4,8\n")

    assert table.columns == ("rep", "deals", "sum")
    assert rows(con, table) == [(4, "ann", "3", "9"), (5, "bob", "4", "8")]


@pytest.mark.parametrize(
    "content", ["ann,3,2024-01-02\nbob,4,2024-01-03\n", "ann,west\nbob,west\nann,east\nbob,east\n"]
)
def test_absent_header_gives_numbered_columns(con, folder, content):
    """Without a header the first record is a record: numbers stand where numbers follow."""
    table = read(con, folder, content)

    assert table.dialect.header_line == 0
    assert table.columns[0] == "column_1"
    assert rows(con, table)[0][:2] == (1, "ann")
    assert table.rows == content.count("\n")


def test_years_may_name_columns(con, folder):
    """A pivot by year has numbers in its header and is still one."""
    table = read(con, folder, "rep,2023,2024\nann,3,9\nbob,4,8\n")

    assert table.columns == ("rep", "2023", "2024")


def test_days_above_numbers_name_columns(con, folder):
    """A sheet with a column a month; above days they are a record of them."""
    table = read(con, folder, "rep,1/1/2026,2/1/2026\nann,3,9\nbob,4,8\n")
    assert table.columns == ("rep", "1/1/2026", "2/1/2026")

    bare = read(con, folder, "ann,1/1/2026,2/1/2026\nbob,3/1/2026,4/1/2026\n")
    assert bare.dialect.header_line == 0


def test_padding_columns_are_dropped_and_told(con, folder):
    """A column without a name and without a value anywhere is padding; one with a value is kept."""
    table = read(con, folder, "rep,,deals,\nann,,3,\nbob,x,4,\n")

    assert table.columns == ("rep", "column_2", "deals")
    assert table.dialect.padding == 1
    assert rows(con, table) == [(2, "ann", None, "3"), (3, "bob", "x", "4")]


def test_lines_that_end_in_a_delimiter_need_no_header_for_it(con, folder):
    """Some exports close every record with a delimiter, but not the header."""
    table = read(con, folder, "rep,deals\nann,3,\nbob,4,\n")

    assert table.columns == ("rep", "deals")
    assert rows(con, table) == [(2, "ann", "3"), (3, "bob", "4")]


def test_column_names_are_unique(con, folder):
    """Two columns of one name, in whatever case, are told apart, and `line` is kept for the line."""
    table = read(con, folder, "Name, name ,line,NAME\na,b,c,d\n")

    assert table.columns == ("Name", "name_2", "line_2", "NAME_3")
    assert rows(con, table) == [(2, "a", "b", "c", "d")]


def test_gzip_is_read_in_place(con, folder):
    """A gzipped export needs no unpacking."""
    table = read(con, folder, gzip.compress(b"a;b\n1;2\n"), "file.csv.gz")

    assert rows(con, table) == [(2, "1", "2")]
    assert (table.dialect.delimiter, table.dialect.staged) == (";", False)


@pytest.mark.parametrize(
    ("encoding", "named"),
    [("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"), ("cp1252", "cp1252")],
)
def test_encoding_is_found_out(con, folder, encoding, named):
    """Marks, zero bytes and bytes that are no UTF-8 tell the encoding."""
    table = read(con, folder, "rep,city\nJosé,Köln\nZoë,€ 5\n".encode(encoding))

    assert rows(con, table) == [(2, "José", "Köln"), (3, "Zoë", "€ 5")]
    assert table.dialect.encoding == named
    assert table.columns == ("rep", "city")


def test_cyrillic_is_told_from_western_text(con, folder):
    """With enough text, another alphabet is recognised."""
    text = "менеджер,город\n" + "Анна Петрова,Москва и окрестности\nИван Сидоров,Нижний Новгород\n" * 20
    table = read(con, folder, text.encode("cp1251"))

    assert table.dialect.encoding == "cp1251"
    assert rows(con, table)[0] == (2, "Анна Петрова", "Москва и окрестности")


def test_a_broken_byte_in_unicode_text_costs_one_line(con, folder):
    """A file in UTF-8 with one broken line is still UTF-8."""
    lines = [f"Zoë {at},Köln" for at in range(50)]
    raw = bytearray("\n".join(["rep,city", *lines]).encode())
    raw[raw.index(b"Zo\xc3\xab 7,") + 2] = 0xFF
    table = read(con, folder, bytes(raw))

    assert table.rows == 49
    assert [(bad.line, bad.reason) for bad in table.structural] == [(9, "not valid UTF-8")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system(con, folder, end):
    """Line ends of Unix, Windows and old Macintosh exports; closing blank lines are no records."""
    table = read(con, folder, end.join(["a,b", "1,2", "3,4", "", ""]))

    assert rows(con, table) == [(2, "1", "2"), (3, "3", "4")]
    assert (table.dialect.line_end, table.blank_lines) == (end, 1)


def test_mixed_line_ends(con, folder):
    """Files put together from two systems."""
    table = read(con, folder, 'a,b\r\n1,2\n3,"x\r\ny"\r\n')

    assert rows(con, table) == [(2, "1", "2"), (3, "3", "x\ny")]


def test_file_with_a_header_only(con, folder):
    """An export of nothing is a table without rows."""
    table = read(con, folder, "rep,deals\n")

    assert (table.columns, table.rows) == (("rep", "deals"), 0)
    assert rows(con, table) == []


def test_single_column(con, folder):
    """A list of ids has no delimiter."""
    table = read(con, folder, "seller_id\nabc\ndef\n")

    assert rows(con, table) == [(2, "abc"), (3, "def")]


TEXT = st.text(st.sampled_from(list("ab,;|\t\"' \n0é€")), max_size=6)


def tables(values):
    """Tables of two to four columns, named a0, a1 ...; no value is only a blank."""
    return st.integers(2, 4).flatmap(
        lambda width: st.lists(st.lists(values, min_size=width, max_size=width), min_size=1, max_size=8)
    )


def written(table, **dialect) -> str:
    """A table as Python's own writer writes it, under a header."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, **dialect)
    writer.writerow([f"name_{at}" for at in range(len(table[0]))])
    writer.writerows(table)
    return text.getvalue()


@settings(deadline=None, max_examples=150)
@given(
    table=tables(TEXT),
    delimiter=st.sampled_from(",;|\t"),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
def test_what_a_csv_writer_writes_is_read_back(con, folder, table, delimiter, end, quoting, encoding):
    """Any table in any dialect and encoding comes back equal, empty text as null."""
    text = written(table, delimiter=delimiter, lineterminator=end, quoting=quoting)
    found = read(con, folder, text.encode(encoding))

    assert [list(row[1:]) for row in rows(con, found)] == [[cell or None for cell in row] for row in table]
    assert found.structural == ()


@settings(deadline=None, max_examples=150)
@given(data=st.data(), table=tables(st.text(st.sampled_from(list("ab, 0\"'")), max_size=6)))
def test_an_injected_quote_costs_at_most_its_line(con, folder, data, table):
    """Wherever a quote is put into a clean file, every other record is still read."""
    lines = written(table, lineterminator="\n").splitlines()
    at = data.draw(st.integers(1, len(lines) - 1))
    place = data.draw(st.integers(0, len(lines[at])))
    broken = [*lines[:at], lines[at][:place] + '"' + lines[at][place:], *lines[at + 1 :]]
    found = read(con, folder, "\n".join(broken) + "\n")

    read_back = {row[0]: list(row[1:]) for row in rows(con, found)}
    others = {line: [cell or None for cell in row] for line, row in enumerate(table, 2) if line != at + 1}
    assert {line: row for line, row in read_back.items() if line != at + 1} == others
    assert {bad.line for bad in found.structural} <= {at + 1}


def test_a_broken_line_is_found_each_time(con, folder):
    """Read by several threads at once, DuckDB overlooks one in fifty where it may leave out columns."""
    con.execute("SET threads = 2")
    for _ in range(400):
        table = read(con, folder, 'a,b\n"""",a",""",a"\n,\n')
        assert [bad.line for bad in table.structural] == [2]


def test_apostrophes_may_quote(con, folder):
    """Some databases quote with apostrophes; a name with one in it is no such file."""
    table = read(con, folder, "rep,city\n'ann, jr','York'\n'bob','Leeds'\n")
    assert rows(con, table) == [(2, "ann, jr", "York"), (3, "bob", "Leeds")]

    table = read(con, folder, "rep,city\nann,'s Hertogenbosch\nO'Brien,'t Zand\n")
    assert rows(con, table) == [(2, "ann", "'s Hertogenbosch"), (3, "O'Brien", "'t Zand")]


def test_backslashes_may_escape_quotes(con, folder):
    """Databases write a quote inside quotes as a backslash and a quote."""
    table = read(con, folder, 'rep,note\nann,"said \\"yes, sure\\" twice"\nbob,"x"\n')

    assert rows(con, table) == [(2, "ann", 'said "yes, sure" twice'), (3, "bob", "x")]


def test_a_stray_quote_does_not_close_on_the_next_quoted_field(con, folder):
    """What a stray quote swallows may look like a record; the reading that keeps most records wins."""
    table = read(con, folder, 'id,note\n1,"stray\n2,ok\n3,"\ntext"\n4,ok\n')

    assert rows(con, table) == [(3, "2", "ok"), (4, "3", "\ntext"), (6, "4", "ok")]
    assert [bad.line for bad in table.structural] == [2]


def test_a_record_of_several_lines_is_written_by_the_book(con, folder):
    """A quote in plain text, harmless in one line, shows that a record of several lines is none."""
    table = read(con, folder, 'a,b,c\n"s,2,3\n1,",x",3\n7,8,9\n')

    assert rows(con, table) == [(3, "1", ",x", "3"), (4, "7", "8", "9")]
    assert [bad.line for bad in table.structural] == [2]
