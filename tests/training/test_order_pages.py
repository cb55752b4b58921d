"""Pages of drawn orders: planned, started, read by who may, and ended."""

import pytest
from django.test import Client

from quintet.site.models import User
from quintet.training.actions.orders import turn
from quintet.training.actions.ramp import renew_ramp
from quintet.training.models.orders import ModuleOrder
from quintet.training.terms.kept import ramp_shelf
from signed_in import BACKEND

ALL, NEW = "/training/modules/orders/", "/training/modules/orders/new/"
FORM = {"name": "Product first?", "modules": ["live_product_use", "company_history"], "gap": 3, "ratio": 1.8}


@pytest.fixture
def reader(hired_company, settings, db):
    """A browser of a role, at a company whose ramp is worked out."""
    settings.HOME = hired_company.facts.home
    renew_ramp(hired_company.facts)

    def signed_in(role):
        user = User.objects.create_user(f"{role}@test.test", role, "pass")
        client = Client(SERVER_NAME="localhost")
        client.force_login(user, backend=BACKEND)
        return client

    yield signed_in
    ramp_shelf(hired_company.facts.home).clear()


def test_from_the_plan_to_the_end(reader, hired_company, now):
    """What it takes is said first; then it starts, is listed, is judged, and ends with a reason."""
    client = reader("enablement")
    assert "No order was drawn yet" in client.get(ALL).content.decode()
    assert client.get(NEW, {"module": "live_product_use"}).status_code == 200
    planned = client.post(NEW, FORM | {"plan": "1"})
    assert planned.context["plan"].reps > 50
    assert not ModuleOrder.objects.exists()

    started = client.post(NEW, FORM | {"start": "1"}, follow=True)

    one = ModuleOrder.objects.get()
    assert one.reps == planned.context["plan"].reps
    assert "Product first?" in client.get(ALL).content.decode()
    assert "Nobody yet" in started.content.decode()
    turn(hired_company.facts, now)
    page = client.get(f"{ALL}{one.pk}/").content.decode()
    assert "randomised" in page
    assert client.post(f"{ALL}{one.pk}/stop/", {"decision": "unclear"}).status_code == 400
    client.post(f"{ALL}{one.pk}/stop/", {"decision": "unclear", "reason": "Too few hires."})
    assert "Too few hires." in client.get(f"{ALL}{one.pk}/").content.decode()


def test_a_plan_that_cannot_be_judged_says_why(reader):
    """One module is no order."""
    page = reader("executive").post(NEW, FORM | {"modules": ["live_product_use"], "start": "1"})

    assert page.status_code == 400
    assert "2 to 4" in page.content.decode()


@pytest.mark.parametrize(
    ("role", "sees", "plans"), [("manager", 200, 403), ("auditor", 200, 403), ("rep", 403, 403)]
)
def test_who_reads_and_who_plans(reader, role, sees, plans):
    """Managers and auditors read; those who write what is taught plan."""
    client = reader(role)

    assert (client.get(ALL).status_code, client.get(NEW).status_code) == (sees, plans)
