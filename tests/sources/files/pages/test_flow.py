"""From a file in a browser to a report: the whole way, as a person goes it."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from quintet.facts.published import Facts
from quintet.ledger.interactions import Interactions
from quintet.sources.files.models import State, Upload

DEALS = """Deal ID,Deal Owner,Deal Stage,Create Date,Close Date,Amount
1,Ann Lee,Closed won,2025-01-03,2025-02-14,1200
2,Bob Day,Closed lost,2025-01-05,2025-02-20,800
3,Ann Lee,Demo held,2025-03-01,,950
"""
AMBIGUOUS = (
    DEALS.replace("2025-01-03", "03/01/2025")
    .replace("2025-01-05", "05/01/2025")
    .replace("2025-03-01", "01/03/2025")
)
SPOILT = DEALS.replace("2025-02-20", "soon") + "".join(
    f"{number},Bob Day,Closed lost,2025-01-05,2025-02-20,800\n" for number in range(10, 40)
)


def text_of(client, upload):
    """The page of an upload, as text."""
    answer = client.get(f"/import/{upload.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_from_upload_to_report(operations, proposed, change, home):
    """A file is proposed, tried and loaded; the report accounts for every line, and the facts follow."""
    upload = proposed({"deals.csv": DEALS})
    assert "3 opportunities: 3 would be loaded, 0 rejected." in text_of(operations, upload)

    change(upload, "load")

    assert upload.state == State.LOADED, upload.problem
    assert (upload.report["totals"]["loaded"], upload.report["reconciles"]) == (3, True)
    assert "all lines accounted for" in text_of(operations, upload)
    assert Interactions(home).rows() == upload.report["totals"]["added"] > 3
    facts = Facts.published(home)
    assert facts.arrow(facts.table("opportunities")).num_rows == 3


def test_files_and_examples_go_once_loaded(proposed, change):
    """What was handed in is personal data: no copy stays behind."""
    upload = proposed({"deals.csv": DEALS})
    assert (upload.folder / "deals.csv").read_text() == DEALS

    change(upload, "load")

    assert not upload.folder.exists()
    assert (upload.trial, upload.seen) == (None, [])


def test_the_same_files_again_add_nothing_and_say_so(operations, proposed, change, home):
    """Loading twice is harmless."""
    change(proposed({"deals.csv": DEALS}), "load")
    before = Interactions(home).rows()

    again = proposed({"deals.csv": DEALS})
    change(again, "load")

    assert Interactions(home).rows() == before
    assert "Nothing new: all 3 rows were known already." in text_of(operations, again)


def test_day_or_month_is_asked_and_answered(operations, proposed, change):
    """What the values do not settle is a question with a select; nothing can be loaded before."""
    upload = proposed({"deals.csv": AMBIGUOUS})
    text = text_of(operations, upload)
    assert "1 question only you can answer" in text
    assert "31/12/2025, day first" in text
    assert not upload.may_load

    change(upload, **{"0-format-created_at": "%d/%m/%Y"})

    assert upload.may_load, upload.problem
    assert 'format = "%d/%m/%Y"' in upload.map_text
    assert upload.trial["files"][0]["first"].startswith("2025-01-03")


def test_loading_with_an_open_question_is_refused(operations, proposed, home):
    """A button that is greyed out is also refused by the server."""
    upload = proposed({"deals.csv": AMBIGUOUS})

    answer = operations.post(f"/import/{upload.pk}/change/", {"then": "load"})

    assert answer.status_code == 400
    assert "answer what stands above" in answer.content.decode()
    upload.refresh_from_db()
    assert upload.state == State.READY


def test_a_file_nobody_knows_is_asked_about(operations, proposed, change):
    """Rows the proposal cannot name are a person's to name; left out, they are told as such."""
    upload = proposed({"deals.csv": DEALS, "things.csv": "alpha,beta\nx,1\ny,2\n"})
    assert "The rows of things.csv are" in text_of(operations, upload)

    change(upload, **{"1-rows": "ignore"})
    change(upload, "load")

    things = upload.report["files"][1]
    assert (things["set_aside"], things["why"], things["reconciles"]) == (2, "left out by hand", True)


