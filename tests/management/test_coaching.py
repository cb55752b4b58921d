"""Coaching plans: one at a time, with a finding and a reason, told to the ledger, measured, seen by few."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from funnel_leads import PLAIN, TableFacts, drawn_leads
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput
from quintet.kernel.finding import Status
from quintet.ledger.models import InboxRow
from quintet.management.actions import coaching as actions
from quintet.management.actions import coaching_effects as effects
from quintet.management.asks import coaching as asks
from quintet.management.asks import funnel as funnels
from quintet.management.formula.coaching import _too_early
from quintet.management.formula.funnel import default_question, fit_funnel
from quintet.management.metrics.inputs import read_funnel
from quintet.management.models.coaching import CoachingPlan
from quintet.management.pages import funnel as funnel_page
from quintet.management.terms.coaching import Effect, Proposal
from quintet.management.terms.funnel import Coached
from quintet.management.words import step_of
from quintet.site.models import User

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 9, 30, 12, tzinfo=UTC)
DAY = NOW.date()


@pytest.fixture
def boss(db):
    """Who coaches."""
    return User.objects.create_user("boss@coaching.test", "manager", "pass")


def new_plan(rep_id=1, step="demo-won", **more):
    """A plan that is in order."""
    told = {"finding": "Talks past the buyer.", "goal": 0.4, "review_on": DAY + timedelta(days=28)}
    return actions.NewPlan(rep_id, step, **(told | more))


def proposed(rep_id=1, step="demo-won"):
    """What the formula says."""
    return Proposal(rep_id, "Ann", step=step_of(step) if step else None, customers=1.2, lo=0.3, hi=2.1)


def opened(boss, **more):
    """An open plan."""
    return actions.open_plan(new_plan(**more), proposed(), on=DAY, by=boss, now=NOW)


def test_a_plan_is_kept_and_told_to_the_ledger(boss):
    """The record says what was promised that day; the ledger has one row of it."""
    plan = opened(boss)
    assert (plan.is_open, plan.follows_the_proposal, plan.proposed["customers"]) == (True, True, 1.2)
    rows = {row.payload["kind"]: row.payload for row in InboxRow.objects.all()}
    assert rows["coaching.planned"]["content"] == "demo-won"
    assert rows["recommendation.made"]["content"] == "coaching plan"


def test_only_a_proposal_that_is_taken_is_held_against_what_follows(boss):
    """The manager's own choice is no advice of the formula."""
    opened(boss, step="worked-connected", reason="I sat beside her.")
    assert [row.payload["kind"] for row in InboxRow.objects.all()] == ["coaching.planned"]


def test_a_second_open_plan_is_refused(boss):
    """One skill at a time; nothing of the second is kept, not even in the ledger."""
    opened(boss)
    with pytest.raises(BadInput, match="one skill at a time"):
        opened(boss, step="demo-won")
    assert (CoachingPlan.objects.count(), InboxRow.objects.count()) == (1, 2)


def test_two_managers_at_once_cannot_both_open_one(boss):
    """The database refuses what the check could not see."""
    plan = opened(boss)
    copy = CoachingPlan(**{f.attname: getattr(plan, f.attname) for f in plan._meta.fields if f.name != "id"})
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)


def test_after_closing_the_next_may_begin(boss):
    """A closed plan makes room."""
    actions.close_plan(opened(boss), "reached", "Asks for the next step now.", on=DAY, by=boss, now=NOW)
    assert opened(boss).is_open
    told = [row.payload["kind"] for row in InboxRow.objects.order_by("pk")]
    assert [kind for kind in told if kind.startswith("coaching")] == [
        "coaching.planned",
        "coaching.closed",
        "coaching.planned",
    ]


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"finding": "  "}, "finding from a call review"),
        ({"goal": 1.4}, "between 0 and 100 %, got 140%"),
        ({"review_on": DAY}, "review must come after"),
        ({"step": "worked-connected"}, "say why worked-connected"),
        ({"step": "won-demo", "reason": "I know him."}, None),
    ],
)
def test_a_plan_that_is_not_in_order_is_refused(boss, told, why):
    """Each rule with the value and what to do; a step that does not exist is refused where it is read."""
    if why is None:
        with pytest.raises(BadInput, match="must name two of"):
            step_of(told["step"])
        return
    with pytest.raises(BadInput, match=why):
        opened(boss, **told)


