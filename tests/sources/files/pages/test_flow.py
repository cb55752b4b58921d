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


def page(client, upload, status=200):
    """The page of an upload, as text."""
    answer = client.get(f"/import/{upload.pk}/")
    assert answer.status_code == status
    return answer.content.decode()


def form_of(client, upload):
    """Every input of the proposal as a browser would send it."""
    from html.parser import HTMLParser

    class Form(HTMLParser):
        def __init__(self):
            super().__init__()
            self.fields, self.select = {}, None

        def handle_starttag(self, tag, attrs):
            given = dict(attrs)
            if tag == "input" and given.get("name"):
                self.fields.setdefault(given["name"], []).append(given.get("value") or "")
            elif tag == "select":
                self.select = given["name"]
            elif tag == "option" and self.select and "selected" in given:
                self.fields.setdefault(self.select, []).append(given["value"])

        def handle_endtag(self, tag):
            self.select = None if tag == "select" else self.select

    form = Form()
    form.feed(page(client, upload).split('action="/import/%s/change/"' % upload.pk)[1].split("</form>")[0])
    form.fields.pop("csrfmiddlewaretoken", None)
    return form.fields


def test_from_upload_to_report(operations, proposed, work, home):
    """A file is proposed, tried and loaded; the report accounts for every line, and the facts follow."""
    upload = proposed({"deals.csv": DEALS})
    assert upload.state == State.READY, upload.problem
    text = page(operations, upload)
    assert "3 opportunities: 3 would be loaded, 0 rejected." in text

    operations.post(f"/import/{upload.pk}/change/", {**form_of(operations, upload), "then": "load"})
    work()

    upload.refresh_from_db()
    assert upload.state == State.LOADED, upload.problem
    assert (upload.report["totals"]["loaded"], upload.report["reconciles"]) == (3, True)
    assert "all lines accounted for" in page(operations, upload)
    assert Interactions(home).rows() == upload.report["totals"]["added"]
    facts = Facts.published(home)
    assert facts.arrow(facts.table("opportunities")).num_rows == 3
    assert not upload.folder.exists()
