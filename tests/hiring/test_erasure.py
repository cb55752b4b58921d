"""A candidate is erased on request: records, ledger, facts; the rep stays."""

import json
from datetime import UTC, date, datetime

import pytest
from auditlog.models import LogEntry

from builders import interaction, ref_id
from quintet.facts.published import Facts
from quintet.facts.refresh import refresh
from quintet.hiring.actions import fairness
from quintet.hiring.actions.erasure import erase_candidate
from quintet.hiring.asks.erasure import candidate_called, due
from quintet.hiring.models.candidates import Candidate, Decision
from quintet.hiring.models.fairness import SelfIdentification
from quintet.hiring.models.process import Round
from quintet.hiring.models.scorecards import RolePlay, Score, Scorecard
from quintet.kernel.errors import BadInput
from quintet.ledger import inbox
from quintet.ledger.interactions import Interactions
from quintet.loop.models.decisions import Recommendation

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
CY = ref_id("candidate", "cy")


@pytest.fixture(autouse=True)
def _own_home(home, settings):
    """Every test has an empty home."""
    settings.HOME = home


@pytest.fixture
def cy(add_candidate, author):
    """A hired candidate with a scorecard, a role play, a decision, an answer and advice."""
    one = add_candidate(1, "hired", name="Cy Marker", email="cy@marker.test")
    Candidate.objects.filter(pk=one.pk).update(candidate_id=CY)
    one.refresh_from_db()
    screen = Round.objects.create(role=one.role, position=1, name="Screen", kind="interview")
    card = Scorecard.objects.create(
        candidate=one, round=screen, interviewer=author, criteria=[["curiosity", 1]], assigned_by=author,
        assigned_at=NOW,
    )  # fmt: skip
    Score.objects.create(scorecard=card, criterion="curiosity", points=7, evidence="Asked why, twice.")
    RolePlay.objects.create(scorecard=card, before=4, feedback="Listen.", after=7)
    fairness.answer(fairness.ask(one, NOW), "female", "asian", NOW)
    Recommendation.objects.create(
        source="quintet", source_ref="advice:1", made_at=NOW, topic="index", formula="hiring", version="1",
        key="1", sentence="Cy Marker: 104 %", to="recruiters", evidence={}, after_days=90, candidate_id=CY,
    )  # fmt: skip
    return one


def ledger_rows():
    """Cy applied, was scored, hired and joined as rep Rita; Di applied."""

    def told(**what):
        return json.dumps(what)

    return (
        interaction("candidate.applied", "2025-01-01", candidate="cy", detail=told(name="Cy Marker")),
        interaction(
            "interview.scored", "2025-01-05", candidate="cy", rep="ivy", content="curiosity",
            detail=told(score=7),
        ),
        interaction("candidate.decided", "2025-01-20", candidate="cy", outcome="hired"),
        interaction("rep.joined", "2025-02-01", candidate="cy", rep="rita", detail=told(name="Rita")),
        interaction("candidate.applied", "2025-01-02", candidate="di", detail=told(name="Di")),
    )  # fmt: skip


def test_nothing_of_an_erased_candidate_is_left(home, cy, load):
    """No record, no interaction, no row of facts in any version; and the answer says how much went."""
    load(*ledger_rows())
    Facts.published(home).table("candidates")
    Facts.published(home).table("interview_scores")
    inbox.offer([interaction("interview.scored", "2025-01-06", candidate="cy", content="grit", ref="w")])

    done = erase_candidate(CY, by="rae@hiring.test")
    refresh(home, now=NOW)

    assert dict(done.records) == {
        "scores": 1, "role plays": 1, "scorecards": 1, "self identifications": 1, "decisions": 1,
        "candidates": 1, "recommendations": 1,
    }  # fmt: skip
    assert (done.elsewhere.ledger.rows, done.elsewhere.ledger.waiting) == (3, 1)
    assert done.mentions == ()
    for model in (Candidate, Decision, Scorecard, Score, RolePlay, SelfIdentification, Recommendation):
        assert not model.objects.exists()
    facts = Facts.published(home)
    kept = facts.arrow(facts.table("candidates")).to_pylist()
    assert [one["candidate_id"] for one in kept] == [ref_id("candidate", "di")]
    assert facts.arrow(facts.table("interview_scores")).num_rows == 0
    files = [path for path in home.path.rglob("*.parquet") if str(CY).encode() in path.read_bytes()]
    assert files == []
    texts = [path for path in home.path.rglob("*.json") if str(CY) in path.read_text(errors="ignore")]
    assert texts == []


