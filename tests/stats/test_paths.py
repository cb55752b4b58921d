"""Credit rules: they give everything away, and agree with published figures and with brute force."""

import csv
from dataclasses import replace
from itertools import combinations
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quintet.kernel.errors import BadInput
from quintet.stats.paths import COUNTED, Paths, credit, paths_of, rule_shares

ROUTES = st.lists(
    st.tuples(st.lists(st.integers(0, 3), min_size=1, max_size=6), st.integers(0, 9), st.integers(0, 9)),
    min_size=1,
    max_size=8,
)


def made(drawn) -> Paths:
    """Paths of what hypothesis drew, with one that names every channel."""
    routes, conversions, nulls = zip(*drawn, ([0, 1, 2, 3], 1, 1), strict=True)
    return paths_of(list(routes), list(conversions), list(nulls))


def coalition_shapley(paths: Paths) -> np.ndarray:
    """Shapley values by definition: a coalition earns what the paths it can walk alone convert."""

    def earned(coalition: frozenset[int]) -> float:
        routes = np.split(paths.channel, paths.start[1:-1])
        return sum(
            worth for route, worth in zip(routes, paths.amount, strict=True) if set(route) <= coalition
        )

    everybody, n, value = range(paths.channels), paths.channels, np.zeros(paths.channels)
    for one in everybody:
        others = [other for other in everybody if other != one]
        for size in range(n):
            weight = factorial(size) * factorial(n - size - 1) / factorial(n)
            for coalition in combinations(others, size):
                value[one] += weight * (earned(frozenset({*coalition, one})) - earned(frozenset(coalition)))
    return value


@settings(deadline=None, max_examples=30)
@given(ROUTES)
def test_shapley_equals_brute_force(drawn):
    """The equal split over the different channels is what all coalitions come to."""
    paths = made(drawn)

    np.testing.assert_allclose(credit(paths, "shapley"), coalition_shapley(paths), atol=1e-9)


@settings(deadline=None, max_examples=30)
@given(ROUTES, st.sampled_from(COUNTED))
def test_every_rule_gives_everything_away(drawn, rule):
    """Shares of each path add up to one and none is negative, so credit adds up to what was converted."""
    paths = made(drawn)
    shares = rule_shares(paths, rule)

    np.testing.assert_allclose(shares.sum(axis=1).A1 if hasattr(shares.sum(axis=1), "A1") else 1.0, 1.0)
    assert shares.min() >= 0
    assert credit(paths, rule).sum() == pytest.approx(paths.amount.sum())


@pytest.mark.parametrize(
    ("rule", "route", "expected"),
    [
        ("first", [2, 0, 1, 1], [0, 0, 1]),
        ("last", [2, 0, 1, 1], [0, 1, 0]),
        ("linear", [2, 0, 1, 1], [0.25, 0.5, 0.25]),
        ("position", [2, 0, 1, 1], [0.1, 0.5, 0.4]),
        ("position", [2, 0], [0.5, 0, 0.5]),
        ("position", [2], [0, 0, 1]),
        ("shapley", [2, 0, 1, 1], [1 / 3, 1 / 3, 1 / 3]),
    ],
)
def test_rules_by_hand(rule, route, expected):
    """One path each, shared out as a person would."""
    paths = replace(paths_of([route], [1], [0]), channels=3)

    np.testing.assert_allclose(credit(paths, rule), expected)


def test_a_touch_one_half_life_older_gets_half():
    """Seven days before the last touch: one third against two thirds."""
    paths = replace(paths_of([[0, 1]], [1], [0]), age_days=np.array([9.0, 2.0]))

    np.testing.assert_allclose(credit(paths, "decay"), [1 / 3, 2 / 3])


def test_touches_years_old_still_share_their_conversion():
    """Decay compares the touches of a path, so a slow sale is not divided by nothing."""
    paths = replace(paths_of([[0, 1]], [1], [0]), age_days=np.array([90_000.0, 90_000.0]))

    np.testing.assert_allclose(credit(paths, "decay"), [0.5, 0.5])


def test_no_paths_no_credit():
    """A company without a conversion has nothing to share out."""
    paths = replace(paths_of([], [], []), channels=2)

    for rule in COUNTED:
        np.testing.assert_array_equal(credit(paths, rule), [0, 0])


def test_unknown_rules_and_empty_paths_are_refused():
    """The message names the rule, or the empty path."""
    with pytest.raises(BadInput, match="first, last"):
        credit(paths_of([[0]], [1], [0]), "gut")
    with pytest.raises(BadInput, match="empty"):
        paths_of([[0], []], [1, 1], [0, 0])


@pytest.mark.shared_data
def test_first_last_and_linear_equal_the_published_package(shared_data):
    """ChannelAttribution 2.2.5 on 10,000 paths: conversions and value, to the last digit."""
    folder = shared_data / "channel_attribution"
    with (folder / "reference_heuristics_ChannelAttribution_2.2.5.csv").open() as file:
        reference = {row["channel_name"]: row for row in csv.DictReader(file)}
    with (folder / "PathData.csv").open() as file:
        rows = list(csv.DictReader(file))
    names = list(reference)
    routes = [[names.index(word) for word in row["path"].split(" > ")] for row in rows]
    for amount, column in (("total_conversions", "conversions"), ("total_conversion_value", "value")):
        paths = paths_of(routes, [float(row[amount]) for row in rows], [0] * len(rows))
        for rule in ("first", "last", "linear"):
            published = [float(reference[name][f"{rule}_touch_{column}"]) for name in names]
            np.testing.assert_allclose(credit(paths, rule), published, rtol=1e-14)
