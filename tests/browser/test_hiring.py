"""A whole hire in a real browser: criteria, three interviewers on their phones, decision, re-score."""

from datetime import UTC, datetime

import pytest

from browser_checks import assert_page_is_sound
from small_company import small_company

__all__ = ["small_company"]

PHONE = 360
TWELVE = (
    *("curiosity", "coachability", "prior_success", "intelligence", "work_ethic", "preparation"),
    *("adaptability", "passion", "brevity", "competitiveness", "convincing", "presentation"),
)
#: Seconds by the keystroke-level model (Card, Moran, Newell 1980): think, swipe on, reach, tap.
THINK, SWIPE, REACH, TAP = 1.35, 0.8, 1.1, 0.2


@pytest.fixture(autouse=True)
def _of_the_company(small_company, settings):
    """The site serves the small company."""
    settings.HOME = small_company.home


class Thumb:
    """Taps on a form, and counts them."""

    def __init__(self, page):
        self.page, self.taps = page, 0

    def score(self, name, points):
        """Tap a number in the row of that name."""
        box = self.page.locator(f"input[name='{name}'][value='{points}']")
        size = box.bounding_box()
        assert min(size["width"], size["height"]) >= 44, f"{name}: {size}"
        box.click()
        self.taps += 1

    def press(self, name):
        """Tap a button."""
        self.page.get_by_role("button", name=name, exact=True).click()
        self.taps += 1


def says(page, words):
    """Wait for what the form says of itself."""
    page.locator("[data-state]", has_text=words).wait_for(timeout=20_000)


def test_a_whole_hire(as_role, live_server, small_company):
    """From the criteria to the score six months after; the form is tapped, lost, kept, and sent again."""
    recruiter = as_role("recruiter")
    _write_the_process(recruiter, live_server.url)
    cards = _hand_out(recruiter, live_server.url, as_role, small_company)
    _score_twelve_in_fourteen_taps(
        as_role("interviewer", width=PHONE), live_server.url + cards["interviewer"]
    )
    _score_offline(as_role("executive", width=PHONE), live_server.url + cards["executive"])
    _score_on_two_devices(as_role, live_server.url + cards["manager"])
    _see_the_index(recruiter, live_server.url, small_company)
    _decide(recruiter, live_server.url)
    _score_again(as_role("manager"), live_server.url, small_company)
    _join_and_refit(as_role("executive"), live_server.url, small_company)
    _bring_past_scores(recruiter, live_server.url)


def _write_the_process(page, site):
    """Criteria from the examples, one of one's own, a role and its three rounds."""
    for address in ("/hiring/", "/hiring/criteria/", "/hiring/criteria/examples/", "/hiring/roles/"):
        assert_page_is_sound(page, site + address)
    page.goto(f"{site}/hiring/criteria/examples/")
    page.get_by_role("button", name="Take the ticked ones").click()
    page.get_by_role("heading", name="Criteria", exact=True).wait_for()
    assert_page_is_sound(page, f"{site}/hiring/criteria/new/")
    page.get_by_label("Name", exact=True).fill("Patience")
    page.get_by_label("Definition", exact=True).fill("Waits until the buyer is ready.")
    page.get_by_label("How it is assessed", exact=True).fill("A silence of ten seconds in the role play.")
    for points, said in ((1, "Fills it"), (4, "Bears five"), (7, "Bears ten"), (10, "Uses it")):
        page.get_by_label(f"{points} point{'s' if points > 1 else ''}", exact=True).fill(said)
    page.get_by_role("button", name="Write it down").click()
    page.get_by_text("before any score on it existed").wait_for()
    assert_page_is_sound(page, f"{site}/hiring/criteria/patience/")

    page.goto(f"{site}/hiring/roles/")
    page.get_by_label("Name", exact=True).fill("Inside sales")
    page.get_by_role("button", name="Add it").click()
    for name, kind, by_phone, keys in (
        ("First talk", "Interview", False, TWELVE),
        ("Call", "Role play", True, ("patience", "coaching_gain")),
        ("Last talk", "Interview", False, ("patience", "curiosity")),
    ):
        page.get_by_role("link", name="Add a round").click()
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_label("Kind", exact=True).select_option(label=kind)
        page.get_by_label("Held by phone").set_checked(by_phone)
        for key in keys:
            page.locator(f"input[name=criteria][value={key}]").check()
        page.get_by_role("button", name="Add it").click()
        page.get_by_role("heading", name="Inside sales").wait_for()
    for address in ("/hiring/roles/inside-sales/", "/hiring/roles/inside-sales/rounds/new/"):
        assert_page_is_sound(page, site + address)


