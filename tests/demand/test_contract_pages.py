"""The contract over HTTP and in the ledger: agreed, counted, leads sent back; and who may do what."""

import json
import re
from datetime import UTC, date, datetime

import pytest

from quintet.demand.actions import contract as actions
from quintet.demand.actions.contract_count import count_when_stale
from quintet.demand.metrics.contract_store import counted_file
from quintet.demand.models.contract import Contract
from quintet.demand.terms.contract import Clauses
from quintet.kernel.errors import BadInput
from quintet.ledger.models import InboxRow

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY = date(2025, 9, 30)
RULE = "points >= 1\nsegment in {small business, mid market}"
DUTIES = Clauses(RULE, 300.0, zone="America/New_York", country="US")
FORM = {
    "side": "marketing", "valid_from": "2025-07-01", "rule": DUTIES.rule, "points_per_month": "300",
    "first_attempt_hours": "4", "attempts": "6", "within_days": "10", "reasons": "no need\ntoo small",
    "zone": "America/New_York", "mon": "09:00-17:00", "tue": "09:00-17:00", "country": "us", "note": "first",
}  # fmt: skip


@pytest.fixture
def people(as_user):
    """One person of each role that matters."""
    from quintet.site.models import User

    return {
        role: User.objects.create_user(f"{role}@people.test", role, "pass")
        for role in ("marketer", "manager", "executive", "operations")
    }


@pytest.fixture
def agreed(people, small_company):
    """A contract both sides accepted, counted on the small company."""
    one = actions.propose(people["marketer"], "marketing", DUTIES, date(2025, 7, 1), today=TODAY, now=NOW)
    actions.accept(people["marketer"], one, "marketing", today=TODAY, now=NOW)
    actions.accept(people["manager"], one, "sales", today=TODAY, now=NOW)
    counted_file(small_company.home).unlink(missing_ok=True)
    count_when_stale()
    yield one
    counted_file(small_company.home).unlink(missing_ok=True)


def told(kind):
    """What waits for the ledger."""
    rows = InboxRow.objects.order_by("pk").values_list("payload", flat=True)
    return [row for row in rows if row["kind"] == kind]


# ---------------------------------------------------------------- agreeing


def test_a_version_holds_once_both_sides_accepted_it(people):
    """One yes is not enough; each yes has a name and an instant, as a record and in the ledger."""
    one = actions.propose(people["marketer"], "marketing", DUTIES, date(2025, 7, 1), today=TODAY, now=NOW)
    actions.accept(people["marketer"], one, "marketing", today=TODAY, now=NOW)
    assert actions.in_force() == ()

    actions.accept(people["executive"], one, "sales", today=TODAY, now=NOW)

    (held,) = actions.in_force()
    assert (held.version, held.valid_from, held.clauses) == (1, date(2025, 7, 1), DUTIES)
    assert [(yes.side, yes.accepted_by) for yes in one.acceptances.all()] == [
        ("marketing", people["marketer"]),
        ("sales", people["executive"]),
    ]
    (proposed,) = told("contract.proposed")
    assert json.loads(proposed["detail"])["clauses"]["rule"] == DUTIES.rule
    assert [(row["content"], row["outcome"]) for row in told("contract.accepted")] == [
        ("1", "marketing"),
        ("1", "sales"),
    ]


@pytest.mark.parametrize(
    ("role", "side"), [("marketer", "sales"), ("manager", "marketing"), ("operations", "sales")]
)
def test_nobody_accepts_for_the_other_side(people, role, side):
    """A marketer speaks for marketing, a manager for sales, operations for neither."""
    one = actions.propose(people["executive"], "sales", DUTIES, date(2025, 7, 1), today=TODAY, now=NOW)

    with pytest.raises(BadInput, match=f"not for {side}"):
        actions.accept(people[role], one, side, today=TODAY, now=NOW)

    assert not one.acceptances.exists()
    assert told("contract.accepted") == []


def test_a_version_is_never_edited_nor_accepted_twice(people):
    """A change is a new version."""
    one = actions.propose(people["executive"], "sales", DUTIES, date(2025, 7, 1), today=TODAY, now=NOW)
    one.note = "another"
    with pytest.raises(TypeError, match="never edited"):
        one.save()
    actions.accept(people["executive"], one, "sales", today=TODAY, now=NOW)

    with pytest.raises(BadInput, match="already"):
        actions.accept(people["executive"], one, "sales", today=TODAY, now=NOW)


