"""The import in a real browser: from a dropped file to the report, every page of it sound."""

import pytest

from browser_checks import assert_page_is_sound
from quintet.kernel.home import Home
from quintet.site.jobs.worker import run_one_task

DEALS = """Deal ID,Deal Owner,Deal Stage,Create Date,Close Date,Amount
1,Ann Lee,Closed won,03/01/2025,04/02/2025,1200
2,Bob Day,Phase 7,05/01/2025,,800
""" + "".join(
    f"{number},Bob Day,Closed lost,05/01/2025,{day},800\n"
    for number, day in zip(range(10, 40), ["soon", *["06/02/2025"] * 29], strict=True)
)
THINGS = "alpha,beta\nx,1\ny,2\n"


@pytest.fixture(autouse=True)
def own_home(tmp_path, settings):
    """Every test has an empty home."""
    settings.HOME = Home.at(tmp_path)


def work():
    """Let the worker do all that waits."""
    while run_one_task("worker-1"):
        pass


def hand_in(page, live_server, **files):
    """Choose files on the import page and send them; ends on the page that waits for the worker."""
    page.goto(live_server.url + "/import/")
    page.set_input_files(
        "input[type=file]",
        [
            {"name": f"{name}.csv", "mimeType": "text/csv", "buffer": text.encode()}
            for name, text in files.items()
        ],
    )
    page.get_by_role("button", name="Upload and look").click()
    page.locator(".job-progress").wait_for()


def press(page, name, then):
    """Press a button, let the worker work, and wait until the page has gone on by itself."""
    page.get_by_role("button", name=name, exact=True).click()
    page.locator(".job-progress").wait_for()
    work()
    page.get_by_text(then).wait_for()


def test_from_file_to_report(as_role, live_server):
    """Upload, answer the questions, load, see what was rejected; the page goes on by itself."""
    page = as_role("operations")
    hand_in(page, live_server, deals=DEALS, things=THINGS)
    address = page.url
    assert_page_is_sound(page, address)  # waiting
    work()
    page.locator(".questions").wait_for()
    assert_page_is_sound(page, address)  # what are the rows?

    page.get_by_label("The rows of things.csv are").select_option("ignore")
    press(page, "Answer and check", then="Create Date is written")
    assert_page_is_sound(page, address)  # day or month?
    for label in ("Create Date is written", "Close Date is written"):
        page.get_by_label(label).select_option("%d/%m/%Y")
    press(page, "Answer and check", then="Ready: 31 rows would be loaded, 1 rejected")
    assert_page_is_sound(page, address)  # proposal with its dry run
    assert_page_is_sound(page, address + "toml/")

    page.goto(address)
    press(page, "Load", then="all lines accounted for")
    assert_page_is_sound(page, address)  # report
    page.get_by_role("link", name="See the rejected rows").click()
    page.wait_for_url("**/rejects/")
    assert_page_is_sound(page, page.url)
    assert_page_is_sound(page, live_server.url + "/import/")


def test_choosing_other_rows_redraws_the_card(as_role, live_server):
    """Htmx swaps the fields of the file at once; checking then tries them."""
    page = as_role("operations")
    hand_in(page, live_server, deals=DEALS)
    work()
    page.locator(".file-card").wait_for()

    page.get_by_label("its rows are").select_option("calls")

    page.locator("select[name='0-field-duration_seconds']").wait_for(state="attached")
    assert page.get_by_label("its rows are").input_value() == "calls"
    assert page.locator("select[name='0-field-stage']").count() == 0


def test_an_auditor_reads_the_proposal(as_role, live_server):
    """The form is there to read, and nothing in it can be changed."""
    page = as_role("operations")
    hand_in(page, live_server, deals=DEALS)
    work()
    auditor = as_role("auditor")

    assert_page_is_sound(auditor, page.url)

    assert auditor.get_by_label("Time zone").is_disabled()
    assert auditor.get_by_role("button", name="Load", exact=True).count() == 0


@pytest.mark.parametrize("address", ["/import/", "/import/maps/", "/import/maps/zoho/"])
def test_page_is_sound(as_role, live_server, address):
    """The pages that need no upload."""
    assert_page_is_sound(as_role("operations"), live_server.url + address)


def test_a_sheet_of_quotas_with_a_column_a_month(as_role, live_server):
    """Nobody called it quotas: said so, its months are there; how they are written is asked once."""
    page = as_role("operations")
    rows = '"10,000","12,000","9,000"\n'
    hand_in(page, live_server, plan=f"Rep,Jan 2026,Feb 2026,Mar 2026\nAnn Lee,{rows}Bob Day,{rows}")
    work()
    page.get_by_label("The rows of plan.csv are").select_option("quotas")
    press(page, "Answer and check", then="Jan 2026 is written")
    page.get_by_label("Jan 2026 is written").select_option(label="decimal point: 1,234.50")
    press(page, "Answer and check", then="Ready: 2 rows would be loaded")

    page.get_by_text("2 quotas, 1 field, 3 months").wait_for()
    assert page.locator("select[name='0-month-2026-03']").input_value() == "Mar 2026"
    address = page.url
    assert_page_is_sound(page, address)

    page.goto(address)
    press(page, "Load", then="all lines accounted for")
