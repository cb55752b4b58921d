"""Scorecards: each scores alone, parts are saved, nothing is lost, and what was submitted stays."""

import json

import pytest
from django.test import Client

from hiring_process import NOW, told
from quintet.hiring.terms.scorecards import Asked, Draft, Played, Said, missing, read_draft
from quintet.kernel.errors import BadInput
from signed_in import BACKEND

ASKED = Asked({"curiosity": "Curiosity", "work_ethic": "Work ethic"})
FULL = Draft({"curiosity": Said(7), "work_ethic": Said(5)}, 6)


def test_what_is_missing_is_named_in_the_order_of_the_form():
    """Homework, both scores of a coached role play, its feedback, and the verdict."""
    assert missing(FULL, ASKED) == ()
    assert missing(Draft({"curiosity": Said(7)}), ASKED) == ("Work ethic", "the overall verdict")
    coached = Asked({}, has_gain=True, has_homework=True)
    assert missing(Draft(overall=5), coached) == (
        "the homework", "the score before coaching", "the feedback given", "the score after coaching",
    )  # fmt: skip
    half = Draft(FULL.scores, 6, "", Played(before=4))
    assert missing(half, ASKED) == ("the feedback given", "the score after coaching")


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({"scores": {"curiosity": {"points": 11}}}, "1..10, got 11"),
        ({"scores": {"curiosity": {"points": "many"}}}, "whole number"),
        ({"scores": {"charm": {"points": 5}}}, "does not ask for 'charm'"),
        ({"scores": {"curiosity": 7}}, "points and evidence"),
        ({"scores": [7]}, "by name"),
        ({"overall": 0}, "1..10, got 0"),
    ],
)
def test_a_draft_off_the_scale_is_refused(sent, why):
    """Whatever sends it."""
    with pytest.raises(BadInput, match=why):
        read_draft(sent, frozenset({"curiosity"}))


@pytest.mark.django_db
def test_a_submitted_card_is_told_criterion_by_criterion_with_the_gain(process):
    """Who scored, in which round; the verdict beside the criteria; the role play and its gain."""
    card = process.card(process.candidate(), process.people.manager, process.play)
    process.scored(card, 8, 4, 7, played=(9, 3, "ask first", 8))

    rows = told("interview.scored")
    said = {row["content"]: row["detail"]["score"] for row in rows}
    assert said == {"curiosity": 8, "work_ethic": 4, "overall": 7, "coaching_gain": 5}
    assert {(row["rep_id"], row["detail"]["interviewer"], row["detail"]["round"]) for row in rows} == {
        (77, "rep:77", "Role play")
    }
    (coached,) = told("interview.coached")
    assert (coached["detail"]["before"], coached["detail"]["after"], coached["detail"]["homework"]) == (
        3,
        8,
        9,
    )
    assert "asked why" not in json.dumps([row["detail"] for row in rows])


@pytest.mark.django_db
def test_an_account_without_a_rep_is_named_by_its_number(process):
    """So that the calibration tells interviewers apart."""
    card = process.scored(process.card(process.candidate(), process.people.interviewer))

    (who,) = {row["detail"]["interviewer"] for row in told("interview.scored")}
    assert who == f"user:{card.interviewer.pk}"
    assert told("interview.coached") == []


@pytest.mark.django_db
def test_what_was_submitted_stays(process):
    """No draft and no second submission changes it, and none comes after the decision."""
    from quintet.hiring.actions.candidates import decide
    from quintet.hiring.actions.scorecards import Saving, save_draft, submit
    from quintet.hiring.terms.candidates import Verdict

    one = process.candidate()
    card = process.scored(process.card(one, process.people.interviewer))
    late = process.card(one, process.people.second)
    for wrong in (lambda: submit(card, now=NOW), lambda: save_draft(card, FULL, Saving(9), now=NOW)):
        with pytest.raises(BadInput, match="what was said stays"):
            wrong()
    with pytest.raises(BadInput, match="still to score: Curiosity, Work ethic, the overall verdict"):
        submit(late, now=NOW)
    decide(one, Verdict("rejected", "not now"), by=process.people.recruiter, now=NOW)

    with pytest.raises(BadInput, match="after the decision tells nothing"):
        save_draft(late, FULL, Saving(0), now=NOW)


