"""Contests over HTTP and in the ledger: announced, counted, ended; every figure opens; who sees what."""

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from quintet.ledger.models import InboxRow
from quintet.management.actions import contests as actions
from quintet.management.models.contests import Contest
from quintet.management.terms.contests import ContestTerms, Rule
from signed_in import as_user

__all__ = ["as_user"]

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 4, 28, 12, tzinfo=UTC)
FORM = {
    "name": "Connect sprint", "rule": "line", "metric": "connected", "line": "20",
    "start": "2025-10-01", "end": "2025-10-14", "team": "mine", "prize": "Lunch", "country": "us",
}  # fmt: skip


@pytest.fixture
def announced(small_company, settings, db):
    """Announce a contest of the team in May 2025, at the end of April."""
    from quintet.facts.scope import Scope
    from quintet.site.models import User

    settings.HOME = small_company.home
    user = User.objects.create_user("chief@test.test", "executive", "pass")

    def of(rule=Rule.LINE, metric="connected", line=Decimal(5), **more):
        told = {"start": date(2025, 5, 1), "end": date(2025, 5, 31), "zone": "America/New_York"} | more
        terms = ContestTerms(
            rule, metric, told.pop("start"), told.pop("end"), tuple(sorted(small_company.team)), line, **told
        )
        everything = Scope.everything()
        name = f"Contest {Contest.objects.count()}"
        return actions.start(user, everything, name, terms, team="Team 1", today=date(2025, 4, 28), now=NOW)

    return of


def told(kind):
    """What waits for the ledger."""
    rows = InboxRow.objects.order_by("pk").values_list("payload", flat=True)
    return [row for row in rows if row["kind"] == kind]


def test_a_manager_announces_and_ends_one(as_user, small_company):
    """From the empty page to an end with a reason; both are in the ledger, with who and why."""
    manager = as_user("manager", small_company.manager)
    assert "No contest yet" in manager.get("/management/contests/").content.decode()

    sent = manager.post("/management/contests/new/", FORM)
    page = manager.get(sent.headers["Location"]).content.decode()
    assert "It has not begun" in page
    refused = manager.post(f"{sent.headers['Location']}end/", {"reason": " "})
    ended = manager.post(f"{sent.headers['Location']}end/", {"reason": "The list was wrong."})

    assert (sent.status_code, refused.status_code, ended.status_code) == (302, 400, 302)
    one = Contest.objects.get()
    assert set(actions.terms_of(one).rep_ids) == small_company.team
    assert actions.terms_of(one).country == "US"
    assert "The list was wrong." in manager.get(sent.headers["Location"]).content.decode()
    (started,), (over,) = told("contest.started"), told("contest.ended")
    assert json.loads(started["detail"])["terms"]["rule"] == "line"
    assert json.loads(over["detail"])["reason"] == "The list was wrong."
    assert manager.post(f"{sent.headers['Location']}end/", {"reason": "again"}).status_code == 400


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"start": "2025-09-01"}, "starts after 2025-09-30"),
        ({"line": ""}, "needs a line above 0"),
        ({"team": "Team 9"}, "Select a valid choice"),
        ({"country": "xx"}, "no list of public holidays"),
        ({"rule": "team"}, "a quota is set in mrr or amount"),
    ],
)
def test_a_wrong_contest_is_said_kindly(as_user, small_company, changed, said):
    """What was typed stays, with what is wrong; a rule after the fact is refused."""
    answer = as_user("manager", small_company.manager).post("/management/contests/new/", FORM | changed)

    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not Contest.objects.exists()


def test_nobody_sends_reps_of_others_into_a_contest(as_user, small_company, announced):
    """A manager chooses of the own team, and ends no contest of another."""
    other = next(rep["rep_id"] for rep in small_company.reps if rep["role"] == "manager"
                 and rep["rep_id"] != small_company.manager)  # fmt: skip
    stranger = as_user("manager", other)
    one = announced()

    page = stranger.get("/management/contests/new/")

    for _, reps in page.context["form"].teams.values():
        assert not set(reps) & small_company.team
    assert stranger.post(f"/management/contests/{one.pk}/end/", {"reason": "envy"}).status_code == 400
    assert as_user("rep", 5).get("/management/contests/new/").status_code == 403


@pytest.mark.parametrize(
    ("metric", "rule"), [("connected", Rule.LINE), ("attempts", Rule.MOST), ("mrr", Rule.TEAM)]
)
def test_every_figure_opens_the_records_it_counts(as_user, announced, metric, rule):
    """As of a day in the middle: the list behind each figure has as many rows, or sums to it."""
    one = announced(rule, metric, currency="USD" if metric == "mrr" else None)
    chief = as_user("executive")
    page = chief.get(f"/management/contests/{one.pk}/?on=2025-05-20")
    rows = page.context["rows"]
    assert sum(item["row"].value for item in rows) > 0

    for item in rows:
        listed = chief.get(item["href"]).context["records"]["rows"]
        counted = sum(row["mrr"] for row in listed) if metric == "mrr" else len(listed)
        assert counted == item["row"].value


def test_who_takes_part_sees_all_of_it_and_opens_his_own(as_user, small_company, announced):
    """A scoreboard is for those on it; the records behind stay each rep's own."""
    member, other = sorted(small_company.team)[:2]
    stranger = next(
        rep["rep_id"]
        for rep in small_company.reps
        if rep["role"] == "rep" and rep["rep_id"] not in small_company.team
    )
    one = announced()

    own = as_user("rep", member).get(f"/management/contests/{one.pk}/")
    foreign = as_user("rep", stranger).get(f"/management/contests/{one.pk}/")

    assert {item["row"].rep_id for item in own.context["rows"]} == small_company.team
    assert {item["row"].rep_id for item in own.context["rows"] if item["href"]} == {member}
    assert (
        as_user("rep", member).get(f"/management/contests/{one.pk}/records/?rep={other}").status_code == 400
    )
    assert foreign.context["rows"] == []
    assert "effect" not in foreign.context
    assert own.context["found"].standing.sentence in own.content.decode()
    assert own.context["found"].standing.sentence not in foreign.content.decode()


def test_what_behaviour_did_is_shown_with_n_and_interval(as_user, announced):
    """May is over and so are the weeks after it: the page shows three windows and three changes."""
    one = announced()

    page = as_user("executive").get(f"/management/contests/{one.pk}/")

    effect = page.context["effect"]
    assert (effect.before[1], effect.after[0]) == (date(2025, 4, 30), date(2025, 6, 1))
    assert effect.sentence in page.content.decode().replace("&#x27;", "'")
    assert [row["window"] for row in page.context["effect_rows"]][:4] == [
        "usual",
        "before",
        "during",
        "after",
    ]


@pytest.mark.parametrize("role", ["marketer", "recruiter", "interviewer"])
def test_others_read_no_contests(as_user, announced, role):
    """Roles without the permission are refused, on every page."""
    one = announced()
    client = as_user(role)
    for address in ("", "new/", f"{one.pk}/", f"{one.pk}/records/?rep=1"):
        assert client.get(f"/management/contests/{address}").status_code == 403


@pytest.mark.parametrize("query", ["?on=soon", "?on=2025-04-30", "records/?rep=me", "records/?rep=1"])
def test_a_wrong_address_says_what_is_right(as_user, announced, query):
    """A typed address gets the rule, with status 400."""
    answer = as_user("executive").get(f"/management/contests/{announced().pk}/{query}")

    assert answer.status_code == 400
    assert re.search("must|is written|open", answer.content.decode())