def _hand_out(page, site, as_role, small_company):
    """Somebody applies; interviewer, manager and executive each get a scorecard."""
    from quintet.hiring.models.scorecards import Scorecard
    from quintet.site.models import User

    for role, rep in (("interviewer", None), ("manager", small_company.manager), ("executive", None)):
        as_role(role, rep_id=rep)
    User.objects.filter(role="manager").update(interviews=True)
    assert_page_is_sound(page, f"{site}/hiring/candidates/new/")
    page.get_by_label("Name", exact=True).fill("Cy Mossgrave")
    page.get_by_label("Source").fill("referral")
    page.get_by_role("button", name="Add", exact=True).click()
    for place, who in (("First talk", "Interviewer"), ("Call", "Manager"), ("Last talk", "Executive")):
        page.get_by_label("Round", exact=True).select_option(label=place)
        page.get_by_label("Interviewer", exact=True).select_option(label=who)
        page.get_by_role("button", name="Hand it out").click()
        page.get_by_text(f"{who} finds the form").wait_for()
    assert_page_is_sound(page, page.url)
    return {one.interviewer.role: f"/hiring/form/{one.pk}/" for one in Scorecard.objects.all()}


def _score_twelve_in_fourteen_taps(page, address):
    """Twelve criteria, the verdict and submit: fourteen taps, in well under 90 seconds for a slow hand."""
    page.goto(address.partition("/hiring/")[0] + "/hiring/forms/")
    page.get_by_role("link", name="Cy Mossgrave").wait_for()
    assert_page_is_sound(page, page.url)
    assert_page_is_sound(page, address)
    thumb = Thumb(page)
    for at, key in enumerate(TWELVE):
        thumb.score(f"score-{key}", 4 + at % 5)
    thumb.score("overall", 7)
    thumb.press("Submit")

    page.get_by_role("heading", name="Cy Mossgrave").wait_for()
    page.get_by_text("Scores side by side").wait_for()
    assert thumb.taps == 14
    assert thumb.taps * (THINK + SWIPE + REACH + TAP) < 90
    assert_page_is_sound(page, page.url)


def _score_offline(page, address):
    """Without a network every tap is kept; a closed tab opens with its draft; submit goes out by itself."""
    page.goto(address)
    thumb, network = Thumb(page), page.context
    thumb.score("score-patience", 6)
    says(page, "Saved")
    network.set_offline(True)
    thumb.score("score-curiosity", 9)
    page.get_by_label("Evidence: Curiosity").fill("asked who decides")
    says(page, "Kept on this device")
    page.close()

    network.set_offline(False)
    page = network.new_page()
    page.goto(address)
    says(page, "Saved")
    assert page.locator("input[name=score-curiosity][value='9']").is_checked()
    assert page.get_by_label("Evidence: Curiosity").input_value() == "asked who decides"

    _submit_offline(page, network)


def _submit_offline(page, network):
    """A request that is lost is sent again; a submission waits for the network, and leaves nothing behind."""
    lost = []
    page.route("**/draft/", lambda route: (lost.append(1), route.abort())[1], times=1)
    thumb = Thumb(page)
    thumb.score("overall", 8)
    says(page, "Saved")
    assert lost == [1]
    network.set_offline(True)
    thumb.press("Submit")
    says(page, "not submitted yet")
    network.set_offline(False)
    page.get_by_role("heading", name="Cy Mossgrave").wait_for(timeout=20_000)
    page.wait_for_url("**/hiring/candidates/**")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.includes('scorecard'))") == []


def _score_on_two_devices(as_role, address):
    """The second device is shown both, and chooses; the role play is coached in between."""
    phone, tablet = as_role("manager", width=PHONE), as_role("manager", width=768)
    phone.goto(address)
    tablet.goto(address)
    Thumb(phone).score("before", 4)
    says(phone, "Saved")
    Thumb(tablet).score("before", 5)
    tablet.get_by_text("Both are kept until you choose").wait_for()
    says(tablet, "Choose which one counts")
    tablet.get_by_role("button", name="Take what was saved there").click()
    tablet.locator("input[name=before][value='4']:checked").wait_for(state="attached")

    tablet.get_by_label("Feedback given").fill("Ask what it costs them today.")
    thumb = Thumb(tablet)
    thumb.press("Submit")
    tablet.get_by_text("Still to score: the score after coaching.").wait_for()
    for name, points in (("after", 8), ("score-patience", 7), ("overall", 8)):
        thumb.score(name, points)
    thumb.press("Submit")
    tablet.wait_for_url("**/hiring/candidates/**")
    tablet.get_by_text("4 before, 8 after").wait_for()


