import csv
import io

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.test import RequestFactory

from quintet.site import exports
from quintet.site.components.records import as_record_list
from quintet.site.middleware import ExportMiddleware
from quintet.site.models import Export

LIST = {
    "columns": [("rep", "Rep"), ("won", "Customers", "number")],
    "rows": [{"rep": f"r{n}", "won": n} for n in range(120)],
}


def read(response) -> list[list[str]]:
    """The rows of a CSV response."""
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_a_download_holds_every_row(sign_in):
    """Not just the page that is shown, under the same headings."""
    response = sign_in("operations").get("/components/?csv=people")

    rows = read(response)
    assert rows[0] == ["Rep", "Joined", "Customers", "Won"]
    assert len(rows) == 61
    assert response.headers["Content-Disposition"] == 'attachment; filename="people.csv"'


def test_every_download_is_written_down(sign_in, people):
    """Who, which file, from which page, how many rows."""
    sign_in("operations").get("/components/?csv=people")

    export = Export.objects.get()
    assert (export.user, export.filename, export.rows) == (people.operations, "people.csv", 60)
    assert export.page == "/components/?csv=people"
    assert export.size_bytes > 1000


def test_a_page_is_no_download(sign_in):
    """Nothing is logged for looking; an unknown list name shows the page."""
    sign_in("operations").get("/components/?csv=nothing")
    sign_in("operations").get("/components/")

    assert not Export.objects.exists()


def test_files_of_other_rooms_are_logged_too(rf: RequestFactory, people):
    """Any attachment counts, streamed ones included."""

    def page(request):
        return StreamingHttpResponse(
            iter([b"a,b\n"]), headers={"Content-Disposition": 'attachment; filename="all.csv"'}
        )

    request = rf.get("/management/export/")
    request.user = people.manager
    ExportMiddleware(page)(request)

    assert Export.objects.get().filename == "all.csv"


def test_nobody_downloads_what_the_page_refuses(sign_in):
    """The access rule of the page holds for its CSV."""
    assert sign_in("rep").get("/components/?csv=people").status_code == 403


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_no_cell_runs_as_a_formula(rf, start):
    """A name from a web form that starts like a formula arrives as text."""
    records = as_record_list(
        {"columns": [("name", "Name")], "rows": [{"name": f"{start}cmd()"}]}, rf.get("/")
    )

    assert f"'{start}cmd()" in exports.csv_text(records)


def test_numbers_stay_numbers(rf):
    """A negative number is not text."""
    records = as_record_list({"columns": [("won", "Won", "number")], "rows": [{"won": -3}]}, rf.get("/"))

    assert exports.csv_text(records).splitlines()[1] == "-3"


def test_the_csv_follows_the_sort(rf, people):
    """What was sorted on the page is sorted in the file."""
    request = rf.get("/?csv=records&records_sort=-won")
    response = exports.as_csv(request, TemplateResponse(request, "x.html", {"records": LIST}))

    assert response.render().content.decode("utf-8-sig").splitlines()[1] == "r119,119"


def test_an_inline_answer_is_no_download():
    """Only attachments leave the house."""
    assert not exports.is_download(HttpResponse("x"))
