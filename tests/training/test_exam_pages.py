"""Exams as pages: forms, the save endpoint, the paper without a script, marking, results, and the API."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from exam_bank import people, room
from quintet.site import tokens
from quintet.training.models.exams import Answer, Exam, KeyCorrection, Question, Sitting

__all__ = ["people", "room"]
pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def as_person(home, settings):
    """A browser without a screen, signed in: `as_person(room.people.rita).get("/training/exams/")`."""
    settings.HOME = home

    def signed_in(user):
        client = Client(SERVER_NAME="localhost")
        client.force_login(user, backend=BACKEND)
        return client

    return signed_in


@pytest.fixture
def sitting(room):
    """Rita's attempt, begun a moment ago: only the three questions that a key marks."""
    Question.objects.filter(versions__kind="graded").update(retired_at=timezone.now())
    return room.begin(room.people.rita, timezone.now())


def _text(answer):
    return answer.content.decode()


def _place(sitting, text):
    """Where an option stands in a sitting."""
    from quintet.training.asks.sittings import paper

    return next(
        (asked.version, str(one.place))
        for asked in paper(sitting)
        for one in asked.choices
        if one.text == text
    )


def _put(client, sitting, answers=(), **more):
    told = json.dumps({"answers": list(answers), **more})
    return client.put(f"/training/sittings/{sitting.pk}/save/", told, content_type="application/json")


def _one(sitting, text, revision=5):
    version, place = _place(sitting, text)
    return {"version": version, "said": [place], "revision": revision}


# ---------------------------------------------------------------- saving by script


def test_a_save_answers_with_what_is_kept_and_the_clock(as_person, sitting):
    """So that the page knows which of its answers counts, and how long there is left."""
    answer = _put(as_person(sitting.user), sitting, [_one(sitting, "nobody")])

    state = answer.json()
    assert answer.status_code == 200
    assert state["answers"] == [_one(sitting, "nobody")]
    assert (state["is_handed_in"], state["left"]) == (False, None)
    assert state["elapsed"] >= 0


def test_an_older_revision_is_answered_with_the_newer_one(as_person, sitting):
    """The tab that was asleep shows what the other one said."""
    client = as_person(sitting.user)
    _put(client, sitting, [_one(sitting, "the budget holder", 900)])

    state = _put(client, sitting, [_one(sitting, "nobody", 800)]).json()

    assert state["answers"] == [_one(sitting, "the budget holder", 900)]


def test_handing_in_twice_by_script_is_answered_alike(as_person, sitting):
    """The first reply was lost."""
    client = as_person(sitting.user)
    first = _put(client, sitting, [_one(sitting, "nobody")], hand_in=True)
    again = _put(client, sitting, [_one(sitting, "the budget holder", 999)], hand_in=True)

    assert [(one.status_code, one.json()["is_handed_in"]) for one in (first, again)] == [(200, True)] * 2
    kept = Answer.objects.get(sitting=sitting, version__kind="one")
    assert [one["text"] for one in kept.version.options if one["key"] in kept.said] == ["nobody"]


def test_after_the_time_a_save_is_refused_and_the_exam_is_handed_in(as_person, sitting):
    """409: the page leads on to the result."""
    Sitting.objects.update(ends_at=timezone.now() - timedelta(minutes=1))
    answer = _put(as_person(sitting.user), sitting, [_one(sitting, "nobody")])

    assert (answer.status_code, answer.json()["is_handed_in"]) == (409, True)
    sitting.refresh_from_db()
    assert sitting.ran_out
    assert sitting.answers.filter(said="").count() == 3


@pytest.mark.parametrize(
    "sent",
    [
        b"{",
        b"[1]",
        b'{"answers": {}}',
        b'{"answers": [3]}',
        b'{"answers": [{"version": 0, "said": [], "revision": 1}]}',
        b'{"answers": [{"version": [], "said": [], "revision": 1}]}',
    ],
)
def test_what_the_page_does_not_send_is_refused_with_the_next_step(as_person, sitting, sent):
    """The script may be old, or somebody's own."""
    answer = as_person(sitting.user).put(
        f"/training/sittings/{sitting.pk}/save/", sent, content_type="application/json"
    )

    assert answer.status_code == 400
    assert "reload" in answer.json()["error"]


@pytest.mark.parametrize("said", [["7"], ["0", "1"], ["-1"], "0", ["x"], [["0"]], None])
def test_a_place_that_is_not_there_is_refused(as_person, sitting, said):
    """One of several is one, and of those shown."""
    version, _ = _place(sitting, "nobody")
    told = {"version": version, "said": said, "revision": 1}

    assert _put(as_person(sitting.user), sitting, [told]).status_code == 400
    assert not Answer.objects.exists()


