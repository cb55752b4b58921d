"""The map as a form: what is drawn and not touched comes back as it was."""

from dataclasses import replace

import pytest
from django.http import QueryDict

from quintet.sources.files.forms.cards import cards_of, format_label
from quintet.sources.files.forms.edited import edited
from quintet.sources.files.mapping.model import Field, FileMap, SourceMap
from quintet.sources.files.mapping.shipped import shipped_maps
from quintet.sources.files.mapping.toml import read_map, write_map
from quintet.sources.files.models import Upload
from quintet.sources.files.panels import questions_of
from quintet.sources.files.seen import SeenColumn, SeenFile


def posted(cards, **changes):
    """What a browser would send of these cards, some inputs changed."""
    sent = QueryDict(mutable=True)
    for card in cards:
        pairs = [(f"{card.number}-rows", card.rows), *((f"{card.number}-key", key) for key in card.keys)]
        for line in card.lines:
            pairs.append((line.name, line.choices))
            pairs += [(line.format_name, line.formats)] if line.formats else []
            pairs += [(word.name, word.choices) for word in line.words]
            if line.words:
                sent[line.words_name] = line.words_of
        for name, choices in pairs:
            sent.appendlist(name, next(one.value for one in choices if one.is_chosen))
        if card.why:
            sent[f"{card.number}-why"] = card.why
    for name, value in changes.items():
        sent[name] = value
    return sent


def seen(name, *columns, **values):
    """A file with columns, some of them with values."""
    listed = [SeenColumn(one, "text", 3, values=tuple(values.get(one, ()))) for one in columns]
    return SeenFile(name, 3, "text", tuple(listed))


def seen_for(source):
    """Files that a map knows, one an entry, with every column it names and every value it translates."""
    found = []
    for entry in source.files:
        values = {
            item.column: [(value, 1) for value in item.values]
            for item in entry.fields.values()
            if item.column and item.values
        }
        found.append(seen(entry.match.replace("*", "x"), *dict.fromkeys(entry.columns()), **values))
    return found


@pytest.mark.parametrize("name", list(shipped_maps()))
def test_an_untouched_form_changes_nothing(name):
    """Lookups, constants, several columns, formats, translations: what the form cannot show stays."""
    source = shipped_maps()[name]
    files = seen_for(source)

    assert edited(source, files, posted(cards_of(source, files, {}))) == source


MAP = read_map("""
name = "mine"
system = "crm"
[[file]]
match = "deals*"
rows = "opportunities"
key = ["id"]
[file.fields]
stage = "stage"
amount = { column = "value", format = "point" }
rep_name = ["first", "last"]
[file.values.stage]
"Closed *" = "lost"
Signed = "won"
""")
DEALS = seen(
    "deals.csv",
    "id",
    "stage",
    "value",
    "first",
    "last",
    "date",
    stage=[("Signed", 9), ("Closed x", 3), ("Open", 1)],
)


def changed(**changes):
    """The entry of the deals after some inputs were changed."""
    return edited(MAP, [DEALS], posted(cards_of(MAP, [DEALS], {}), **changes)).files[0]


def test_another_column_forgets_what_was_said_of_the_first():
    """Format and further columns belong to the column they were stated for."""
    fields = changed(**{"0-field-amount": "date", "0-field-rep_name": "last"}).fields

    assert (fields["amount"], fields["rep_name"]) == (Field("date"), Field("last"))


def test_words_shown_are_those_of_shapes_too():
    """A value that a shape (`*`) translates is shown with its word."""
    (card,) = cards_of(MAP, [DEALS], {})
    stage = next(line for line in card.filled if line.label == "stage")

    chosen = {word.value: next(one.label for one in word.choices if one.is_chosen) for word in stage.words}
    assert chosen == {"Signed": "won", "Closed x": "lost", "Open": "as it stands"}
    assert stage.untranslated == 1


def test_a_new_word_wins_over_a_shape():
    """What was said of one value stands before what is said of many."""
    values = changed(**{"0-word-stage-1": "demo"}).fields["stage"].values

    assert next(iter(values.items())) == ("Closed x", "demo")
    assert values["Closed *"] == "lost"


