from dataclasses import replace

import pytest

from quintet.sources.files.mapping.model import Field
from quintet.sources.files.mapping.rewording import reworded
from quintet.sources.files.mapping.shipped import shipped_map, shipped_maps
from quintet.sources.files.mapping.toml import read_map, write_map

TEXT = """# ours, agreed with sales in March
name = "acme"
system = "acme"
timezone = "UTC"   # the export says UTC

[[file]]
match = "leads*"
rows = "leads"
key = ["id"]  # never the e-mail: two people share one
[file.fields]
created_at = "created"
# the owner of today, not of then
rep_name = "owner"

[[file]]
match = "deals*"
rows = "opportunities"
key = ["id"]
[file.fields]
stage = "stage"
amount = { column = "value" }  # gross
[file.values.stage]
Signed = "won"  # also: signed by fax
Gone = "lost"
"""


def with_fields(made, number, **fields):
    """A map with some fields of one file changed; None takes a field away."""
    entry = made.files[number]
    kept = {name: item for name, item in (entry.fields | fields).items() if item is not None}
    files = [*made.files]
    files[number] = replace(entry, fields=kept)
    return replace(made, files=tuple(files))


def test_what_does_not_change_keeps_its_comment():
    """One field and the currency change: every comment and line but those is as it was."""
    made = read_map(TEXT)
    after = replace(with_fields(made, 0, created_at=Field(column="born")), currency="EUR")

    found = reworded(TEXT, after)

    assert read_map(found) == after
    assert 'created_at = "born"' in found
    assert set(TEXT.splitlines()) - set(found.splitlines()) == {'created_at = "created"'}


def test_a_comment_goes_with_its_line():
    """A field that is taken away takes the comment behind it along; new values join the old ones."""
    made = read_map(TEXT)
    stage = replace(made.files[1].fields["stage"], values={"Signed": "won", "Gone": "lost", "Dead": "lost"})
    after = with_fields(made, 1, amount=None, stage=stage)

    found = reworded(TEXT, after)

    assert read_map(found) == after
    assert "gross" not in found
    assert 'Signed = "won"  # also: signed by fax' in found


def test_a_text_that_cannot_be_followed_is_written_anew():
    """Words beside their field: the new map is right, and the comments are gone."""
    text = TEXT.replace('stage = "stage"', 'stage = { column = "stage", values = { Signed = "won" } }')
    text = text[: text.index("[file.values.stage]")]
    stage = Field(column="stage", values={"Signed": "lost"})
    after = with_fields(read_map(text), 1, stage=stage)

    assert read_map(text).files[1].fields["stage"].values == {"Signed": "won"}
    assert reworded(text, after) == write_map(after)


def test_a_file_that_is_taken_out_leaves_the_others_as_they_were():
    """The entry goes with its comments; those of the other file stay."""
    after = replace(read_map(TEXT), files=read_map(TEXT).files[:1])

    found = reworded(TEXT, after)

    assert read_map(found) == after
    assert found.splitlines()[0] == "# ours, agreed with sales in March"


@pytest.mark.parametrize("name", sorted(shipped_maps()))
def test_a_change_of_any_shipped_map_arrives(name):
    """Whatever way a map is written, the text says the new map."""
    made = shipped_map(name)
    after = replace(made, currency="SEK", timezone="Asia/Tokyo")

    assert read_map(reworded(write_map(made), after)) == after