def test_a_new_version_changes_nothing_that_was_counted(people, agreed):
    """It must begin after the newest day of the data; an older proposal is overtaken by a newer yes."""
    chief = people["executive"]
    with pytest.raises(BadInput, match="after 2025-09-30"):
        actions.propose(chief, "sales", DUTIES, date(2025, 9, 30), today=TODAY, now=NOW)
    second, third = (
        actions.propose(chief, "sales", DUTIES, date(2025, 10, day), today=TODAY, now=NOW) for day in (1, 5)
    )
    actions.accept(chief, third, "sales", today=TODAY, now=NOW)

    with pytest.raises(BadInput, match="older than one that was accepted"):
        actions.accept(chief, second, "sales", today=TODAY, now=NOW)


# ---------------------------------------------------------------- pages


def test_a_proposal_is_typed_accepted_and_counted(as_user, small_company):
    """The whole way over the pages: empty, proposed, accepted by both, counted by the worker, shown."""
    counted_file(small_company.home).unlink(missing_ok=True)
    marketer, manager = as_user("marketer"), as_user("manager", small_company.manager)
    assert "No contract yet" in marketer.get("/demand/contract/").content.decode()

    assert marketer.post("/demand/contract/propose/", FORM).status_code == 302
    page = manager.get("/demand/contract/").content.decode()
    assert "Accept version 1 for sales" in page
    assert "Accept version 1 for marketing" not in page
    assert marketer.post("/demand/contract/1/accept/", {"side": "marketing"}).status_code == 302
    assert manager.post("/demand/contract/1/accept/", {"side": "sales"}).status_code == 302
    assert "not counted yet" in manager.get("/demand/contract/").content.decode()
    assert "hand-overs counted" in count_when_stale()
    assert count_when_stale() == "up to date"

    shown = manager.get("/demand/contract/?on=2025-08-14")
    found = shown.context["found"]
    assert found.counts.delivered > 0
    assert found.sentence in shown.content.decode().replace("&#x27;", "'")
    assert found.version.clauses.country == "US"
    counted_file(small_company.home).unlink()


def test_a_marketer_may_not_accept_for_sales(as_user, people):
    """The page refuses with 403, and nothing is kept."""
    actions.propose(people["executive"], "sales", DUTIES, date(2025, 7, 1), today=TODAY, now=NOW)

    assert as_user("marketer").post("/demand/contract/1/accept/", {"side": "sales"}).status_code == 403
    assert as_user("rep", 5).post("/demand/contract/1/accept/", {"side": "sales"}).status_code == 403
    assert not Contract.objects.get(version=1).acceptances.exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"rule": "points at least 3"}, "it is no condition"),
        ({"zone": "New York"}, "IANA name"),
        ({"mon": "nine to five"}, "a shift is written"),
        ({"days_off": "24.12."}, "a day off is written"),
        ({"attempts": "99"}, "attempts must lie in 1..50"),
        ({"country": "XX"}, "no list of public holidays"),
        ({"mon": "09:00-09:30", "tue": "", "first_attempt_hours": "100"}, "take more than 300 days"),
        ({"reasons": " "}, "This field is required"),
        ({"side": "sales"}, "Select a valid choice"),
    ],
)
def test_a_wrong_proposal_is_said_kindly(as_user, changed, said):
    """What was typed stays, with what is wrong and how it is written."""
    answer = as_user("marketer").post("/demand/contract/propose/", FORM | changed)

    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not Contract.objects.exists()


def test_a_rule_that_names_what_no_lead_has_is_refused(as_user, agreed):
    """Once something is counted, the fields are known."""
    wrong = FORM | {"rule": "segmnt = mid market", "valid_from": "2025-10-05"}

    answer = as_user("marketer").post("/demand/contract/propose/", wrong)

    assert "did you mean &#x27;segment&#x27;" in answer.content.decode()