def test_another_skill_needs_a_reason_and_both_are_kept(boss):
    """The manager may know better; the formula's pick stays beside his for the score."""
    plan = opened(boss, step="worked-connected", reason="I sat beside her: she dials at noon.")
    assert (plan.follows_the_proposal, plan.proposed["step"]) == (False, "demo-won")


def test_sessions_lie_within_the_plan(boss):
    """Not before it, not in the future, not after it was closed, and not without a word."""
    plan = opened(boss)
    log = {"by": boss, "now": NOW + timedelta(days=10)}
    actions.log_session(plan, DAY + timedelta(days=3), "Closing with a next step.", "Two live calls.", **log)
    for day, words, why in (
        (DAY - timedelta(days=1), "x", "must lie in"),
        (DAY + timedelta(days=11), "x", "must lie in"),
        (DAY + timedelta(days=4), " ", "what was practised"),
    ):
        with pytest.raises(BadInput, match=why):
            actions.log_session(plan, day, words, "", **log)
    actions.close_plan(plan, "stopped", "", on=DAY, by=boss, now=NOW)
    with pytest.raises(BadInput, match="was closed on"):
        actions.log_session(plan, DAY, "x", "", **log)
    assert plan.sessions.count() == 1


def test_a_review_moves_forward_only(boss):
    """To a day that is still to come."""
    plan = opened(boss)
    actions.move_review(plan, DAY + timedelta(days=40), now=NOW)
    assert CoachingPlan.objects.get().review_on == DAY + timedelta(days=40)
    with pytest.raises(BadInput, match="after today"):
        actions.move_review(plan, DAY, now=NOW)


def test_a_plan_is_closed_once_with_an_outcome(boss):
    """Not twice, and not with a word nobody knows."""
    plan = opened(boss)
    with pytest.raises(BadInput, match="outcome must be one of"):
        actions.close_plan(plan, "fine", "", on=DAY, by=boss, now=NOW)
    actions.close_plan(plan, "dropped", "", on=DAY, by=boss, now=NOW)
    with pytest.raises(BadInput, match="closed already"):
        actions.close_plan(plan, "dropped", "", on=DAY, by=boss, now=NOW)


def test_the_effect_is_measured_from_the_facts(boss, small_company):
    """Three months after: expected, observed, effect and peers; three days after: too early."""
    rep_id = min(small_company.team)
    plan = opened(boss, rep_id=rep_id, step="worked-connected", reason="To try.")
    last = small_company.facts.as_of.date()
    for days, status in ((3, Status.SILENT), (100, Status.SPEAKS)):
        CoachingPlan.objects.update(opened_on=last - timedelta(days=days))
        effects.judge(small_company.facts, CoachingPlan.objects.get(), NOW)
        effect = asks.effect_of(CoachingPlan.objects.get().result)
        assert effect.status is status
    assert effect.effect_lo < effect.effect < effect.effect_hi
    assert effect.effect == pytest.approx(effect.observed - effect.expected, abs=1e-9)
    assert effect.peers >= 8
    assert effect.customers_lo < effect.customers < effect.customers_hi
    plan.refresh_from_db()
    assert asks.effect_of(plan.result_of_proposed).n > 0


