"""Pages of the ramp and of what shortens it: numbers open their reps, and each reader sees his own."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from quintet.facts.careers import Ending
from quintet.kernel.errors import NotEnoughData
from quintet.site.models import User
from quintet.training.actions.ramp import renew_ramp
from quintet.training.asks.ramp import kept_ramp
from quintet.training.models.curriculum import Module
from quintet.training.terms.kept import ramp_shelf
from signed_in import BACKEND

RAMP, REPS, EFFECTS = "/training/ramp/", "/training/ramp/reps/", "/training/modules/effects/"


@pytest.fixture
def reader(hired_company, settings, db):
    """`reader("manager", rep_id=7)`: a browser, at a company whose ramp is worked out."""
    settings.HOME = hired_company.facts.home

    def signed_in(role, rep_id=None):
        user = User.objects.create_user(f"{role}@test.test", role, "pass", rep_id=rep_id)
        client = Client(SERVER_NAME="localhost")
        client.force_login(user, backend=BACKEND)
        return client

    yield signed_in
    ramp_shelf(hired_company.facts.home).clear()


@pytest.fixture
def known(reader, hired_company):
    """What was worked out, with two modules bound to steps."""
    author = User.objects.create_user("author@test.test", "enablement", "pass")
    for key, step in (("live_product_use", "demo"), ("company_history", "connected")):
        Module.objects.create(
            key=key, name=key.title(), kind="class", moves=step, written_by=author,
            written_at="2025-01-01T00:00Z",
        )  # fmt: skip
    renew_ramp(hired_company.facts)
    return kept_ramp(hired_company.facts.home)


def text(page):
    """What a page says, on one line."""
    return re.sub(r"\s+", " ", page.content.decode())


def test_before_it_is_worked_out_the_pages_say_so(reader):
    """A message with what it takes, not an empty chart."""
    client = reader("executive")

    assert client.get(RAMP).status_code == 422
    assert client.get(EFFECTS).status_code == 422


def test_every_count_of_the_ramp_opens_its_reps(reader, known):
    """Made quota, on the way, left: as many rows as said, and they add up to all."""
    client = reader("executive")
    everybody = known.report.everybody

    page = text(client.get(RAMP))
    counts = {"reached": everybody.reached, "ramping": everybody.ramping, "left": everybody.left}
    for ending, count in counts.items():
        assert f"{REPS}?ending={ending}" in page
        assert len(client.get(REPS, {"ending": ending}).context["found"].rows) == count
    assert sum(counts.values()) == everybody.reps == len(client.get(REPS).context["found"].rows)


def test_groups_open_their_reps_but_thirds_by_score_open_nobody(reader, known):
    """By class and manager each count is a link; by score a list would tell how interviews went."""
    client = reader("executive")
    for key, name in (("class", "joined"), ("manager", "manager")):
        group = next(one for one in known.report.groupings if one.key == key).curves[0]
        assert f"{name}=" in text(client.get(RAMP, {"by": key}))
        found = client.get(REPS, {name: group.key, "ending": "reached"}).context["found"]
        assert len(found.rows) == group.reached
    page = text(client.get(RAMP, {"by": "score"}))
    assert "lower third" in page
    assert "stays in hiring" in page
    assert "score=" not in page


def test_counts_of_a_module_open_their_reps(reader, known):
    """Finished on the way, quota with it, quota without it."""
    client = reader("executive")
    page = text(client.get(EFFECTS))
    one = next(one for one in known.formula.effects if one.module == "live_product_use")
    for given, count in (
        ({"module": one.module}, one.finished),
        ({"module": one.module, "ending": "reached"}, one.events_with),
        ({"module": one.module, "ending": "reached", "without": "1"}, one.events_without),
    ):
        assert len(client.get(REPS, given).context["found"].rows) == count
    assert "Live_Product_Use" in page
    assert "adjusted" in page


def test_a_module_whose_step_did_not_move_is_suspect_not_the_rep(reader, known):
    """Company history should move connects and does not; the page says whom to doubt."""
    page = text(reader("enablement").get(EFFECTS))

    assert {one.module for one in known.steps} == {"live_product_use", "company_history"}
    suspects = [one for one in known.steps if one.verdict == "suspect"]
    assert ("The module is suspect, not the rep" in page) == bool(suspects)
    assert "Worked to connected" in page
    one = next(one for one in known.steps if one.module == "company_history")
    opened = reader("executive").get(f"{EFFECTS}finished/", {"module": one.module})
    assert len(opened.context["found"].rows) == one.finished


def test_a_manager_sees_the_reps_of_the_own_team(reader, known, hired_company):
    """Others are counted and not named."""
    facts = hired_company.facts
    rows = facts.arrow(facts.table("reps").filter(lambda t: t.valid_to.isnull())).to_pylist()
    manager = next(row["manager_id"] for row in rows if row["role"] == "rep" and row["manager_id"])
    team = {row["rep_id"] for row in rows if row["manager_id"] == manager} | {manager}

    found = reader("manager", rep_id=manager).get(REPS).context["found"]

    assert found.rows
    assert {row["rep_id"] for row in found.rows} <= team
    assert found.hidden == known.report.everybody.reps - len(found.rows)


@pytest.mark.parametrize(
    ("role", "status"), [("rep", 403), ("bdr", 403), ("recruiter", 403), ("auditor", 200)]
)
def test_who_may_read_it(reader, known, role, status):
    """Those who teach, lead, run or audit."""
    client = reader(role)

    assert {client.get(page).status_code for page in (RAMP, REPS, EFFECTS)} == {status}


def test_it_is_worked_out_once_a_version(reader, hired_company, known):
    """And anew when a module is bound to another step."""
    facts = hired_company.facts
    assert renew_ramp(facts) == "up to date"
    Module.objects.filter(key="company_history").update(moves="won")

    assert renew_ramp(facts) != "up to date"
    assert "won" in {one.step for one in kept_ramp(facts.home).steps}


def test_what_another_release_kept_is_not_read(reader, known, hired_company):
    """The page says that it is made anew."""
    shelf = ramp_shelf(hired_company.facts.home)
    shelf.use(shelf.uses()[-1].version, shelf.uses()[-1].since, "the same facts, form 0")

    with pytest.raises(NotEnoughData):
        kept_ramp(hired_company.facts.home)
    assert renew_ramp(hired_company.facts) != "up to date"


def test_the_kept_ramp_names_nobody(known, hired_company):
    """Curves and weights; whoever is behind them is read from the facts."""
    facts = hired_company.facts
    text_kept = ramp_shelf(facts.home).in_use()
    for row in facts.arrow(facts.table("reps").select("name")).to_pylist():
        assert row["name"] not in text_kept
    assert Ending.RAMPING.value in text_kept


def test_addresses_are_as_the_sidebar_has_them():
    """Named in the navigation."""
    assert (reverse("training:ramp"), reverse("training:modules")) == (RAMP, EFFECTS)
