"""The loop's pages: the curve, the turns, two versions side by side, and who may see them."""

import json

import pytest
from django.test import Client

from quintet.demand.in_loop import LeadScoreInLoop
from quintet.loop.running import Turns
from quintet.loop.terms import IN_USE

pytestmark = pytest.mark.django_db
FORMULA = LeadScoreInLoop()
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def test_the_page_shows_the_curve_and_the_decision(visit):
    """10 % of the naive loss saved, and the sentence of the newest turn."""
    page = visit("executive", "/loop/").content.decode()

    assert 'class="curve-number">10' in page
    assert "Refitting was worth 5" in page
    assert "what was decided in the 3. quarter" in page
    assert "in use: all past" in page


def test_two_versions_stand_side_by_side(visit, turned):
    """What the base rate was before and after."""
    page = visit("marketer", f"/loop/{FORMULA.name}/").content.decode()

    assert "every lead" in page
    assert "200 more showed it, 8 of them came true" in page
    assert page.count("2025Q3") >= 2


def test_a_rep_does_not_see_how_formulas_do(visit):
    """Scores of formulas are for those who decide with them."""
    assert visit("rep", "/loop/").status_code == 403


def test_only_some_may_start_a_turn(visit):
    """A turn costs minutes of the worker."""
    assert visit("marketer", "/loop/turn/", go="1").status_code == 403
    assert visit("operations", "/loop/turn/", go="1").status_code == 302


def test_an_unknown_formula_is_refused(visit):
    """A typed address is explained."""
    answer = visit("executive", "/loop/demand.weather/")

    assert answer.status_code == 400
    assert "demand.lead_score" in answer.content.decode()


def test_before_the_first_turn_the_page_says_what_is_missing(small_company, settings, django_user_model):
    """No picture is drawn of nothing."""
    settings.HOME = small_company.home
    user = django_user_model.objects.create_user("vera@test.test", "executive", "pass")
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(user, backend=BACKEND)

    assert "No period has been scored yet" in browser.get("/loop/").content.decode()


def test_the_files_of_a_turn_are_plain_json(turned):
    """A company owns its scores: any tool reads them."""
    told = json.loads((Turns(turned, FORMULA.name).folder / "2025Q2.json").read_text())

    assert told["clusters"][0]["losses"][IN_USE] == 0.18


def test_a_turn_is_written_down_and_asked_for_once(visit, turned):
    """Who had the history turned stands in the ledger; asking again while it waits changes nothing."""
    from quintet.ledger.models import InboxRow
    from quintet.loop import jobs

    visit("executive", "/loop/turn/", go="1")
    first = jobs.running()
    visit("operations", "/loop/turn/", go="1")

    told = [row for row in InboxRow.objects.all() if "turn.started" in row.source_ref]
    assert first
    assert jobs.running() == first
    assert [row.source_ref for row in told] == [f"turn {first}#turn.started"]


def test_while_it_turns_the_page_says_how_far(visit, turned):
    """Turns that lie on disk are counted against the periods of the history; the button is gone."""
    visit("executive", "/loop/turn/", go="1")

    page = visit("executive", "/loop/").content.decode()

    assert "The worker turns 20" in page
    assert "progress" in page
    assert "Turn what is due" not in page


def test_a_turn_that_is_over_loads_the_page_again(visit):
    """The progress asks by itself, and ends with the page as it is then."""
    assert visit("executive", "/loop/turn/progress/")["HX-Refresh"] == "true"
