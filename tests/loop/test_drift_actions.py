"""An alarm leads to one advice; accepted it refits once; what followed is held against the gap."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from quintet.calendar.fiscal import FiscalCalendar
from quintet.facts.refresh import rebuild
from quintet.ledger import inbox, mover
from quintet.ledger.interactions import Interactions
from quintet.loop.actions.decisions import decide, keep_up, pick_up
from quintet.loop.actions.drift import AFTER_DAYS, advices, advise, keep_watch, refit_accepted
from quintet.loop.asks import company_grain, turned_through
from quintet.loop.jobs import watched
from quintet.loop.models.decisions import Recommendation
from quintet.loop.refits import kept_refits
from quintet.loop.running import Turns, run, shelf_of
from quintet.loop.watching import Drifts
from stored_drift import keep_day, seen
from toy_leads import ToyOfLeads, leads

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture
def boss(django_user_model):
    """Who decides."""
    return django_user_model.objects.create_user("vera@test.test", "executive", "pass")


def test_a_calm_day_advises_nothing():
    """Inputs as before, promises kept."""
    assert advices(seen(), "Lead score") == ()


def test_each_alarm_is_one_advice_with_its_numbers():
    """Three in ten missing: the gap with its interval; a mix that moved: the index."""
    broken, moved = (
        advices(seen(happened=0.7), "Lead score")[0],
        advices(seen(mix=(0.2, 0.2, 0.6)), "Lead score"),
    )

    assert broken.topic == "early refit"
    assert broken.sentence.startswith("Refit “Lead score” now. ")
    assert broken.evidence.lo < broken.evidence.estimate < broken.evidence.hi
    assert broken.evidence.estimate == pytest.approx(30, abs=6)
    assert [one.evidence.unit for one in moved] == ["stability index"]
    assert broken.key != moved[0].key


def test_the_same_alarm_is_advised_once(home):
    """Day after day it is the same advice, until another version is in use."""
    assert advise(seen(happened=0.7), NOW) == 1
    assert advise(seen(day="2026-03-31", happened=0.7), NOW + timedelta(days=1)) == 0
    mover.move(home)
    pick_up(home)
    assert advise(seen(day="2026-04-01", happened=0.7), NOW + timedelta(days=2)) == 0
    assert advise(seen(version="another", happened=0.7), NOW) == 1
    assert Recommendation.objects.count() == 1


def test_a_formula_whose_history_is_still_to_be_turned_waits(home):
    """What is in use half-way is a version of long ago: it would raise an alarm about the past."""
    Interactions(home).append(leads(0, 181))
    rebuild(home, zone="UTC", now=NOW)
    formula, newest = ToyOfLeads(), turned_through(home, None, company_grain())
    run(home, formula, FiscalCalendar().previous(newest))
    assert watched(home, [formula]) == "Toy: to be turned"
    assert Drifts(home, formula.name).days() == []

    run(home, formula, newest)
    assert watched(home, [formula]) != "Toy: to be turned"
    assert len(Drifts(home, formula.name).days()) == 1


def test_accepted_advice_is_refitted_once_and_comes_into_use(home, boss):
    """Watched, advised, accepted, refitted by the worker; watched again with the new version."""
    Interactions(home).append(leads(0, 181))
    Interactions(home).append(leads(181, 183, source="a webinar"))
    rebuild(home, zone="UTC", now=NOW)
    formula = ToyOfLeads()
    run(home, formula, FiscalCalendar().parse("2025Q2"))
    assert refit_accepted(home, [formula]) == "Toy: nothing to refit"
    assert keep_watch(home, NOW, [formula]).endswith("early refit advised")
    mover.move(home)
    pick_up(home)
    one = Recommendation.objects.get(formula="toy.mean")
    decide(one, "accepted", "", by=boss, now=NOW)
    assert refit_accepted(home, [formula]) == "Toy: waits for the ledger"
    mover.move(home)
    before = shelf_of(home, formula).uses()[-1].version

    assert refit_accepted(home, [formula]).startswith("Toy: version ")
    made = kept_refits(home, "toy.mean")
    used = shelf_of(home, formula).uses()
    assert (made[0].version, len(made)) == (used[-1].version, 1) != (before, 1)
    assert json.loads(shelf_of(home, formula).read(made[0].version))["value"] > 3
    assert refit_accepted(home, [formula]) == "Toy: nothing to refit"
    run(home, ToyOfLeads(), FiscalCalendar().parse("2025Q2"))
    assert shelf_of(home, formula).uses()[-1].version == made[0].version
    assert Turns(home, "toy.mean").kept()[-1].version_in_use == before


def test_refused_advice_refits_nothing(home, boss):
    """People said no."""
    inbox.offer([])
    advise(seen(happened=0.7), NOW)
    mover.move(home)
    pick_up(home)
    decide(Recommendation.objects.get(), "refused", "We know why: the fair was late.", by=boss, now=NOW)
    mover.move(home)

    assert "nothing to refit" in refit_accepted(home)


def test_what_followed_is_the_gap_that_was_closed(home, boss):
    """Thirty in a hundred were missing; ninety days later two are: twenty-eight followed."""
    advise(seen(happened=0.7), NOW)
    mover.move(home)
    pick_up(home)
    one = Recommendation.objects.get()
    decide(one, "accepted", "", by=boss, now=NOW)
    keep_day(home, f"{NOW + timedelta(days=AFTER_DAYS - 1):%Y-%m-%d}", happened=0.7)
    mover.move(home)
    keep_up(home, NOW + timedelta(days=AFTER_DAYS))
    assert Recommendation.objects.get().followed is None

    later = keep_day(home, f"{NOW + timedelta(days=AFTER_DAYS):%Y-%m-%d}", version="next", happened=1.0)
    keep_up(home, NOW + timedelta(days=AFTER_DAYS))
    left = abs(100 * (1 - later.ratio))
    assert Recommendation.objects.get().followed["estimate"] == pytest.approx(one.evidence["estimate"] - left)
    assert len(Drifts(home, one.formula).days()) == 2