@pytest.mark.django_db
def test_two_devices_never_overwrite_one_another(process):
    """The second is told; its own earlier saves, whose answers were lost, are never in its way."""
    from quintet.hiring.actions.scorecards import Saving, save_draft
    from quintet.hiring.asks.scorecards import draft_of

    card = process.card(process.candidate(), process.people.interviewer)
    phone = Draft({"curiosity": Said(9)})

    assert save_draft(card, phone, Saving(0, "phone"), now=NOW)
    assert not save_draft(card, FULL, Saving(0, "laptop"), now=NOW)
    assert draft_of(card) == phone
    assert save_draft(card, FULL, Saving(0, "phone"), now=NOW)
    assert save_draft(card, phone, Saving(card.revision, "laptop"), now=NOW)


@pytest.mark.django_db
def test_nobody_reads_others_before_having_said_their_own(process):
    """Recruiters included; whoever was not asked and hires reads at once, whoever was asked reads after."""
    from quintet.hiring.asks.candidates import may_read_scores
    from quintet.hiring.asks.said import rounds, score_table

    people, one = process.people, process.candidate()
    own = process.card(one, people.recruiter)
    other = process.card(one, people.interviewer)
    process.scored(process.card(one, people.second, process.interview))

    def seen(user):
        shown = rounds(user, one)
        return score_table(user, one, shown, None).columns

    assert seen(people.recruiter) == seen(people.interviewer) == ()
    assert [may_read_scores(user, one) for user in (people.executive, people.second)] == [True, True]
    process.scored(own)
    process.scored(other)
    assert len(seen(people.recruiter)) == len(seen(people.interviewer)) == 3


@pytest.mark.django_db
def test_who_scores_reps_after_hire_no_longer_reads_what_was_said_before(process):
    """A manager who interviewed keeps what he said himself; else the second score would copy the first."""
    from quintet.hiring.actions.candidates import decide
    from quintet.hiring.actions.roles import change_role
    from quintet.hiring.asks.candidates import may_read_scores
    from quintet.hiring.asks.said import rounds, score_table
    from quintet.hiring.terms.candidates import Verdict

    people = process.people
    change_role(process.role, by_phone=False, is_open=True, by=people.recruiter, now=NOW)
    one = process.candidate()
    for who in (people.manager, people.interviewer):
        process.scored(process.card(one, who))
    assert may_read_scores(people.manager, one)
    decide(one, Verdict("hired", "good", NOW.date()), by=people.recruiter, now=NOW)

    assert not may_read_scores(people.manager, one)
    assert may_read_scores(people.interviewer, one)
    assert score_table(people.manager, one, rounds(people.manager, one), None).columns == (
        "Manager, Interview",
    )


@pytest.mark.django_db
def test_a_scorecard_asks_for_the_versions_of_the_day_it_was_handed_out(process):
    """Rewriting a criterion meanwhile changes no form that is out."""
    from dataclasses import replace

    from quintet.hiring.actions.criteria import rewrite, text_of
    from quintet.hiring.asks.criteria import in_use
    from quintet.hiring.asks.scorecards import criteria_of

    card = process.card(process.candidate(), process.people.interviewer)
    text = replace(text_of(in_use()["curiosity"]), name="Asks a lot", reason="plainer")
    rewrite(text, by=process.people.recruiter, now=NOW)

    assert [one.name for one in criteria_of(card)] == ["Curiosity", "Work ethic"]
    later = process.card(card.candidate, process.people.second)
    assert [one.name for one in criteria_of(later)] == ["Asks a lot", "Work ethic"]


