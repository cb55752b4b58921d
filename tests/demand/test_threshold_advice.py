"""Advice on the threshold: said once, held against the weeks that followed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from quintet.demand.formula.score.threshold import ready_threshold
from quintet.demand.formula.threshold_advice import (
    PAUSE,
    WEEKS,
    cut_and_capacity,
    threshold_advice,
    threshold_followed,
)
from quintet.kernel.errors import BadInput
from quintet.ledger.recommendations import checked

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def ready():
    """Thirty weeks alike, a lead of each of twenty points in each, room for five."""
    points = np.tile(np.arange(20), 30)
    return ready_threshold(points, np.repeat(np.arange(30), 20), 5, customers=points / 20)


def weeks_of(counts, points=9):
    """So many leads of so many points in each week after NOW, an hour into it."""
    start = np.datetime64(NOW.replace(tzinfo=None), "us") + np.timedelta64(1, "h")
    week = np.repeat(np.arange(len(counts)), counts)
    return start + week * np.timedelta64(7, "D"), np.full(len(week), points)


def test_the_advice_says_what_to_do_and_promises_what_can_be_counted(ready):
    """Who reads it knows the cut, the volume, the room and what is caught."""
    advice = checked(threshold_advice(ready, "v1", NOW))

    assert advice.sentence == (
        "Work leads from 15 points on: 5 a week come to 5 the team can work;"
        " they hold 45% of the customers to be expected."
    )
    assert advice.evidence.estimate == pytest.approx(30.5 / 31)
    assert (advice.evidence.n, advice.after_days) == (30, 56)
    assert cut_and_capacity(advice.key) == (15, 5)


def test_no_cut_is_no_advice(ready):
    """Where nothing keeps within capacity there is nothing to advise."""
    assert threshold_advice(replace(ready, points=float("inf")), "v1", NOW) is None


def test_the_same_cut_is_not_said_twice_and_another_not_daily(ready):
    """A score fitted each day does not move the line each day; a new capacity speaks at once."""
    last = threshold_advice(ready, "v1", NOW)
    moved = replace(ready, points=14.0)
    later = NOW + PAUSE

    assert threshold_advice(ready, "v2", later, last) is None
    assert threshold_advice(moved, "v2", later - timedelta(days=1), last) is None
    assert threshold_advice(moved, "v2", later, last).key.startswith("14 points")
    assert threshold_advice(replace(ready, capacity=6.0), "v1", NOW, last).key.startswith("15 points at 6")


def test_weeks_over_capacity_are_counted_and_other_leads_are_not():
    """Two weeks overflow; leads below the cut, before the decision or after the weeks do not count."""
    at, points = weeks_of([5, 6, 0, 5, 7, 1, 2, 3, 99])
    before, below = weeks_of([50] * WEEKS, points=2)
    early = at[:5] - np.timedelta64(7, "D")
    handed = (np.concatenate([at, before, early]), np.concatenate([points, below, np.full(5, 9)]))

    found = threshold_followed(9, 5, handed, NOW)

    assert found.estimate == pytest.approx(6.5 / 9)
    assert found.lo < found.estimate < found.hi
    assert (found.n, found.note) == (8, "4 ready leads a week from 9 points on, 7 in the fullest")


def test_leads_without_a_date_are_in_no_week():
    """They are not counted, and do not stop the count."""
    at, points = weeks_of([3])
    handed = (np.append(at, np.datetime64("NaT", "us")), np.append(points, 9))

    assert threshold_followed(9, 2, handed, NOW).estimate == pytest.approx(7.5 / 9)


def test_a_key_of_another_kind_is_refused():
    """The message shows what a key looks like."""
    with pytest.raises(BadInput, match="8 points at 60 a week"):
        cut_and_capacity("threshold 8")
