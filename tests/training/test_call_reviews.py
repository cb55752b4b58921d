"""Reviews of calls: every question with its moment, once a rater, blind until then, and what they tell."""

import pytest

from imported_calls import INES, NOW, desk, told
from quintet.kernel.errors import BadInput
from quintet.training.actions.call_reviews import (
    MOST_QUESTIONS,
    Scored,
    Wording,
    add_question,
    retire_question,
    retire_scorecard,
    submit_review,
    word_question,
    write_scorecard,
)
from quintet.training.actions.call_words import erase_words
from quintet.training.asks.call_reviews import (
    asked_questions,
    open_cards,
    reviews_of,
    scorecards_in_use,
    side_by_side,
)
from quintet.training.models.call_reviews import CallScore
from quintet.training.models.calls import Call

__all__ = ["desk"]

WORDING = Wording("Asked for the budget?", "Never", "And why", "won")


def said(card, points=4, **told):
    """The same points on every question, at the third cue."""
    scored = Scored(points, **({"at_ms": 17_000} | told))
    return {one.key: scored for one in card.questions.all()}


def test_a_review_keeps_the_moment_and_is_told_to_the_ledger(desk):
    """The cue that was said at that time is quoted; the ledger hears the score, not the words."""
    call, card = desk.call(), desk.card("demo", "won")

    submit_review(call, card, said(card), by=desk.boss, now=NOW)

    quotes = set(CallScore.objects.values_list("at_ms", "quote"))
    assert quotes == {(16_750, "Ines Falk: What would it be worth to have one list?")}
    rows = told("call.reviewed")
    assert {(row["rep_id"], row["detail"]["score"], row["detail"]["step"]) for row in rows} == {
        (INES, 4, "demo"), (INES, 4, "won"),
    }  # fmt: skip
    assert {row["detail"]["rater"] for row in rows} == {f"rep:{desk.boss.rep_id}"}
    assert "worth" not in str(rows)


@pytest.mark.parametrize(
    ("points", "terms", "why"),
    [
        (None, {}, "still to score"),
        (6, {}, "still to score"),
        (3, {"at_ms": None}, "name the moment"),
        (3, {"at_ms": None, "why": "  "}, "name the moment"),
    ],
)
def test_every_question_is_scored_with_a_moment_or_a_reason(desk, points, terms, why):
    """Nothing is kept of a review that lacks one."""
    call, card = desk.call(), desk.card()
    with pytest.raises(BadInput, match=why):
        submit_review(call, card, said(card, points, **terms), by=desk.boss, now=NOW)

    assert CallScore.objects.count() == 0
    submit_review(call, card, said(card, 1, at_ms=None, why="never came up"), by=desk.boss, now=NOW)
    assert CallScore.objects.get().why == "never came up"


def test_a_moment_before_anybody_speaks_is_none(desk):
    """The first word is the first moment."""
    call, card = desk.call([(5000, 6000, "Ines Falk", "Hi."), (7000, 8000, "Omar", "Hm.")]), desk.card()

    with pytest.raises(BadInput, match="nobody has spoken"):
        submit_review(call, card, said(card, at_ms=4999), by=desk.boss, now=NOW)


def test_a_rater_scores_a_call_once_and_nobody_the_own(desk):
    """And no call without words, by no card that is retired."""
    call, card = desk.call(), desk.card()
    submit_review(call, card, said(card), by=desk.boss, now=NOW)

    with pytest.raises(BadInput, match="already"):
        submit_review(call, card, said(card), by=desk.boss, now=NOW)
    with pytest.raises(BadInput, match="own call"):
        submit_review(call, card, said(card), by=desk.ines, now=NOW)
    assert open_cards(call, desk.ines) == open_cards(call, desk.boss) == []
    assert open_cards(call, desk.teacher) == [card]
    retire_scorecard(card, now=NOW)
    card.refresh_from_db()
    with pytest.raises(BadInput, match="asks nothing any more"):
        submit_review(call, card, said(card), by=desk.teacher, now=NOW)
    erase_words(call, "asked to", now=NOW)
    with pytest.raises(BadInput, match="erased"):
        submit_review(call, card, said(card), by=desk.teacher, now=NOW)
    assert CallScore.objects.get().quote == ""


def test_reviews_are_blind_until_the_own_one_is_in(desk):
    """Who may still score sees that there is one, and not what it says; the rep sees it at once."""
    call, card = desk.call(), desk.card()
    submit_review(call, card, said(card), by=desk.boss, now=NOW)

    assert reviews_of(call, desk.teacher, may_review=True) == ([], 1)
    assert len(reviews_of(call, desk.ines, may_review=False)[0]) == 1
    submit_review(call, card, said(card, 2), by=desk.teacher, now=NOW)
    read, hidden = reviews_of(call, desk.teacher, may_review=True)
    ((question, scores),) = side_by_side(read)
    assert hidden == 0
    assert (question.step, [score.points for _, score in scores]) == ("demo", [4, 2])


def test_a_question_is_fixed_once_it_was_scored(desk):
    """Worded anew before, retired after; there are never too many."""
    call, card = desk.call(), desk.card()
    (question,) = card.questions.all()
    word_question(question, WORDING)
    submit_review(call, card, said(card), by=desk.boss, now=NOW)

    with pytest.raises(BadInput, match="was scored"):
        word_question(question, WORDING)
    retire_question(question, now=NOW)
    assert scorecards_in_use() == []
    for _ in range(MOST_QUESTIONS):
        add_question(card, WORDING)
    with pytest.raises(BadInput, match="enough"):
        add_question(card, WORDING)
    assert scorecards_in_use() == [card]
    assert len({one.key for one in card.questions.all()}) == MOST_QUESTIONS + 1


@pytest.mark.parametrize(
    ("wording", "why"),
    [
        (Wording("", "a", "b", "won"), "question is empty"),
        (Wording("a", " ", "b", "won"), "1 point is empty"),
        (Wording("a", "b", "", "won"), "5 points is empty"),
        (Wording("a", "b", "c", "hope"), "got 'hope'"),
    ],
)
def test_a_question_needs_both_ends_and_a_step(desk, wording, why):
    """Else two raters cannot mean the same."""
    with pytest.raises(BadInput, match=why):
        add_question(desk.card(), wording)


def test_a_scorecard_needs_a_name_of_its_own(desk):
    """As everything here."""
    desk.card()
    for name in ("First call", "?"):
        with pytest.raises(BadInput):
            write_scorecard(name, by=desk.teacher, now=NOW)


def test_what_questions_tell_is_silent_while_there_is_little(desk):
    """One review tells nothing of agreement; without facts there is no step to look at."""
    call, card = desk.call(), desk.card()
    submit_review(call, card, said(card), by=desk.boss, now=NOW)

    (one,) = asked_questions(card, Call.objects.all(), None)

    assert (one.reviews, one.evidence) == (1, None)
    assert one.agreement.reason == "0 calls have two raters, 10 are needed"
