"""Forecast and pipeline over HTTP: who sees what, who commits what, and what stays."""

import json
import re
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.utils import timezone

from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.kernel.home import Home
from quintet.ledger.models import InboxRow
from quintet.management.actions.forecast import commit, renew, today_of
from quintet.management.asks import forecast as asks
from quintet.management.asks import pipeline as pipelines
from quintet.management.models.forecast import ForecastCommit
from quintet.management.terms.commits import Said

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NOW = datetime(2025, 10, 1, 9, tzinfo=UTC)
BEFORE = datetime(2025, 8, 1, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def forecast_home(small_company, tmp_path_factory):
    """The small company, with its forecast made."""
    home = Home.at(shutil.copytree(small_company.home.path, tmp_path_factory.mktemp("forecast") / "company"))
    renew(Facts.published(home), now=NOW)
    return home


@pytest.fixture
def facts(forecast_home):
    """Its facts."""
    return Facts.published(forecast_home)


@pytest.fixture
def browse(forecast_home, settings, django_user_model):
    """A browser of somebody: `browse("rep", rep_id=7)`."""
    settings.HOME = forecast_home

    def signed_in(role, rep_id=None):
        count = django_user_model.objects.count()
        user = django_user_model.objects.create_user(f"{role}{count}@test.test", role, "pass", rep_id=rep_id)
        client = Client(SERVER_NAME="localhost")
        client.force_login(user, backend=BACKEND)
        return client

    return signed_in


@pytest.fixture
def person(django_user_model):
    """Somebody with an account and a scope: `person("rep", 7)`."""

    def made(role, rep_id, team=frozenset()):
        count = django_user_model.objects.count()
        user = django_user_model.objects.create_user(f"{role}{count}@test.test", role, "pass", rep_id=rep_id)
        return user, Scope(frozenset({rep_id}) | team, rep_id, role)

    return made


# ---------------------------------------------------------------- who sees what


def test_an_executive_sees_everybody(browse, small_company):
    """The company, every team and every rep, with the way each number comes about."""
    page = browse("executive").get("/management/forecast/").content.decode()

    names = [rep["name"] for rep in small_company.reps if rep["role"] == "rep" and rep["left_on"] is None]
    assert [name for name in names if name not in page] == []
    assert "How it comes about" in page
    assert 'action="/management/forecast/commit/"' not in page  # an executive reads, and does not commit


def test_a_rep_sees_the_own_row_and_the_team_and_nobody_else(browse, small_company):
    """Colleagues' names are not in either page at all."""
    member = min(small_company.team)
    names = {rep["rep_id"]: rep["name"] for rep in small_company.reps}
    client = browse("rep", member)

    for address in ("/management/forecast/", "/management/pipeline/"):
        page = client.get(address).content.decode()
        assert names[member] in page
        assert not [name for rep, name in names.items() if rep != member and f">{name}<" in page]


def test_a_manager_sees_the_own_team_and_no_other(browse, small_company):
    """A rep of another team is no line of the table."""
    client = browse("manager", small_company.manager)
    page = client.get("/management/forecast/").content.decode()
    others = [
        rep["name"]
        for rep in small_company.reps
        if rep["role"] == "rep" and rep["rep_id"] not in small_company.team
    ]
    mine = [rep["name"] for rep in small_company.reps if rep["rep_id"] in small_company.team]

    assert all(name in page for name in mine)
    assert not [name for name in others if f">{name}<" in page]


def test_each_opens_on_what_is_his(facts, small_company):
    """A rep on the own line, a manager on the team's, an executive on everybody's."""
    keys = [one.key for one in asks.forecast(facts, Scope.everything()).running.owners]
    member, manager = min(small_company.team), small_company.manager

    assert asks.opening_key(Scope(frozenset({member}), member, "rep"), keys) == f"rep:{member}"
    assert asks.opening_key(Scope(small_company.team, manager, "manager"), keys) == f"team:{manager}"
    assert asks.opening_key(Scope(None, None, "executive"), keys) == "company"


@pytest.mark.parametrize(
    "address", ["forecast/?of=rep:{}", "pipeline/?of=rep:{}", "pipeline/deals/?of=rep:{}"]
)
def test_a_typed_address_of_a_colleague_is_refused(browse, small_company, address):
    """With a sentence, not with numbers."""
    one, other = sorted(small_company.team)[:2]

    answer = browse("rep", one).get("/management/" + address.format(other))

    assert answer.status_code == 400
    assert "for you to see" in answer.content.decode() or "not yours to see" in answer.content.decode()


@pytest.mark.parametrize("address", ["forecast/", "pipeline/", "pipeline/deals/"])
def test_strangers_and_recruiters_are_kept_out(browse, address):
    """Without an account one is sent to sign in; without the permission one is refused."""
    assert Client(SERVER_NAME="localhost").get(f"/management/{address}").status_code == 302
    assert browse("recruiter").get(f"/management/{address}").status_code == 403


def test_every_link_of_both_pages_opens(browse):
    """Each distinct kind of link answers."""
    client = browse("executive")
    links = set()
    for address in ("/management/forecast/", "/management/pipeline/"):
        page = client.get(address).content.decode()
        links |= {link.replace("&amp;", "&") for link in re.findall(r'href="(/management/[^"]*)"', page)}
    kinds = {re.sub(r"(rep|team)%3A\d+", r"\1", link): link for link in links}

    assert len(kinds) > 8
    for link in kinds.values():
        assert client.get(link).status_code == 200, link


def test_pages_say_what_is_missing_before_the_first_forecast(browse, settings, small_company):
    """No numbers, and no error."""
    settings.HOME = small_company.home
    client = browse("executive")
    settings.HOME = small_company.home

    for address in ("/management/forecast/", "/management/pipeline/"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "No forecast was made yet" in answer.content.decode()


# ---------------------------------------------------------------- numbers


def test_open_deals_add_up_to_the_pipeline(facts):
    """The list behind a number is the number."""
    view = pipelines.coverage(facts, Scope.everything())

    for row in view.rows:
        deals = pipelines.open_deals(facts, Scope.everything(), row.key)
        assert len(deals) == row.deals
        assert sum(one["worth"] for one in deals) == pytest.approx(row.pipeline, rel=1e-5)


def test_a_rep_opens_only_the_own_deals_behind_the_teams_number(facts, small_company):
    """The sum is of the team; the names of colleagues' deals are not the rep's to read."""
    member = min(small_company.team)
    scope = Scope(frozenset({member}), member, "rep")

    deals = pipelines.open_deals(facts, scope, f"team:{small_company.manager}")

    assert {one["rep_id"] for one in deals} == {member}


def test_what_is_signed_is_a_plain_count(facts):
    """The curve of a period ends in the sum of what was won in it; one rep's in the rep's."""
    running = asks.forecast(facts, Scope.everything(), "quarter").running
    past = replace(running, start=date(2025, 7, 1), day=date(2025, 9, 16))
    rows = facts.arrow(facts.table("opportunities")).to_pylist()
    won = [one for one in rows if one["is_won"] and date(2025, 7, 1) <= one["closed_at"].date() < past.day]
    rep = won[0]["rep_id"]

    everybody, mine = (asks.signed_by_day(facts, reps, past, "mrr") for reps in ((), (rep,)))

    assert everybody[-1] == (date(2025, 9, 15), pytest.approx(sum(one["mrr"] for one in won)))
    assert mine[-1][1] == pytest.approx(sum(one["mrr"] for one in won if one["rep_id"] == rep))


def test_renewing_twice_does_it_once(facts):
    """The worker asks every hour."""
    assert renew(facts, now=NOW) == "up to date"


# ---------------------------------------------------------------- commits


def test_a_commit_stays_beside_a_later_one_and_both_go_to_the_ledger(facts, person, small_company):
    """History is never overwritten; the forecast of the day is kept with each."""
    member = min(small_company.team)
    user, scope = person("rep", member)
    for at, amount in enumerate((900, 1100)):
        commit(facts, scope, Said("2025Q4", amount), by=user, now=NOW.replace(minute=at))

    told = asks.commits(facts, scope, NOW)

    assert [one.said.amount for one in told.said] == [1100, 900]
    assert all(len(one.fitted) > 20 for one in told.said)
    rows = [row.payload for row in InboxRow.objects.filter(payload__kind="forecast.committed")]
    assert sorted(float(row["amount"]) for row in rows) == [900, 1100]
    assert {row["content"] for row in rows} == {"2025Q4"}
    assert json.loads(rows[0]["detail"])["is_team"] is False


def test_the_forecast_kept_is_that_of_the_same_deals(facts, person, small_company):
    """A manager's commit for the team lies beside the team's forecast."""
    user, scope = person("manager", small_company.manager, small_company.team)
    one = commit(facts, scope, Said("2025-10", 5000, is_team=True), by=user, now=NOW)
    owner = asks.forecast(facts, Scope.everything(), "month").owner(f"team:{small_company.manager}")

    assert tuple(one.fitted) == owner.ahead[0].spread.quantiles
    assert set(one.rep_ids) == small_company.team


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        (Said("2025Q3", 10), "period that is over"),
        (Said("2025-09", 10), "period that is over"),
        (Said("2027Q1", 10), "more than a year ahead"),
        (Said("FY2025", 10), "month or a quarter"),
        (Said("soon", 10), "is written"),
        (Said("2025Q4", -1), "0 or more"),
        (Said("2025Q4", 10, low=11, high=12), "within its range"),
        (Said("2025Q4", 10, low=9), "both ends"),
        (Said("2025Q4", 10, is_team=True), "only a manager"),
    ],
)
def test_a_commit_that_breaks_a_rule_is_refused(facts, person, small_company, said, rule):
    """Nothing is kept of it."""
    user, scope = person("rep", min(small_company.team))

    with pytest.raises(BadInput, match=rule):
        commit(facts, scope, said, by=user, now=NOW)

    assert not ForecastCommit.objects.exists()
    assert not InboxRow.objects.exists()


