"""What may be handed in, by whom, and how it is kept."""

import gzip
import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import Client
from django.utils import timezone

from quintet.site.jobs.chores import tidy
from quintet.site.models import User
from quintet.sources.files import actions
from quintet.sources.files.models import State, Upload

DEALS = (
    "Deal ID,Deal Owner,Deal Stage,Create Date\n1,Ann,Closed won,2025-01-03\n2,Bob,Closed lost,2025-01-05\n"
)


def zipped(**files):
    """A zip archive of texts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(f"{name}.csv", text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "no file was handed in"),
        ({"deals.csv": ""}, "deals.csv is empty: export it again"),
        ({"deals.pdf": "x"}, "deals.pdf is of no kind we read; known endings are .csv"),
        ({"deals.zip": "no zip"}, "deals.zip is no zip archive"),
    ],
)
def test_what_cannot_be_read_is_refused_at_once(hand_in, home, files, told):
    """The page says which file and why; no upload is made and no file is kept."""
    answer = hand_in(files)

    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert not Upload.objects.exists()
    assert [path for path in home.uploads.rglob("*") if path.is_file()] == []


def test_two_files_of_one_name_are_refused(operations):
    """One would overwrite the other."""
    files = [SimpleUploadedFile("deals.csv", DEALS.encode()) for _ in range(2)]

    answer = operations.post("/import/receive/", {"files": files})

    assert "two files are called deals.csv: rename one of them" in answer.content.decode()


def test_too_much_is_refused_before_it_is_read(hand_in, monkeypatch):
    """The limit is a setting; the message names both sizes and the other way in."""
    monkeypatch.setenv("QUINTET_MAX_UPLOAD_MB", "1")
    monkeypatch.setattr(actions, "receive", None)  # nothing may come so far

    answer = hand_in({"deals.csv": DEALS + " " * 1_200_000})

    assert answer.status_code == 400
    assert "1 MB are more than the 1 MB one upload may have" in answer.content.decode()


def test_an_archive_that_unpacks_too_large_is_refused(hand_in, monkeypatch):
    """A small archive cannot fill the disk."""
    monkeypatch.setenv("QUINTET_MAX_UPLOAD_MB", "1")

    answer = hand_in({"deals.zip": zipped(deals=DEALS + " " * 12_000_000)})

    assert "unpacks to 11 MB, too much for one upload" in answer.content.decode()


def test_every_file_goes_to_disk(hand_in, monkeypatch):
    """However large, the web process never holds a file in memory."""
    made = []
    new_file = TemporaryFileUploadHandler.new_file

    def note(self, *args, **kwargs):
        made.append(args[1])
        return new_file(self, *args, **kwargs)

    monkeypatch.setattr(TemporaryFileUploadHandler, "new_file", note)

    hand_in({"deals.csv": DEALS, "more.csv": DEALS})

    assert made == ["deals.csv", "more.csv"]
    upload = Upload.objects.get()
    assert [path.read_text() for path in upload.paths] == [DEALS, DEALS]


def test_a_name_cannot_lead_out_of_the_folder(hand_in, home):
    """Only the last part of a name counts."""
    hand_in({"../../evil.csv": DEALS})

    upload = Upload.objects.get()
    assert upload.names == ["evil.csv"]
    assert upload.paths[0].parent == home.uploads / str(upload.pk)


@pytest.mark.parametrize(
    ("name", "content"),
    [("deals.csv.gz", gzip.compress(DEALS.encode())), ("deals.zip", zipped(deals=DEALS))],
    ids=["gz", "zip"],
)
def test_packed_files_are_read(proposed, name, content):
    """A zip or gzip is as good as the file in it."""
    upload = proposed({name: content})

    assert upload.state == State.READY, upload.problem
    assert upload.seen[0]["rows"] == 2


def test_an_unreadable_file_says_so_and_can_be_tried_again(operations, proposed, work):
    """A workbook that is none is told on the page of the upload."""
    upload = proposed({"deals.xlsx": "no workbook"})
    text = operations.get(f"/import/{upload.pk}/").content.decode()
    assert "deals.xlsx cannot be opened as a workbook" in text

    (upload.folder / "deals.xlsx").rename(upload.folder / "deals.csv")
    Upload.objects.update(names=["deals.csv"])
    (upload.folder / "deals.csv").write_text(DEALS)
    operations.post(f"/import/{upload.pk}/retry/")
    work()

    upload.refresh_from_db()
    assert upload.state == State.READY


def test_thrown_away_means_gone(operations, proposed):
    """No file, no example and no map of a discarded upload is kept, and it leaves the list."""
    upload = proposed({"deals.csv": DEALS})

    operations.post(f"/import/{upload.pk}/discard/")

    upload.refresh_from_db()
    assert (upload.state, upload.trial, upload.seen, upload.map_text) == (State.DISCARDED, None, [], "")
    assert not upload.folder.exists()
    assert "deals.csv" not in operations.get("/import/").context_data["uploads"]["rows"]


def test_what_nobody_loads_for_a_month_is_thrown_away(proposed):
    """Files of people do not lie about for ever; younger ones stay."""
    old, young = proposed({"deals.csv": DEALS}), proposed({"deals.csv": DEALS})
    Upload.objects.filter(pk=old.pk).update(uploaded_at=timezone.now() - timedelta(days=31))

    tidy()

    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.state, old.folder.exists()) == (State.DISCARDED, False)
    assert (young.state, young.folder.exists()) == (State.READY, True)


PAGES = ["/import/", "/import/maps/", "/import/maps/zoho/", "/import/{id}/", "/import/{id}/toml/"]
POSTS = [
    "/import/receive/",
    *(f"/import/{{id}}/{one}/" for one in ("change", "toml/try", "save", "retry", "discard")),
]


@pytest.mark.parametrize(
    ("role", "status"), [("executive", 200), ("auditor", 200), ("manager", 403), ("rep", 403)]
)
def test_who_may_look(sign_in, proposed, role, status):
    """Executive, operations and auditor see imports; nobody else does."""
    upload, client = proposed({"deals.csv": DEALS}), sign_in(role)

    found = {address: client.get(address.format(id=upload.pk)).status_code for address in PAGES}

    assert found == dict.fromkeys(PAGES, status)


@pytest.mark.parametrize("role", ["auditor", "manager", "rep"])
def test_who_may_not_import(sign_in, proposed, role):
    """An auditor looks and touches nothing; the others do not even look."""
    upload, client = proposed({"deals.csv": DEALS}), sign_in(role)

    found = {address: client.post(address.format(id=upload.pk)).status_code for address in POSTS}

    assert found == dict.fromkeys(POSTS, 403)
    upload.refresh_from_db()
    assert upload.state == State.READY


def test_an_auditor_is_offered_nothing_to_press(sign_in, proposed):
    """What they may not do is not on their page."""
    upload = proposed({"deals.csv": DEALS})
    auditor = sign_in("auditor")

    assert "Upload and look" not in auditor.get("/import/").content.decode()
    assert "Check again" not in auditor.get(f"/import/{upload.pk}/").content.decode()


def test_only_a_post_changes_anything(operations, proposed):
    """A link cannot load, discard or save."""
    upload = proposed({"deals.csv": DEALS})

    found = {address: operations.get(address.format(id=upload.pk)).status_code for address in POSTS}

    assert found == dict.fromkeys(POSTS, 405)


@pytest.mark.parametrize("address", ["/import/receive/", "/import/loads/none/correct/"])
def test_a_foreign_form_cannot_upload(db, address):
    """The upload is checked like every other form, though its files go to disk first."""
    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    user = User.objects.create_user("operations@files.test", "operations")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")

    answer = client.post(address, {"files": SimpleUploadedFile("deals.csv", DEALS.encode())})

    assert answer.status_code == 403
    assert not Upload.objects.exists()


@pytest.mark.parametrize("address", ["/import/loads/none/rejects/", "/import/loads/none/rejects/csv/?file=x"])
def test_a_load_that_does_not_exist_is_told(operations, address):
    """An old link leads to a sentence, not to a crash."""
    answer = operations.get(address)

    assert answer.status_code == 400
    assert "there is no load" in answer.content.decode()
