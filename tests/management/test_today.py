"""Team today: the mail's own figures on a page, by who asks."""

import re
from datetime import date, timedelta

import pytest

from quintet.facts.scope import Scope
from quintet.management.asks import daily
from quintet.management.asks import funnel as funnels
from quintet.management.asks import today as asks
from quintet.management.asks.working_days import working_days
from quintet.management.models.coaching import CoachingPlan
from quintet.management.records import Selection
from quintet.site.models import User

pytestmark = pytest.mark.django_db
LATER = date(2026, 3, 2)


def test_it_says_what_the_mail_of_that_morning_says(small_company):
    """Where the data ends before today, the working day after its end stands in."""
    facts, scope = small_company.facts, Scope(small_company.team, None, "manager")
    found = asks.today(facts, scope, LATER)
    calendar = working_days(facts)
    morning = calendar.next_working_day(facts.as_of.date())
    letter = daily.letter(facts, daily.audience_of(facts, scope), morning, calendar)
    assert found.letter == letter
    assert letter.day == calendar.add_working_days(morning, -1)


def test_on_a_day_with_data_yesterday_is_told(small_company):
    """The running day is not whole: the one before it counts."""
    facts = small_company.facts
    clock = facts.as_of.date()
    found = asks.today(facts, Scope.everything(), clock)
    assert found.letter.day == working_days(facts).add_working_days(clock, -1)


def test_reviews_that_are_due_are_todays_business(small_company):
    """Open, and the day has come; not those to come, not closed ones, not another team's."""
    boss = User.objects.create_user("boss@today.test", "manager", "pass")
    mine, other = sorted(small_company.team)[:2]
    told = {"step": "demo-won", "finding": "x", "goal": 0.4, "proposed": {}, "opened_by": boss}
    for rep, days in ((mine, -1), (other, 5)):
        CoachingPlan.objects.create(
            rep_id=rep, review_on=LATER + timedelta(days=days), opened_on=date(2025, 9, 1), **told
        )
    CoachingPlan.objects.create(
        rep_id=mine, review_on=LATER, opened_on=date(2025, 9, 1), closed_on=date(2025, 9, 9), **told
    )
    facts = small_company.facts
    assert [one.record.rep_id for one in asks.today(facts, Scope.everything(), LATER).due] == [mine]
    assert asks.today(facts, Scope(frozenset({other}), other, "rep"), LATER).due == ()


def test_a_rep_reads_his_own_line_and_no_colleagues(visit, small_company):
    """The team's sums, his own day, and nobody else's name."""
    member = min(small_company.team)
    names = {rep["rep_id"]: rep["name"] for rep in small_company.reps}
    page = visit("rep", "/management/today/", rep_id=member).content.decode()
    assert "Your own day, and this month" in page
    assert not [name for rep, name in names.items() if rep != member and name in page]


def test_a_manager_reads_every_rep_and_what_to_ask(visit, small_company):
    """All of the team in one table; what stands out, or that nothing does."""
    page = visit("manager", "/management/today/", rep_id=small_company.manager).content.decode()
    names = {rep["rep_id"]: rep["name"] for rep in small_company.reps}
    assert all(names[rep] in page for rep in small_company.team)
    assert "What stands out, and what to ask" in page


def test_the_months_number_of_each_rep_opens_as_many_records(visit, small_company):
    """Behind each count of the month are the leads it counts, for the manager and for the rep himself."""
    facts, scope = small_company.facts, Scope(small_company.team, None, "manager")
    letter = asks.today(facts, scope, LATER).letter
    line = letter.reps[0]
    for amount in line.amounts:
        asked = funnels.question(facts, scope, funnels.Filters(team="", period=letter.month))
        found = funnels.records(facts, scope, asked, Selection(rep_id=line.rep_id, stage=amount.stage))
        assert len(found) == amount.month
    page = visit("rep", "/management/today/", rep_id=line.rep_id).content.decode()
    link = re.search(r'href="(/management/records/[^"]*)"', page).group(1).replace("&amp;", "&")
    assert visit("rep", link, rep_id=line.rep_id).status_code == 200
