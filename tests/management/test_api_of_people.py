"""Pay, contests and the organisation by API: the pages' figures, to the same people, as the schema says."""

from datetime import UTC, date, datetime
from decimal import Decimal

import jsonschema_rs
import pytest
from django.test import Client
from django.utils import timezone

from paid_month import RULES
from quintet.facts.scope import Scope
from quintet.management.actions import contests
from quintet.management.actions import organisation as observations
from quintet.management.actions import pay as plans
from quintet.management.asks import contests as games
from quintet.management.asks import organisation as organisations
from quintet.management.asks import pay as wages
from quintet.management.terms.contests import ContestTerms, Rule

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 4, 28, 12, tzinfo=UTC)
TODAY = date(2025, 4, 28)
EVERYBODY = Scope.everything()
READS = ("pay", "pay/plans", "contests", "contests/leads", "organisation")


@pytest.fixture
def ask(small_company, settings, django_user_model):
    """Ask as a role, and hold what comes back against the schema."""
    from quintet.site import tokens
    from quintet.site.api import api

    settings.HOME = small_company.home
    schema = dict(api.get_openapi_schema(path_prefix="/api/v1/"))

    def asked(role, what, operation="", rep_id=None, status=200):
        count = django_user_model.objects.count()
        user = django_user_model.objects.create_user(f"{role}{count}@test.test", role, "pass", rep_id=rep_id)
        text = tokens.issue(user, "a script", timezone.now())
        browser = Client(SERVER_NAME="localhost")
        answer = browser.get(f"/api/v1/management/{what}", headers={"Authorization": f"Bearer {text}"})
        assert answer.status_code == status, answer.content
        told = answer.json() if status != 404 else None
        if status == 200:
            path = schema["paths"][f"/api/v1/management/{operation or what.partition('?')[0]}"]
            promised = path["get"]["responses"][200]["content"]["application/json"]["schema"]
            jsonschema_rs.validate(promised | {"components": schema["components"]}, told)
        return told

    return asked


@pytest.fixture
def chief(django_user_model):
    """Who accepts, announces and observes."""
    return django_user_model.objects.create_user("chief@test.test", "executive", "pass")


@pytest.fixture
def plan(chief):
    """A plan in force since January 2025, and a proposal that is not."""
    one = plans.propose(chief, RULES, date(2025, 1, 1), today=date(2024, 12, 1), now=NOW)
    plans.accept(chief, one, today=date(2024, 12, 1), now=NOW)
    plans.propose(chief, RULES, date(2026, 1, 1), today=date(2025, 10, 1), now=NOW, note="for next year")
    return one


@pytest.fixture
def contest(chief, small_company):
    """A line of five connects for the team in May 2025."""
    terms = ContestTerms(
        Rule.LINE, "connected", date(2025, 5, 1), date(2025, 5, 31), tuple(sorted(small_company.team)),
        Decimal(5), zone="America/New_York",
    )  # fmt: skip
    return contests.start(
        chief, EVERYBODY, "Sprint", terms, team="Team 1", prize="Lunch", today=TODAY, now=NOW
    )


def test_a_month_of_pay_is_the_pages(ask, plan, small_company):
    """To the cent, as text; lines add up to what was earned."""
    expected = wages.pay_month(small_company.facts, EVERYBODY, plans.in_force(), "2025-08-31")
    told = ask("executive", "pay?on=2025-08-31")

    assert told["plan"] == plan.version
    assert [one["rep_id"] for one in told["statements"]] == [one.rep_id for one in expected.statements]
    assert Decimal(told["total"]["amount"]) == expected.total.amount
    for one in told["statements"]:
        assert sum(Decimal(line["amount"]) for line in one["lines"]) == Decimal(one["total"]["amount"])


def test_a_rep_gets_the_own_pay_alone_and_a_manager_the_teams(ask, plan, small_company):
    """Nobody's else, also not by the number of a customer."""
    one = min(small_company.team)
    mine = ask("rep", "pay", rep_id=one)["statements"]
    assert [each["rep_id"] for each in mine] == [one]
    led = ask("manager", "pay", rep_id=small_company.manager)["statements"]
    assert {each["rep_id"] for each in led} <= {small_company.manager, *small_company.team}

    month = wages.pay_month(small_company.facts, EVERYBODY, plans.in_force(), "2025-08-31")
    paid = [
        (each.rep_id, line.opportunity_id)
        for each in month.statements
        for line in each.lines
        if line.opportunity_id
    ]
    own = next(deal for rep, deal in paid if rep == one)
    other = next(deal for rep, deal in paid if rep != one)
    operation = "pay/customers/{opportunity_id}"
    assert ask("rep", f"pay/customers/{own}", operation, rep_id=one)["opportunity_id"] == own
    assert "you are paid for" in ask("rep", f"pay/customers/{other}", rep_id=one, status=400)["message"]


