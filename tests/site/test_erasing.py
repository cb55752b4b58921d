import pyarrow as pa
import pytest
from auditlog.models import LogEntry

from builders import interaction, offered
from quintet.ledger.identity import Aliases
from quintet.ledger.interactions import Interactions

pytestmark = pytest.mark.django_db

ANN, BOB = 4_000_000_000_000_000_001, 4_000_000_000_000_000_003
MAIL = "ann.lee@example.com"


@pytest.fixture
def ledger(home):
    """Ann with two calls and an address that Bob's call mentions."""
    names = [("id", "1", ANN, "Ann Lee"), ("email", MAIL, ANN, None), ("id", "3", BOB, "Bob")]
    rows = [
        {"entity": "lead", "system": "crm", "namespace": space, "ref": ref, "entity_id": one, "label": label}
        for space, ref, one, label in names
    ]
    Aliases(home).link(pa.Table.from_pylist(rows))
    calls = [("a", ANN, None), ("b", ANN, None), ("c", BOB, f"cc {MAIL}")]
    told = [
        interaction("call.attempted", ref=ref, content=said) | {"lead_id": one} for ref, one, said in calls
    ]
    Interactions(home).append(offered(*told))
    return Interactions(home)


def test_the_page_first_shows_what_would_go_and_removes_nothing(sign_in, ledger):
    """Counts of rows, names and mentions; the ledger is as it was."""
    page = sign_in("operations").post("/people/erase/", {"entity": "lead", "who": MAIL.upper()})

    plan = page.context["plan"]
    assert (plan.entity_id, plan.label) == (ANN, "Ann Lee")
    assert (plan.held.rows, plan.held.redacted, plan.held.aliases, plan.held.waiting) == (2, 1, 2, 0)
    assert ledger.rows() == 3
    assert not LogEntry.objects.filter(additional_data__erased="lead").exists()


def test_confirmed_the_person_is_gone_and_it_is_written_down(sign_in, people, ledger):
    """The same as the command; the audit log says who did it and how much, not whom it was about."""
    asked = {"entity": "lead", "who": str(ANN), "confirmed": "yes"}

    page = sign_in("operations").post("/people/erase/", asked, follow=True)

    assert "Erased: 2 interactions, 2 names" in page.content.decode()
    assert ledger.rows() == 2  # Bob's call, and that somebody was erased
    entry = LogEntry.objects.get(additional_data__erased="lead")
    assert entry.actor == people.operations
    assert entry.additional_data["rows"] == 2
    assert str(ANN) not in str(entry.additional_data)


def test_somebody_nobody_knows_is_said_at_the_field(sign_in, ledger):
    """No plan, and what to do instead."""
    page = sign_in("operations").post("/people/erase/", {"entity": "lead", "who": "Nobody"})

    assert page.context["plan"] is None
    assert "the ledger knows no lead" in page.content.decode()


@pytest.mark.parametrize("role", ["executive", "manager", "auditor", "rep"])
def test_only_operations_erase(sign_in, ledger, role):
    """Neither the page nor the deed is for anybody else."""
    client = sign_in(role)

    assert client.get("/people/erase/").status_code == 403
    assert (
        client.post("/people/erase/", {"entity": "lead", "who": MAIL, "confirmed": "yes"}).status_code == 403
    )
    assert ledger.rows() == 3
