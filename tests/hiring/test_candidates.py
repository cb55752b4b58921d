"""Candidates: added, handed out, decided on; seen by those who hire and by those who score them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hiring_process import NOW, told
from quintet.hiring.terms.candidates import Progress, Verdict, state_of
from quintet.kernel.errors import BadInput

pytestmark = pytest.mark.django_db
HIRED = Verdict("hired", "the best we saw", date(2026, 4, 1))


@pytest.mark.parametrize(
    ("progress", "state"),
    [
        (Progress(frozenset({1, 2}), frozenset(), 0, 0), "applied"),
        (Progress(frozenset({1, 2}), frozenset(), 0, 0, has_scores=True), "interviewing"),
        (Progress(frozenset({1, 2}), frozenset({1}), 2, 1), "interviewing"),
        (Progress(frozenset({1, 2}), frozenset({1}), 1, 0), "interviewing"),
        (Progress(frozenset({1, 2}), frozenset({1, 2}), 3, 1), "interviewing"),
        (Progress(frozenset({1, 2}), frozenset({1, 2}), 2, 0), "waiting"),
    ],
)
def test_a_candidate_waits_for_a_decision_when_every_round_is_in(progress, state):
    """Not before: a round nobody scored, or a scorecard that is out, is an interview to come."""
    assert state_of(progress) == state


def test_an_application_is_told_to_the_ledger(process):
    """With name, role and source; the number is the same everywhere."""
    one = process.candidate("Cy Moss", source="referral")

    (row,) = told("candidate.applied")
    assert row["candidate_id"] == one.candidate_id
    assert row["detail"] == {
        "name": "Cy Moss", "role": "Account executive", "source": "referral", "applied_on": "2026-03-01",
    }  # fmt: skip
    with pytest.raises(BadInput, match="still to come"):
        process.candidate(applied_on=date(2026, 3, 3))


def test_only_who_hires_and_who_scores_a_candidate_may_know_of_them(process):
    """An interviewer of another candidate, and everybody else, sees nobody."""
    from quintet.hiring.asks.candidates import candidates_visible_to

    people = process.people
    cy, di = process.candidate("Cy"), process.candidate("Di")
    process.card(cy, people.interviewer)
    process.card(di, people.manager)

    seen = {name: {one.name for one in candidates_visible_to(user)} for name, user in vars(people).items()}
    both = {"Cy", "Di"}
    assert seen.pop("recruiter") == seen.pop("executive") == both
    assert (seen.pop("interviewer"), seen.pop("manager")) == ({"Cy"}, {"Di"})
    assert set(map(frozenset, seen.values())) == {frozenset()}


def test_the_mark_of_who_also_interviews_makes_an_interviewer_and_no_recruiter(process):
    """A sales manager with the mark scores; without it he cannot be asked to."""
    people = process.people

    assert people.manager.has_perm("hiring.interview")
    assert not people.manager.has_perm("hiring.hire")
    assert not people.manager.has_perm("hiring.see_index")
    with pytest.raises(BadInput, match="Boss does not interview"):
        process.card(process.candidate(), people.boss)


def test_a_scorecard_is_handed_out_once_and_taken_back_only_while_open(process):
    """What was said stays."""
    from quintet.hiring.actions.candidates import take_back

    card = process.card(process.candidate(), process.people.interviewer)
    with pytest.raises(BadInput, match="already"):
        process.card(card.candidate, process.people.interviewer)
    take_back(card)
    again = process.scored(process.card(card.candidate, process.people.interviewer))

    with pytest.raises(BadInput, match="what was said stays"):
        take_back(again)


def test_a_phone_role_is_not_offered_without_a_role_play_by_phone(process):
    """The refusal names what is missing: a card, an interviewer, or the round."""
    from quintet.hiring.actions.candidates import decide
    from quintet.hiring.actions.roles import retire_round

    by = {"by": process.people.recruiter, "now": NOW}
    one = process.candidate()
    process.scored(process.card(one, process.people.interviewer))
    with pytest.raises(BadInput, match="hand out a scorecard of the round Role play"):
        decide(one, HIRED, **by)
    card = process.card(one, process.people.second, process.play)
    with pytest.raises(BadInput, match=r"still to come from Second \(Role play\)"):
        decide(one, HIRED, **by)
    with pytest.raises(BadInput, match="when they start"):
        decide(one, Verdict("hired", "good"), **by)
    process.scored(card, played=(8, 4, "ask first", 7))

    assert decide(one, HIRED, **by).outcome == "hired"
    retire_round(process.play, **by)
    with pytest.raises(BadInput, match="add such a round to the role"):
        decide(process.candidate("Di"), HIRED, **by)


def test_a_role_that_does_not_sell_by_phone_needs_none(process):
    """The rule is about the phone, nothing else."""
    from quintet.hiring.actions.candidates import decide
    from quintet.hiring.actions.roles import change_role

    by = {"by": process.people.recruiter, "now": NOW}
    change_role(process.role, by_phone=False, is_open=True, **by)

    assert decide(process.candidate(), HIRED, **by).starts_on == date(2026, 4, 1)


def test_who_decides_scores_first_and_a_decision_is_made_once(process):
    """One's own score would follow one's own decision; a withdrawal is no decision of ours."""
    from quintet.hiring.actions.candidates import decide

    by = {"by": process.people.executive, "now": NOW}
    one = process.candidate()
    process.card(one, process.people.executive)
    with pytest.raises(BadInput, match="your own scorecard first"):
        decide(one, Verdict("rejected", "not yet"), **by)
    with pytest.raises(BadInput, match="say why"):
        decide(one, Verdict("withdrew", " "), **by)
    decide(one, Verdict("withdrew", "took another offer"), **by)

    with pytest.raises(BadInput, match="was decided on 2 Mar 2026: Withdrew"):
        decide(one, Verdict("rejected", "x"), **by)


def test_a_decision_is_told_with_the_advice_it_followed_or_did_not(process):
    """So that overriding can be held against following, later."""
    from quintet.hiring.actions.candidates import decide, link_rep

    advice = {"index": 61.5, "version": 3}
    one = process.candidate()
    made = decide(
        one,
        Verdict("rejected", "no time", advice=advice, follows=False),
        by=process.people.recruiter,
        now=NOW,
    )

    (row,) = told("candidate.decided")
    assert (row["outcome"], row["candidate_id"]) == ("rejected", one.candidate_id)
    assert row["detail"]["advice"] == advice
    assert row["detail"]["follows"] is False
    with pytest.raises(BadInput, match="became no rep"):
        link_rep(made, 5, now=NOW)


def test_a_hired_one_is_linked_to_one_rep(process):
    """The ledger hears it as a newer version of the same decision."""
    from quintet.hiring.actions.candidates import decide, link_rep
    from quintet.hiring.actions.roles import change_role

    by = {"by": process.people.recruiter, "now": NOW}
    change_role(process.role, by_phone=False, is_open=True, **by)
    first, second = (decide(process.candidate(name), HIRED, **by) for name in ("Cy", "Di"))
    link_rep(first, 12, now=NOW + timedelta(days=30))

    row = told("candidate.decided")[-1]
    assert row["detail"]["rep_id"] == 12
    assert (row["source_ref"].partition("#")[2], row["occurred_at"]) == (
        "candidate.decided@12",
        NOW.isoformat(),
    )
    with pytest.raises(BadInput, match="Cy became this rep"):
        link_rep(second, 12, now=NOW)


def test_ages_count_to_the_newest_day_anything_is_known_of(process, small_company):
    """Data of last year is judged as of its own last day, until somebody adds a candidate."""
    from quintet.hiring.asks.candidates import standings, today

    facts, clock = small_company.facts, date(2026, 3, 11)
    assert today(facts, clock) == facts.as_of.date()
    process.candidate(applied_on=date(2026, 3, 1))

    assert today(facts, clock) == date(2026, 3, 2)
    assert today(None, clock) == clock
    (one,) = standings(process.people.recruiter, facts, clock)
    assert (one.state, one.days) == ("applied", 10)


def test_history_is_adopted_once_with_its_scores_and_its_reps(people, small_company):
    """Each candidate of the ledger gets a record; hired ones are linked; the second time nothing happens."""
    from quintet.hiring.actions.history import adopt_history
    from quintet.hiring.asks.said import rounds, score_table
    from quintet.hiring.models.candidates import Candidate, Decision

    facts = small_company.facts
    rows = facts.arrow(facts.table("candidates")).to_pylist()
    now = datetime(2026, 1, 1, tzinfo=UTC)

    assert (
        adopt_history(facts, now) == f"{len(rows)} candidates taken in, {len(rows)} decisions, 0 reps linked"
    )
    assert adopt_history(facts, now) == "0 candidates taken in, 0 decisions, 0 reps linked"
    hired = Decision.objects.filter(outcome="hired")
    assert {one.rep_id for one in hired} == {row["rep_id"] for row in rows if row["outcome"] == "hired"}
    assert len(hired) > 0
    one = hired.first().candidate
    reps = {row["rep_id"]: row["name"] for row in small_company.reps}
    assert one.name == reps[one.decision.rep_id]
    assert (one.role.name, one.role.is_open, Candidate.objects.filter(source="").count()) == (
        "Account executive", False, 0,
    )  # fmt: skip
    table = score_table(people.recruiter, one, rounds(people.recruiter, one), facts)
    assert len(table.columns) == 3
    assert (len(table.lines), table.lines[-1].name) == (15, "Overall verdict")


def test_a_live_hire_is_linked_when_the_ledger_says_who_joined(process, small_company):
    """The first day's row of the rep names the candidate; nobody has to do anything."""
    from quintet.hiring.actions.history import adopt_history
    from quintet.hiring.models.candidates import Candidate, Decision

    facts = small_company.facts
    rows = facts.arrow(facts.table("candidates")).to_pylist()
    row = next(row for row in rows if row["rep_id"])
    one = process.candidate()
    Candidate.objects.filter(pk=one.pk).update(candidate_id=row["candidate_id"])
    made = Decision.objects.create(
        candidate=one, outcome="hired", reason="good", decided_by=process.people.recruiter, decided_at=NOW
    )

    assert "1 reps linked" in adopt_history(facts, NOW)
    made.refresh_from_db()
    assert (made.rep_id, made.reason) == (row["rep_id"], "good")


def test_the_audit_log_and_the_admin_hold_no_candidate(process):
    """Operations read both."""
    from auditlog.models import LogEntry
    from auditlog.registry import auditlog
    from django.apps import apps

    from quintet.site.admin import quintet_admin

    process.scored(process.card(process.candidate("Cy Moss"), process.people.interviewer))

    models = list(apps.get_app_config("hiring").get_models())
    assert len(models) > 10
    assert [model for model in models if auditlog.contains(model) or quintet_admin.is_registered(model)] == []
    assert not LogEntry.objects.filter(content_type__app_label="hiring").exists()
