"""People who import, a home of their own, and the worker, run until nothing waits."""

from collections.abc import Callable
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

DEALS = """Deal ID,Deal Owner,Deal Stage,Create Date,Close Date,Amount
1,Ann Lee,Closed won,2025-01-03,2025-02-14,1200
2,Bob Day,Closed lost,2025-01-05,2025-02-20,800
3,Ann Lee,Demo held,2025-03-01,,950
"""


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
