"""Pay over HTTP and in the ledger: a plan proposed, replayed, accepted; statements, and who sees whose."""

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from paid_month import RULES
from quintet.kernel.errors import BadInput
from quintet.ledger.models import InboxRow
from quintet.management.actions import pay as actions
from quintet.management.models.pay import PayPlan
from signed_in import as_user

__all__ = ["as_user"]

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY = date(2025, 9, 30)
FORM = {
    "valid_from": "2025-01-01", "currency": "usd", "base": "3000", "basis": "mrr", "rate": "2",
    "accelerators": "100 % : 3\r\n150: 4", "expansion_rate": "1", "retention_rate": "0.5",
    "retention_months": "3", "clawback_share": "50", "clawback_months": "6", "note": "first",
}  # fmt: skip


@pytest.fixture
def people(db):
    """One person of each role that matters."""
    from quintet.site.models import User

    roles = ("executive", "operations", "manager", "rep")
    return {role: User.objects.create_user(f"{role}@people.test", role, "pass") for role in roles}


@pytest.fixture
def plan(people):
    """A plan in force since January 2025."""
    one = actions.propose(people["operations"], RULES, date(2025, 1, 1), today=TODAY, now=NOW)
    actions.accept(people["executive"], one, today=TODAY, now=NOW)
    return one


def told(kind):
    """What waits for the ledger."""
    rows = InboxRow.objects.order_by("pk").values_list("payload", flat=True)
    return [row for row in rows if row["kind"] == kind]


# ---------------------------------------------------------------- versions


def test_a_plan_holds_once_an_executive_accepted_it(people):
    """Proposed is not in force; each step has a name in the ledger."""
    one = actions.propose(people["operations"], RULES, date(2025, 1, 1), today=TODAY, now=NOW, note="why")
    assert actions.in_force() == ()

    actions.accept(people["executive"], one, today=TODAY, now=NOW)

    (held,) = actions.in_force()
    assert (held.version, held.valid_from, held.rules) == (1, date(2025, 1, 1), RULES)
    (proposed,) = told("plan.proposed")
    assert json.loads(proposed["detail"])["rules"]["base"] == "3000"
    (accepted,) = told("plan.accepted")
    assert json.loads(accepted["detail"])["user"] == people["executive"].pk


@pytest.mark.parametrize("role", ["manager", "rep"])
def test_others_neither_propose_nor_accept(people, role):
    """Operations proposes, an executive accepts; nobody else does either."""
    one = actions.propose(people["operations"], RULES, date(2025, 1, 1), today=TODAY, now=NOW)

    with pytest.raises(BadInput, match="ask one"):
        actions.propose(people[role], RULES, date(2025, 1, 1), today=TODAY, now=NOW)
    for user in (people[role], people["operations"]):
        with pytest.raises(BadInput, match="accepted by an executive"):
            actions.accept(user, one, today=TODAY, now=NOW)

    assert actions.in_force() == ()
    assert told("plan.accepted") == []


def test_a_new_version_changes_nothing_that_was_counted(people, plan):
    """It holds from the first of a month to come, in one currency; nothing is edited or accepted twice."""
    chief = people["executive"]
    for day, rules, said in (
        (date(2025, 9, 1), RULES, "after 2025-09-30"),
        (date(2025, 10, 2), RULES, "first day of a month"),
        (date(2025, 10, 1), RULES.of_json(RULES.as_json() | {"currency": "EUR"}), "pays in USD, got EUR"),
    ):
        with pytest.raises(BadInput, match=said):
            actions.propose(chief, rules, day, today=TODAY, now=NOW)
    second, third = (
        actions.propose(chief, RULES, date(2025, month, 1), today=TODAY, now=NOW) for month in (10, 11)
    )
    actions.accept(chief, third, today=TODAY, now=NOW)
    with pytest.raises(BadInput, match="older than one"):
        actions.accept(chief, second, today=TODAY, now=NOW)
    with pytest.raises(BadInput, match="accepted already"):
        actions.accept(chief, third, today=TODAY, now=NOW)
    third.note = "another"
    with pytest.raises(TypeError, match="never edited"):
        third.save()


def test_from_an_empty_page_to_a_statement(as_user):
    """The whole way over the pages: empty, replayed, proposed, accepted, and the statement is there."""
    operations, chief = as_user("operations"), as_user("executive")
    assert "No commission plan yet" in operations.get("/management/pay/").content.decode()

    tried = operations.post("/management/pay/plans/new/", FORM | {"replay": "1"})
    assert "There is no plan in force to compare it with" in tried.content.decode()
    assert not PayPlan.objects.exists()
    sent = operations.post("/management/pay/plans/new/", FORM | {"propose": "1"})
    assert sent.headers["Location"] == "/management/pay/plans/1/"
    assert "Accept Plan 1" not in operations.get("/management/pay/plans/1/").content.decode()
    assert operations.post("/management/pay/plans/1/accept/").status_code == 403
    assert "Accept Plan 1" in chief.get("/management/pay/plans/1/").content.decode()
    assert chief.post("/management/pay/plans/1/accept/").status_code == 302

    assert actions.in_force()[0].rules == RULES
    page = chief.get("/management/pay/")
    assert page.context["found"].statements
    assert chief.get("/management/pay/?csv=records").headers["Content-Type"].startswith("text/csv")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"accelerators": "a lot"}, "an accelerator is written 100 % : 3"),
        ({"accelerators": "100: 1"}, "accelerators rise"),
        ({"currency": "$"}, "ISO 4217"),
        ({"clawback_share": "120"}, "less than or equal to 100"),
        ({"valid_from": "2025-01-02"}, "first day of a month"),
    ],
)
def test_a_wrong_plan_is_said_kindly(as_user, changed, said):
    """What was typed stays, with what is wrong and how it is written."""
    answer = as_user("operations").post("/management/pay/plans/new/", FORM | changed | {"propose": "1"})

    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not PayPlan.objects.exists()