def test_a_day_is_named_only_where_time_alone_brings_it():
    """Three days since: 25 more. Four leads in forty days: 60 more. Thin past, young leads: nobody knows."""
    bare = Effect(Status.SILENT, DAY, n_before=50, n=40, converted=9, known_share=0.8)
    assert _too_early(bare, 3)[1] == 25
    assert _too_early(bare, 1)[0] == "too early: 1 day since, 28 are the least"
    assert _too_early(replace(bare, n=4), 40)[1] == 60
    for one in (replace(bare, n_before=19), replace(bare, known_share=0.4)):
        reason, more = _too_early(one, 60)
        assert (bool(reason), more) == (True, 0)
    assert _too_early(bare, 60) == ("", 0)


def test_a_thin_past_names_no_day(boss, small_company):
    """Where the rep's own past is too short, waiting does not help and no day is promised."""
    rep_id = min(small_company.team)
    opened(boss, rep_id=rep_id)
    CoachingPlan.objects.update(opened_on=date(2025, 1, 2))
    effects.judge(small_company.facts, CoachingPlan.objects.get(), NOW)
    effect = asks.effect_of(CoachingPlan.objects.get().result)
    assert "in the six months before" in effect.reason
    assert effect.tells_on is None


def test_leads_since_are_those_that_came_to_the_step(boss, small_company):
    """The count beside the effect is a plain count of the leads."""
    rep_id = min(small_company.team)
    opened(boss, rep_id=rep_id, step="worked-connected", reason="To try.")
    since = small_company.facts.as_of.date() - timedelta(days=100)
    CoachingPlan.objects.update(opened_on=since)
    effects.judge(small_company.facts, CoachingPlan.objects.get(), NOW)
    leads = small_company.facts.table("leads")
    counted = leads.filter(
        leads.worked_by == rep_id, leads.worked_at >= datetime.combine(since, datetime.min.time())
    )
    assert CoachingPlan.objects.get().result["n"] == small_company.facts.arrow(counted).num_rows


def test_everybody_sees_the_plans_that_are_theirs_to_see(boss, small_company):
    """A rep his own, a manager the team's, an executive all; nobody by guessing an address."""
    mine, other = sorted(small_company.team)[:2]
    first = opened(boss, rep_id=mine)
    second = opened(boss, rep_id=other)
    facts = small_company.facts
    rep = Scope(frozenset({mine}), mine, "rep")
    assert [one.record.rep_id for one in asks.plans(facts, rep)] == [mine]
    assert len(asks.plans(facts, Scope(small_company.team, None, "manager"))) == 2
    assert len(asks.plans(facts, Scope.everything())) == 2
    assert asks.plan(facts, rep, first.pk).step.key == "demo-won"
    with pytest.raises(BadInput, match="not yours to see"):
        asks.plan(facts, rep, second.pk)


def test_picks_are_compared_from_eight_measured_plans_on(boss):
    """Seven say nothing; eight give a mean with its interval, by plain arithmetic."""
    effect = {
        "status": "speaks",
        "until": "2025-09-30",
        "n_before": 50,
        "n": 50,
        "converted": 20,
        "p_above": 0.97,
    }
    for rep_id in range(8):
        plan = opened(boss, rep_id=rep_id)
        plan.result = effect | {"customers": float(rep_id)}
        plan.save()
        follows, others = asks.picks(Scope.everything())
        assert (follows.customers is None) == (rep_id < 7)
    assert (follows.plans, follows.measured, follows.moved, others.plans) == (8, 8, 8, 0)
    assert follows.customers == pytest.approx(3.5)
    assert follows.hi - follows.customers == pytest.approx(1.645 * (6.0 / 8) ** 0.5)
    assert follows.promised == pytest.approx(1.2)


def test_decisions_count_from_the_last_day_of_the_data(small_company):
    """Where the data ends before today, a plan starts there: leads since are counted from it."""
    last = small_company.facts.as_of.date()
    assert asks.today(small_company.facts, date(2030, 1, 1)) == last
    assert asks.today(small_company.facts, last - timedelta(days=5)) == last - timedelta(days=5)


