"""What the room puts on the home page: the contract and what follows from it, by who looks."""

from datetime import UTC, date, datetime

import pytest

from quintet.demand import home
from quintet.demand.actions import contract as actions
from quintet.demand.actions.contract_count import count_when_stale
from quintet.demand.asks import contract as asks
from quintet.demand.metrics.contract_store import counted_file
from quintet.demand.terms.contract import Clauses
from quintet.facts.scope import Scope
from quintet.kernel.errors import NotEnoughData

NOW, TODAY, START = datetime(2026, 3, 2, 12, tzinfo=UTC), date(2025, 9, 30), date(2025, 7, 1)
DUTIES = Clauses("points >= 1", 300.0, zone="America/New_York", country="US")


@pytest.fixture
def asking(rf, settings, small_company, db):
    """A request of somebody of a role: `asking("marketer")`."""
    from quintet.site.models import User

    settings.HOME = small_company.home

    def ask(role, rep_ids=frozenset()):
        request = rf.get("/")
        request.user, _ = User.objects.get_or_create(email=f"{role}@home.test", role=role)
        request.scope = Scope(rep_ids, role=role)
        return request

    return ask


@pytest.fixture
def uncounted(small_company):
    """The room's other tests find the company as it was."""
    counted_file(small_company.home).unlink(missing_ok=True)
    yield
    counted_file(small_company.home).unlink(missing_ok=True)


def test_a_contract_is_proposed_answered_and_kept(asking, small_company, uncounted):
    """First propose; then the side that has not said yes is asked; then the month stands beside the pace."""
    marketer, manager = asking("marketer"), asking("manager")
    assert [one.what for one in home.promised(marketer).todos] == ["Propose the contract"]
    assert home.promised(asking("auditor")).todos == ()

    one = actions.propose(marketer.user, "marketing", DUTIES, START, today=TODAY, now=NOW)
    actions.accept(marketer.user, one, "marketing", today=TODAY, now=NOW)
    assert home.promised(marketer).todos == ()
    assert "once both sides have accepted" in home.promised(marketer).nothing
    assert home.promised(manager).todos[0].what.startswith("Answer ")

    actions.accept(manager.user, one, "sales", today=TODAY, now=NOW)
    with pytest.raises(NotEnoughData, match="not counted yet"):
        home.promised(marketer)

    count_when_stale()
    said, status = home.promised(marketer), asks.status(asks.counted_contract(small_company.home))
    assert said.sentence == status.sentence
    assert said.tiles[0].value == status.counts.delivered
    assert said.tiles[0].n == status.counts.counts["delivered"]
    assert all("/demand/contract/records/" in one.url for one in said.lines)


def test_without_a_score_no_lead_is_put_before_another(asking):
    """The panel says what is missing, and asks for nothing."""
    with pytest.raises(NotEnoughData, match="no lead score yet"):
        home.next_leads(asking("rep"))
