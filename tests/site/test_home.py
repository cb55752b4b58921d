"""The home page: what each role sees first and nothing of others, what is thin or failed, what to do now."""

import re

import pytest
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from quintet.facts.asking import names_of_reps
from quintet.kernel.errors import BadInput, DidNotConverge, NotEnoughData
from quintet.kernel.panels import Line, Panel, Shown, Tile, Todo, Urgency
from quintet.site import panels
from quintet.site.models import User
from quintet.site.roles import Role
from signed_in import BACKEND, as_user
from small_company import small_company

__all__ = ["as_user", "small_company"]

_REP = re.compile(r"(?:\brep[=/]|rep%3A|pay/rep/)(-?\d+)")


def a_panel(key="room.one", page="home", *, says=None, error=None, is_wide=False):
    """A panel that says this, or fails like that."""

    def ask(_request):
        if error is not None:
            raise error
        return says or Shown(sentence=f"{key} speaks")

    return Panel(key, key, page, "All of it", ask, is_wide=is_wide)


def signed_in_as(user):
    """A client of somebody."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend=BACKEND)
    return client


def text_of(client, address="/"):
    """What a page says between the sidebar and the foot."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.content[:500]
    found = answer.content.decode()
    return found[found.index("<main") : found.index("</main>")] if "<main" in found else found


def whole_home(client):
    """The home page with the panels that come after it, each in its place."""
    return re.sub(
        r'<section[^>]*hx-get="(/home/[^"]+)".*?</section>',
        lambda found: text_of(client, found[1]),
        text_of(client),
        flags=re.DOTALL,
    )


# ------------------------------------------------ who sees what


@pytest.mark.parametrize("role", Role.values)
def test_every_role_has_a_home_of_pages_it_may_open(role):
    """No role is forgotten, no key is mistyped, and no panel is lost because its page is not for the role."""
    person = User(role=role)
    listed = (*panels.ORDER[role], *panels.BESIDE.get(role, ()))

    shown = [one.key for one in (*panels.panels_of(person), *panels.beside_of(person))]

    assert shown == list(listed)


def test_every_panel_the_rooms_offer_is_on_somebodys_home():
    """A panel that no role's list names would never be seen."""
    named = {key for keys in (*panels.ORDER.values(), *panels.BESIDE.values()) for key in keys}

    assert set(panels.offered()) == named | set(panels.ALSO_INTERVIEWS)


def test_every_panel_is_in_the_docs(root):
    """Both tables of docs/home.md: who sees it, and what it says."""
    text = (root / "docs" / "home.md").read_text()

    assert [key for key in panels.offered() if text.count(f"`{key}`") < 2] == []


def test_a_panel_of_another_role_is_not_to_be_had_by_its_address(sign_in):
    """Nobody opens by hand what is not on the own home page; a stranger signs in first."""
    for role in ("rep", "manager", "operations", "marketer"):
        assert sign_in(role).get("/home/hiring.waiting/").status_code == 404
    assert sign_in("marketer").get("/home/management.team_day/").status_code == 404
    assert sign_in("stranger").get("/home/hiring.waiting/").status_code == 302


def test_a_panel_whose_page_one_may_not_open_is_left_out():
    """The list of a role gives no right: the page of the panel decides."""
    marketer = User(role=Role.MARKETER)

    assert panels._opened(marketer, ["hiring.waiting", "demand.sources"]) == (
        panels.offered()["demand.sources"],
    )


def test_a_reps_home_is_about_himself_alone(as_user, small_company):
    """No other rep's name stands in it, and no link leads to another's rows."""
    rep = min(small_company.team)
    names = names_of_reps(small_company.facts)

    text = whole_home(as_user("rep", rep))

    assert "Your day" in text
    assert "Your funnel" in text
    assert {int(one) for one in _REP.findall(text)} <= {rep}
    assert [name for one, name in names.items() if one != rep and name in text] == []


def test_a_managers_home_is_about_the_own_team(as_user, small_company):
    """Reps of other teams are neither named nor linked."""
    names = names_of_reps(small_company.facts)
    mine = small_company.team | {small_company.manager}

    text = whole_home(as_user("manager", small_company.manager))

    assert "Your team" in text
    assert {int(one) for one in _REP.findall(text)} <= mine
    assert [name for one, name in names.items() if one not in mine and name in text] == []


