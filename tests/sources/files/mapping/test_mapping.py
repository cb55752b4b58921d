from pathlib import Path

import duckdb
import pytest

from builders import export
from quintet.kernel.errors import BadInput
from quintet.kernel.ids import entity_id
from quintet.ledger.kinds import KINDS
from quintet.sources.files.load.opening import opened
from quintet.sources.files.mapping.identity import id_sql
from quintet.sources.files.mapping.propose import propose
from quintet.sources.files.mapping.recipes import RECIPES
from quintet.sources.files.mapping.shipped import shipped_map, shipped_maps
from quintet.sources.files.mapping.sql import translated
from quintet.sources.files.mapping.targets import TARGETS
from quintet.sources.files.mapping.toml import read_map, write_map

TOP = 'name = "x"\nsystem = "x"\n'
ENTRY = '[[file]]\nmatch = "a*"\nrows = "leads"\n'


@pytest.mark.parametrize("name", sorted(shipped_maps()))
def test_shipped_maps_survive_reading_and_writing(name):
    """Every map that ships is valid, and written out and read again it is the same."""
    assert read_map(write_map(shipped_map(name))) == shipped_map(name)


def test_ten_maps_ship():
    """HubSpot, Salesforce, Zoho, Pipedrive and the example data."""
    assert set(shipped_maps()) == {
        *("hubspot", "hubspot_tables", "salesforce", "salesforce_tables", "zoho", "pipedrive"),
        *("crm_sales_opportunities", "olist", "bpic2017_w", "x_education_leads"),
    }


@pytest.mark.parametrize("rows", sorted(TARGETS))
def test_every_kind_of_rows_has_a_recipe_of_known_kinds(rows):
    """No rows without a recipe, and no recipe that says what the ledger has no word for."""
    assert {emission.kind for emission in RECIPES[rows]} <= set(KINDS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = ", "no valid TOML"),
        (TOP + 'timezone = "Mars"\n', "timezone must be an IANA name"),
        (TOP + 'known = "never"\n', 'known must be "occurred" or "loaded"'),
        (TOP + '[[file]]\nmatch = "a"\nrows = "apples"\n', "rows must be one of leads"),
        (TOP + '[[file]]\nmatch = "a"\nrows = "ignore"\n', "needs why"),
        (TOP + ENTRY + '[file.fields]\nprice = "p"\n', "leads have no field 'price'"),
        (TOP + ENTRY + '[file.values.outcome]\nYes = "won"\n', "needs a line outcome"),
        (TOP + ENTRY + '[file.entered]\nwon = "date"\n', "entered.won is no stage"),
        (TOP + ENTRY + ENTRY, "both have the role 'leads'"),
    ],
)
def test_a_map_that_cannot_work_says_what_to_correct(text, message):
    """The value, the rule and the next step, before any file is opened."""
    with pytest.raises(BadInput, match=message):
        read_map(text)


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("CLOSED WON", "won"),
        ("Second demo call", "demo"),
        ("demo lost", "demo"),
        ("0", None),
        ("00Q1", "00Q1"),
        ("Talking", "Talking"),
    ],
)
def test_values_are_translated_in_any_case_and_by_shape(value, word):
    """The first that fits counts; the empty word is null, * keeps the value, others stay."""
    words = {"Closed Won": "won", "*demo*": "demo", "0": "", "00Q*": "*", "*lost*": "lost"}
    query = f"SELECT {translated('v', words)} FROM (SELECT $v AS v)"

    assert duckdb.execute(query, {"v": value}).fetchall() == [(word,)]


def test_ids_in_sql_are_those_of_the_kernel():
    """A bulk load and a single call name the same rep."""
    sql = id_sql("rep", "acme", "name", "v")

    assert duckdb.execute(f"SELECT {sql} FROM (SELECT 'Bö Ek' AS v)").fetchall() == [
        (entity_id("rep", "acme", "name", "Bö Ek"),)
    ]