def test_the_rep_whom_the_candidate_became_stays(home, cy, load):
    """Joined is joined: the row forgets the candidate and nothing else."""
    load(*ledger_rows())

    erase_candidate(CY, by="rae@hiring.test")
    refresh(home, now=NOW)

    facts = Facts.published(home)
    (rita,) = facts.arrow(facts.table("reps").filter(facts.table("reps").name == "Rita")).to_pylist()
    assert rita["rep_id"] == ref_id("rep", "rita")
    rows = Interactions(home)
    assert rows.rows() == 3  # rep.joined, Di's application, and that somebody was erased


def test_a_name_that_others_wrote_down_is_pointed_at(cy, add_candidate, author):
    """A full name is cut from the reason of another decision; a single word may be anybody, so it is told."""
    other = add_candidate(2, "rejected")
    Decision.objects.filter(candidate=other).update(reason="Weaker than Cy Marker on the phone.")

    assert erase_candidate(CY, by="rae@hiring.test").mentions == ()
    assert Decision.objects.get().reason == "Weaker than [erased] on the phone."
    Decision.objects.update(reason="Weaker than Zoe.")
    zoe = add_candidate(3, name="Zoe")

    assert erase_candidate(zoe.candidate_id, by="rae@hiring.test").mentions == (("decision, reason", 1),)


def test_a_candidate_the_records_do_not_know_is_erased_from_the_ledger(home, load):
    """One who came with an import has no record of ours."""
    load(*ledger_rows())

    done = erase_candidate(CY, by="rae@hiring.test")

    assert (done.records, done.elsewhere.ledger.rows) == ((), 3)


@pytest.mark.parametrize("who", ["cy marker", "CY@marker.test", str(CY)])
def test_a_candidate_is_found_by_name_address_or_number(home, cy, who):
    """However it is written."""
    assert candidate_called(home, who) == CY


def test_a_name_of_two_or_of_nobody_is_refused(home, cy, add_candidate):
    """The wrong one is not erased by accident."""
    add_candidate(2, name="Cy Marker")

    with pytest.raises(BadInput, match="2 candidates are called"):
        candidate_called(home, "Cy Marker")
    with pytest.raises(BadInput):
        candidate_called(home, "nobody@marker.test")


def test_those_decided_long_ago_are_due(add_candidate):
    """24 months before 2 March 2026 is 2 March 2024: decided before that, due; on it, not yet."""
    early = add_candidate(1, "rejected", at=datetime(2024, 3, 1, 12, tzinfo=UTC))
    add_candidate(2, "rejected", at=datetime(2024, 3, 2, 12, tzinfo=UTC))
    add_candidate(3)

    (one,) = due(date(2026, 3, 2))

    assert (one.id, one.outcome, one.decided_on) == (early.pk, "Rejected", date(2024, 3, 1))
    assert len(due(date(2026, 3, 2), 12)) == 2


def test_a_recruiter_erases_asked_twice_and_it_is_written_down(as_user, cy, home, settings):
    """Without the tick nothing goes; with it, the log says how much and by whom, not who it was."""
    client = as_user("recruiter")
    settings.HOME = home
    address = f"/hiring/candidates/{cy.pk}/erase/"
    assert client.post(address).status_code == 400
    assert Candidate.objects.exists()

    page = client.post(address, {"confirmed": "yes"}, follow=True)

    assert "Erased: 7 records" in page.content.decode()
    entry = LogEntry.objects.get(additional_data__erased="candidate")
    assert entry.additional_data == {"erased": "candidate", "records": 7}
    assert "Cy" not in str(vars(entry))


def test_the_operations_page_does_not_offer_candidates(as_user, cy):
    """Operations may not know who applied; asking for one is no choice there."""
    client = as_user("operations")

    page = client.post("/people/erase/", {"entity": "candidate", "who": "Cy Marker"})

    assert page.context["plan"] is None
    assert "Cy Marker" not in client.get("/people/erase/").content.decode()
    assert client.get(f"/hiring/candidates/{cy.pk}/erase/").status_code == 403


def test_due_candidates_are_listed_for_those_who_hire(as_user, add_candidate):
    """With a link to erase each."""
    one = add_candidate(1, "rejected", at=datetime(2020, 3, 1, tzinfo=UTC))

    page = as_user("recruiter").get("/hiring/retention/").content.decode()

    assert f"/hiring/candidates/{one.pk}/erase/" in page