@pytest.mark.parametrize("revision", [-1, 2**60, "x", None])
def test_a_revision_that_is_none_is_refused(as_person, sitting, revision):
    """It could never be overtaken."""
    told = _one(sitting, "nobody") | {"revision": revision}

    assert _put(as_person(sitting.user), sitting, [told]).status_code == 400


# ---------------------------------------------------------------- without a script


def test_the_paper_works_without_a_script(as_person, room):
    """Begin, save for later, be told what is empty, hand in anyway, read the result."""
    Question.objects.filter(versions__kind="graded").update(retired_at=timezone.now())
    client = as_person(room.people.rita)
    begun = client.post("/training/exams/qualifying/sit/")
    sitting = Sitting.objects.get()
    version, place = _place(sitting, "the budget holder")
    said = {"drawn": "0", f"answer-{version}": place}
    saved = client.post(begun.url, said | {"later": "1"}, follow=True)
    asked = client.post(begun.url, said | {"hand-in": "1"})
    done = client.post(begun.url, said | {"anyway": "1"}, follow=True)

    assert begun.url == f"/training/sittings/{sitting.pk}/"
    assert "It is not handed in yet" in _text(saved)
    assert asked.status_code == 400
    assert "Nothing is said to question" in _text(asked)
    assert "33%" in _text(done)
    assert "How we qualify" in _text(done)


def test_a_form_drawn_before_another_window_saved_does_not_undo_it(as_person, sitting):
    """What was saved meanwhile stays, and is shown; what else the form says is kept."""
    client = as_person(sitting.user)
    version, place = _place(sitting, "nobody")
    _put(client, sitting, [_one(sitting, "the budget holder", 60_000)])
    short = next(one for one in sitting.asked if not one[1])[0]
    answer = client.post(
        f"/training/sittings/{sitting.pk}/",
        {"drawn": "1000", f"answer-{version}": place, f"answer-{short}": "next step", "later": "1"},
    )

    assert "Another window has saved 1 of these answers since" in _text(answer)
    kept = {one.version.kind: one.said for one in Answer.objects.select_related("version")}
    assert kept["short"] == "next step"
    assert _put(client, sitting, [_one(sitting, "nobody", 1)]).json()["answers"][0]["revision"] == 60_000


def test_a_sitting_is_found_by_nobody_else(as_person, room, sitting):
    """Not by a colleague, not by the manager, not by who teaches."""
    for who in (room.people.max, room.people.mia, room.people.enablement, room.people.executive):
        client = as_person(who)
        for path in ("", "result/"):
            assert client.get(f"/training/sittings/{sitting.pk}/{path}").status_code == 404
        assert _put(client, sitting).status_code == 404


def test_a_paper_that_was_handed_in_leads_to_its_result_and_back(as_person, room, sitting):
    """And an open one back to its questions."""
    client = as_person(sitting.user)
    assert client.get(f"/training/sittings/{sitting.pk}/result/").url == f"/training/sittings/{sitting.pk}/"
    room.hand_in(sitting, timezone.now())

    assert client.get(f"/training/sittings/{sitting.pk}/").url == f"/training/sittings/{sitting.pk}/result/"


# ---------------------------------------------------------------- writing


def test_an_exam_and_its_bank_are_written_in_forms(as_person, people):
    """One question of each kind, one sheet, a preview, and nothing half written."""
    client = as_person(people.enablement)
    told = {"name": "Objections", "draws": 3, "pass_mark": 80, "attempts": 2, "wait_hours": 0}
    made = client.post("/training/exams/new/", told)
    assert made.url == "/training/exams/objections/"
    base = "/training/exams/objections/questions/"
    client.post(f"{base}one/", {"text": "Who?", "right": "she", "wrong": "he\nit"})
    client.post(f"{base}several/", {"text": "What?", "right": "a\nb", "wrong": "c"})
    again = client.post(f"{base}short/", {"text": "How?", "right": "so", "another": "1"})
    bad = client.post(f"{base}graded/", {"text": "Play.", "rubric": "Asks"})
    sheet = client.post(f"{base}import/", {"pasted": "kind,question,right\nshort,Why?,because\nshort,,x"})
    client.post(f"{base}import/", {"pasted": "kind,question,right\nshort,Why?,because"})

    assert again.url == f"{base}short/"
    assert (bad.status_code, sheet.status_code) == (400, 400)
    assert "line 3: a question needs a text" in _text(sheet)
    assert Question.objects.count() == 4
    first, again = (
        _text(client.get("/training/exams/objections/preview/?seed=5")).partition("<fieldset")[2]
        for _ in "ab"
    )
    assert first == again
    assert first.count("data-asked") == 3