def test_a_value_can_stay_or_become_nothing():
    """Two choices that are no word."""
    assert changed(**{"0-word-stage-0": ""}).fields["stage"].values.get("Signed") == "*"
    assert changed(**{"0-word-stage-2": "~"}).fields["stage"].values["Open"] == ""


def test_a_key_may_have_several_columns():
    """They are named in order, each once; none at all means the whole row."""
    cards = cards_of(MAP, [DEALS], {})
    sent = posted(cards)
    sent.setlist("0-key", ["id", "date", "date", ""])

    assert edited(MAP, [DEALS], sent).files[0].key == ("id", "date")
    sent.setlist("0-key", [""])
    assert edited(MAP, [DEALS], sent).files[0].key == ()


def test_rows_of_another_kind_keep_what_still_fits():
    """The amount goes, the rep stays, and headers fill the rest."""
    entry = changed(**{"0-rows": "calls"})

    assert (entry.rows, entry.role, entry.key) == ("calls", "calls", ("id",))
    assert set(entry.fields) == {"rep_name", "at"}


def test_two_files_of_one_kind_do_not_overwrite_each_other():
    """The second gets a role of its own, so the map stays valid."""
    files = [DEALS, seen("old.csv", "id", "stage")]
    made = edited(MAP, files, posted(cards_of(MAP, files, {}), **{"1-rows": "opportunities"}))

    assert [entry.role for entry in made.files] == ["opportunities", "opportunities_2"]
    assert read_map(write_map(made)).files[1].match == "old.csv"


def test_entries_for_files_that_are_not_there_stay():
    """An upload of half an export does not cut the map."""
    source = SourceMap("mine", "crm", files=(*MAP.files, FileMap("calls*", "calls", role="calls")))

    assert edited(source, [DEALS], posted(cards_of(source, [DEALS], {}))) == source


def test_a_column_the_file_lacks_is_shown_as_such():
    """So that it can be seen and corrected."""
    (card,) = cards_of(MAP, [seen("deals.csv", "id", "stage", "first", "last")], {})
    amount = next(line for line in card.filled if line.label == "amount")

    assert amount.is_wrong
    assert next(one.label for one in amount.choices if one.is_chosen) == "value (not in the file)"


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("%d/%m/%Y", "31/12/2025, day first"),
        ("%m/%d/%Y %I:%M %p", "12/31/2025 05:05 PM, month first"),
        ("%Y-%m-%d", "2025-12-31"),
        ("point", "decimal point: 1,234.50"),
        ("comma", "decimal comma: 1.234,50"),
        ("iso", "2025-12-31 17:05"),
        ("epoch_ms", "milliseconds since 1970"),
    ],
)
def test_formats_are_shown_by_example(written, label):
    """Nobody has to know what %d is."""
    assert format_label(written) == label


QUOTAS = read_map("""
name = "mine"
system = "crm"
[[file]]
match = "quotas*"
rows = "quotas"
key = ["Rep"]
[file.fields]
rep_name = "Rep"
[file.months]
2026-01 = "Jan 2026"
2026-02 = "Feb 2026"
""")
SHEET = SeenFile(
    "quotas.csv",
    3,
    "text",
    tuple(
        SeenColumn(one, "decimal", 3, candidates=("point", "comma"))
        for one in ("Rep", "Jan 2026", "Feb 2026", "Mar 2026", "Notes")
    ),
)


def test_months_of_the_header_are_drawn_and_chosen():
    """Those of the map and those the header has besides; the first says how all are written."""
    (card,) = cards_of(QUOTAS, [SHEET], {})
    assert [(line.label, line.is_filled) for line in card.months] == [
        ("2026-01", True),
        ("2026-02", True),
        ("2026-03", False),
    ]
    assert [bool(line.formats) for line in card.months] == [True, False, False]
    assert edited(QUOTAS, [SHEET], posted([card])) == QUOTAS
    assert "at" not in [line.label for line in card.lines]

    chosen = {"0-month-2026-01": "", "0-month-2026-03": "Mar 2026"}
    assert edited(QUOTAS, [SHEET], posted([card], **chosen)).files[0].months == {
        "2026-02": Field("Feb 2026"),
        "2026-03": Field("Mar 2026"),
    }


