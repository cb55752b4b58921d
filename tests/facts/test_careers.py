"""How long reps took to the first month at quota: who counts, and how."""

from datetime import date

import pytest

from quintet.calendar.periods import month_after
from quintet.facts.careers import Ending, RepCareer, RepMonth, quota_spells

BEFORE, UNTIL = date(2025, 1, 1), date(2025, 7, 1)
#: Somebody who was there when the history begins.
OLD = RepMonth(99, BEFORE, 100.0, 100.0)
OLD_CAREER = RepCareer(99, date(2020, 5, 1), None)


def spell(*mrr, joined=date(2025, 2, 10), left=None, quota=100.0):
    """The way of one rep who signed so much in the months since joining."""
    months = [RepMonth(1, month_after(joined.replace(day=1), at), one, quota) for at, one in enumerate(mrr)]
    found = quota_spells([OLD_CAREER, RepCareer(1, joined, left)], [OLD, *months], UNTIL)
    return next(((one.months, one.ending) for one in found if one.rep_id == 1), None)


def test_the_month_of_joining_is_month_one():
    """Joined in February, at quota in April: month 3; a better May does not count again."""
    assert spell(0, 50, 100, 200) == (3, Ending.REACHED)


def test_a_rep_still_ramping_is_neither_there_nor_gone():
    """Five months over, none at quota: still ramping, with these five months."""
    assert spell(0, 10, 20, 99) == (5, Ending.RAMPING)


def test_a_month_without_a_row_is_one_without_a_sale():
    """He was here and signed nothing: the month counts all the same."""
    months = [RepMonth(1, date(2025, 2, 1), 0.0, 100.0), RepMonth(1, date(2025, 6, 1), 120.0, 100.0)]
    found = quota_spells([OLD_CAREER, RepCareer(1, date(2025, 2, 10), None)], [OLD, *months], UNTIL)

    assert [(one.months, one.ending) for one in found] == [(5, Ending.REACHED)]


def test_who_left_before_quota_has_left():
    """February to April whole, gone in May; what was signed in May does not count."""
    assert spell(0, 0, 0, 500, left=date(2025, 5, 20)) == (3, Ending.LEFT)


def test_who_left_after_quota_has_reached_it():
    """The first thing that happened is what counts."""
    assert spell(0, 120, left=date(2025, 5, 20)) == (2, Ending.REACHED)


def test_who_left_in_the_month_of_joining_is_not_dropped():
    """One month, and gone."""
    assert spell(0, left=date(2025, 2, 25)) == (1, Ending.LEFT)


@pytest.mark.parametrize(
    ("joined", "quota"),
    [(BEFORE, 100.0), (date(2025, 7, 3), 100.0), (date(2025, 2, 1), None)],
    ids=["there when the history begins", "joined in the month that runs", "no quota in any month"],
)
def test_whose_way_nobody_can_know_is_left_out(joined, quota):
    """Not counted as anything."""
    assert spell(0, 100, joined=joined, quota=quota) is None


def test_a_quota_of_nothing_is_not_made():
    """Zero signed of zero asked is no month at quota."""
    assert spell(0, 0, quota=0.0) == (5, Ending.RAMPING)