def held_on(boss, day, rep_id=1, step="demo-won"):
    """A plan in which a session took place on one day; it is closed."""
    plan = opened(boss, rep_id=rep_id, step=step, reason="I sat beside her.")
    if day is not None:
        plan.sessions.create(held_on=day, practised="x", held_by=boss, logged_at=NOW)
        plan.sessions.create(held_on=day + timedelta(days=9), practised="y", held_by=boss, logged_at=NOW)
    actions.close_plan(plan, "improved", "", on=DAY, by=boss, now=NOW)


def test_leads_count_from_the_first_session_of_the_last_plan_at_a_step(boss, small_company):
    """Not of a plan without a session, nor one before the half year or still to come."""
    asked, last = asks.comparison(small_company.facts), small_company.facts.as_of.date()
    early, late = last - timedelta(days=100), last - timedelta(days=40)
    for day in (late, early):
        held_on(boss, day)
    held_on(boss, early, step="worked-connected")
    held_on(boss, None, step="qualified-demo")
    held_on(boss, asked.start - timedelta(days=1), rep_id=2)
    held_on(boss, last + timedelta(days=1), rep_id=3)

    found = asks.judged(small_company.facts)

    coached = (Coached(1, "demo-won", late), Coached(1, "worked-connected", early))
    assert found == replace(asked, coached=coached)


def test_a_proposal_after_coaching_says_from_when_leads_count(boss, small_company, visit):
    """On the page of coaching, on that of a new plan and on the rep's own, whatever period that one shows."""
    everybody, facts = Scope.everything(), small_company.facts
    first = asks.proposals(facts, everybody, frozenset(small_company.team))[0]
    whole = funnels.funnel(facts, everybody, asks.comparison(facts), frozenset({first.rep_id})).reps[0]
    since = facts.as_of.date() - timedelta(days=120)
    held_on(boss, since, rep_id=first.rep_id, step=first.step.key)

    (again,) = asks.proposals(facts, everybody, frozenset({first.rep_id}))

    assert (first.since, again.step, again.since, again.until) == (
        None,
        first.step,
        since,
        facts.as_of.date(),
    )
    counted = next(one.n for one in whole.conversions if one.step == first.step)
    assert again.estimate.n < first.estimate.n == counted
    told = f"{again.estimate.n:,} leads</a> since the coaching of {since:%-d %b %Y}"
    home = visit("manager", "/home/management.plans/", small_company.manager).content.decode()
    assert told.replace("</a>", "") in home
    period = f"period={since}..{facts.as_of.date()}"
    pages = (
        "coaching/",
        f"coaching/new/{first.rep_id}/",
        f"rep/{first.rep_id}/",
        f"rep/{first.rep_id}/?period=last3",
    )
    for address in pages:
        page = visit("executive", f"/management/{address}").content.decode()
        assert told in page, address
        assert period in page, address


def test_a_silent_last_step_does_not_silence_what_a_plan_brought():
    """Of a hundred connects ten become customers: by the team's rate where no rep's is told."""
    rates = np.tile(PLAIN, (20, 1))
    facts = TableFacts(drawn_leads(np.random.default_rng(5), rates, months=6, leads_per_month=20))
    few = read_funnel(facts, default_question(facts.as_of.date()))
    (rep,) = fit_funnel(few).funnel({3}).reps
    assert rep.conversions[-1].rate is None

    assert effects._to_won(few, step_of("worked-connected"), 3) == pytest.approx(PLAIN[1:].prod(), rel=0.3)
    assert effects._to_won(few, step_of("demo-won"), 3) == 1.0
    assert effects._to_won(few, step_of("worked-connected"), 99) is None


def test_a_rep_of_old_has_no_skill_to_name_and_the_page_says_why(small_company, visit, monkeypatch):
    """Nothing in the last six months: his page shows an older period, and the reason."""
    monkeypatch.setattr(funnel_page, "proposals", lambda *_: [])

    page = visit("executive", f"/management/rep/{min(small_company.team)}/").content.decode()

    assert "Nothing of this rep is recorded in the last six months." in page
