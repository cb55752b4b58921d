"""What the desk of the proving ground makes of what the formulas say."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import numpy as np
import pytest

from quintet.cli.proving.deciding import Desk
from quintet.cli.proving.office import TRACK
from quintet.cli.proving.policies import policy_named
from quintet.cli.proving.run import order
from quintet.demand.asks import leads, stored_score
from quintet.demand.metrics import examples
from quintet.simulate.people import MODULE_NAMES
from quintet.simulate.stepped import gut
from quintet.simulate.stepped.company import Decisions, SteppedCompany
from quintet.site.models import User
from quintet.training.actions.modules import take_examples
from quintet.training.asks.curriculum import track


@pytest.fixture
def company():
    """Twelve reps after five months by gut."""
    found = SteppedCompany(order(12, 4, 3, start=date(2024, 1, 1)))
    for _ in range(5):
        picks = gut.coached(found)[: found.sessions()]
        found.play(Decisions(gut.worked(found), picks, gut.hired(found), gut.taught(found)))
    return found


def desk_of(company, policy, picks=()):
    """A desk with no product behind it: each test says what its formulas would."""
    return Desk(SimpleNamespace(company=company), policy_named(policy), picks=list(picks))


def test_whom_the_formula_names_is_coached_first(company, monkeypatch):
    """Then whom the manager would have taken; nobody twice, and every plan is counted."""
    here = [int(rep) for rep in company.present()]
    said = [(here[-1], 2), (here[0], 1)]
    monkeypatch.setattr(Desk, "_proposed", lambda *_: said)
    desk = desk_of(company, "loop")

    found = desk._coached(None)

    assert found[:2] == said
    assert sorted(rep for rep, _ in found) == sorted(here)
    assert desk.told["plans"] == min(2, company.sessions())


def test_frozen_coaching_says_what_it_said_last(company, monkeypatch):
    """It is not asked again, and who has left is coached no more."""
    monkeypatch.setattr(Desk, "_proposed", lambda *_: pytest.fail("asked again"))
    here = [int(rep) for rep in company.present()]
    gone = next(rep for rep in range(len(company.person_ids)) if rep not in here)

    found = desk_of(company, "frozen", [(gone, 0), (here[1], 3)])._coached(None)

    assert found[0] == (here[1], 3)
    assert gone not in {rep for rep, _ in found}


@pytest.mark.django_db
def test_a_module_that_helps_comes_after_what_it_builds_on(company, monkeypatch):
    """In the track and in what the new ones take; the rest of the track keeps its order."""
    trainer = User.objects.create_user("trainer@proving.test", "enablement", None, name="Trainer")
    now = datetime(2024, 5, 1, tzinfo=UTC)
    take_examples([TRACK], by=trainer, now=now)
    while not len(company.due()):
        company.play(Decisions(gut.worked(company), [], gut.hired(company), gut.taught(company)))
    monkeypatch.setattr(Desk, "_modules_that_help", lambda _: ["demo_practice"])
    desk = desk_of(company, "loop")
    desk.office.by, desk.office.now = {"enablement": trainer}, now

    orders = desk._taught()

    keys = [one.module.key for one in track(TRACK).steps]
    assert set(keys[:3]) == {"product_basics", "live_product_use", "discovery_calls"}
    assert keys[0] == "product_basics"
    assert keys[3] == "demo_practice"
    assert keys[4:] == ["company_history", "crm_hygiene", "competitors", "objection_handling", "a_day_beside"]
    assert len(orders) == len(company.due())
    assert {tuple(one[:4]) for one in orders} == {tuple(MODULE_NAMES.index(key) for key in keys[:4])}
    assert all(len(one) == len(set(one)) for one in orders)
    assert desk.told["modules"] == 1


def test_the_leads_worked_are_the_first_of_the_order(company, monkeypatch):
    """Each rep works as many as he can of those that the page shows first, which are other than by gut."""
    waiting = company.waiting()
    best = waiting.lead_id[np.argsort(-waiting.quality, kind="stable")].tolist()
    monkeypatch.setattr(leads, "leads_in_order", lambda *_: best)
    desk = desk_of(company, "loop")

    found = desk._leads(None)

    assert set(found.tolist()) == set(gut.worked(company, best).tolist()) != set(gut.worked(company).tolist())
    assert desk.told["leads"] == len(found)


def test_a_frozen_score_orders_the_leads_of_today(company, monkeypatch):
    """By what the score of the first quarter says of each lead that waits; of no other."""
    waiting = company.waiting().lead_id
    every = np.concatenate(([1, 2], waiting))
    p = np.concatenate(([0.9, 0.8], np.linspace(0.1, 0.7, len(waiting))))
    score = SimpleNamespace(predict=lambda _: SimpleNamespace(p=p))
    stored = SimpleNamespace(can_tell=True, score=score)
    monkeypatch.setattr(stored_score, "stored_score", lambda _: stored)
    monkeypatch.setattr(examples, "read_examples", lambda _: SimpleNamespace(lead_ids=every))

    assert desk_of(company, "frozen")._order(None) == waiting[::-1].tolist()


def test_a_frozen_score_that_is_silent_orders_nothing(company, monkeypatch):
    """Then leads are worked as they came, and none of them by a formula."""
    monkeypatch.setattr(stored_score, "stored_score", lambda _: None)
    desk = desk_of(company, "frozen")

    assert set(desk._leads(None).tolist()) == set(gut.worked(company).tolist())
    assert desk.told["leads"] == 0
