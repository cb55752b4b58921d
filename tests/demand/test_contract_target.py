"""The target, derived backwards: recomputed by hand, silent and labelled where facts are missing."""

from dataclasses import replace

import numpy as np
import pytest

from quintet.demand.formula.targets import Sample, TargetInputs, derive_target
from quintet.kernel.finding import Status

KNOWN = TargetInputs(
    quota=20_000.0, quota_month="2026-03", quota_reps=10, unit="USD", value=Sample(200.0, 4.0, 300),
    leads=2000, customers=160, demos=500, horizon_days=80, points=Sample(7.5, 0.1, 2000), bands=(),
    full_month=95.0, rep_months=54, ramped=12,
)  # fmt: skip


def test_each_step_follows_from_those_above():
    """20,000 / 200 = 100 customers; at 160 of 2,000 leads 1,250 leads; x 7.5 = 9,375 points."""
    target = derive_target(KNOWN)
    steps = {step.what: step.value for step in target.steps}

    assert steps["Customers needed"] == pytest.approx(100)
    assert steps["Sales-ready lead to customer"] == pytest.approx(0.08)
    assert steps["Sales-ready leads needed"] == pytest.approx(1250)
    assert target.points == 9375
    assert steps["Leads the team can work a month"] == pytest.approx(1140)
    assert target.capacity_points == pytest.approx(8550)
    assert "can work 1,140 leads a month and the target takes 1,250" in target.reason
    assert target.status == Status.SPEAKS


def test_the_interval_is_that_of_the_parts():
    """Another way: the logs' variances add up (delta method)."""
    target = derive_target(KNOWN)
    spread = np.sqrt((1 - 0.08) / 160 + (4 / 200) ** 2 + (0.1 / 7.5) ** 2)

    assert target.lo == pytest.approx(9375 * np.exp(-1.645 * spread), rel=0.02)
    assert target.hi == pytest.approx(9375 * np.exp(1.645 * spread), rel=0.02)


def test_until_the_rate_is_known_the_starting_line_stands_in():
    """29 customers are too few: a third x a quarter, labelled; from 30 on the own rate, hedged."""
    young = derive_target(replace(KNOWN, customers=29))
    older = derive_target(replace(KNOWN, customers=30))

    (line,) = [step for step in young.steps if step.is_starting_line]
    assert line.value == pytest.approx(1 / 12)
    assert young.points == 9000
    assert "29 customers are too few" in young.reason
    assert (young.status, older.status) == (Status.HEDGED, Status.HEDGED)
    assert not any(step.is_starting_line for step in older.steps)


def test_another_quota_is_tried_without_changing_the_rest():
    """Twice the quota, twice the points."""
    assert derive_target(KNOWN, 40_000).points == 2 * derive_target(KNOWN).points


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ({"quota": None}, "no quota is recorded"),
        ({"value": None}, "no sale has a value"),
        ({"points": None}, "no lead met the rule"),
    ],
)
def test_a_missing_fact_is_named(missing, said):
    """No number is made up for it."""
    target = derive_target(replace(KNOWN, **missing))

    assert (target.points, target.status) == (None, Status.SILENT)
    assert said in target.reason


def test_without_ramped_reps_the_capacity_is_left_out():
    """The points stand; nothing is said of the team."""
    target = derive_target(replace(KNOWN, ramped=0))

    assert target.points == 9375
    assert target.capacity_points is None


def test_inputs_are_kept_word_for_word():
    """What the worker counted is what the page derives from."""
    import json

    assert TargetInputs.of_json(json.loads(json.dumps(KNOWN.as_json()))) == KNOWN