def test_every_number_opens_as_many_leads(as_user, agreed):
    """Each link of the page lists what its number says."""
    client = as_user("executive")
    shown = client.get("/demand/contract/?on=2025-08-14")
    found = shown.context["found"]
    page = shown.content.decode()
    links = {
        link.replace("&amp;", "&") for link in re.findall(r'href="(/demand/contract/records/[^"]*)"', page)
    }

    assert {name for name in found.counts.counts if any(f"what={name}&" in link for link in links)} == set(
        found.counts.counts
    )
    for name, count in found.counts.counts.items():
        listed = client.get(f"/demand/contract/records/?what={name}&on=2025-08-14").context["records"]
        assert len(listed["rows"]) == count, name
    day = next(one for one in found.counts.days if one.late)
    listed = client.get(f"/demand/contract/records/?what=late&on=2025-08-14&day={day.day}").context["records"]
    assert len(listed["rows"]) == day.late


def test_the_lists_show_each_reader_their_own(as_user, agreed, small_company):
    """A rep sees the own leads, a marketer every lead but no rep, a manager the team's."""
    address = "/demand/contract/records/?what=handed&on=2025-08-14"
    member = min(small_company.team)
    names = {one["rep_id"]: one["name"] for one in small_company.reps}

    everything = as_user("executive").get(address).context["records"]["rows"]
    own = as_user("rep", member).get(address).context["records"]["rows"]
    team = as_user("manager", small_company.manager).get(address).context["records"]["rows"]
    marketing = as_user("marketer").get(address)

    assert {row["rep"] for row in own} == {names[member]}
    assert len(own) < len(team) < len(everything) == len(marketing.context["records"]["rows"])
    shown = marketing.context["records"]
    assert {(row["rep"], row["rep_id"]) for row in shown["rows"]} == {(None, 0)}
    assert "rep" not in {name for name, _, _ in shown["columns"]}


@pytest.mark.parametrize("role", ["recruiter", "interviewer", "enablement"])
def test_others_do_not_read_the_contract(visit, role):
    """Roles without the permission are refused, on every page."""
    for address in ("", "records/?what=late", "propose/", "reject/1/"):
        assert visit(role, f"/demand/contract/{address}").status_code == 403


@pytest.mark.parametrize(
    "query", ["?on=soon", "?on=2024-01-01", "records/?what=lunch", "records/?what=late&day=x", "?quota=much"]
)
def test_a_wrong_address_says_what_is_right(visit, agreed, query):
    """A typed address gets the rule, with status 400."""
    answer = visit("executive", f"/demand/contract/{query}")

    assert answer.status_code == 400
    assert re.search("must|is written", answer.content.decode())


# ---------------------------------------------------------------- sending back


def test_a_rep_sends_an_own_lead_back(as_user, agreed, small_company):
    """With a reason of the contract; the row waits for the ledger; a colleague's lead is not found."""
    member, other = sorted(small_company.team)[:2]
    leads = small_company.facts.table("leads")
    own, foreign = (
        small_company.facts.arrow(leads.filter(leads.rep_id == rep).select("lead_id").limit(1))["lead_id"][
            0
        ].as_py()
        for rep in (member, other)
    )
    client = as_user("rep", member)
    assert "Send it back" in client.get(f"/demand/contract/reject/{own}/").content.decode()

    wrong = client.post(f"/demand/contract/reject/{own}/", {"reason": "I do not like it"})
    sent = client.post(f"/demand/contract/reject/{own}/", {"reason": "no need"})
    again = client.post(f"/demand/contract/reject/{own}/", {"reason": "no need"})

    assert (wrong.status_code, sent.status_code, again.status_code) == (400, 302, 302)
    (row,) = told("lead.rejected")
    assert (row["lead_id"], row["rep_id"], row["content"]) == (own, member, "no need")
    assert client.post(f"/demand/contract/reject/{foreign}/", {"reason": "no need"}).status_code == 404
    assert (
        as_user("marketer").post(f"/demand/contract/reject/{own}/", {"reason": "no need"}).status_code == 403
    )


def test_the_page_takes_no_time(as_user, agreed, settings):
    """Its data, in processor time, once the worker has counted."""
    import time

    client = as_user("executive")
    client.get("/demand/contract/?on=2025-08-13")
    began = time.process_time()

    client.get("/demand/contract/?on=2025-08-14")

    assert time.process_time() - began < 0.3