def test_an_account_without_a_rep_cannot_commit(facts, django_user_model):
    """An executive reads."""
    user = django_user_model.objects.create_user("e@test.test", "executive", "pass")

    with pytest.raises(BadInput, match="not tied to a rep"):
        commit(facts, Scope(None, None, "executive"), Said("2025Q4", 10), by=user, now=NOW)


def test_a_commit_of_a_period_that_is_over_is_scored(facts, person, small_company):
    """Said in August, judged in October: the miss is against a plain sum of what was signed."""
    member = min(small_company.team)
    user, scope = person("rep", member)
    commit(facts, scope, Said("2025-08", 1000), by=user, now=BEFORE)

    told = asks.commits(facts, scope, NOW)

    rows = facts.arrow(facts.table("customers")).to_pylist()
    mine = facts.arrow(facts.table("opportunities")).to_pylist()
    month = [one for one in mine if one["is_won"] and one["rep_id"] == member]
    came = sum(one["mrr"] or 0 for one in month if one["closed_at"].strftime("%Y-%m") == "2025-08")
    assert rows
    assert told.judged[0].happened == pytest.approx(came)
    assert told.judged[0].miss == pytest.approx(abs(1000 - came))
    assert told.biases[0].share is None  # one period tells nothing


def test_commits_of_others_are_seen_by_scope(facts, person, small_company):
    """The rep sees the own, the manager the team's, a stranger none."""
    one, other = sorted(small_company.team)[:2]
    for rep in (one, other):
        user, scope = person("rep", rep)
        commit(facts, scope, Said("2025Q4", 100), by=user, now=NOW)
    _, manager = person("manager", small_company.manager, small_company.team)

    def seen(scope):
        return {told.rep_id for told in asks.commits(facts, scope, NOW).said}

    assert seen(Scope(frozenset({one}), one, "rep")) == {one}
    promising = {rep["rep_id"] for rep in small_company.reps if rep["role"] == "manager"}  # in the ledger
    assert seen(manager) - promising == {one, other}
    assert seen(Scope()) == set()
    assert seen(Scope.everything()) - promising == {one, other}


