"""Coaching in a real browser: from the team to a plan, two sessions, a month later, and whether it moved."""

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from browser_checks import assert_page_is_sound

LAST_DAYS = 45


@pytest.fixture(scope="module")
def halves(tmp_path_factory):
    """A home that holds a simulated company but for its last weeks, and those."""
    from quintet.facts.refresh import rebuild
    from quintet.kernel.home import Home
    from quintet.ledger.identity import Aliases
    from quintet.ledger.interactions import Interactions
    from quintet.ledger.schema import OFFERED
    from quintet.simulate.company import company
    from quintet.simulate.spec import CompanySpec

    home = Home.at(tmp_path_factory.mktemp("coaching"))
    made = company(CompanySpec(reps=12, quarters=3, seed=4, start=date(2025, 1, 1)))
    every = pa.Table.from_batches(made.batches(), schema=OFFERED)
    cut = pa.scalar(datetime(2025, 10, 1, tzinfo=UTC) - timedelta(days=LAST_DAYS), every["occurred_at"].type)
    first, rest = (every.filter(test(every["occurred_at"], cut)) for test in (pc.less, pc.greater_equal))
    Interactions(home).append(first.to_reader(), dedupe=False)
    Aliases(home).link(made.aliases())
    rebuild(home)
    return home, rest


def test_from_the_team_to_a_plan_and_what_came_of_it(as_role, live_server, halves, settings):
    """The manager follows the proposal to the onion and opens a plan; weeks pass, and it is told what moved.

    A second open plan is refused; the rep sees his own plan and nobody else's.
    """
    home, rest = halves
    settings.HOME = home
    manager, name = _manager_with_a_proposal(home)
    page = as_role("manager", rep_id=manager)
    page.goto(live_server.url + "/management/coaching/")
    page.locator(".plan-name", has_text=name).first.click()
    page.get_by_role("heading", name="Peel the onion").wait_for()
    page.get_by_role("link", name="Open a plan").click()
    rep_id = int(page.url.rstrip("/").rsplit("/", 1)[1])
    assert_page_is_sound(page, page.url)
    plan = _opened(page)
    _log_two_sessions(page, plan)

    page.goto(f"{live_server.url}/management/coaching/new/{rep_id}/")
    page.get_by_text("One skill at a time").wait_for()
    assert page.get_by_role("button", name="Open the plan").count() == 0

    _let_time_pass(home, rest)
    for address in (plan, live_server.url + "/management/coaching/"):
        assert_page_is_sound(page, address)
    page.goto(plan)
    page.get_by_text("was to be expected anyway").wait_for()
    _is_seen_by_the_rep_alone(as_role, live_server, plan, (rep_id, name))


def _manager_with_a_proposal(home):
    from quintet.facts.published import Facts
    from quintet.facts.scope import Scope
    from quintet.management.asks import coaching as asks

    facts = Facts.published(home)
    everybody = Scope.everything()
    first = asks.proposals(facts, everybody, asks.shown(facts, everybody).rep_ids)[0]
    reps = facts.table("reps")
    mine = facts.arrow(reps.filter(reps.rep_id == first.rep_id, reps.valid_to.isnull())).to_pylist()[0]
    facts.close()
    return mine["manager_id"], first.name


def _opened(page):
    page.get_by_label("What a call review showed").fill("Never asks who else decides.")
    page.get_by_role("button", name="Open the plan").click()
    page.get_by_role("heading", name="Did it move?").wait_for()
    return page.url


def _log_two_sessions(page, plan):
    from quintet.management.models.coaching import CoachingPlan

    day = CoachingPlan.objects.get(pk=plan.rstrip("/").rsplit("/", 1)[1]).opened_on
    for words in ("Asked for the next step, role play.", "Two live calls listened to."):
        page.get_by_label("Held on").fill(day.isoformat())
        page.get_by_label("What was practised").fill(words)
        page.get_by_role("button", name="Log it").click()
        page.get_by_text(words).wait_for()


def _let_time_pass(home, rest):
    """What happened in the weeks that follow arrives, and the worker looks."""
    from quintet.facts.published import Facts
    from quintet.facts.refresh import refresh
    from quintet.ledger.interactions import Interactions
    from quintet.management.actions.coaching_effects import judge_all

    Interactions(home).append(rest.to_reader(), dedupe=False)
    refresh(home)
    facts = Facts.published(home)
    judge_all(facts, datetime.now(UTC))
    facts.close()


def _is_seen_by_the_rep_alone(as_role, live_server, plan, rep):
    own = as_role("rep", rep_id=rep[0])
    own.goto(live_server.url + "/management/coaching/")
    own.get_by_role("link", name=rep[1]).first.click()
    own.get_by_text("Two live calls listened to.").wait_for()
    assert own.get_by_role("button", name="Log it").count() == 0
    other = as_role("bdr", rep_id=rep[0] + 1)
    assert other.goto(plan).status == 400
    other.get_by_text("not yours to see").wait_for()
