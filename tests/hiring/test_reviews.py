"""Reviews after hire: due at 3, 6 and 12 months, in one's own scope, blind, and said once."""

from datetime import date, timedelta

import pytest

from hiring_process import NOW, told
from quintet.calendar.periods import after_months
from quintet.facts.scope import Scope
from quintet.hiring.terms.reviews import due_between
from quintet.hiring.terms.scorecards import Said
from quintet.kernel.errors import BadInput


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 1, 15), 3, date(2026, 4, 15)),
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_months_after_a_day_end_with_the_month(day, months, after):
    """The last day of a shorter month stands for a day it does not have."""
    assert after_months(day, months) == after


def test_an_age_is_open_until_the_next_one_is_due():
    """What is said at seven months is no score at three."""
    assert due_between(date(2026, 1, 1), 3) == (date(2026, 4, 1), date(2026, 6, 30))
    assert due_between(date(2026, 1, 1), 12) == (date(2027, 1, 1), date(2027, 6, 30))


@pytest.fixture
def reviewer(people, small_company):
    """The manager of the team, and his scope."""
    people.manager.rep_id = small_company.manager
    people.manager.save()
    return people.manager, Scope(
        small_company.team | {small_company.manager}, small_company.manager, "manager"
    )


def test_a_manager_scores_the_own_team_at_the_age_they_are(process, reviewer, small_company):
    """Every rep of the team is due 3, 6 and 12 months after the first day; nobody else is, nor he himself."""
    from quintet.hiring.asks.reviews import coming, due, every_age, one_due

    user, scope = reviewer
    facts = small_company.facts
    joined = {
        rep["rep_id"]: rep["joined_on"] for rep in small_company.reps if rep["rep_id"] in small_company.team
    }
    on = after_months(max(joined.values()), 3)

    found = due(user, scope, facts, on)
    expected = {
        (rep, months)
        for rep, day in joined.items()
        for months in (3, 6, 12)
        if due_between(day, months)[0] <= on <= due_between(day, months)[1]
    }
    assert {(one.rep_id, one.months) for one in found} == expected
    assert expected
    assert {one.rep_id for one in coming(user, scope, facts, on)} <= small_company.team
    other = next(one["rep_id"] for one in small_company.reps if one["rep_id"] not in scope.rep_ids)
    every = every_age(user, scope, facts)
    assert {other, small_company.manager}.isdisjoint({one.rep_id for one in every})
    first = every[0]
    assert one_due(every, first.rep_id, first.months, first.until) == first
    assert one_due(every, first.rep_id, first.months, first.until + timedelta(days=1)) is None
    assert due(user, scope, None, on) == ()


def test_a_review_is_told_once_and_kept(process, reviewer, small_company):
    """Points on every criterion, with months and reviewer; too early, incomplete or again is refused."""
    from quintet.hiring.actions.reviews import submit_review
    from quintet.hiring.asks.reviews import criteria_for, due, every_age, submitted

    user, scope = reviewer
    facts = small_company.facts
    rep = min(small_company.team)
    one = next(age for age in every_age(user, scope, facts) if (age.rep_id, age.months) == (rep, 6))
    on = NOW.replace(year=one.due_on.year, month=one.due_on.month, day=one.due_on.day)
    criteria = criteria_for(facts, rep)
    said = {key.key: Said(8, "saw it") for key in criteria}

    assert [key.key for key in criteria] == ["curiosity", "work_ethic"]
    with pytest.raises(BadInput, match="score them then"):
        submit_review(one, criteria, said, "", by=user, now=on - timedelta(days=1))
    with pytest.raises(BadInput, match="still to score: Work ethic"):
        submit_review(one, criteria, {"curiosity": Said(8)}, "", by=user, now=on)
    submit_review(one, criteria, said, "steady", by=user, now=on)
    with pytest.raises(BadInput, match="already"):
        submit_review(one, criteria, said, "", by=user, now=on)

    rows = told("review.scored")
    assert {(row["rep_id"], row["content"], row["detail"]["score"]) for row in rows} == {
        (rep, "curiosity", 8), (rep, "work_ethic", 8),
    }  # fmt: skip
    assert {(row["detail"]["months"], row["detail"]["reviewer"]) for row in rows} == {
        (6, f"rep:{small_company.manager}")
    }
    assert (rep, 6) not in {(two.rep_id, two.months) for two in due(user, scope, facts, one.due_on)}
    assert [review.rep_id for review in submitted(scope)] == [rep]
    assert submitted(Scope(frozenset({5}), 5, "manager")) == []


def test_a_rep_is_scored_on_what_they_were_hired_by(process, small_company):
    """Of the criteria in use, those of the interviews; one who came before us, on all."""
    from quintet.hiring.asks.reviews import criteria_for
    from quintet.hiring.models.candidates import Decision
    from quintet.hiring.models.process import Round

    Round.objects.filter(pk=process.interview.pk).update(criteria=["curiosity"])
    process.interview.refresh_from_db()
    one = process.candidate()
    card = process.card(one, process.people.interviewer)
    card.scores.create(criterion="curiosity", points=6)
    card.submitted_at = NOW
    card.save()
    Decision.objects.create(candidate=one, outcome="hired", reason="good", rep_id=5, decided_at=NOW)

    assert [key.key for key in criteria_for(None, 5)] == ["curiosity"]
    assert [key.key for key in criteria_for(None, 6)] == ["curiosity", "work_ethic"]