def test_files_match_by_name_in_any_case_and_with_brackets():
    """A proposal names the file itself, whatever signs its name holds."""
    source = read_map(TOP + '[[file]]\nmatch = "Leads [1].csv"\nrows = "ignore"\nwhy = "x"\n')
    other = read_map(TOP + '[[file]]\nmatch = "*Deal*"\nrows = "ignore"\nwhy = "x"\n')

    assert source.file_for("Leads [1].csv") is not None
    assert other.file_for("all-deals-2026.csv.gz") is not None
    assert other.file_for("leads.csv") is None


def proposed(folder: Path, files: dict[str, str]):
    """The proposal for small files."""
    with opened([export(folder, files)]) as (con, tables):
        return propose(con, tables, system="acme")


def test_a_proposal_reads_headers_values_and_keys_of_other_files(tmp_path):
    """Fields by their headers, stages by their words, whom a column names by the key it stands in."""
    made = proposed(
        tmp_path,
        {
            "deals.csv": "Deal ID,Deal Name,Stage,Amount,Close Date,Seller\n"
            "1,a,Closed Won,5,2026-01-01,s1\n2,b,Demo planned,6,,s2\n3,c,Chatting,7,,s1\n",
            "sales_team.csv": "Seller,Manager\ns1,m\ns2,m\n",
            "thoughts.csv": "a,b\n1,2\n",
        },
    )

    deals = made.source.file_for("deals.csv")
    assert (deals.rows, deals.key) == ("opportunities", ("Deal ID",))
    assert {name: item.column for name, item in deals.fields.items()} == {
        "name": "Deal Name",
        "stage": "Stage",
        "amount": "Amount",
        "closed_at": "Close Date",
        "rep": "Seller",
    }
    assert deals.fields["stage"].values == {"Closed Won": "won", "Demo planned": "demo"}
    assert made.unknown == ("thoughts.csv",)
    assert "# its values stand in Seller of sales_team.csv" in write_map(made.source)


def test_a_hubspot_export_is_recognised_and_cut_to_its_columns(tmp_path):
    """The shipped map is taken for what it knows; what the export lacks is left out and told."""
    made = proposed(
        tmp_path,
        {
            "hubspot-crm-exports-all-deals.csv": "Record ID,Deal Name,Deal Stage,Amount,"
            "Deal owner,Close Date\n9001,Acme,Qualified To Buy,25000,Sarah Chen,2026-12-01\n",
            "hubspot-crm-exports-contacts.csv": "Record ID,First Name,Last Name,Email,"
            "Contact owner,Create Date\n1,Ada,L,ada@x.com,Sarah Chen,2026-01-05 10:00\n",
        },
    )

    assert made.recognised == "hubspot"
    deals = made.source.file_for("hubspot-crm-exports-all-deals.csv")
    assert "mrr" not in deals.fields
    assert deals.fields["rep_name"].column == "Deal owner"
    assert any("no column for" in note and "mrr" in note for note in made.notes)


def test_files_in_the_ledgers_own_columns_are_recognised(tmp_path):
    """What our simulator writes needs no map."""
    made = proposed(
        tmp_path,
        {"i.csv": "occurred_at,recorded_at,kind,source,source_ref\n2026-01-01,2026-01-01,lead.created,s,r\n"},
    )

    assert made.source.files[0].rows == "interactions"


@pytest.mark.parametrize(
    ("columns", "key"),
    [
        ("Created,Deal ID,Amount", "Deal ID"),
        ("Created,Amount,Stage", None),
        ("created id,Amount,Stage", None),
        ("Name,Created,Amount", "Name"),
    ],
)
def test_a_date_is_never_the_key(tmp_path, columns, key):
    """A column called like a key comes first; a date that happens not to repeat names no record."""
    values = {
        "Created": "2026-01-0{}",
        "created id": "2026-01-0{} 10:00",
        "Name": "deal {}",
        "Deal ID": "d{}",
    }
    rows = [",".join(values.get(one, "open").format(at) for one in columns.split(",")) for at in range(1, 6)]

    found = proposed(tmp_path, {"deals.csv": "\n".join([columns, *rows]) + "\n"})

    assert found.source.files[0].key == ((key,) if key else ())