@pytest.mark.parametrize(
    ("role", "sees", "not_"),
    [
        ("executive", ("The number", "The curve", "MRR this month"), ("Your team", "Your day", "Jobs")),
        ("bdr", ("What to work next", "Your day"), ("Your team", "The number", "Who waits")),
        ("marketer", ("The contract today", "Sources"), ("Your day", "MRR this month", "Who waits")),
        ("recruiter", ("Who waits for whom",), ("Your team", "Sources", "The number")),
        ("interviewer", ("Your forms",), ("Who waits for whom", "Decisions")),
        ("enablement", ("To mark", "Classes", "Stale pages"), ("Your team", "Who waits")),
        ("operations", ("The data", "Jobs", "Rejected rows", "Drift"), ("Who waits", "Your forms")),
        ("auditor", ("What left", "Decisions"), ("Who waits", "To mark")),
    ],
)
def test_each_role_sees_its_panels(as_user, small_company, role, sees, not_):
    """And nothing of the others, once there is a company to look at."""
    rep = min(small_company.team) if role == "bdr" else None

    text = whole_home(as_user(role, rep))

    headings = re.findall(r"<h2[^>]*>([^<]+)</h2>", text)
    assert [title for title in sees if title not in headings] == []
    assert [title for title in not_ if any(title in one for one in headings)] == []


def test_a_panel_says_what_is_missing(as_user):
    """Before the worker has made a forecast its panel says so, and the others stand."""
    text = whole_home(as_user("executive"))

    assert "No forecast was made yet" in text
    assert "MRR signed" in text


def test_whoever_has_no_role_is_told_whom_to_ask(db):
    """An account that came without one."""
    nobody = User.objects.create_user("new@site.test", "", "pass")

    text = text_of(signed_in_as(nobody))

    assert "You have no role yet" in text
    assert "home-panel" not in text


def test_a_rep_whose_account_is_no_rep_is_told_so(as_user):
    """His own numbers cannot be shown before operations have tied it; the rest of the page stands."""
    text = whole_home(as_user("rep"))

    assert "not tied to a rep" in text
    assert "Your training" in text


def test_without_facts_the_way_to_begin_stands_first(sign_in):
    """Panels that have nothing to be made of are left out."""
    text = text_of(sign_in("executive"))

    assert "Start with an export of your CRM" in text
    assert "Not enough data yet" not in text


# ------------------------------------------------ asked one by one


def test_a_panel_that_fails_takes_nothing_else_down(rf):
    """It says what failed; too little data and a fit that failed are told apart."""
    found = panels.answered(
        rf.get("/"),
        [
            a_panel("room.bad", error=BadInput("there is no such owner: choose another")),
            a_panel("room.thin", error=NotEnoughData("too few deals", have=3, need=30, unit="deals")),
            a_panel("room.unfit", error=DidNotConverge("the fit did not converge")),
            a_panel("room.good"),
        ],
    )

    drawn = ["".join(_drawn(one).split()) for one in found]
    assert "Thispartcouldnotbeshown." in drawn[0]
    assert "Thereisnosuchowner:chooseanother." in drawn[0]
    assert "<strong>3</strong>of<strong>30</strong>deals" in drawn[1]
    assert "Thefitdidnotconverge." in drawn[2]
    assert "room.goodspeaks" in drawn[3]


def test_a_bug_in_a_panel_is_not_explained_away(rf):
    """Only errors raised on purpose become part of the page."""
    with pytest.raises(ZeroDivisionError):
        panels.answered(rf.get("/"), [a_panel(error=ZeroDivisionError())])


def test_what_takes_too_long_comes_after_the_page(rf):
    """Once half a second is used up, the others are loaded by themselves; asked alone they answer."""
    ticks = iter([0.0, 0.1, 0.7])

    found = panels.answered(rf.get("/"), [a_panel("a.a"), a_panel("b.b")], clock=lambda: next(ticks))

    assert [one.is_to_come for one in found] == [False, True]
    assert 'hx-get="/home/b.b/"' in _drawn(found[1])
    assert "hx-get" not in _drawn(found[0])


def test_a_panel_that_comes_later_answers_alone(sign_in, offer_calls):
    """And what to do now is asked again when all of them have."""
    client = sign_in("operations")

    assert "Workers alive" in client.get("/home/site.jobs/").content.decode()
    assert "Start the worker" in client.get("/home/").content.decode()


@pytest.mark.parametrize(("is_whole", "said"), [(True, "Nothing waits for you."), (False, "Looking at what")])
def test_that_nothing_waits_is_said_once_everything_was_asked(is_whole, said):
    """Before that nobody knows."""
    empty = panels.agenda([])
    drawn = render_to_string("quintet/home_agenda.html", {"agenda": empty, "is_whole": is_whole})

    assert said in drawn
    assert ("hx-get" in drawn) != is_whole


def test_the_most_urgent_comes_first():
    """What is late before what is for today; of those alike, what stands higher on the page."""
    todos = [Todo(what, "/", "Go", urgency=one) for what, one in
             (("soon", Urgency.SOON), ("today", Urgency.TODAY), ("late", Urgency.LATE),
              ("today, too", Urgency.TODAY), ("soon, too", Urgency.SOON))]  # fmt: skip
    found = [_answered(todos=tuple(todos[:2])), _answered(todos=tuple(todos[2:]))]

    agenda = panels.agenda(found)

    assert agenda.first is not None
    assert agenda.first.what == "late"
    assert [one.what for one in agenda.then] == ["today", "today, too", "soon"]