# ---------------------------------------------------------------- statements


def test_every_line_opens_its_customer_and_the_sum_is_the_sum(as_user, plan):
    """The lines of the page add up to its total, and each customer's page lists the same line."""
    chief = as_user("executive")
    overview = chief.get("/management/pay/?on=2025-06-30")
    rows = overview.context["records"]["rows"]
    assert sum(row["total"] for row in rows) == overview.context["found"].total.amount
    best = max(rows, key=lambda row: row["total"])

    page = chief.get(best["name_url"])

    lines = page.context["records"]["rows"]
    assert sum(line["amount"] for line in lines) == best["total"]
    assert len({line["what"] for line in lines}) > 2
    for line in lines[1:]:
        customer = chief.get(line["label_url"])
        found = {(one["day"], one["what"], one["amount"]) for one in customer.context["records"]["rows"]}
        assert (line["day"], line["what"], line["amount"]) in found


def test_each_reader_sees_their_own(as_user, plan, small_company):
    """A rep his statement, a manager the team's, an executive everybody's; a colleague's is refused."""
    member, other = sorted(small_company.team)[:2]
    rep = as_user("rep", member)
    own = rep.get("/management/pay/?on=2025-06-30")
    team = as_user("manager", small_company.manager).get("/management/pay/?on=2025-06-30")
    everybody = as_user("executive").get("/management/pay/?on=2025-06-30")

    assert [one.rep_id for one in own.context["found"].statements] == [member]
    assert {one.rep_id for one in team.context["found"].statements} <= small_company.team
    assert len(everybody.context["found"].statements) > len(team.context["found"].statements)
    assert rep.get(f"/management/pay/rep/{other}/?on=2025-06-30").status_code == 400
    foreign = as_user("executive").get(f"/management/pay/rep/{other}/?on=2025-06-30")
    line = next(row for row in foreign.context["records"]["rows"] if "customer" in row["label_url"])
    assert rep.get(line["label_url"]).status_code == 400


def test_a_rep_reads_the_plan_but_no_proposal(as_user, people, plan):
    """What is only thought about stays with those who judge it."""
    actions.propose(
        people["operations"], RULES, date(2025, 11, 1), today=TODAY, now=NOW, note="secret thought"
    )
    rep = as_user("rep", 5)

    page = rep.get("/management/pay/plans/").content.decode()

    assert "3,000 USD a month" in page
    assert "secret thought" not in page
    assert rep.get("/management/pay/plans/2/").status_code == 403
    assert rep.get("/management/pay/plans/new/").status_code == 403
    assert "secret thought" in as_user("operations").get("/management/pay/plans/").content.decode()


def test_a_managers_replay_is_of_the_team(as_user, plan, small_company):
    """Nobody else's gain or loss is told."""
    page = as_user("manager", small_company.manager).get("/management/pay/plans/1/")

    assert {row.rep_id for row in page.context["replay"].rows} <= small_company.team | {small_company.manager}
    assert page.context["replay"].rows


@pytest.mark.parametrize("role", ["marketer", "recruiter", "interviewer", "enablement"])
def test_others_read_no_pay(as_user, role):
    """Roles without the permission are refused, on every page."""
    client = as_user(role)
    for address in ("", "rep/1/", "customer/1/", "plans/", "plans/1/", "plans/new/"):
        assert client.get(f"/management/pay/{address}").status_code == 403


@pytest.mark.parametrize("query", ["?on=soon", "?on=2024-01-01", "?on=2030-01-01", "rep/1/", "customer/1/"])
def test_a_wrong_address_says_what_is_right(as_user, plan, query):
    """A typed address gets the rule, with status 400."""
    answer = as_user("executive").get(f"/management/pay/{query}")

    assert answer.status_code == 400
    assert re.search("must|is written|choose|open", answer.content.decode())


def test_the_plan_is_read_aloud(plan):
    """A rep can say it."""
    assert RULES.words[:3] == (
        "A base salary of 3,000 USD a month, by the days employed.",
        "2 USD for each USD of MRR signed in the month.",
        "Above 100 % of the quota 3 USD for each USD of MRR signed; what lies below keeps its rate.",
    )
    assert PayPlan.objects.get().rules["rate"] == str(Decimal(2))