def test_a_value_is_translated_by_hand(operations, proposed, change):
    """What a stage means is chosen beside its count."""
    upload = proposed({"deals.csv": DEALS.replace("Demo held", "Phase 7")})
    assert "Phase 7" in text_of(operations, upload)
    stages = next(column for column in upload.seen[0]["columns"] if column["name"] == "Deal Stage")
    at = [value for value, _ in stages["values"]].index("Phase 7")

    change(upload, **{f"0-word-stage-{at}": "qualified"})

    assert '"Phase 7" = "qualified"' in upload.map_text
    assert upload.trial["files"][0]["stages"]["qualified"] == 1


def test_another_column_is_chosen(proposed, change):
    """A field can be read from another column, or from none."""
    upload = proposed({"deals.csv": DEALS})
    assert upload.trial["kinds"]["opportunity.won"] == 1

    change(upload, **{"0-field-stage": ""})

    assert upload.may_load, upload.problem
    assert "opportunity.won" not in upload.trial["kinds"]


def test_a_changed_map_is_tried_before_it_is_loaded(operations, proposed, change, home):
    """Pressing Load with a change on the page tries the change; nobody loads what they have not seen."""
    upload = proposed({"deals.csv": DEALS})

    change(upload, "load", currency="EUR")

    assert upload.state == State.READY
    assert 'currency = "EUR"' in upload.map_text
    assert Interactions(home).version() == -1
    assert "so it is tried first" in text_of(operations, upload)


def test_a_wrong_setting_is_told_and_keeps_what_was_typed(operations, proposed, change):
    """A check that fails loses nothing."""
    upload = proposed({"deals.csv": DEALS})
    before = upload.map_text

    answer = change(upload, timezone="Mars/Olympus", **{"0-field-stage": ""})

    text = answer.content.decode()
    assert answer.status_code == 400
    assert "timezone must be an IANA name such as Europe/Berlin" in text
    assert 'value="Mars/Olympus"' in text
    assert (upload.state, upload.map_text) == (State.READY, before)


def test_the_map_is_edited_as_text(operations, proposed, work):
    """Everything the form cannot say can be said in TOML."""
    upload = proposed({"deals.csv": DEALS})
    assert "[[file]]" in operations.get(f"/import/{upload.pk}/toml/").content.decode()

    text = upload.map_text.replace('name = "files"', 'name = "mine"  # my own').replace("\n", "\r\n")
    operations.post(f"/import/{upload.pk}/toml/try/", {"text": text})
    work()

    upload.refresh_from_db()
    assert upload.may_load, upload.problem
    assert 'name = "mine"  # my own\n' in upload.map_text


def test_broken_text_comes_back_with_the_error(operations, proposed):
    """The error says where; the text is still there."""
    upload = proposed({"deals.csv": DEALS})

    answer = operations.post(f"/import/{upload.pk}/toml/try/", {"text": 'name = "mine\n# precious'})

    text = answer.content.decode()
    assert answer.status_code == 400
    assert "the map is no valid TOML" in text
    assert "# precious" in text
    upload.refresh_from_db()
    assert upload.state == State.READY


def test_rows_of_another_kind_bring_their_own_fields(operations, proposed, form_of):
    """Choosing what the rows are redraws the card at once, and saves nothing."""
    upload = proposed({"deals.csv": DEALS})
    fields = form_of(upload) | {"0-rows": ["calls"]}

    text = operations.post(f"/import/{upload.pk}/card/0/", fields).content.decode()

    assert 'name="0-field-direction"' in text
    assert 'name="0-field-stage"' not in text
    upload.refresh_from_db()
    assert 'rows = "opportunities"' in upload.map_text


def test_rejected_rows_are_corrected_and_handed_in_again(operations, proposed, change, work):
    """A rejected row is listed with its line and reason, downloaded, corrected, and loaded."""
    upload = proposed({"deals.csv": SPOILT})
    assert "Would be rejected, for example" in text_of(operations, upload)
    change(upload, "load")
    assert (upload.report["totals"]["rejected"], upload.report["reconciles"]) == (1, True)
    address = f"/import/loads/{upload.load_id}/"
    assert "soon" in operations.get(f"{address}rejects/").content.decode()

    answer = operations.get(f"{address}rejects/csv/", {"file": "deals.csv.rejected.csv"})
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert [(row["Deal ID"], row["_line"], row["_column"]) for row in rows] == [("2", "3", "Close Date")]
    rows[0]["Close Date"] = "2025-02-20"
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    operations.post(
        f"{address}correct/", {"corrected": SimpleUploadedFile("fixed.csv", out.getvalue().encode())}
    )
    work()

    corrected = Upload.objects.latest("uploaded_at")
    assert corrected.state == State.LOADED, corrected.problem
    assert corrected.report["totals"]["loaded"] == 1
    assert "No row of this load is rejected" in operations.get(f"{address}rejects/").content.decode()