def test_a_narrow_panel_without_another_beside_it_takes_the_width():
    """So that no half of the page stays empty."""
    wide, narrow = (a_panel(is_wide=True), a_panel(is_wide=False))
    laid = panels.laid_out([panels.Answered(one, "/") for one in (narrow, narrow, narrow, wide, narrow)])

    assert [is_wide for _, is_wide in laid] == [False, False, True, True, True]


def _answered(**said):
    return panels.Answered(a_panel(), "/", Shown(**said))


def _drawn(one):
    request = HttpRequest()
    return render_to_string("quintet/panel.html", {"one": one, "is_wide": False, "request": request})


def test_everything_a_panel_may_say_is_drawn():
    """Numbers and words in tiles, lists with their rest, what there is not."""
    said = Shown(
        tiles=(Tile("Points", 12.0, "points", 10.0, 14.0, 7), Tile("Done", "3 of 8")),
        lines=(Line("Ann", "/ann/", "waits", "late", "bad"), Line("Ben")),
        more=1_234,
        note="So far.",
    )

    drawn = _drawn(panels.Answered(a_panel(says=said), "/all/", said))

    assert "10–14" in drawn
    assert "3 of 8" in drawn
    assert '<span class="badge badge-bad">late</span>' in drawn
    assert '<a href="/all/">1,234 more</a>' in drawn


def test_operations_hear_of_a_job_that_failed(sign_in, offer_calls, now):
    """Once a worker lives; before, starting one comes first."""
    from quintet.site.models import CronRun, Heartbeat

    client = sign_in("operations")
    CronRun.objects.create(name="ramp", started_at=now, error="no quotas in the file")
    assert "Start the worker" in text_of(client)
    Heartbeat.objects.create(worker_id="one", started_at=timezone.now(), beat_at=timezone.now())

    text = text_of(client, "/home/")

    assert "See why a job failed" in text
    assert "no quotas in the file" in text


def test_an_auditor_sees_what_left(sign_in, people):
    """Who took which file; of a file whose rows nobody counted, no number."""
    from quintet.site.models import Export

    Export.objects.create(user=people.marketer, page="/demand/", filename="records.csv", rows=1_200)
    Export.objects.create(user=people.executive, page="/loop/book/", filename="book.pdf", rows=None)

    text = sign_in("auditor").get("/home/site.exported/").content.decode()

    assert f"{people.marketer}" in text
    assert "1,200 rows from /demand/" in text
    assert "UTC: from /loop/book/" in text


# ------------------------------------------------ walls


@pytest.fixture
def hand_out(db):
    """A scorecard of one candidate for somebody, handed out by a recruiter; gives the recruiter."""
    from hiring_process import NOW
    from quintet.hiring.actions import candidates
    from quintet.hiring.actions.criteria import take_examples
    from quintet.hiring.actions.roles import add_role, add_round
    from quintet.hiring.terms.candidates import Application
    from quintet.hiring.terms.process import RoundText

    def hand(person):
        recruiter = User.objects.create_user("rita@site.test", "recruiter", "pass")
        by = {"by": recruiter, "now": NOW}
        take_examples(("curiosity",), **by)
        role = add_role("Account executive", by_phone=True, **by)
        place = add_round(role, RoundText("Interview", "interview", ("curiosity",)), **by)
        candidate = candidates.add(Application("Cy Moss", role.key, "referral", NOW.date()), **by)
        candidates.hand_out(candidate, place, person, None, **by)
        return recruiter

    return hand


def test_several_hats_show_several_parts(as_user, small_company, hand_out):
    """A manager who also interviews sees the forms below the team, and only while there are some."""
    client = as_user("manager", small_company.manager)
    person = User.objects.get(role="manager")
    person.interviews = True
    person.save()
    assert "Your forms" not in whole_home(client)
    assert text_of(client, "/home/hiring.forms/") == ""

    recruiter = hand_out(person)

    text = whole_home(client)
    assert text.index("Your team") < text.index("Your forms")
    assert "Score Cy Moss" in text
    assert f"Waits for the form of {person}" in whole_home(signed_in_as(recruiter))


def test_who_has_no_part_in_hiring_hears_of_no_candidate(as_user, small_company, hand_out):
    """Neither a manager who does not interview, nor a rep, marketing, operations or an auditor."""
    hand_out(User.objects.create_user("ivo@site.test", "interviewer", "pass"))

    for role in ("manager", "rep", "marketer", "operations", "auditor", "enablement"):
        rep = {"manager": small_company.manager, "rep": min(small_company.team)}.get(role)
        assert "Cy Moss" not in whole_home(as_user(role, rep)), role
