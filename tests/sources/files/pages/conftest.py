"""People who import, a home of their own, and the worker, run until nothing waits."""

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from quintet.kernel.home import Home
from quintet.site.jobs.worker import run_one_task
from quintet.site.models import User
from quintet.sources.files.models import Upload

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def own_home(home: Home, settings: Any) -> Home:
    """Every test has an empty home."""
    settings.HOME = home
    return home


@pytest.fixture
def sign_in(db: None) -> Callable[[str], Client]:
    """A client signed in as somebody of a role."""

    def client_of(role: str) -> Client:
        user = User.objects.filter(role=role).first() or User.objects.create_user(f"{role}@files.test", role)
        client = Client(SERVER_NAME="localhost")
        client.force_login(user, backend=BACKEND)
        return client

    return client_of


@pytest.fixture
def operations(sign_in: Callable[[str], Client]) -> Client:
    """Somebody who may import."""
    return sign_in("operations")


@pytest.fixture
def work(db: None) -> Callable[[], None]:
    """Let the worker do all that waits."""

    def run() -> None:
        while run_one_task("worker-1"):
            pass

    return run


@pytest.fixture
def hand_in(operations: Client) -> Callable[..., HttpResponse]:
    """Upload texts as files: `hand_in({"deals.csv": "a,b"}, map="hubspot")`."""

    def send(files: dict[str, str | bytes], **fields: str) -> HttpResponse:
        contents = [
            SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)
            for name, text in files.items()
        ]
        return operations.post("/import/receive/", {"files": contents, **fields})

    return send


@pytest.fixture
def proposed(hand_in: Callable[..., HttpResponse], work: Callable[[], None]) -> Callable[..., Upload]:
    """Upload texts and let the worker propose: the upload, ready to be looked at."""

    def send(files: dict[str, str | bytes], **fields: str) -> Upload:
        answer = hand_in(files, **fields)
        assert answer.status_code == 302, answer.content.decode()
        work()
        return Upload.objects.latest("uploaded_at")

    return send


class _Form(HTMLParser):
    """The inputs of one form, with the values a browser would send untouched."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.fields = action, dict[str, list[str]]()
        self.is_inside, self.select, self.first = False, "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open the form, or note an input."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_inside = given.get("action") == self.action
        elif self.is_inside and tag == "input" and given.get("name", "csrf") != "csrfmiddlewaretoken":
            self.fields.setdefault(given["name"], []).append(given.get("value", ""))
        elif self.is_inside and tag == "select":
            self.select, self.first = given["name"], ""
            self.fields.setdefault(self.select, [])
        elif self.is_inside and tag == "option" and "selected" in given:
            self.fields[self.select].append(given["value"])

    def handle_endtag(self, tag: str) -> None:
        """Close the form."""
        if tag == "form":
            self.is_inside = False


@pytest.fixture
def form_of(operations: Client) -> Callable[[Upload], dict[str, list[str]]]:
    """Every input of the proposal of an upload, as a browser would send it back untouched."""

    def read(upload: Upload) -> dict[str, list[str]]:
        form = _Form(f"/import/{upload.pk}/change/")
        form.feed(operations.get(f"/import/{upload.pk}/").content.decode())
        assert form.fields, "the page shows no proposal"
        return form.fields

    return read


@pytest.fixture
def change(
    operations: Client, form_of: Callable[[Upload], dict[str, list[str]]], work: Callable[[], None]
) -> Callable[..., HttpResponse]:
    """Change some inputs of the proposal, press a button, and let the worker work."""

    def send(upload: Upload, then: str = "check", **changes: str) -> HttpResponse:
        fields = form_of(upload)
        unknown = {name.replace("__", "-") for name in changes} - set(fields)
        assert not unknown, f"no such inputs: {unknown} of {sorted(fields)}"
        fields |= {name.replace("__", "-"): [value] for name, value in changes.items()}
        answer = operations.post(f"/import/{upload.pk}/change/", {**fields, "then": then})
        work()
        upload.refresh_from_db()
        return answer

    return send
