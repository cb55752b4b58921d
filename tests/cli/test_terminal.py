"""What a person at a terminal reads."""

import json
from datetime import date

from quintet.cli.terminal import Format, complain, show
from quintet.kernel.errors import BadInput, NotEnoughData

COLUMNS = ("rep", "won", "rate")
ROWS = [("ann", 1234, 0.25), ("bob", 3, None)]


def test_a_table_shows_numbers_with_separators_and_a_dash_for_nothing(capsys):
    """What is not known is not 0."""
    show(COLUMNS, ROWS, Format.TABLE, "Won")

    shown = capsys.readouterr().out
    assert "Won" in shown
    assert "1,234" in shown
    assert "–" in shown


def test_csv_has_a_header_and_plain_numbers(capsys):
    """Ready for a spreadsheet; nothing is an empty field."""
    show(COLUMNS, ROWS, Format.CSV)

    assert capsys.readouterr().out.splitlines() == ["rep,won,rate", "ann,1234,0.25", "bob,3,"]


def test_json_is_a_list_of_objects(capsys):
    """Ready for a script."""
    show(COLUMNS, ROWS, Format.JSON)

    assert json.loads(capsys.readouterr().out) == [
        {"rep": "ann", "won": 1234, "rate": 0.25},
        {"rep": "bob", "won": 3, "rate": None},
    ]


def test_brackets_in_a_name_are_shown_as_they_are(capsys):
    """A file or a rep called [red] is text, not a colour."""
    show(("rep",), [("[red]ann[/red]",)], Format.TABLE)
    complain(BadInput("file [bold].csv"))

    shown = capsys.readouterr()
    assert "[red]ann[/red]" in shown.out
    assert "[bold].csv" in shown.err


def test_too_little_data_says_how_much_is_missing(capsys):
    """Have, need, unit and the expected day."""
    complain(NotEnoughData("no rate", have=3, need=1000, unit="deals", expected_on=date(2026, 5, 1)))

    assert "There are 3 deals, it takes 1,000; expected on 01 May 2026." in capsys.readouterr().err


def test_a_table_too_wide_for_the_terminal_keeps_file_names_whole(capsys, monkeypatch):
    """Each row stands on lines of its own, rather than names broken over five lines."""
    monkeypatch.setenv("COLUMNS", "80")
    columns = ("file", *(f"count {n}" for n in range(9)))
    show(columns, [("olist_closed_deals_dataset.csv", *range(9_000, 9_009))], Format.TABLE, "Loaded")

    first, second, *others = capsys.readouterr().out.splitlines()
    assert (first.strip(), second.strip()) == ("Loaded", "olist_closed_deals_dataset.csv")
    assert " ".join(" ".join(others).split()).startswith("count 0 9,000 · count 1 9,001")
    assert max(map(len, others)) <= 80


def test_a_long_last_column_is_broken_and_the_first_is_not(capsys, monkeypatch):
    """A table that can fit stays a table."""
    monkeypatch.setenv("COLUMNS", "70")
    show(("file", "why"), [("olist_closed_deals_dataset.csv", "no outcome " * 9)], Format.TABLE)

    shown = capsys.readouterr().out
    assert "┃ file" in shown
    assert "olist_closed_deals_dataset.csv" in shown
