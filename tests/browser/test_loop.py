"""The loop in a real browser: curve, versions, and the decision log from advice to what followed."""

from datetime import UTC, datetime, timedelta

import pytest

from advice import advice
from browser_checks import assert_page_is_sound
from quintet.ledger import inbox, mover
from quintet.ledger.recommendations import as_row
from small_company import small_company
from stored_drift import keep_day
from stored_turns import FORMULA, stored_turns

__all__ = ["small_company"]
MADE = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _of_the_company(small_company, settings, tmp_path):
    """The site serves the small company with four quarters turned."""
    settings.HOME = stored_turns(small_company.home, tmp_path, quarters=4, promoted_in=2)


@pytest.fixture
def advised(settings, transactional_db):
    """One promotion of the turns, and twelve pieces of advice to decide on."""
    from quintet.loop.actions.decisions import keep_up, record_promotions
    from quintet.loop.running import Turns

    record_promotions(settings.HOME, Turns(settings.HOME, FORMULA.name).kept(), MADE)
    inbox.offer([as_row(advice(key=f"key {at:02d}"), MADE) for at in range(12)])
    mover.move(settings.HOME)
    keep_up(settings.HOME, MADE)


@pytest.mark.parametrize("address", ["/loop/", f"/loop/{FORMULA.name}/", "/loop/decisions/"])
def test_page_is_sound(as_role, live_server, advised, address):
    """The curve, two versions, the log: nothing sticks out, in light and dark, at 360 px."""
    assert_page_is_sound(as_role("executive"), live_server.url + address)


@pytest.mark.parametrize(
    "world", [None, {}, {"happened": 0.7, "mix": (0.3, 0.2, 0.5)}, {"inputs": False, "days": 3}]
)
def test_drift_is_sound(as_role, live_server, settings, world):
    """Not looked yet, calm, both alarms, too little: nothing sticks out, in light and dark, at 360 px."""
    if world is not None:
        keep_day(settings.HOME, **world)
    assert_page_is_sound(as_role("executive"), live_server.url + "/loop/drift/")


def test_before_the_first_advice_the_log_is_sound(as_role, live_server):
    """An empty log says what will be there."""
    page = as_role("marketer")
    assert_page_is_sound(page, live_server.url + "/loop/decisions/")
    page.goto(live_server.url + "/loop/decisions/")
    page.get_by_text("No advice here").wait_for()


def test_refusing_asks_for_a_reason(as_role, live_server, advised):
    """Chosen from the open advice, refused without a reason, then with one; nothing of it is unsound."""
    page = as_role("executive")
    page.goto(live_server.url + "/loop/decisions/?state=open")
    page.get_by_role("link", name="Work leads from 40 points on.").first.click()
    page.get_by_role("heading", name="What was promised").wait_for()
    where = page.url
    assert_page_is_sound(page, where)
    page.goto(where)
    page.get_by_label("Refuse it").check()
    page.get_by_role("button", name="Write it down").click()
    page.get_by_text("Say why").wait_for()
    page.get_by_label("Reason").fill("We have no hands in March.")
    page.get_by_role("button", name="Write it down").click()
    page.get_by_text("We have no hands in March.").wait_for()


def test_what_followed_and_the_scorecard(as_role, live_server, advised, django_user_model):
    """Typed in beside the promise; the scorecard speaks of all twelve, in words and with an interval."""
    from quintet.ledger.recommendations import Followed
    from quintet.loop.actions.decisions import decide, follow
    from quintet.loop.models.decisions import Recommendation

    page = as_role("executive")
    by = django_user_model.objects.get(email="executive@browser.test")
    told = list(Recommendation.objects.filter(state="open").order_by("key"))
    for one in told:
        decide(one, "accepted", "", by=by, now=MADE)
    for one in told[1:]:
        follow(one, Followed(2.0, 1.0, 3.0, 90, "as measured"), now=MADE + timedelta(days=30))

    where = f"{live_server.url}/loop/decisions/{told[0].pk}/"
    assert_page_is_sound(page, where)
    page.goto(where)
    page.get_by_label("What followed", exact=True).fill("1.5")
    page.get_by_label("Cases", exact=True).fill("200")
    page.get_by_label("Evidence", exact=True).fill("Demos of March.")
    page.get_by_role("button", name="Write it down").click()
    page.get_by_text("Demos of March.").wait_for()

    assert_page_is_sound(page, live_server.url + "/loop/decisions/")
    page.goto(live_server.url + "/loop/decisions/")
    page.get_by_text("Share accepted as advised").wait_for()
    page.get_by_text("It promises more than follows.").wait_for()


def test_the_chain_is_sound(as_role, live_server, settings, small_company, transactional_db):
    """Links, reps and leads told apart: nothing sticks out, in light and dark, at 360 px."""
    from quintet.facts.published import Facts
    from quintet.loop.actions.chain import renew_chain

    settings.HOME = small_company.home
    renew_chain(Facts.published(small_company.home))
    assert_page_is_sound(as_role("executive"), live_server.url + "/loop/chain/")
