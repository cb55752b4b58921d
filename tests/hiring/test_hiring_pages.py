"""The pages of hiring: open to those who hire or were asked to score, and to nobody else."""

import pytest
from django.test import Client

from hiring_process import NOW
from signed_in import BACKEND

EMPTY = {
    "/hiring/": ("recruiter", "No role is open"),
    "/hiring/forms/": ("interviewer", "Nothing to score"),
    "/hiring/criteria/": ("auditor", "Nothing is written down yet"),
    "/hiring/criteria/examples/": ("recruiter", "never an answer"),
    "/hiring/criteria/new/": ("recruiter", "What earns which points"),
    "/hiring/roles/": ("executive", "No role yet"),
    "/hiring/candidates/new/": ("recruiter", "Only what the process needs"),
    "/hiring/reviews/": ("manager", "Reviews after hire"),
}
#: Who may open each of them; a manager with the mark of an interviewer besides.
OPENS = {
    "/hiring/": {"recruiter", "executive", "interviewer", "second", "manager"},
    "/hiring/forms/": {"recruiter", "executive", "interviewer", "second", "manager"},
    "/hiring/criteria/": {"recruiter", "executive", "auditor"},
    "/hiring/criteria/examples/": {"recruiter", "executive"},
    "/hiring/criteria/new/": {"recruiter", "executive"},
    "/hiring/roles/": {"recruiter", "executive"},
    "/hiring/candidates/new/": {"recruiter", "executive"},
    "/hiring/reviews/": {"executive", "manager", "boss"},
}


@pytest.fixture
def as_person(people, small_company, settings):
    """Sign in as one of `people`."""
    settings.HOME = small_company.home

    def signed_in(name):
        client = Client(SERVER_NAME="localhost")
        client.force_login(getattr(people, name), backend=BACKEND)
        return client

    return signed_in


@pytest.mark.parametrize("address", EMPTY)
def test_a_page_is_open_to_its_readers_and_says_what_to_do_when_empty(as_person, people, address):
    """Operations, who manage accounts, are strangers here."""
    role, words = EMPTY[address]

    opened = {name for name in vars(people) if as_person(name).get(address).status_code == 200}
    assert opened == OPENS[address]
    assert words in as_person(role).get(address).content.decode()


def test_a_whole_process_is_written_on_the_pages(as_person):
    """Criteria taken and one written, a role, a round: then the role says what it lacks."""
    from quintet.hiring.models.process import Round

    page = as_person("recruiter")
    page.post("/hiring/criteria/examples/", {"key": ["curiosity", "coaching_gain"]})
    anchors = {f"anchor_{points}": f"{points}" for points in (1, 4, 7, 10)}
    grit = {"name": "Real grit", "definition": "Goes on.", "assessed_by": "Ask.", "measure": "score"}
    written = page.post("/hiring/criteria/new/", grit | anchors | {"prior_weight": "2"})
    again = page.post("/hiring/criteria/new/", grit | anchors | {"prior_weight": "2"})
    page.post("/hiring/roles/", {"name": "BDR", "by_phone": "on"})
    bare = page.get("/hiring/roles/bdr/").content.decode()
    page.post(
        "/hiring/roles/bdr/rounds/new/", {"name": "Call", "kind": "role_play", "criteria": ["real_grit"]}
    )
    one = Round.objects.get()
    page.post(
        f"/hiring/rounds/{one.pk}/",
        {"name": "Call", "kind": "role_play", "by_phone": "on", "criteria": ["curiosity"]},
    )

    assert written.url == "/hiring/criteria/real_grit/"
    assert again.status_code == 400
    assert "has no round" in bare
    shown = page.get("/hiring/roles/bdr/").content.decode()
    assert "No role play is coached" in shown
    assert "Scored in no round: Points gained by coaching, Real grit." in shown
    assert page.post(f"/hiring/rounds/{one.pk}/up/").url == "/hiring/roles/bdr/"
    page.post(f"/hiring/rounds/{one.pk}/retire/")
    assert page.get(f"/hiring/rounds/{one.pk}/").status_code == 404


def test_a_criterion_is_rewritten_and_decided_on_its_page(as_person, process):
    """The new version, its diff and the fate with its reason are all there."""
    page = as_person("recruiter")
    before = page.get("/hiring/criteria/curiosity/rewrite/").context["form"].initial
    page.post(
        "/hiring/criteria/curiosity/rewrite/", before | {"definition": "Asks why.", "reason": "shorter"}
    )
    wrong = page.post("/hiring/criteria/curiosity/fate/", {"fate": "reweighted", "reason": "more"})
    page.post("/hiring/criteria/curiosity/fate/", {"fate": "reweighted", "reason": "it told", "weight": "3"})
    shown = page.get("/hiring/criteria/curiosity/").content.decode()

    assert wrong.status_code == 400
    assert "<ins>Asks why.</ins>" in shown
    assert "Re-weighted to 3.0" in shown
    assert "It counts as a guess that has seen data." in shown
    assert "Asks why." in as_person("auditor").get("/hiring/criteria/").content.decode()
    assert page.get("/hiring/criteria/charm/").status_code == 404