def test_a_correction_of_the_wrong_file_is_told(operations, proposed, change, work):
    """A CSV that is no correction says what is missing, and can be handed in again."""
    upload = proposed({"deals.csv": SPOILT})
    change(upload, "load")

    operations.post(
        f"/import/loads/{upload.load_id}/correct/", {"corrected": SimpleUploadedFile("x.csv", b"a,b\n1,2\n")}
    )
    work()

    wrong = Upload.objects.latest("uploaded_at")
    assert wrong.state == State.UNREADABLE
    assert "has lost its columns _file and _line" in text_of(operations, wrong)


def test_a_saved_map_is_used_by_the_next_upload(operations, proposed, change):
    """What was corrected once need not be corrected again."""
    first = proposed({"deals.csv": DEALS})
    change(first, currency="EUR")
    operations.post(f"/import/{first.pk}/save/", {"name": "our-deals"})

    second = proposed({"deals.csv": DEALS})

    assert 'currency = "EUR"' in second.map_text
    assert "Your saved map our-deals knows these files." in text_of(operations, second)
    assert "our-deals" in operations.get("/import/maps/").content.decode()
    assert "EUR" in operations.get("/import/maps/our-deals/").content.decode()


def test_a_map_is_chosen_by_name(operations, proposed):
    """A map can be asked for; where it does not fit, its questions are shown."""
    upload = proposed({"deals.csv": DEALS}, map="zoho")

    assert "You chose the map zoho." in text_of(operations, upload)
    assert 'name = "zoho' in upload.map_text


@pytest.mark.parametrize("name", ["../evil", "", "Capital", ".hidden"])
def test_a_map_is_saved_only_under_a_plain_name(operations, proposed, home, name):
    """A name cannot lead out of the folder of maps."""
    upload = proposed({"deals.csv": DEALS})

    answer = operations.post(f"/import/{upload.pk}/save/", {"name": name}, follow=True)

    assert "The map was not saved" in answer.content.decode()
    assert list(home.path.rglob("*.toml")) == []


@pytest.mark.shared_data
def test_a_real_export_loads_to_the_last_row(operations, proposed, change, shared_data):
    """The four files of the Maven example go in as proposed, all 8,800 opportunities of them."""
    paths = sorted((shared_data / "crm_sales_opportunities").glob("*.csv"))
    upload = proposed({path.name: path.read_bytes() for path in paths})
    assert "an export we know: crm_sales_opportunities" in text_of(operations, upload)

    change(upload, "load")

    assert upload.state == State.LOADED, upload.problem
    files = {one["file"]: one for one in upload.report["files"]}
    assert files["sales_pipeline.csv"]["loaded"] == 8_800
    assert (upload.report["totals"]["loaded"], upload.report["totals"]["rejected"]) == (8_920, 0)
    assert upload.report["reconciles"]


@pytest.mark.slow
@pytest.mark.shared_data
@pytest.mark.parametrize(
    "name",
    [
        pytest.param("zoho_crm_export", marks=pytest.mark.exhaustive),
        pytest.param("hubspot_tables", marks=pytest.mark.exhaustive),
        "salesforce_tables",
        "x_education_leads",
    ],
)
def test_a_recognised_export_loads_as_proposed(operations, proposed, change, shared_data, name):
    """The form of a shipped map, untouched, is that map: Load loads at once, and every line is told."""
    paths = sorted((shared_data / name).glob("*.csv"))
    upload = proposed({path.name: path.read_bytes() for path in paths})
    assert "These look like an export we know" in text_of(operations, upload)

    change(upload, "load")

    assert upload.state == State.LOADED, upload.problem
    assert upload.report["reconciles"]
