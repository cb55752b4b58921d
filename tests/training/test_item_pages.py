"""Pages of item analysis, readiness and mentors: who sees what, and what is done there."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from quintet.ledger.models import InboxRow
from quintet.training.actions.items import items_shelf, renew_items
from quintet.training.actions.mentors import judge_pairs
from quintet.training.actions.readiness import readiness_shelf, renew_readiness, skills_shelf
from quintet.training.models.curriculum import Module
from quintet.training.models.mentors import MentorPair
from taught_company import an_exam, sit

pytestmark = pytest.mark.django_db
ROOM = "/training/"


@pytest.fixture
def exam(as_user):
    """An exam of six questions for demo to won."""
    return an_exam()


@pytest.fixture
def sat(small_company, exam):
    """Forty strangers and the whole small company took it."""
    return sit(small_company, exam)


@pytest.fixture
def worked_out(sat):
    """What the worker does once an hour."""
    renew_items(sat)
    renew_readiness(sat)
    return sat


def test_item_analysis_shows_wording_and_never_a_key(as_user, worked_out):
    """Who teaches reads each question with its share right; no answer key is on the page."""
    client = as_user("enablement")

    every = client.get(f"{ROOM}exams/items/").content.decode()
    page = client.get(f"{ROOM}exams/closing/items/").content.decode()

    assert "Closing exam" in every
    assert "What comes first, 3?" in page
    assert "from 150 takers on" in page
    assert "the key" not in page
    assert "Demo to won" in every


@pytest.mark.parametrize(
    ("role", "items", "others"),
    [("rep", 403, 200), ("manager", 403, 200), ("marketer", 403, 403), ("operations", 200, 200)],
)
def test_who_opens_what(as_user, worked_out, small_company, role, items, others):
    """Questions are for those who teach; readiness and mentors for those who sell and lead."""
    client = as_user(role, rep_id=small_company.manager)

    assert client.get(f"{ROOM}exams/items/").status_code == items
    assert client.get(f"{ROOM}readiness/").status_code == others
    assert client.get(f"{ROOM}mentors/").status_code == others


def test_a_rep_sees_the_own_readiness_alone(as_user, worked_out, small_company):
    """The group's figures are everybody's; rows are the own."""
    names = {one["rep_id"]: one["name"] for one in small_company.reps}
    own, other = sorted(small_company.team)[:2]

    page = as_user("rep", rep_id=own).get(f"{ROOM}readiness/").content.decode()

    assert names[own] in page
    assert names[other] not in page


def test_a_manager_sees_the_own_team(as_user, worked_out, small_company):
    """And whoever teaches sees groups alone."""
    names = {one["rep_id"]: one["name"] for one in small_company.reps}
    strangers = [
        one["rep_id"]
        for one in small_company.reps
        if one["role"] == "rep" and one["rep_id"] not in small_company.team
    ]

    manager = as_user("manager", rep_id=small_company.manager).get(f"{ROOM}readiness/").content.decode()
    teacher = as_user("enablement").get(f"{ROOM}readiness/").content.decode()

    assert any(names[one] in manager for one in small_company.team)
    assert not any(names[one] in manager for one in strangers)
    assert not any(names[one] in teacher for one in names if one in small_company.team)


def test_a_rate_opens_the_leads_it_counts(as_user, worked_out, small_company):
    """The records behind a rep's rate are as many as the page says."""
    from quintet.training.asks.kept import kept_readiness

    client = as_user("executive")
    page = client.get(f"{ROOM}readiness/").content.decode()
    won = kept_readiness(small_company.home).steps[-1]
    one = next(rep for rep in won.reps if rep.skill is not None)
    address = next(
        part
        for part in page.split('"')
        if "records" in part and f"rep={one.rep_id}" in part and "demo-won" in part
    )

    records = client.get(address.replace("&amp;", "&")).content.decode()

    assert f"of {one.skill.n}" in records


def test_before_the_worker_ran_the_pages_say_so(as_user, small_company, exam):
    """No exam is no error: what is missing is said."""
    for shelf in (items_shelf, readiness_shelf, skills_shelf):
        shelf(small_company.home).clear()
    client = as_user("executive")

    assert client.get(f"{ROOM}exams/items/").status_code == 422
    assert client.get(f"{ROOM}readiness/").status_code == 422
    assert client.get(f"{ROOM}mentors/").status_code == 200


