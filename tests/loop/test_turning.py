"""The turn: scored before it is refitted, promoted only by what was earned, the same whenever it is run."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from quintet.kernel.home import Home
from quintet.kernel.shelf import Shelf
from quintet.loop.curve import curve
from quintet.loop.terms import BASELINE, FROZEN, IN_USE
from quintet.loop.turning import Span, turned
from toy_formula import Numbers, Toy

START = datetime(2024, 1, 1, tzinfo=UTC)
REPS = 10


def numbers(mean_of_quarter, noise=1.0, seed=0):
    """One number a day and rep over so many quarters of 91 days, around the mean of each."""
    rng = np.random.default_rng(seed)
    days = 91 * len(mean_of_quarter)
    at = np.datetime64("2024-01-01T12", "us") + np.repeat(np.arange(days), REPS) * np.timedelta64(1, "D")
    mean = np.repeat(np.asarray(mean_of_quarter, dtype=float), 91 * REPS)
    return Numbers(at, mean + rng.normal(0, noise, len(at)), np.tile(np.arange(REPS), days))


def turns_of(tmp_path, facts, quarters, formula=None):
    """Every quarter turned, each with all numbers in hand: the formula must not look ahead by itself."""
    told, shelf = [], Shelf(Home.at(tmp_path), "loop.toy.mean")
    for quarter in range(quarters):
        since = START + timedelta(days=91 * quarter)
        span = Span(f"Q{quarter + 1}", since, since + timedelta(days=91))
        told.append(turned(formula or Toy(), shelf, told, span, facts))
    return told


def test_the_first_period_is_fitted_and_not_scored(tmp_path):
    """Nothing was promised before the first fit, so nothing can be held against it."""
    first, second = turns_of(tmp_path, numbers([1, 1]), 2)

    assert first.units == 0
    assert set(first.fitted) == {BASELINE, "all past", "recent"}
    assert second.units == 91 * REPS
    assert first.next == BASELINE


def test_a_unit_is_judged_by_the_version_of_the_turn_before_it(tmp_path):
    """The second quarter is scored by the mean of the first: worked by hand."""
    facts = numbers([1, 3], noise=0.5)
    second = turns_of(tmp_path, facts, 2)[1]
    first_mean = facts.value[: 91 * REPS].mean()
    late = facts.value[91 * REPS :]

    told = sum(one.units * one.losses["all past"] for one in second.clusters) / second.units
    assert told == pytest.approx(((late - first_mean) ** 2).mean())
    assert sum(one.units * one.losses[BASELINE] for one in second.clusters) == pytest.approx((late**2).sum())


class SettlesNothing(Toy):
    """As the toy; nothing has to be settled once for all of its versions."""

    def setting(self, facts, until):
        """Enough data or a refusal, as the toy; but nothing to keep."""
        super().setting(facts, until)
        return {}


def test_a_formula_that_settles_nothing_is_scored_like_any_other(tmp_path):
    """An empty setting is a setting: its versions are judged, and promoted where they earn it."""
    plain, bare = (turns_of(tmp_path, numbers([1, 1, 1]), 3, one()) for one in (Toy, SettlesNothing))

    assert [turn.units for turn in bare] == [turn.units for turn in plain]
    assert bare[-1].next == plain[-1].next != BASELINE


def test_what_beats_the_naive_answer_is_promoted_and_said(tmp_path):
    """The means are 1, the naive answer is 0: after thirty clusters it is plain."""
    turns = turns_of(tmp_path, numbers([1, 1, 1, 1]), 4)

    assert turns[1].next == "all past" or turns[1].next == "recent"
    assert "is promoted" in turns[1].reading
    assert turns[2].in_use == turns[1].next


def test_where_nothing_is_to_be_learned_nothing_is_promoted_and_the_curve_is_flat(tmp_path):
    """The naive answer is the truth."""
    turns = turns_of(tmp_path, numbers([0] * 6), 6)

    assert {turn.next for turn in turns} == {BASELINE}
    assert "Flat" in curve("toy.mean", turns).reading


def test_after_a_break_the_recent_recipe_takes_over_and_the_curve_recovers(tmp_path):
    """The mean falls from 3 to -3: all past is wrong for long, the last sixty days only once."""
    turns = turns_of(tmp_path, numbers([3, 3, 3, -3, -3, -3, -3], noise=0.5), 7)
    points = {point.period: point for point in curve("toy.mean", turns).points}

    assert points["Q3"].gain > 0 > points["Q4"].gain
    assert turns[-1].next == "recent"
    assert points["Q7"].gain > 0
    assert points["Q7"].over_frozen > 0


def test_first_version_stays_the_comparator(tmp_path):
    """What refitting was worth is measured against the version of the first turn, for good."""
    turns = turns_of(tmp_path, numbers([1, 2, 3, 4]), 4)

    assert len({turn.frozen for turn in turns}) == 1
    frozen = sum(one.units * one.losses[FROZEN] for one in turns[3].clusters)
    used = sum(one.units * one.losses[IN_USE] for one in turns[3].clusters)
    assert frozen > used


def test_too_little_data_leaves_a_reason_and_no_version(tmp_path):
    """A formula below its minimum waits; the turn says why."""
    facts = numbers([1])
    few = Numbers(facts.at[:5], facts.value[:5], facts.rep[:5])
    first = turns_of(tmp_path, few, 1)[0]

    assert first.fitted == {}
    assert first.refused == {BASELINE: "too few numbers"}
    assert "naive answer stays" in first.reading


def test_every_recipe_is_fitted_once_a_turn(tmp_path):
    """Two recipes, three turns: six fits."""
    formula = Toy()
    turns_of(tmp_path, numbers([1, 1, 1]), 3, formula)

    assert len(formula.fitted) == 6