def test_proposals_are_for_those_who_judge_them(ask, plan, small_company):
    """A rep reads what is in force; the replay of a proposal is refused to him."""
    assert [one["version"] for one in ask("executive", "pay/plans")] == [2, 1]
    assert [one["version"] for one in ask("rep", "pay/plans", rep_id=min(small_company.team))] == [1]
    ask("rep", "pay/plans/2", status=403)
    ask("executive", "pay/plans/99", status=404)

    told = ask("executive", "pay/plans/2", "pay/plans/{version}")
    assert told["plan"]["note"] == "for next year"
    assert told["before"] == told["after"]  # the same rules
    gains = [Decimal(row["after"]["amount"]) - Decimal(row["before"]["amount"]) for row in told["rows"]]
    assert set(gains) == {0}


def test_a_contest_stands_as_on_its_page_and_opens_its_records(ask, contest, small_company):
    """Who takes part sees every row; a stranger none; each figure counts its records."""
    operation = "contests/{contest_id}"
    expected = games.shown(small_company.facts, EVERYBODY, contest)
    told = ask("executive", f"contests/{contest.pk}", operation)

    assert told["contest"]["sentence"] == expected.standing.sentence
    assert told["effect"]["sentence"] == games.effect(small_company.facts, contest).sentence
    assert [row["rep_id"] for row in told["contest"]["rows"]] == [
        row.rep_id for row in expected.standing.rows
    ]
    one = told["contest"]["rows"][0]
    found = ask("executive", f"contests/{contest.pk}/records?rep={one['rep_id']}", f"{operation}/records")
    assert len(found) == Decimal(one["value"])

    stranger = next(
        rep["rep_id"]
        for rep in small_company.reps
        if rep["role"] == "rep" and rep["rep_id"] not in small_company.team
    )
    hidden = ask("rep", f"contests/{contest.pk}", operation, rep_id=stranger)["contest"]
    assert (hidden["rows"], hidden["winners"], hidden["sentence"]) == ([], [], "")
    assert [each["name"] for each in ask("executive", "contests")] == ["Sprint"]
    ask("executive", "contests/00000000-0000-0000-0000-000000000000", status=404)
    assert (
        "the day must lie" in ask("executive", f"contests/{contest.pk}?on=2020-01-01", status=400)["message"]
    )


def test_the_organisation_is_that_of_the_reader(ask, chief, small_company):
    """Spans and what was seen, of the company or of the own team."""
    rep = min(small_company.team)
    observations.observe(
        chief, EVERYBODY, rep, "mentoring", date(2025, 9, 1), note="Showed Cat how", now=NOW.replace(month=10)
    )
    expected = organisations.organisation(small_company.facts, EVERYBODY)
    told = ask("executive", "organisation")

    assert [one["name"] for one in told["spans"]] == [one.name for one in expected.spans]
    (seen,) = [one for one in told["readiness"] if one["rep_id"] == rep]
    assert seen["seen"][0]["note"] == "Showed Cat how"
    mine = ask("manager", "organisation", rep_id=small_company.manager)
    assert [one["rep_id"] for one in mine["spans"]] == [small_company.manager]
    assert (mine["forecast"], mine["segments"]) == (None, None)


def test_the_lead_of_an_exercise_is_the_pages(ask, small_company):
    """One line a step, with the reason where nobody leads."""
    expected = games.leaders(small_company.facts, EVERYBODY)
    told = ask("executive", "contests/leads")

    assert [(one["step"], one["rep_id"], one["reason"]) for one in told] == [
        (one.step, one.rep_id, one.reason) for one in expected
    ]


@pytest.mark.parametrize("what", READS)
def test_recruiters_are_refused_as_on_the_page(ask, what):
    """The same permission, the same answer."""
    ask("recruiter", what, status=403)


def test_the_organisation_is_not_for_reps(ask, small_company):
    """Nor is its page."""
    ask("rep", "organisation", rep_id=min(small_company.team), status=403)