def test_an_unknown_exam_is_an_error_that_says_what_to_do(as_user, worked_out):
    """Choose one from the list."""
    page = as_user("enablement").get(f"{ROOM}exams/nothing/items/")

    assert page.status_code == 400
    assert "choose one from the list" in page.content.decode()


def test_the_worker_works_once_a_version(sat):
    """The same facts and the same exams are the same answer; another module is another one."""
    items_shelf(sat.home).clear()
    readiness_shelf(sat.home).clear()
    assert renew_items(sat).endswith("exams analysed")
    assert renew_items(sat) == "up to date"
    Module.objects.update(moves="demo")
    assert renew_items(sat).endswith("exams analysed")
    assert len(items_shelf(sat.home).uses()) == 2
    assert renew_readiness(sat) == "exam and field put side by side"
    assert renew_readiness(sat) == "up to date"


def pair_of(small_company):
    """Two reps of one team as a form says it."""
    mentor, mentee = sorted(small_company.team)[:2]
    return {
        "mentor": mentor,
        "mentee": mentee,
        "step": "won",
        "in_return": "",
        "why": "She closes, he does not.",
    }


def test_a_manager_starts_and_ends_a_pair(as_user, worked_out, small_company):
    """Both are told to the ledger; a second mentor at once is refused."""
    client = as_user("manager", rep_id=small_company.manager)
    told = pair_of(small_company)

    assert client.post(f"{ROOM}mentors/start/", told).status_code == 302
    again = client.post(f"{ROOM}mentors/start/", told)
    assert again.status_code == 400
    assert "has a mentor already" in again.content.decode()
    pair = MentorPair.objects.get()
    assert not pair.is_proposed
    assert client.post(f"{ROOM}mentors/{pair.pk}/end/", {"because": "He closes now."}).status_code == 302
    page = client.get(f"{ROOM}mentors/").content.decode()

    assert "He closes now." in page
    kinds = [one.payload["kind"] for one in InboxRow.objects.order_by("pk")]
    assert kinds == ["mentoring.started", "mentoring.ended"]


def test_a_manager_pairs_the_own_team_alone(as_user, worked_out, small_company):
    """Somebody else's rep is no choice, and a rep starts nothing."""
    stranger = next(
        one["rep_id"]
        for one in small_company.reps
        if one["role"] == "rep" and one["rep_id"] not in small_company.team
    )
    told = pair_of(small_company) | {"mentor": stranger}

    assert (
        as_user("manager", rep_id=small_company.manager).post(f"{ROOM}mentors/start/", told).status_code
        == 400
    )
    assert (
        as_user("rep", rep_id=min(small_company.team)).post(f"{ROOM}mentors/start/", told).status_code == 403
    )
    assert not MentorPair.objects.exists()


def test_a_rep_sees_the_own_pair(as_user, worked_out, small_company):
    """Who learns and who teaches see it; a colleague does not, and nobody of them sees proposals."""
    as_user("manager", rep_id=small_company.manager).post(f"{ROOM}mentors/start/", pair_of(small_company))
    mentor, mentee, colleague = sorted(small_company.team)[:3]

    seen = [
        "She closes, he does not." in as_user("rep", rep_id=one).get(f"{ROOM}mentors/").content.decode()
        for one in (mentor, mentee, colleague)
    ]

    assert seen == [True, True, False]


def test_a_pair_is_measured_by_the_newest_facts(as_user, worked_out, small_company):
    """Started today it is too early, and says from when on; started 60 days ago it is held against peers."""
    client = as_user("executive")
    client.post(f"{ROOM}mentors/start/", pair_of(small_company))
    pair = MentorPair.objects.get()

    assert judge_pairs(worked_out, timezone.now()) == "1 pairs measured"
    assert "too early" in client.get(f"{ROOM}mentors/").content.decode().lower()
    as_of: datetime = worked_out.as_of
    MentorPair.objects.filter(pk=pair.pk).update(started_on=as_of.date() - timedelta(days=60))
    judge_pairs(worked_out, timezone.now())
    pair.refresh_from_db()

    assert pair.result["n"] > 0
    assert pair.result["grade"] == "adjusted"
