"""The decision log: picked up once, decided once with a reason, looked back at, forgotten when erased."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from advice import advice
from builders import interaction, offered
from quintet.kernel.errors import BadInput
from quintet.ledger import inbox, mover
from quintet.ledger.erasure import erase
from quintet.ledger.interactions import Interactions
from quintet.ledger.models import InboxRow
from quintet.ledger.recommendations import Followed, as_row
from quintet.loop.actions import decisions as actions
from quintet.loop.models.decisions import Recommendation
from quintet.loop.running import Turns
from stored_turns import FORMULA, keep_turn, stored_turns

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MEASURED = Followed(1.5, 0.5, 2.5, 210, "demos of March, beside February")


@pytest.fixture
def vera(django_user_model):
    """Somebody who decides."""
    return django_user_model.objects.create_user("vera@test.test", "manager", "pass")


@pytest.fixture
def log(home):
    """Advise, and let the worker pick it up: `log(advice())` returns the newest record."""

    def advised(*given):
        inbox.offer([as_row(one, NOW) for one in given])
        mover.move(home)
        actions.pick_up(home)
        return Recommendation.objects.order_by("-made_at").first()

    return advised


def test_an_advice_comes_from_the_ledger_whole(log, home):
    """Every field as its formula said it."""
    given = advice(rep_id=7)
    one = log(given)

    assert actions.advice_of(one) == given
    assert (one.state, one.made_at) == ("open", NOW)


def test_picked_up_again_it_is_the_same_record(log, home):
    """Offered twice, moved twice, read from the start: one record, and its decision stands."""
    from quintet.loop.models.decisions import PickedUp

    log(advice())
    Recommendation.objects.update(state="refused")
    log(advice())
    PickedUp.objects.update(batch=-1)

    assert actions.pick_up(home).added == 0
    assert [one.state for one in Recommendation.objects.all()] == ["refused"]


def test_a_row_that_is_no_advice_does_not_stop_the_others(log, home):
    """A broken row of another door is counted and left alone."""
    broken = interaction("recommendation.made", NOW, content="policy", detail=json.dumps({"key": "x"}))
    Interactions(home).append(offered(broken))
    inbox.offer([as_row(advice(), NOW)])
    mover.move(home)

    assert actions.pick_up(home) == actions.Taken(added=1, refused=1, erased=0)


@pytest.mark.parametrize("state", ["refused", "changed"])
def test_who_does_not_follow_says_why(log, vera, state):
    """Without a reason nothing is written, in the log or in the ledger."""
    one = log(advice())
    with pytest.raises(BadInput, match="say why"):
        actions.decide(one, state, "  ", by=vera, now=NOW)

    assert Recommendation.objects.get().state == "open"
    assert InboxRow.objects.count() == 0


def test_a_decision_is_told_to_the_ledger_once(log, vera, home):
    """Who, what and why; a second decision is refused."""
    one = log(advice(rep_id=7))
    actions.decide(one, "refused", "We have no hands for it.", by=vera, now=NOW)
    row = InboxRow.objects.get().payload

    assert (row["kind"], row["outcome"], row["rep_id"]) == ("recommendation.decided", "refused", 7)
    assert json.loads(row["detail"])["reason"] == "We have no hands for it."
    with pytest.raises(BadInput, match="decided already"):
        actions.decide(one, "accepted", "", by=vera, now=NOW)
    assert Recommendation.objects.get().state == "refused"


def test_what_followed_is_looked_at_after_the_stated_time(log, vera):
    """Before a decision, before its day, and without evidence: refused. Then once."""
    one = log(advice(after_days=30))
    late = NOW + timedelta(days=30)
    with pytest.raises(BadInput, match="nothing was decided"):
        actions.follow(one, MEASURED, by=vera, now=late)
    actions.decide(one, "accepted", "", by=vera, now=NOW)
    with pytest.raises(BadInput, match="1 Apr 2026 or later"):
        actions.follow(one, MEASURED, by=vera, now=late - timedelta(minutes=1))
    with pytest.raises(BadInput, match="how it was measured"):
        actions.follow(one, Followed(1.5, None, None, 210, " "), by=vera, now=late)
    actions.follow(one, MEASURED, by=vera, now=late)

    assert Recommendation.objects.get().followed["estimate"] == 1.5
    with pytest.raises(BadInput, match="not written over"):
        actions.follow(one, Followed(9, None, None, 1, "again"), by=vera, now=late)


def test_an_erased_rep_leaves_no_advice(log, home, django_user_model):
    """Erased from the ledger, gone from the log; advice about nobody stays."""
    log(advice(rep_id=7), advice(key="other"))
    erase(home, "rep", 7, by="vera")

    assert actions.pick_up(home).erased == 1
    assert [one.key for one in Recommendation.objects.all()] == ["other"]


def test_a_promotion_is_advised_once_and_done_by_rule(home, tmp_path_factory):
    """Told to the ledger as of the end of its period; a second run tells nothing, moved or not."""
    turned = stored_turns(home, tmp_path_factory.mktemp("turned"), quarters=2, promoted_in=2)
    turns = Turns(turned, FORMULA.name).kept()

    assert actions.record_promotions(turned, turns, NOW) == 1
    assert actions.record_promotions(turned, turns, NOW) == 0
    mover.move(turned)
    assert actions.record_promotions(turned, turns, NOW) == 0
    assert actions.pick_up(turned).added == 1
    one = Recommendation.objects.get()
    assert (one.state, one.topic, one.decided_by) == ("done", "promotion", None)
    assert one.sentence == "Use “all past” instead of the naive answer."
    assert (one.evidence["estimate"], one.evidence["n"]) == (0.03, 36)
    assert one.made_at.date().isoformat() == "2025-06-30"


def test_what_followed_a_promotion_is_measured_by_later_turns(home, tmp_path_factory):
    """Told by the worker; promised 0.03, delivered 0.02 in the two quarters after."""
    turned = stored_turns(home, tmp_path_factory.mktemp("turned"), quarters=3, promoted_in=2)
    assert actions.keep_up(turned, NOW) == "0 picked up, 0 outcomes, 1 promotions told"
    mover.move(turned)

    assert actions.keep_up(turned, NOW) == "1 picked up, 0 outcomes"
    keep_turn(turned, 4, 2)
    assert actions.keep_up(turned, NOW) == "0 picked up, 1 outcomes"
    one = Recommendation.objects.get()
    assert one.followed["estimate"] == pytest.approx(0.02)
    assert one.followed_by is None
    assert actions.follow_up(turned, NOW) == 0


def test_a_formula_s_hook_is_asked_when_the_time_has_come_in_the_data(log, vera, home):
    """The clock is the data's: facts that end before the day are not asked."""
    from quintet.facts.refresh import rebuild

    asked = []

    def followed(facts, given, since, until):
        asked.append((facts.as_of.date(), given.key, since, until))
        return MEASURED

    adviser = SimpleNamespace(name="demand.lead_score", followed=followed)
    one = log(advice())
    actions.decide(one, "accepted", "", by=vera, now=NOW)
    late = NOW + timedelta(days=40)
    for at, found in ((NOW + timedelta(days=1), 0), (late, 1)):
        Interactions(home).append(offered(interaction("lead.created", at, lead=f"lead {at}")))
        rebuild(home, zone="UTC", now=late)
        assert actions.follow_up(home, late, [adviser]) == found

    assert asked == [(late.date(), "threshold 40", NOW, NOW + timedelta(days=30))]
    assert Recommendation.objects.get().followed["note"] == MEASURED.note
