"""The attribution and lifetime pages over HTTP: numbers, records behind them, who gets what."""

import html
import re

import pytest

from quintet.demand.actions.credit import members_file, renew, renew_credit
from quintet.demand.asks.attribution import attribution
from quintet.demand.asks.lifetime import value
from quintet.kernel.finding import CausalGrade
from quintet.kernel.home import Home

pytestmark = pytest.mark.django_db
PAGES = ("/demand/attribution/", "/demand/lifetime/")
LINK = re.compile(r'href="(/demand/(?:attribution|lifetime)/records/[^"]*)"[^>]*>([\d,]+)<')


@pytest.fixture(autouse=True)
def _computed(small_company):
    """The worker has computed both."""
    renew(small_company.facts)


@pytest.mark.parametrize(
    "page", [*PAGES, "/demand/attribution/records/?name=referral", "/demand/lifetime/records/"]
)
@pytest.mark.parametrize(
    ("role", "status"),
    [("executive", 200), ("manager", 200), ("marketer", 200), ("rep", 403), ("recruiter", 403)],
)
def test_only_those_who_run_channels_open_them(visit, page, role, status):
    """Reps and recruiters are refused; managers and marketers are not."""
    assert visit(role, page).status_code == status


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_sent_to_sign_in(client, small_company, settings, page):
    """Nobody reads credit without an account."""
    settings.HOME = small_company.home

    assert client.get(page).status_code == 302


@pytest.mark.parametrize(
    "page",
    [
        "/demand/attribution/?level=content&outcome=qualified&period=all",
        "/demand/attribution/?level=campaign&outcome=qualified&period=last6",
        "/demand/lifetime/",
        "/demand/lifetime/?by=rep",
    ],
)
def test_every_number_opens_as_many_leads_as_it_says(visit, page):
    """A count that links to its leads is their number."""
    text = visit("executive", page).content.decode()
    links = [(html.unescape(link), int(shown.replace(",", ""))) for link, shown in LINK.findall(text)]

    assert len(links) >= 6
    for link, shown in links[:8]:
        opened = visit("executive", link)
        assert opened.context["found"].total == len(opened.context["found"].rows) == shown, link


def test_sources_are_counted_as_the_facts_count_them(visit, small_company):
    """Without touches of other sources, first touch gives each source the customers it has."""
    shown = visit("executive", "/demand/attribution/?period=all").context["credits"]
    leads = small_company.facts.arrow(small_company.facts.table("leads")).to_pylist()

    assert shown.converted == sum(bool(one["is_won"]) for one in leads)
    assert shown.leads == len(leads)
    for channel in shown.channels:
        won = sum(bool(one["is_won"]) for one in leads if (one["source"] or "unknown") == channel.name)
        assert channel.converted == channel.credits[0].estimate == won


def test_everything_converted_is_given_away_by_every_rule(small_company):
    """Whatever the level and the rule, credit adds up to the conversions, or to the revenue."""
    report = attribution(small_company.facts).stored
    spoken = [one for one in report.answers if one.channels]

    assert len(spoken) >= 12
    for one in spoken:
        for rule in range(7):
            total = sum(channel.credits[rule].estimate for channel in one.channels)
            assert total == pytest.approx(one.total)


def test_the_page_says_credit_not_cause_and_links_to_experiments(visit):
    """Where rules disagree the page sends the reader to an experiment, and calls nothing caused."""
    text = visit(
        "executive", "/demand/attribution/?level=content&outcome=qualified&period=all"
    ).content.decode()

    assert "Credit, not cause" in text
    assert "went with" in text
    assert "/demand/experiments/new/" in text


def test_a_manager_opens_only_the_own_people(visit, small_company):
    """The count stays the company's; rows are those the manager may see; others' customers are refused."""
    opened = visit(
        "manager", "/demand/attribution/records/?period=all&name=referral", small_company.manager
    ).context["found"]
    assert 0 < len(opened.rows) < opened.total
    assert {row["rep_id"] for row in opened.rows} <= small_company.team | {None, small_company.manager}

    page = visit("manager", "/demand/lifetime/?by=rep", small_company.manager)
    assert {one.rep_id for one in page.context["fit"].reps} <= small_company.team | {small_company.manager}
    mine = {*small_company.team, small_company.manager}
    other = next(one["rep_id"] for one in small_company.reps if one["rep_id"] not in mine)
    refused = visit("manager", f"/demand/lifetime/records/?by=rep&name={other}", small_company.manager)
    assert refused.status_code == 400


def test_a_marketer_sees_no_rep(visit):
    """Marketing gets every lead and no row of a rep."""
    assert visit("marketer", "/demand/lifetime/?by=rep").context["fit"].reps == ()
    opened = visit("marketer", "/demand/attribution/records/?period=all&name=referral")
    assert len(opened.context["found"].rows) == opened.context["found"].total > 0
    assert "rep" not in [name for name, _, _ in opened.context["records"]["columns"]]


@pytest.mark.parametrize("wrong", ["period=last99", "level=term", "outcome=demo"])
def test_what_is_not_offered_is_refused(visit, wrong):
    """The answer names what there is."""
    assert visit("executive", f"/demand/attribution/?{wrong}").status_code == 400


def test_value_is_a_finding(small_company):
    """The lead score asks for a value by source and segment: one with its interval, as association."""
    found = value(small_company.facts, "referral", "small_business")

    assert found.lo < found.estimate < found.hi
    assert found.unit == "USD"
    assert found.grade is CausalGrade.ASSOCIATION


def test_nothing_computed_yet_is_said_with_the_button(as_user, small_company, settings, tmp_path):
    """Before the worker's first run there is no number, but a way to ask; asking twice is one request."""
    from django_tasks_db.models import DBTaskResult

    user = as_user("marketer")
    settings.HOME = Home.at(tmp_path)
    (tmp_path / "ledger").symlink_to(small_company.home.path / "ledger")
    (tmp_path / "facts").symlink_to(small_company.home.path / "facts")

    for page in PAGES:
        assert "Not computed yet" in user.get(page).content.decode()
    assert user.get("/demand/lifetime/records/").status_code == 422
    for _ in range(2):
        answer = user.post("/demand/attribution/renew/", {"page": "lifetime"})
        assert answer["Location"] == "/demand/lifetime/"
    assert DBTaskResult.objects.filter(task_path=renew_credit.module_path).count() == 1


def test_both_are_computed_once_a_version(small_company):
    """Asked again on the same facts, the worker does nothing; one file of records is kept."""
    assert renew(small_company.facts) == "up to date"
    kept = members_file(small_company.home, "demand.attribution", small_company.facts.version)
    assert list(kept.parent.glob("members-*")) == [kept]