def test_a_rep_commits_on_the_page_for_himself_and_not_for_a_team(browse, small_company):
    """The form offers what one speaks for; a forged field is refused."""
    client = browse("rep", min(small_company.team))
    form = {
        "period": "2025Q4",
        "whose": "own",
        "amount": "1200",
        "low": "900",
        "high": "1500",
        "note": "two deals",
    }

    done = client.post("/management/forecast/commit/", form)
    forged = client.post("/management/forecast/commit/", form | {"whose": "team"})
    page = client.get("/management/forecast/").content.decode()

    assert done.status_code == 302
    assert forged.status_code == 400
    assert ForecastCommit.objects.get().low == 900
    assert "two deals" in page


def test_a_range_that_does_not_hold_the_figure_is_said_on_the_page(browse, small_company):
    """With the value and the rule."""
    client = browse("rep", min(small_company.team))
    form = {"period": "2025Q4", "whose": "own", "amount": "1200", "low": "1300", "high": "1500"}

    answer = client.post("/management/forecast/commit/", form)

    assert answer.status_code == 400
    assert "must lie within its range, got 1200" in answer.content.decode()


@pytest.mark.parametrize("role", ["executive", "auditor", "marketer"])
def test_who_speaks_for_no_deals_cannot_post(browse, role):
    """Permission, not a missing button, keeps them out."""
    form = {"period": "2025Q4", "whose": "own", "amount": "1"}

    assert browse(role).post("/management/forecast/commit/", form).status_code == 403


def test_the_companys_day_follows_its_data(facts):
    """A history of last year is committed to as of its own last day."""
    assert today_of(facts, timezone.now()).isoformat() == "2025-10-01"


def test_without_a_forecast_it_is_said_which_data_is_missing(home):
    """The API's 422."""
    with pytest.raises(NotEnoughData):
        asks.forecast(Facts.published(home), Scope.everything())


def test_the_api_tells_the_same_and_no_more(forecast_home, settings, django_user_model, small_company):
    """A rep's script gets everybody's sum, the team's and the own row."""
    from quintet.site import tokens

    settings.HOME = forecast_home
    member = min(small_company.team)
    user = django_user_model.objects.create_user("script@test.test", "rep", "pass", rep_id=member)
    head = {"Authorization": f"Bearer {tokens.issue(user, 'a script', timezone.now())}"}
    client = Client(SERVER_NAME="localhost")
    told = client.get("/api/v1/management/forecast?by=month", headers=head).json()
    rows = client.get("/api/v1/management/pipeline", headers=head).json()["rows"]
    keys = {"company", f"team:{small_company.manager}", f"rep:{member}"}

    assert {owner["key"] for owner in told["owners"]} == keys
    assert {row["key"] for row in rows} == keys
    assert client.get("/api/v1/management/commits", headers=head).json()["said"] == []


def test_the_list_of_what_is_signed_is_that_of_the_number(facts):
    """Nothing on the first day of a quarter; and only what one may see."""
    assert asks.signed_deals(facts, Scope.everything(), "company", "quarter") == []
    with pytest.raises(BadInput):
        asks.signed_deals(facts, Scope(frozenset({1}), 1, "rep"), "rep:2")
