"""The funnel by API says what the page says, and no more."""

import pytest
from django.test import Client
from django.utils import timezone

from quintet.facts.scope import Scope
from quintet.management.asks import funnel as asks

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(small_company, settings, django_user_model):
    """Ask the funnel as a role."""
    from quintet.site import tokens

    settings.HOME = small_company.home

    def asked(role, rep_id=None, query="", what="funnel"):
        user = django_user_model.objects.create_user(f"{role}@test.test", role, "pass", rep_id=rep_id)
        text = tokens.issue(user, "a script", timezone.now())
        browser = Client(SERVER_NAME="localhost")
        return browser.get(f"/api/v1/management/{what}{query}", headers={"Authorization": f"Bearer {text}"})

    return asked


def test_the_executive_gets_every_rep(ask, small_company):
    """The same counts as the page asks for."""
    facts, scope = small_company.facts, Scope.everything()
    expected = asks.funnel(facts, scope, asks.question(facts, scope, asks.Filters()))
    told = ask("executive").json()

    assert [rep["name"] for rep in told["reps"]] == [rep.name for rep in expected.reps]
    assert told["reps"][0]["counts"][0]["leads"] == expected.reps[0].counts[0].leads


def test_a_rep_gets_the_own_row_alone(ask, small_company):
    """Scripts see what their owner sees."""
    member = min(small_company.team)

    assert [rep["rep_id"] for rep in ask("rep", member).json()["reps"]] == [member]


def test_a_wrong_question_is_explained(ask):
    """400, with the value and the next step, as JSON."""
    answer = ask("executive", query="?period=soon")

    assert answer.status_code == 400
    assert "soon" in answer.json()["message"]


def test_coaching_and_targets_are_those_of_the_owner(ask, small_company):
    """A rep gets himself alone; a recruiter nothing; the month is the page's."""
    from quintet.management.asks import targets as months

    rep = min(small_company.team)
    told = ask("rep", rep_id=rep, what="coaching").json()
    assert [one["rep_id"] for one in told["proposals"]] == [rep]
    assert told["plans"] == []
    month = ask("executive", what="targets").json()["month"]
    expected = months.month(small_company.facts, Scope.everything())
    assert month["money"]["signed"] == pytest.approx(expected.money.signed)
    assert len(month["reps"]) == len(expected.reps)
    assert ask("recruiter", what="targets").status_code == 403