def test_how_months_are_written_stands_beside_the_first():
    """Chosen there it counts for all; where the map says it of another one, nothing changes untouched."""
    (card,) = cards_of(QUOTAS, [SHEET], {})
    as_comma = edited(QUOTAS, [SHEET], posted([card], **{"0-written-2026-01": "comma"}))
    jan, feb = Field("Jan 2026", format=("comma",)), Field("Feb 2026")
    assert as_comma.files[0].months == {"2026-01": jan, "2026-02": feb}

    other = {"2026-01": replace(jan, format=()), "2026-02": replace(feb, format=("comma",))}
    second = replace(QUOTAS, files=(replace(QUOTAS.files[0], months=other),))
    (card,) = cards_of(second, [SHEET], {})
    assert edited(second, [SHEET], posted([card])) == second
    changed = edited(second, [SHEET], posted([card], **{"0-written-2026-01": "point"})).files[0].months
    assert changed == {"2026-01": replace(jan, format=("point",)), "2026-02": feb}


@pytest.mark.parametrize(
    ("february", "asked"),
    [
        ({"formats": ("point",)}, []),  # it has cents, so January has none
        ({}, ["", "point", "comma"]),  # whole numbers: January alone is in doubt
        ({"candidates": ("point", "comma")}, ["", "point", "comma"]),
    ],
)
def test_what_one_month_settles_is_not_asked(february, asked):
    """All months of a sheet are written in one way, so the one that shows it answers for the others."""
    doubtful, *_, notes = SHEET.columns
    columns = (
        replace(doubtful, name="Rep"),
        replace(doubtful, name="Jan 2026"),
        SeenColumn("Feb 2026", "decimal", 3, **february),
        notes,
    )
    (card,) = cards_of(QUOTAS, [replace(SHEET, columns=columns)], {})

    assert [one.value for one in card.months[0].formats] == asked


def test_a_sheet_said_to_be_quotas_is_read_by_month():
    """The file's name said nothing; its header does."""
    bare = SourceMap("mine", "crm")
    people = SeenColumn("Rep", "text", 3, values=(("Ann", 1), ("Bob", 1), ("Total", 1)))
    sheet = replace(SHEET, name="plan.csv", columns=(people, *SHEET.columns[1:]))
    cards = cards_of(bare, [sheet], {})

    entry = edited(bare, [sheet], posted(cards, **{"0-rows": "quotas"})).files[0]

    assert list(entry.months) == ["2026-01", "2026-02", "2026-03"]
    assert entry.fields == {"rep_name": Field("Rep")}
    assert (entry.key, entry.reject_when) == (("Rep",), {"Rep": ("Total",)})


def test_quotas_with_a_month_a_line_have_no_key():
    """Each rep once in this file, and again in the next: another month, no correction."""
    columns = [SeenColumn(one, "text", 2, values=(("a", 1), ("b", 1))) for one in ("Rep", "Month", "Quota")]
    file = SeenFile("plan.csv", 2, "text", tuple(columns))

    cards = cards_of(SourceMap("mine", "crm"), [file], {})
    entry = edited(SourceMap("mine", "crm"), [file], posted(cards, **{"0-rows": "quotas"})).files[0]

    assert (entry.key, sorted(entry.fields)) == ((), ["amount", "at", "rep_name"])


def test_a_field_without_a_column_is_asked_for_by_its_select():
    """The month of the quotas, not what the rows are."""
    source = SourceMap(
        "mine", "crm", files=(FileMap("quotas*", "quotas", fields={"amount": Field("Notes")}),)
    )
    sheet = replace(SHEET, columns=(SHEET.columns[0], SHEET.columns[-1]))
    question = {"file": "quotas.csv", "column": "", "sentence": "no month", "setting": "", "target": "at"}

    (asked,) = questions_of(Upload(trial={"questions": [question]}), cards_of(source, [sheet], {}))

    assert asked.name == "0-field-at"
    assert [one.value for one in asked.choices] == ["", "Rep", "Notes"]