def test_a_question_is_rewritten_its_key_corrected_and_retired_in_forms(as_person, room):
    """Each with its reason; the page of the question has all of it."""
    client = as_person(room.people.enablement)
    version = room.version("one")
    page = f"/training/questions/{version.question_id}/"
    told = {"text": "Who signs, then?", "right": "the budget holder", "wrong": "nobody", "why": "clearer"}
    assert client.post(f"{page}rewrite/", told).url == page
    nobody = room.keys(version, ["nobody"])
    assert client.post(f"/training/keys/{version.pk}/", {"right": nobody, "why": "it was wrong"}).url == page
    seen = _text(client.get(page))
    client.post(f"{page}retire/")

    for words in ("Version 2", "clearer", "it was wrong", "0 answers marked again"):
        assert words in seen
    assert KeyCorrection.objects.get().version == version
    assert Question.objects.get(pk=version.question_id).retired_at is not None


def test_a_form_that_is_wrong_says_why_and_keeps_what_was_typed(as_person, room):
    """Nothing is lost."""
    client = as_person(room.people.enablement)
    told = {"text": "Typed", "right": "a\nb", "wrong": "c"}
    answer = client.post("/training/exams/qualifying/questions/one/", told)

    assert answer.status_code == 400
    assert "has one right option, got 2" in _text(answer)
    assert "Typed" in _text(answer)
    assert client.get("/training/exams/qualifying/questions/riddle/").status_code == 404


def test_who_teaches_does_not_see_the_bank_in_the_middle_of_an_own_attempt(as_person, room):
    """From the beginning until it is marked; the others still may."""
    client, version = as_person(room.people.executive), room.version("short")
    closed = [
        "/training/exams/qualifying/preview/", f"/training/questions/{version.question_id}/",
        f"/training/keys/{version.pk}/", "/training/exams/qualifying/questions/import/",
    ]  # fmt: skip
    assert [client.get(one).status_code for one in closed] == [200] * 4
    client.post("/training/exams/qualifying/sit/")

    assert [client.get(one).status_code for one in closed] == [403] * 4
    assert "closed to you until your own attempt is marked" in _text(
        client.get("/training/exams/qualifying/")
    )
    assert as_person(room.people.enablement).get(closed[0]).status_code == 200


# ---------------------------------------------------------------- marking


def test_an_answer_is_marked_in_a_form_without_a_name(as_person, room):
    """From the queue to the result; a second mark asks why."""
    sitting = room.taken(room.people.rita, graded="Compared with what?")
    client, answer = as_person(room.people.enablement), room.answer(sitting, "graded")
    address = f"/training/marking/{answer.pk}/"
    listed, shown = _text(client.get("/training/marking/")), _text(client.get(address))
    assert address in listed
    assert "Compared with what?" in shown
    assert "Rita" not in listed + shown
    bad = client.post(address, {"item_0": 4, "item_1": 0})
    client.post(address, {"item_0": 3, "item_1": 2})
    again = client.post(address, {"item_0": 0, "item_1": 0})

    assert (bad.status_code, again.status_code) == (400, 400)
    sitting.refresh_from_db()
    assert sitting.share == 1.0


def test_a_refused_short_answer_is_judged_in_a_form(as_person, room):
    """Right after all, and why."""
    sitting = room.taken(room.people.rita, graded="", short="a date")
    answer = room.answer(sitting, "short")
    client = as_person(room.people.enablement)
    client.post(f"/training/marking/{answer.pk}/", {"verdict": "right", "why": "It is one."})

    sitting.refresh_from_db()
    assert sitting.share == 0.75
    choice = room.answer(sitting, "one")
    assert client.get(f"/training/marking/{choice.pk}/").status_code == 404


# ---------------------------------------------------------------- who sees what came out


def test_a_manager_sees_results_of_the_own_people_and_no_answer(as_person, room, home, load_team):
    """Rita is Mia's, Max is not."""
    load_team()
    room.taken(room.people.rita, graded="", short="my very words")
    room.taken(room.people.max, graded="")
    page = _text(as_person(room.people.mia).get("/training/exams/qualifying/"))

    assert "Rita" in page
    assert "Max" not in page
    assert "my very words" not in page
    assert "50%" in page.replace("\xa0", "").replace(" %", "%")