@pytest.fixture
def form(process):
    """An interviewer's form, and a browser without a screen that is signed in as him."""
    card = process.card(process.candidate(), process.people.interviewer)
    client = Client(SERVER_NAME="localhost")
    client.force_login(process.people.interviewer, backend=BACKEND)
    return card, client, f"/hiring/form/{card.pk}/"


def _put(client, address, **sent):
    return client.put(f"{address}draft/", json.dumps(sent), content_type="application/json")


SCORES = {"curiosity": {"points": 7, "evidence": "asked"}, "work_ethic": {"points": 5}}


def test_the_form_saves_parts_and_submits_the_whole(form):
    """Each save says its revision; the last one with `submit` makes it final, also when sent twice."""
    _, client, address = form
    first = _put(client, address, revision=0, device="a", scores={"curiosity": {"points": 7}})
    refused = _put(client, address, revision=1, device="a", scores=SCORES, submit=True)
    done = _put(client, address, revision=2, device="a", scores=SCORES, overall=6, submit=True)
    again = _put(client, address, revision=2, device="a", scores=SCORES, overall=6, submit=True)

    assert (first.status_code, first.json()["revision"], first.json()["is_submitted"]) == (200, 1, False)
    assert refused.status_code == 400
    assert refused.json()["error"] == "still to score: the overall verdict"
    assert [one.json()["is_submitted"] for one in (done, again)] == [True, True]
    assert len(told("interview.scored")) == 3


def test_another_device_gets_what_is_kept_and_has_to_choose(form):
    """409 with the draft of the first; sent again on its revision, the second one's counts."""
    _, client, address = form
    _put(client, address, revision=0, device="a", scores=SCORES)
    refused = _put(client, address, revision=0, device="b", scores={"curiosity": {"points": 2}})

    assert refused.status_code == 409
    assert refused.json()["draft"]["scores"]["curiosity"] == {"points": 7, "evidence": "asked"}
    chosen = _put(client, address, revision=refused.json()["revision"], device="b", scores=SCORES)
    assert chosen.status_code == 200


@pytest.mark.parametrize(
    "sent", [b"{", b"[1]", b'{"revision": "x"}', b'{"revision": 0, "scores": {"a": {}}}']
)
def test_what_is_no_draft_is_refused_with_the_next_step(form, sent):
    """The script may be old, or somebody's own."""
    _, client, address = form
    answer = client.put(f"{address}draft/", sent, content_type="application/json")

    assert answer.status_code == 400
    assert "reload" in answer.json()["error"]


def test_the_form_works_without_a_script(form):
    """Saved for later, refused while something is missing with what was typed kept, then submitted."""
    card, client, address = form
    sent = {"revision": "0", "score-curiosity": "7", "evidence-curiosity": "asked <why>"}
    later = client.post(address, sent | {"later": "1"})
    short = client.post(address, sent | {"revision": "1"})
    stale = client.post(address, sent | {"revision": "0", "score-work_ethic": "5", "overall": "6"})
    done = client.post(address, sent | {"revision": "2", "score-work_ethic": "5", "overall": "6"})

    assert later.url == "/hiring/forms/"
    assert short.status_code == 400
    assert "still to score: Work ethic, the overall verdict" in short.content.decode()
    assert "asked &lt;why&gt;" in short.content.decode()
    assert stale.status_code == 409
    assert done.url == f"/hiring/candidates/{card.candidate_id}/"
    assert "Submitted" in client.get(address).content.decode()


def test_a_form_is_opened_by_its_interviewer_alone(form, process):
    """Recruiters, other interviewers and strangers do not find it."""
    _, _, address = form
    found = {}
    for name, user in vars(process.people).items():
        client = Client(SERVER_NAME="localhost")
        client.force_login(user, backend=BACKEND)
        found[name] = (client.get(address).status_code, _put(client, address, revision=0).status_code)

    assert found.pop("interviewer") == (200, 200)
    assert {found[name] for name in ("recruiter", "executive", "manager", "second")} == {(404, 404)}
    assert {found[name] for name in ("rep", "operations", "auditor", "marketer", "boss")} == {(403, 403)}