def test_a_candidate_goes_from_application_to_the_rep_on_the_pages(as_person, process, small_company):
    """Added, handed out, taken back, decided, linked; each refusal stands beside its form."""
    from quintet.hiring.models.candidates import Candidate

    page = as_person("recruiter")
    page.post(
        "/hiring/candidates/new/",
        {"name": "Cy Moss", "role": process.role.key, "source": "advert", "applied_on": "2026-03-01"},
    )
    one = Candidate.objects.get()
    address = f"/hiring/candidates/{one.pk}/"
    given = {"place": process.play.pk, "interviewer": process.people.interviewer.pk, "due_on": "2026-03-09"}
    page.post(f"{address}cards/", given)
    twice = page.post(f"{address}cards/", given)
    card = one.scorecards.get()
    early = page.post(f"{address}decide/", {"outcome": "hired", "reason": "good", "starts_on": "2026-04-01"})
    process.scored(card, played=(8, 4, "ask first", 7))
    again = page.post(f"/hiring/cards/{card.pk}/back/")
    page.post(f"{address}decide/", {"outcome": "hired", "reason": "good", "starts_on": "2026-04-01"})

    assert (twice.status_code, early.status_code, again.status_code) == (400, 400, 400)
    assert "still to come from Interviewer (Role play)" in early.content.decode()
    shown = page.get(address).content.decode()
    for words in ("Cy Moss", "Hired", "ask first", "Points gained by coaching", "from advert", "Became"):
        assert words in shown
    rep = min(one["rep_id"] for one in small_company.reps)
    page.post(f"{address}rep/", {"rep": rep})
    assert Candidate.objects.get().decision.rep_id == rep
    assert "Cy Moss" in page.get("/hiring/?state=hired").content.decode()
    assert "Cy Moss" not in page.get("/hiring/?state=rejected").content.decode()
    assert "Cy Moss" in page.get("/hiring/?csv=records").content.decode()


def test_nobody_else_reaches_a_candidate(as_person, process):
    """By page, form, decision or card: not found for interviewers of others, refused to the rest."""
    one = process.candidate("Cy Moss")
    card = process.card(one, process.people.interviewer)
    address = f"/hiring/candidates/{one.pk}/"
    for name in ("second", "manager"):
        page = as_person(name)
        assert page.get(address).status_code == 404
        assert "Cy Moss" not in page.get("/hiring/").content.decode()
        assert page.post(f"{address}decide/", {"outcome": "rejected", "reason": "x"}).status_code == 403
    for name in ("rep", "operations", "auditor", "marketer", "boss"):
        assert as_person(name).get(address).status_code == 403
        assert as_person(name).post(f"/hiring/cards/{card.pk}/back/").status_code == 403
    interviewer = as_person("interviewer")
    assert interviewer.get(address).status_code == 200
    assert interviewer.post(f"{address}cards/", {}).status_code == 403


def test_candidates_of_the_history_stand_on_the_board_with_their_scores(as_person, process, small_company):
    """Once they are taken in, an adopted candidate's page is as any other's."""
    from quintet.hiring.actions.history import adopt_history
    from quintet.hiring.models.candidates import Candidate

    adopt_history(small_company.facts, NOW)
    page = as_person("recruiter")
    one = Candidate.objects.filter(decision__outcome="hired").first()

    assert "Rejected" in page.get("/hiring/").content.decode()
    shown = page.get(f"/hiring/candidates/{one.pk}/").content.decode()
    assert "Overall verdict" in shown
    assert "Phone interview" in shown


def test_a_manager_scores_a_rep_again_on_the_page(as_person, process, small_company):
    """Blind to what was said before hire, and once; somebody else's rep is not found."""
    from quintet.hiring.models.reviews import PostHireReview

    people = process.people
    people.manager.rep_id = small_company.manager
    people.manager.save()
    rep = min(small_company.team)
    page, address = as_person("manager"), f"/hiring/reviews/{rep}/6/"
    sent = {"score-curiosity": "8", "evidence-curiosity": "asks"}
    short = page.post(address, sent)
    done = page.post(address, sent | {"score-work_ethic": "6"})

    assert short.status_code == 400
    assert "still to score: Work ethic" in short.content.decode()
    assert done.url == "/hiring/reviews/"
    assert PostHireReview.objects.get().scores.count() == 2
    assert "You have scored this" in page.get(address).content.decode()
    assert "3" in page.get("/hiring/reviews/").content.decode()
    other = next(one["rep_id"] for one in small_company.reps if one["rep_id"] not in small_company.team)
    assert page.get(f"/hiring/reviews/{other}/6/").status_code == 404
    assert page.get(f"/hiring/reviews/{rep}/12/").status_code == 404


def test_operations_mark_who_also_interviews(as_person, people):
    """On the page of the person, and it shows on the list."""
    page = as_person("operations")
    told = {"form": "person", "name": "Boss", "role": "manager", "interviews": "on", "is_active": "on"}
    page.post(f"/people/{people.boss.pk}/", told)
    people.boss.refresh_from_db()

    assert people.boss.has_perm("hiring.interview")
    assert "interviews" in page.get("/people/").content.decode()


def test_advice_on_candidates_is_not_shown_to_those_who_only_interview(as_person, people):
    """The log of decisions is read by managers; what the index says of a candidate is not for them."""
    from quintet.loop.models.decisions import Recommendation

    about = {"made_at": NOW, "topic": "hire", "formula": "hiring.index", "version": 1, "to": "recruiter"}
    evidence = {"measure": "attainment", "unit": "%", "estimate": 1.0, "lo": None, "hi": None, "n": 3,
                "grade": "association"}  # fmt: skip
    told = {"sentence": "Hire Cy Moss", "evidence": evidence, "after_days": 90, "candidate_id": 7}
    names = {field.name for field in Recommendation._meta.get_fields()}
    Recommendation.objects.create(**{key: one for key, one in (about | told).items() if key in names})

    seen = {name: "Cy Moss" in as_person(name).get("/loop/decisions/").content.decode() for name in
            ("recruiter", "executive", "manager", "boss", "operations", "auditor")}  # fmt: skip
    assert {name for name, is_seen in seen.items() if is_seen} == {"recruiter", "executive"}
