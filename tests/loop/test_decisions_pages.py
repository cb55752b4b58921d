"""The decision log's pages and API: who sees what, who decides, and what is asked of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from advice import advice
from quintet.ledger import inbox, mover
from quintet.ledger.recommendations import as_row
from quintet.loop.actions.decisions import decide, pick_up
from quintet.loop.models.decisions import Recommendation

pytestmark = pytest.mark.django_db(transaction=True)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
MADE = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture
def company(small_company, settings, tmp_path):
    """The small company's facts, with a ledger of this test's own."""
    from quintet.kernel.home import Home

    settings.HOME = Home.at(tmp_path)
    (tmp_path / "facts").symlink_to(small_company.home.facts)
    return small_company


@pytest.fixture
def log(company, settings):
    """Advice about nobody, about a rep of the manager's team, about a rep of another, about a candidate."""
    strange = next(rep["rep_id"] for rep in company.reps if rep["rep_id"] not in company.team)
    team = min(company.team)
    told = (
        advice(),
        advice(key="a", topic="coaching plan", sentence="Coach Ann on discovery.", rep_id=team),
        advice(key="b", topic="coaching plan", sentence="Coach Bob on demos.", rep_id=strange),
        advice(key="c", topic="hire", sentence="Hire Cleo.", candidate_id=5),
    )
    inbox.offer([as_row(one, MADE) for one in told])
    mover.move(settings.HOME)
    pick_up(settings.HOME)
    return company


@pytest.fixture
def visit(django_user_model):
    """Open a page, or send a form, as a role."""

    def opened(role, address, rep_id=None, **more):
        email = f"{role}{rep_id or ''}@test.test"
        user = django_user_model.objects.filter(email=email).first()
        user = user or django_user_model.objects.create_user(email, role, "pass", rep_id=rep_id)
        browser = Client(SERVER_NAME="localhost")
        browser.force_login(user, backend=BACKEND)
        return browser.post(address, more) if more else browser.get(address)

    return opened


def _of(key):
    return Recommendation.objects.get(key=key)


def _address(key, what=""):
    return f"/loop/decisions/{_of(key).pk}/{what}"


def test_advice_about_a_person_is_for_those_who_see_the_person(log, visit):
    """Everybody sees the threshold; a manager the own team; only who knows candidates the hire."""
    roles = ("executive", "operations", "manager", "marketer")
    seen = {
        role: [name in visit(role, "/loop/decisions/", rep_id).content.decode() for name in names]
        for names in [("40 points", "Coach Ann", "Coach Bob", "Hire Cleo")]
        for role, rep_id in [(one, log.manager if one == "manager" else None) for one in roles]
    }

    assert seen == {
        "executive": [True, True, True, True],
        "operations": [True, True, True, False],
        "manager": [True, True, False, False],
        "marketer": [True, False, False, False],
    }
    assert visit("marketer", _address("a")).status_code == 404
    assert visit("marketer", _address("a", "decide/"), decision="accepted").status_code == 404
    assert visit("rep", "/loop/decisions/").status_code == 403


def test_a_role_that_only_reads_does_not_decide(log, visit):
    """An auditor sees the advice and no form; sent all the same, it is refused."""
    assert "Write it down" not in visit("auditor", _address("threshold 40")).content.decode()
    assert visit("auditor", _address("threshold 40", "decide/"), decision="accepted").status_code == 403
    assert "Write it down" in visit("marketer", _address("threshold 40")).content.decode()


def test_refusing_asks_for_the_reason_and_shows_it(log, visit):
    """Without: the form comes back with the question. With: it stands in the log."""
    where = _address("threshold 40", "decide/")
    again = visit("marketer", where, decision="refused", reason="")

    assert again.status_code == 400
    assert "Say why" in again.content.decode()
    assert _of("threshold 40").state == "open"
    assert visit("marketer", where, decision="refused", reason="No hands in March.").status_code == 302
    page = visit("executive", _address("threshold 40")).content.decode()
    assert "No hands in March." in page
    assert "marketer@test.test" in page
    assert visit("executive", where, decision="accepted").status_code == 400


def test_filters_narrow_the_list(log, visit):
    """By state and by formula; a state nobody knows is explained."""
    visit("executive", _address("threshold 40", "decide/"), decision="accepted")

    assert "Coach Ann" not in visit("executive", "/loop/decisions/?state=accepted").content.decode()
    assert "40 points" in visit("executive", "/loop/decisions/?state=accepted").content.decode()
    assert "No advice here" in visit("executive", "/loop/decisions/?formula=weather").content.decode()
    assert visit("executive", "/loop/decisions/?state=lost").status_code == 400


