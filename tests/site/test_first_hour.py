"""The guided first hour: each step's state is what the system knows, and somebody ends it."""

from datetime import UTC, datetime

import pytest

from quintet.facts.refresh import refresh
from quintet.kernel.errors import BadInput
from quintet.site import first_hour
from quintet.site.first_hour import known_of, states_of
from quintet.site.first_hour_steps import DONE, LATER, NEXT, OPTIONAL, Known, steps_of
from quintet.site.models import FirstHour

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def states(**known):
    """The state of each step, by its key."""
    steps = steps_of(Known(**known))
    has_data = known.get("interactions", 0) > 0
    return dict(zip([one.key for one in steps], states_of(steps, has_data=has_data), strict=True))


def step(key, **known):
    """One step of a company of which that is known."""
    return next(one for one in steps_of(Known(**known)) if one.key == key)


def test_before_the_first_load_everything_else_waits():
    """There is one thing to do, and the rest says that it comes later."""
    found = states()

    assert found.pop("load") == NEXT
    assert set(found.values()) == {LATER}


def test_a_handed_in_file_leads_back_to_its_proposal():
    """Who left the page in between finds the way back."""
    waiting = step("load", open_upload="deals.csv", open_upload_url="/import/7/")

    assert (waiting.action, waiting.page) == ("Look at the proposal", "/import/7/")
    assert waiting.told == "deals.csv is handed in, and not loaded yet."


def test_a_loaded_file_tells_its_rows_and_its_rejects():
    """Counted in lines of the file and in interactions; rejected lines are the next action."""
    loaded = step("load", rows=30, interactions=95, rejected=2, rejects_load="L1", is_published=True)

    assert loaded.told == "30 rows became 95 interactions; 2 rows wait to be corrected."
    assert (loaded.is_done, loaded.page) == (True, "/import/loads/L1/rejects/")


def test_until_the_pages_are_ready_the_step_says_so():
    """Nobody is sent to a page that has nothing to show yet."""
    assert "The worker prepares the pages" in step("load", rows=3, interactions=9).told


def test_people_without_a_team_are_said_and_can_wait():
    """A company of one team needs no file of teams."""
    assert "no team" in step("people", interactions=9, reps=11).told
    assert states(interactions=9, reps=11)["people"] == OPTIONAL
    assert states(interactions=9, reps=11, teams=2)["people"] == DONE
    assert states(interactions=9)["people"] == NEXT


def test_a_look_is_a_step():
    """The funnel is next until somebody opened it; then what is missing."""
    assert states(interactions=9, reps=4)["funnel"] == NEXT
    looked = states(interactions=9, reps=4, saw_funnel=True)
    assert (looked["funnel"], looked["health"]) == (DONE, NEXT)


def test_what_is_missing_is_counted_and_named():
    """The first formula that cannot be fed stands in the guide itself."""
    told = step("health", can=4, partly=3, cannot=2, missing="Ramp: no joining date is known.").told

    assert told == ("Of the formulas, 4 can be fed, 3 with a gap, 2 cannot. Ramp: no joining date is known.")


def test_quotas_and_contract_can_wait():
    """Neither holds up the hour, and both say when they are there."""
    assert states(interactions=9)["quotas"] == states(interactions=9)["contract"] == OPTIONAL
    there = states(interactions=9, quotas=3, has_contract=True)
    assert there["quotas"] == there["contract"] == DONE


def test_the_turn_is_pressed_once_and_then_watched():
    """While the worker is at it, the step leads to where its progress is."""
    assert step("turn", turned="5 wait").is_post
    assert step("turn", turned="3 of 9", is_turning=True).page == "loop:scores"
    assert step("turn", turned="all", is_turned=True).is_done


def test_a_history_that_is_too_short_to_turn_holds_nothing_up():
    """A company whose first quarter runs finishes its first hour all the same."""
    assert states(interactions=9, turn_refusal="no quarter is over")["turn"] == OPTIONAL


def test_an_empty_company_is_guided(sign_in):
    """Operations sees the steps and the one button; nobody is offered pages with nothing on them."""
    text = sign_in("operations").get("/").content.decode()

    assert "Your first hour" in text
    assert "Import files" in text
    assert "All pages, and what each answers" not in text


def test_who_may_not_import_is_told_who_does(sign_in):
    """A manager sees where the company stands, without a button that would refuse him."""
    text = sign_in("manager").get("/").content.decode()

    assert "For operations or an executive" in text
    assert 'href="/import/"' not in text


def test_a_rep_is_told_to_wait(sign_in):
    """The guide is not his, and no link leads to a refusal."""
    text = sign_in("rep").get("/").content.decode()

    assert "Your first hour" not in text
    assert "Operations or an executive loads the first export" in text
    assert 'href="/import/"' not in text


def test_what_is_known_is_read_from_the_company(offer_calls, home, db):
    """Interactions from the ledger, people from the facts, what cannot be fed from data health."""
    offer_calls(3, source="hubspot")
    refresh(home)

    known = known_of(home)

    assert (known.interactions, known.is_published, known.saw_funnel) == (3, True, False)
    assert known.can + known.partly + known.cannot == len(first_hour.data_health_of(home))
    assert known.missing
    assert not known.is_turned


def test_looking_at_data_health_is_noted(sign_in, offer_calls, home):
    """A look counts once it succeeded, and only the first one is dated."""
    offer_calls(3, source="hubspot")
    refresh(home)
    sign_in("executive").get("/data-health/")
    first = FirstHour.objects.get(pk=1).health_seen_at

    sign_in("operations").get("/data-health/")

    assert known_of(home).saw_health
    assert FirstHour.objects.get(pk=1).health_seen_at == first


def test_a_refused_look_is_none(sign_in, home):
    """Who may not see a page has not seen it, nor has who found nothing on it."""
    sign_in("rep").get("/data-health/")
    sign_in("manager").get("/management/")

    assert not known_of(home).saw_health
    assert not known_of(home).saw_funnel


def test_it_is_put_away_for_everybody_once(sign_in, people):
    """Operations or an executive ends it; others may not, and twice is refused."""
    assert sign_in("manager").post("/first-hour/close/").status_code == 403
    assert sign_in("operations").post("/first-hour/close/").status_code == 302

    assert "Your first hour" not in sign_in("executive").get("/").content.decode()
    assert FirstHour.objects.get(pk=1).closed_by == people.operations
    with pytest.raises(BadInput, match="already"):
        first_hour.close(NOW, people.operations)


def test_the_simulated_company_needs_no_first_hour(sign_in, offer_calls):
    """The demo is a company that was set up long ago."""
    offer_calls(3, source="simulated")

    assert "Your first hour" not in sign_in("executive").get("/").content.decode()
