"""A real browser on a live site: signed-in pages by role, and the check every page must pass."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from browser_checks import READERS

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = os.environ.get("QUINTET_CHROMIUM", "/usr/bin/chromium")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs a browser and the database of the live server."""
    for item in items:
        if "tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def as_role(chromium: Browser, live_server, transactional_db, client) -> Iterator[Callable[..., Page]]:
    """Open a page as somebody of a role: `as_role("manager", rep_id=7).goto(live_server.url + "/")`."""
    from quintet.site.models import User

    contexts = []

    def open_page(role: str, *, rep_id: int | None = None, theme: str = "light", width: int = 1280) -> Page:
        email = f"{role}@browser.test"
        user = User.objects.filter(email=email).first() or User.objects.create_user(
            email, role, "a long enough password", name=role.capitalize(), rep_id=rep_id
        )
        client.cookies.clear()  # a new session: who was opened before stays signed in
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        context = chromium.new_context(
            color_scheme=theme, viewport={"width": width, "height": 900}, reduced_motion="reduce"
        )
        cookie = client.cookies["quintet_session"]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        contexts.append(context)
        READERS[context] = user
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def stranger(chromium: Browser, live_server, transactional_db) -> Iterator[Page]:
    """A page of somebody who is not signed in."""
    context = chromium.new_context(reduced_motion="reduce")
    yield context.new_page()
    context.close()