def _see_the_index(page, site, small_company):
    """Fitted from what is known: too few hires, so the written weights count, and it says so."""
    from quintet.hiring.actions.index import renew_index

    renew_index(small_company.facts)
    page.goto(f"{site}/hiring/")
    page.get_by_role("link", name="Cy Mossgrave").click()
    page.get_by_role("heading", name="Index").wait_for()
    page.get_by_text("points by the weights written down before").wait_for()
    assert_page_is_sound(page, page.url)


def _decide(page, site):
    """Every score is in, and the recruiter hires; the decision and its reason stay."""
    page.goto(f"{site}/hiring/")
    page.get_by_role("link", name="Cy Mossgrave").click()
    page.get_by_text("Waiting for a decision").wait_for()
    assert_page_is_sound(page, page.url)
    page.get_by_label("Hired").check()
    page.get_by_label("Reason", exact=True).fill("Doubled the score after one piece of feedback.")
    page.get_by_label("First day").fill("2025-03-01")
    page.get_by_role("button", name="Write the decision down").click()
    page.get_by_text("First day 1 Mar 2025").wait_for()
    page.get_by_label("Became").select_option(index=1)
    page.get_by_role("button", name="Link").click()
    page.get_by_text("what they bring counts").wait_for()
    assert_page_is_sound(page, f"{site}/hiring/")


def _score_again(page, site, small_company):
    """Six months later the manager scores the same criteria, blind to what was said before."""
    from quintet.hiring.models.candidates import Candidate, Decision
    from quintet.hiring.models.reviews import PostHireReview
    from quintet.hiring.models.scorecards import Scorecard

    long_ago = datetime(2025, 3, 1, tzinfo=UTC)
    Candidate.objects.update(added_at=long_ago)
    Scorecard.objects.update(saved_at=long_ago)
    hired = [one for one in small_company.reps if one["joined_on"] == long_ago.date()]
    rep = hired[0]["rep_id"]
    Decision.objects.update(rep_id=rep)
    assert_page_is_sound(page, f"{site}/hiring/reviews/")
    page.locator(f"a[href='/hiring/reviews/{rep}/6/']").click()
    page.wait_for_url(f"**/hiring/reviews/{rep}/6/")
    assert_page_is_sound(page, page.url)
    assert page.get_by_text("Doubled the score").count() == 0
    fields = page.locator("fieldset.score").all()
    assert len(fields) == len(TWELVE) + 1
    for one in fields:
        one.locator("input[value='8']").click()
    page.get_by_role("button", name="Submit").click()
    page.get_by_text("is scored. What was said stays").wait_for()
    assert PostHireReview.objects.get().scores.count() == len(TWELVE) + 1


def _join_and_refit(page, site, small_company):
    """Ledger, facts and index follow: what was shown stays with the decision, and one more counts."""
    from quintet.facts.published import Facts
    from quintet.facts.refresh import refresh
    from quintet.hiring.actions.index import renew_index
    from quintet.hiring.actions.success import renew_success
    from quintet.hiring.asks.index import stored_index
    from quintet.hiring.models.candidates import Decision
    from quintet.ledger.mover import move

    advice = Decision.objects.get().advice
    before = stored_index(small_company.home).card
    assert (advice["status"], advice["unit"]) == ("silent", "points")
    move(small_company.home)
    refresh(small_company.home)
    facts = Facts.published(small_company.home)
    renew_success(facts)
    assert renew_index(facts) == "a new version"
    after = stored_index(small_company.home)
    assert after.card.applicants == before.applicants + 1
    assert after.version != advice["version"]
    rep = small_company.reps[0]["rep_id"]
    for address in ("index", "interviewers", "success", f"success/{rep}", "criteria/curiosity"):
        assert_page_is_sound(page, f"{site}/hiring/{address}/")


def _bring_past_scores(page, site):
    """A spreadsheet is looked at, loaded, and what was refused can be fetched."""
    assert_page_is_sound(page, f"{site}/hiring/past-scores/")
    sheet = "Candidate,Interviewer,Result,Drive,Wit\nAnn Lee,Mo,hired,7,8\nBo Chan,Mo,rejected,12,8\n"
    page.get_by_label("Spreadsheet").set_input_files(
        {"name": "scores.csv", "mimeType": "text/csv", "buffer": sheet.encode()}
    )
    page.get_by_role("button", name="Upload and look").click()
    page.get_by_role("heading", name="scores.csv").wait_for()
    assert_page_is_sound(page, page.url)
    page.get_by_label("Highest score").fill("10")
    page.get_by_role("button", name="Read it so").click()
    page.get_by_text("not a score from 1 to 10").wait_for()
    page.get_by_role("button", name="Load 3 scores").click()
    page.get_by_role("link", name="Rows to correct").wait_for()
    assert_page_is_sound(page, page.url)