def test_what_followed_is_typed_in_with_its_evidence(log, visit, django_user_model):
    """Only when its time has come; an interval that does not hold the number is refused in words."""
    by = django_user_model.objects.create_user("vera@test.test", "executive", "pass")
    one, where = _of("threshold 40"), _address("threshold 40", "follow/")
    told = {"estimate": "2", "lo": "1", "hi": "3", "n": "200", "note": "demos of March"}
    decide(one, "accepted", "", by=by, now=timezone.now())
    early = visit("marketer", where, **told)
    assert early.status_code == 400
    assert "or later" in early.content.decode()

    Recommendation.objects.update(decided_at=timezone.now() - timedelta(days=31))
    assert (
        "got [3.0, 2.0, 4.0]" in visit("marketer", where, **(told | {"lo": "3", "hi": "4"})).content.decode()
    )
    assert visit("marketer", where, **told).status_code == 302
    assert "demos of March" in visit("marketer", _address("threshold 40")).content.decode()


def test_the_adviser_is_silent_below_ten_and_then_speaks(company, visit, settings, django_user_model):
    """Nine decided: one is missing. Ten decided, seven accepted: 70 %."""
    by = django_user_model.objects.create_user("vera@test.test", "executive", "pass")
    usual = advice()
    inbox.offer([as_row(replace(usual, key=f"key {at}"), MADE) for at in range(10)])
    mover.move(settings.HOME)
    pick_up(settings.HOME)
    told = list(Recommendation.objects.order_by("key"))
    for one in told[:9]:
        decide(one, "accepted" if one.key < "key 7" else "refused", "why", by=by, now=MADE)
    page = visit("executive", "/loop/decisions/").content.decode()
    assert "Share accepted" in page
    assert "70" not in page.partition("Share accepted")[2][:600]

    decide(told[9], "refused", "why", by=by, now=MADE)
    page = visit("executive", "/loop/decisions/").content.decode()
    assert "70" in page.partition("Share accepted as advised")[2][:600]


@pytest.fixture
def ask(django_user_model):
    """Ask the API as a role."""
    from quintet.site import tokens

    def asked(role, address):
        user = django_user_model.objects.filter(email=f"{role}@api.test").first()
        user = user or django_user_model.objects.create_user(f"{role}@api.test", role, "pass")
        headers = {"Authorization": f"Bearer {tokens.issue(user, 'a script', timezone.now())}"}
        return Client(SERVER_NAME="localhost").get(f"/api/v1/loop/{address}", headers=headers)

    return asked


def test_the_api_tells_what_the_pages_tell(log, ask):
    """The same advice, with the owner's rights."""
    told = ask("marketer", "decisions").json()

    assert [one["sentence"] for one in told] == ["Work leads from 40 points on."]
    assert told[0]["evidence"]["lo"] == 1.0
    assert ask("marketer", f"decisions/{told[0]['id']}").json()["state"] == "open"
    assert ask("marketer", f"decisions/{_of('a').pk}").status_code == 404
    assert len(ask("executive", "decisions?state=open").json()) == 4
    assert ask("executive", "decisions?state=lost").status_code == 400
    assert [one["share"]["missing"] for one in ask("marketer", "advisers").json()] == [10]
    assert ask("rep", "decisions").status_code == 403


def test_the_api_tells_curves_turns_versions_and_changes(small_company, settings, tmp_path, ask):
    """Of stored turns: what was in use, what was fitted, and nothing changed between a version and itself."""
    from stored_turns import stored_turns

    settings.HOME = stored_turns(small_company.home, tmp_path)
    where = "formulas/demand.lead_score"
    versions = ask("marketer", f"{where}/versions").json()

    told = {one["name"]: one for one in ask("marketer", "formulas").json()}
    assert told["demand.lead_score"]["in_use"] == "all past"
    assert len(ask("marketer", where).json()["curve"]["points"]) == 2
    assert [one["period"] for one in ask("marketer", f"{where}/turns").json()] == [
        "2025Q1",
        "2025Q2",
        "2025Q3",
    ]
    assert [one["period"] for one in versions] == ["2025Q3", "2025Q2", "2025Q1"]
    old, new = versions[-1]["version"], versions[0]["version"]
    changed = ask("marketer", f"{where}/changes?before={old}&after={new}").json()
    assert changed[0]["more"] == 200
    assert ask("marketer", "formulas/demand.weather").status_code == 400
    assert ask("rep", "formulas").status_code == 403
