"""The adviser measured: how much of its advice is taken, and what followed beside its promise."""

import pytest

from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.loop.decisions import Outcome, followed, promotions, scorecards
from quintet.loop.running import Turns
from quintet.loop.terms import BASELINE
from stored_turns import FORMULA, keep_turn, stored_turns


def _told(state, number, promised=2.0, delivered=None, unit="points", topic="policy"):
    return [Outcome("demand.lead_score", topic, unit, state, promised, delivered)] * number


def test_below_ten_it_is_silent_and_says_how_many_are_missing():
    """Nine decisions with outcome say nothing; one is missing."""
    card = scorecards(_told("accepted", 9, delivered=2.0))[0]

    assert (card.share.rate, card.share.missing) == (None, 1)
    assert (card.kept[0].difference, card.kept[0].missing) == (None, 1)
    assert "1 more" in card.reading


def test_share_accepted_counts_what_was_decided():
    """Six accepted, two changed, four refused, five open: 6 of 12, by Wilson 0.286 to 0.714."""
    told = [*_told("accepted", 6), *_told("changed", 2), *_told("refused", 4), *_told("open", 5)]
    share = scorecards(told)[0].share

    assert (share.accepted, share.decided, share.rate) == (6, 12, 0.5)
    assert (share.lo, share.hi) == pytest.approx((0.2855, 0.7145), abs=1e-3)


def test_what_was_done_by_rule_is_nobody_s_acceptance():
    """A promotion carried out by its rule does not raise the share accepted."""
    share = scorecards([*_told("done", 20), *_told("refused", 10)])[0].share

    assert (share.rate, share.decided) == (0.0, 10)


def test_promises_are_held_against_what_followed_by_hand():
    """Promised 2 each; followed 1 five times and 2 five times: 0.5 less, ± 1.833 x 0.527 / sqrt(10)."""
    told = [*_told("accepted", 5, delivered=1.0), *_told("accepted", 5, delivered=2.0)]
    card = scorecards(told)[0]
    kept = card.kept[0]

    assert (kept.promised, kept.delivered, kept.difference, kept.n) == (2.0, 1.5, -0.5, 10)
    assert (kept.lo, kept.hi) == pytest.approx((-0.8055, -0.1945), abs=1e-3)
    assert card.reading == "It promises more than follows."


def test_refused_advice_is_told_beside_accepted_not_mixed_in():
    """Refused advice whose outcome is known has a line of its own."""
    told = [*_told("accepted", 10, delivered=2.0), *_told("refused", 10, delivered=0.0)]
    kept = {one.state: one for one in scorecards(told)[0].kept}

    assert kept["accepted"].difference == 0
    assert kept["refused"].difference == -2


def test_units_and_topics_are_never_averaged():
    """Points and euros are two scorecards."""
    told = [*_told("accepted", 3), *_told("accepted", 3, unit="EUR"), *_told("accepted", 3, topic="hire")]

    assert len(scorecards(told)) == 3


def test_nothing_advised_is_no_scorecard():
    """Nobody is measured by nothing."""
    assert scorecards([]) == ()


@pytest.fixture
def home(home, tmp_path_factory):
    """Two quarters, the second promotes; no facts are needed."""
    return stored_turns(home, tmp_path_factory.mktemp("turned"), quarters=2, promoted_in=2)


def test_only_turns_that_changed_what_is_used_are_promotions(home):
    """The first quarter changed nothing."""
    found = promotions(Turns(home, FORMULA.name).kept())

    assert [(turn.period, contest.challenger) for turn, contest in found] == [("2025Q2", "all past")]


def test_what_followed_a_promotion_waits_for_two_periods(home):
    """One quarter later it is too early; two later it is 0.02 a cluster, measured on later clusters only."""
    keep_turn(home, 3, 2)
    with pytest.raises(NotEnoughData, match="1 periods were scored since"):
        followed(Turns(home, FORMULA.name).kept(), "2025Q2", "all past", BASELINE)
    keep_turn(home, 4, 2)
    what = followed(Turns(home, FORMULA.name).kept(), "2025Q2", "all past", BASELINE)

    assert what.estimate == pytest.approx(0.02)
    assert what.n == 24
    assert (what.lo, what.hi) == pytest.approx((0.01642, 0.02358), abs=1e-4)
    assert what.note == "scored in 2025Q3, 2025Q4"


def test_an_advice_must_be_one_that_can_be_held_to(now):
    """An interval that does not hold its estimate is refused, with the numbers."""
    from dataclasses import replace

    from advice import advice
    from quintet.ledger.recommendations import Evidence, as_row

    wrong = Evidence("demos", "points", 5.0, 6.0, 7.0, 40)
    with pytest.raises(BadInput, match=r"got \[6.0, 5.0, 7.0\]"):
        as_row(replace(advice(), evidence=wrong), now)
    with pytest.raises(BadInput, match="topic must be one of score threshold"):
        as_row(replace(advice(), topic="weather"), now)
    with pytest.raises(BadInput, match="sentence must be told"):
        as_row(replace(advice(), sentence=" "), now)
