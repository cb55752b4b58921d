"""Demand by API and command line: the pages' answers, with the owner's rights."""

import json
import os
import subprocess
import sys

import pytest
from django.test import Client
from django.utils import timezone

from quintet.demand.answers import QUESTIONS, answered
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput

pytestmark = pytest.mark.django_db
BASE = "/api/v1/demand/"


@pytest.fixture
def ask(small_company, settings, django_user_model):
    """Ask as a role: `ask("marketer", "sources?period=all")`."""
    from quintet.site import tokens

    settings.HOME = small_company.home

    def asked(role, address, rep_id=None):
        user = django_user_model.objects.filter(email=f"{role}@api.test").first()
        user = user or django_user_model.objects.create_user(f"{role}@api.test", role, "pass", rep_id=rep_id)
        text = tokens.issue(user, "a script", timezone.now())
        browser = Client(SERVER_NAME="localhost")
        return browser.get(BASE + address, headers={"Authorization": f"Bearer {text}"})

    return asked


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_not_computed_yet_says_so(ask, question):
    """422 with how much is missing and who computes it; experiments are simply none."""
    answer = ask("executive", question)

    if question == "experiments":
        assert answer.json() == []
    else:
        assert answer.status_code == 422
        assert answer.json()["need"] == 1
        assert "computed yet" in answer.json()["message"] or "counted yet" in answer.json()["message"]


@pytest.mark.parametrize("question", [name for name, (perm, _) in QUESTIONS.items() if "channels" in perm])
def test_channels_are_refused_to_reps_as_on_the_page(ask, question):
    """A rep works leads; money and channels are not shown to him."""
    assert ask("rep", question).status_code == 403


def test_reports_are_the_stored_ones(ask, small_company):
    """Once the worker computed them, the API says what the page says."""
    from quintet.demand.actions.reports import renew
    from quintet.demand.asks.reports import Filters
    from quintet.demand.asks.sources import sources

    renew(small_company.facts)
    told = ask("marketer", "sources?period=all").json()["report"]
    shown = sources(small_company.facts, Filters(period="all")).report

    assert told["leads"] == shown.leads > 0
    assert [one["name"] for one in told["groups"]] == [one.name for one in shown.groups]
    assert "referral" in {one["name"] for one in told["groups"]}
    assert ask("marketer", "terms?period=all").status_code == 200
    assert ask("marketer", "content?outcome=won&period=all").status_code == 200
    assert ask("marketer", "terms?period=soon").status_code == 400


def test_a_question_nobody_knows_is_refused(small_company):
    """With the list of those there are."""
    with pytest.raises(BadInput, match="must be one of leads, score"):
        answered(small_company.facts, Scope.everything(), "weather", {})


def test_every_question_is_an_operation(client, ask):
    """What the command line answers, the API answers, and the schema names it."""
    from quintet.site.api import api

    paths = api.get_openapi_schema(path_prefix="/api/v1/")["paths"]

    assert {f"{BASE}{name}" for name in QUESTIONS} <= set(paths)


def test_the_command_prints_the_same_answer(small_company):
    """`quintet demand experiments` prints JSON a script can read."""
    clean = {name: text for name, text in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        [sys.executable, "-m", "quintet.cli.main", "demand", "experiments"],
        env=clean | {"QUINTET_HOME": str(small_company.home.path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []
