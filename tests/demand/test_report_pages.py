"""The pages on sources, search terms and content over HTTP: numbers, records behind them, who gets what."""

import html
import re

import pytest

from quintet.demand.actions.reports import renew, renew_reports
from quintet.demand.asks.reports import Filters
from quintet.demand.asks.sources import comparison, sources
from quintet.kernel.home import Home

pytestmark = pytest.mark.django_db
PAGES = ("/demand/sources/", "/demand/terms/", "/demand/content/")
LINK = re.compile(r'href="(/demand/reports/records/[^"]*)"[^>]*>([\d,]+)<')


@pytest.fixture(autouse=True)
def _reported(small_company):
    """The worker has computed the reports."""
    renew(small_company.facts)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("role", "status"),
    [("executive", 200), ("manager", 200), ("marketer", 200), ("rep", 403), ("recruiter", 403)],
)
def test_only_those_who_run_channels_open_the_reports(visit, page, role, status):
    """Reps and recruiters are refused; managers and marketers are not."""
    assert visit(role, page).status_code == status


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_sent_to_sign_in(client, small_company, settings, page):
    """Nobody reads a report without an account."""
    settings.HOME = small_company.home

    answer = client.get(page)

    assert answer.status_code == 302
    assert "/login" in answer["Location"]


@pytest.mark.parametrize("page", [*PAGES, "/demand/content/?outcome=won&period=all"])
def test_every_number_opens_as_many_leads_as_it_says(visit, page):
    """A count that links to its leads is their number, whatever kind of count it is."""
    text = visit("executive", page).content.decode()
    links = [(html.unescape(link), int(shown.replace(",", ""))) for link, shown in LINK.findall(text)]
    kinds = {re.sub(r"name=[^&]*", "", link): (link, shown) for link, shown in links}

    assert len(kinds) >= 2
    for link, shown in kinds.values():
        opened = visit("executive", link)
        assert opened.context["found"].total == shown, link
        assert len(opened.context["found"].rows) == shown


def test_the_source_page_counts_what_the_facts_count(visit, small_company):
    """Leads and customers of each source equal a plain count over the same days."""
    report = visit("executive", "/demand/sources/?period=all").context["report"]
    leads = small_company.facts.arrow(small_company.facts.table("leads")).to_pylist()
    dated = [one for one in leads if one["created_at"] is not None]

    for group in (one for one in report.groups if one.kind == "source"):
        mine = [one for one in dated if (one["source"] or "") == group.name]
        assert group.leads == len(mine)
        assert group.won.converted == sum(bool(one["is_won"]) for one in mine)
        soon = [one for one in mine if one["won_at"] and 0 <= (one["won_at"] - one["created_at"]).days < 90]
        assert group.won_soon.converted == len(soon)


def test_filters_change_the_leads(visit):
    """A segment has fewer leads than all; a period that nobody offers is refused with the ones there are."""
    every = visit("executive", "/demand/sources/").context["report"].leads
    one = visit("executive", "/demand/sources/?segment=mid_market").context["report"].leads

    assert 0 < one < every
    refused = visit("executive", "/demand/sources/?period=last99")
    assert refused.status_code == 400
    assert "last12" in refused.content.decode()
    assert visit("executive", "/demand/terms/?segment=nobody").status_code == 400


def test_two_sources_are_compared_both_ways(visit, small_company):
    """Search against e-mail is the negative of e-mail against search, and the page says it in a sentence."""
    report = sources(small_company.facts, Filters()).report
    one = comparison(report, "qualified", "referral", "social")
    other = comparison(report, "qualified", "social", "referral")

    assert one.difference == -other.difference
    assert (one.lo, one.hi) == (-other.hi, -other.lo)
    assert one.p_more == pytest.approx(1 - other.p_more)
    page = visit("executive", "/demand/sources/?one=referral&other=social&rate=qualified").content.decode()
    assert "leads from referral" in page
    assert comparison(report, "qualified", "social", "social") is None


def test_a_manager_opens_only_the_leads_of_the_own_people(visit, small_company):
    """The count stays the company's; the rows are those the manager may see, and the page says so."""
    opened = visit(
        "manager", "/demand/reports/records/?period=all&by=source&name=referral", small_company.manager
    )
    found = opened.context["found"]

    assert 0 < len(found.rows) < found.total
    assert {row["rep_id"] for row in found.rows} <= small_company.team | {None, small_company.manager}
    assert "not yours to see" in opened.content.decode()


def test_a_marketer_opens_every_lead_without_its_rep(visit):
    """Marketing sees which leads it brought, and no rep's name or number."""
    opened = visit("marketer", "/demand/reports/records/?period=all&by=source&name=referral")

    assert len(opened.context["found"].rows) == opened.context["found"].total > 0
    assert "rep" not in [name for name, _, _ in opened.context["records"]["columns"]]


def test_nothing_computed_yet_is_said_with_the_button(as_user, small_company, settings, tmp_path):
    """Before the first run there is no number, but a way to ask for it; asking twice is one request."""
    from django_tasks_db.models import DBTaskResult

    user = as_user("marketer")
    settings.HOME = Home.at(tmp_path)
    (tmp_path / "ledger").symlink_to(small_company.home.path / "ledger")
    (tmp_path / "facts").symlink_to(small_company.home.path / "facts")

    page = user.get("/demand/terms/").content.decode()
    assert "Not computed yet" in page
    for _ in range(2):
        assert user.post("/demand/reports/renew/", {"page": "terms"})["Location"] == "/demand/terms/"
    assert DBTaskResult.objects.filter(task_path=renew_reports.module_path).count() == 1


def test_a_report_is_computed_once_a_version(small_company):
    """Asked again on the same facts, the worker does nothing."""
    assert renew(small_company.facts) == "up to date"
