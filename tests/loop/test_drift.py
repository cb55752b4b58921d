"""Drift of one version: said in plain words, and told apart from chance and from too little."""

from datetime import UTC, datetime, timedelta

import numpy as np

from quintet.loop.drift import Watch, drift
from stored_drift import watched
from toy_formula import Mean, Numbers, Toy

SINCE, UNTIL = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 7, 1, tzinfo=UTC)
WHAT = Watch("toy.mean", "2025-06-30", "abc", "all past", SINCE.isoformat())


def test_where_nothing_drifts_it_says_so():
    """Inputs come as they did, promises hold, no alarm."""
    found = drift(WHAT, watched())

    assert found.reading.startswith("Inputs come as they did. Promises still hold:")
    assert (found.alarms, found.broken_on) == ((), "")


def test_a_mix_that_moved_is_named_with_its_shares():
    """Webinars from a tenth to a half: which input, which level, how much; promises are told apart."""
    found = drift(WHAT, watched(mix=(0.3, 0.2, 0.5)))

    assert found.alarms == ("inputs",)
    assert "% now have source “webinar”, 1" in found.reading
    assert "Promises still hold" in found.reading
    assert found.moved[0].levels[0].said in {"webinar", "8 % to 100 %"}


def test_promises_that_break_are_said_with_the_day_and_the_count():
    """Seven of ten come, the mix is as before: the other half of the watch sees it, this one does not."""
    found = drift(WHAT, watched(happened=0.7))

    assert found.alarms == ("promises",)
    assert found.promises == "too much"
    assert "2025-10-01" < found.broken_on < "2026-01-15"
    assert f"{found.happened:.0f} came of 724 promised" in found.reading
    assert drift(WHAT, watched(happened=1.45)).promises == "too little"


def test_too_little_is_said_with_what_is_missing():
    """Twenty events must have been promised; thirty units must have come in."""
    young = drift(WHAT, watched(days=4))

    assert young.promises == "silent"
    assert "16.0 of 20 events promised" in " ".join(young.missing)
    assert "not enough yet" in young.reading


def test_a_version_that_looks_at_nothing_has_no_inputs_to_move():
    """The naive answer."""
    assert "looks at nothing" in drift(WHAT, watched(inputs=False)).reading


def test_the_toy_formula_is_watched_without_a_change_to_the_loop():
    """Half of the numbers lie above its mean; then the mean falls, and one rep brings more."""
    rng = np.random.default_rng(1)
    at = np.datetime64("2024-07-01", "us") + np.arange(3600) * np.timedelta64(144, "m")
    late = at >= np.datetime64("2025-01-01", "us")
    steady = Numbers(at, rng.normal(1, 1, 3600), rng.integers(0, 5, 3600))
    fallen = Numbers(
        at, rng.normal(1 - 0.8 * late, 1), np.where(late & (np.arange(3600) % 2 == 0), 0, steady.rep)
    )
    span = (SINCE, SINCE + timedelta(days=170))
    holds, breaks = (drift(WHAT, Toy().watch(facts, Mean(1.0, 99), span, {})) for facts in (steady, fallen))

    assert holds.alarms == ()
    assert set(breaks.alarms) == {"inputs", "promises"}
    assert "rep “rep 0”" in breaks.reading
    assert [one.month for one in breaks.months][:2] == ["2025-01", "2025-02"]
    assert breaks.months[0].hi < 0.8
    assert abs(holds.months[0].level) < 0.5