def test_a_rep_sees_only_the_own_attempts(as_person, room):
    """No name of anybody else."""
    room.taken(room.people.rita, graded="")
    room.taken(room.people.max, graded="")
    page = _text(as_person(room.people.max).get("/training/exams/qualifying/"))

    assert "Rita" not in page
    assert "1–1 of 1" in page


def test_operations_see_everybodys_results_and_no_key(as_person, room):
    """They hold the house, not the bank."""
    room.taken(room.people.rita, graded="")
    page = _text(as_person(room.people.operations).get("/training/exams/qualifying/"))

    assert "Rita" in page
    assert "next step" not in page


def test_pages_have_an_empty_state(as_person, people):
    """Nothing written, nothing open, nothing to mark."""
    assert "No exam yet" in _text(as_person(people.enablement).get("/training/exams/"))
    assert "No exam is open to you" in _text(as_person(people.rita).get("/training/exams/"))
    assert "Nothing waits" in _text(as_person(people.enablement).get("/training/marking/"))
    assert as_person(people.rita).get("/training/exams/nowhere/").status_code == 404
    assert as_person(people.rita).get("/training/exams/nowhere/sit/").status_code == 404


# ---------------------------------------------------------------- the API


def _ask(user, address):
    token = tokens.issue(user, "a script", timezone.now())
    return Client(SERVER_NAME="localhost").get(
        f"/api/v1/training/{address}", headers={"Authorization": f"Bearer {token}"}
    )


def test_the_api_says_what_is_open_and_what_came_out(room, home, settings):
    """To the owner of the token, of his own."""
    settings.HOME = home
    room.taken(room.people.rita, timezone.now(), graded="", one=["nobody"])
    (standing,) = _ask(room.people.rita, "exams").json()
    (mine,) = _ask(room.people.rita, "exams/sittings").json()

    assert (standing["state"], standing["attempts_left"], standing["share"]) == ("waiting", 2, 0.5)
    assert (mine["exam"], mine["passed"]) == ("qualifying", False)
    assert sorted(one["share"] for one in mine["questions"]) == [0, 0, 1, 1]
    assert _ask(room.people.max, "exams/sittings").json() == []
    assert _ask(room.people.rita, "exams/qualifying/results").status_code == 403


def test_the_api_gives_results_by_scope(room, home, settings, load_team):
    """Mia's Rita, and everybody for who teaches."""
    load_team()
    room.taken(room.people.rita, graded="")
    room.taken(room.people.max, graded="")

    def names(who):
        return {one["name"] for one in _ask(who, "exams/qualifying/results").json()}

    assert names(room.people.mia) == {"Rita"}
    assert names(room.people.enablement) == names(room.people.operations) == {"Rita", "Max"}


@pytest.fixture
def load_team(home, settings):
    """Facts in which Mia leads Rita and somebody else leads Max."""
    from builders import interaction, offered
    from quintet.facts.refresh import rebuild
    from quintet.ledger.interactions import Interactions

    settings.HOME = home

    def joined(rep_id, manager_id):
        detail = json.dumps({"role": "rep", "manager_id": manager_id})
        return interaction("rep.joined", "2025-01-01", ref=f"rep-{rep_id}", detail=detail) | {
            "rep_id": rep_id
        }

    def load():
        Interactions(home).append(offered(joined(101, 100), joined(102, 99)))
        rebuild(home, zone="UTC")

    return load


def test_a_page_names_its_exam_and_not_the_key_of_an_option(as_person, room, sitting):
    """The places of options are numbers from 0, whatever they are called inside."""
    page = _text(as_person(sitting.user).get(f"/training/sittings/{sitting.pk}/"))

    assert set(re.findall(r'type="(?:radio|checkbox)" name="answer-\d+" value="([^"]+)"', page)) == {
        "0", "1", "2"
    }  # fmt: skip
    assert Exam.objects.get().name in page


def test_one_more_attempt_is_given_on_the_page_of_the_exam(as_person, room):
    """Offered once somebody has none left; refused for anybody else."""
    Exam.objects.update(attempts=1)
    room.exam.refresh_from_db()
    client = as_person(room.people.enablement)
    address = "/training/exams/qualifying/"
    assert "Give one more attempt" not in _text(client.get(address))
    room.taken(room.people.rita, graded="", one=["nobody"])
    assert "Give one more attempt" in _text(client.get(address))
    refused = client.post(f"{address}attempts/", {"user": room.people.max.pk, "why": "x"})
    given = client.post(f"{address}attempts/", {"user": room.people.rita.pk, "why": "ill"}, follow=True)

    assert refused.status_code == 400
    assert "Rita may take it once more" in _text(given)
    assert "Give one more attempt" not in _text(given)
