"""The page on drift, its API and its command: what was seen, what is missing, which window is in use."""

import sys

import pytest
from django.test import Client
from django.utils import timezone

from quintet.cli import main
from quintet.site import tokens
from stored_drift import FORMULA, keep_day
from stored_turns import stored_turns

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def company(small_company, settings, tmp_path):
    """Four quarters turned, promoted in the second."""
    settings.HOME = stored_turns(small_company.home, tmp_path, quarters=4, promoted_in=2)
    return settings.HOME


@pytest.fixture
def visit(company, django_user_model):
    """Open a page as a role."""

    def opened(role, address, **more):
        count = django_user_model.objects.count()
        user = django_user_model.objects.create_user(f"{role}{count}@test.test", role, "pass")
        browser = Client(SERVER_NAME="localhost")
        browser.force_login(user, backend=BACKEND)
        return browser.post(address, more) if more else browser.get(address)

    return opened


@pytest.fixture
def ask(django_user_model):
    """Ask the API as a role."""

    def asked(role, address):
        user = django_user_model.objects.create_user(
            f"{role}{django_user_model.objects.count()}@api.test", role, "pass"
        )
        headers = {"Authorization": f"Bearer {tokens.issue(user, 'a script', timezone.now())}"}
        return Client(SERVER_NAME="localhost").get(f"/api/v1/loop/{address}", headers=headers)

    return asked


def test_the_page_says_what_moved_and_whether_promises_hold(company, visit):
    """The sentence, both charts with their tables, and where to decide."""
    told = keep_day(company, mix=(0.3, 0.2, 0.5), happened=0.7)
    page = visit("executive", "/loop/drift/").content.decode()

    assert told.reading.replace("“", "").split(":")[0] in page
    assert "webinar" in page
    assert "An early refit is advised" in page
    assert page.count("<table") >= 4
    assert "2025-11" in page


def test_the_window_in_use_stands_beside_what_the_others_would_have_lost(company, visit):
    """All past lost .2 less than the naive answer; the naive answer is a recipe like any other here."""
    keep_day(company)
    page = visit("marketer", "/loop/drift/").content.decode()

    assert "all past (in use)" in page
    assert "would have lost more" in page


def test_before_the_first_day_the_page_says_what_is_missing(visit):
    """The worker has not looked yet."""
    assert "nothing was looked at yet" in visit("executive", "/loop/drift/").content.decode()


def test_without_a_turn_nothing_is_in_use(small_company, settings, django_user_model):
    """The watch begins with the first turn."""
    settings.HOME = small_company.home
    browser = Client(SERVER_NAME="localhost")
    user = django_user_model.objects.create_user("vera@test.test", "executive", "pass")
    browser.force_login(user, backend=BACKEND)

    assert "nothing is in use yet" in browser.get("/loop/drift/").content.decode()


def test_a_rep_does_not_see_it_and_a_marketer_does_not_start_it(visit):
    """As with the scores of formulas."""
    assert visit("rep", "/loop/drift/").status_code == 403
    assert visit("marketer", "/loop/drift/watch/", go="1").status_code == 403
    assert visit("operations", "/loop/drift/watch/", go="1").status_code == 302


def test_an_unknown_day_is_refused(company, visit):
    """A typed address is explained."""
    keep_day(company)

    assert visit("executive", "/loop/drift/?day=2020-01-01").status_code == 400
    assert visit("executive", "/loop/drift/?day=2026-03-30").status_code == 200


def test_the_api_tells_the_same(company, ask):
    """Inputs, days, months, windows, alarms; a rep is refused."""
    told = keep_day(company, happened=0.7)
    found = ask("executive", f"formulas/{FORMULA}/drift").json()

    assert found["seen"]["reading"] == told.reading
    assert found["seen"]["alarms"] == ["promises"]
    assert {one["recipe"] for one in found["windows"]} >= {"all past", "fading", "baseline"}
    assert len(ask("executive", "drift").json()) == 1
    assert ask("rep", "drift").status_code == 403


def test_the_command_says_what_is_missing(small_company, monkeypatch, capsys):
    """Exit 3 and a sentence, as for every formula that has not enough."""
    monkeypatch.setattr(sys, "argv", ["quintet", "--home", str(small_company.home.path), "drift"])
    with pytest.raises(SystemExit) as ended:
        main.run()

    assert ended.value.code == 3
    assert "nothing is in use yet" in capsys.readouterr().err
