"""The Markov rule: exact, of any order, and the same whichever way it is solved."""

import csv
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quintet.kernel.errors import BadInput
from quintet.stats import chains
from quintet.stats.chains import first_order_credits, fit_chain
from quintet.stats.paths import Paths, paths_of

ROUTES = st.lists(
    st.tuples(st.lists(st.integers(0, 3), min_size=1, max_size=6), st.integers(0, 9), st.integers(1, 9)),
    min_size=1,
    max_size=8,
)


def made(drawn) -> Paths:
    """Paths of what hypothesis drew, with one that names every channel."""
    routes, conversions, nulls = zip(*drawn, ([0, 1, 2, 3], 2, 1), strict=True)
    return paths_of(list(routes), list(conversions), list(nulls))


def test_the_textbook_example():
    """Three journeys, one converted: removal effects .5, 1, 1 and credit .2, .4, .4."""
    fit = fit_chain(paths_of([[0, 1, 2], [0], [1, 2]], [1, 0, 0], [0, 1, 1]))

    assert fit.expected == pytest.approx(1 / 3, abs=1e-12)
    np.testing.assert_allclose(fit.removal, [0.5, 1, 1], atol=1e-12)
    np.testing.assert_allclose(fit.credit, [0.2, 0.4, 0.4], atol=1e-12)


@settings(deadline=None, max_examples=25)
@given(ROUTES)
def test_a_chain_that_remembers_whole_paths_counts_them(drawn):
    """With memory longer than any path, a channel loses exactly the conversions that touch it."""
    paths = made(drawn)
    fit = fit_chain(paths, order=7)
    routes = np.split(paths.channel, paths.start[1:-1])

    for channel in range(paths.channels):
        lost = sum(won for route, won in zip(routes, paths.amount, strict=True) if channel in route)
        assert fit.removal[channel] == pytest.approx(lost / paths.amount.sum())


@settings(deadline=None, max_examples=25)
@given(ROUTES, st.integers(1, 3))
def test_sparse_and_dense_solutions_agree(drawn, order):
    """Large chains are solved another way; the answer is the same."""
    paths = made(drawn)
    dense, limit = fit_chain(paths, order), chains._DENSE_STATES
    chains._DENSE_STATES = 0
    try:
        loose = fit_chain(paths, order)
    finally:
        chains._DENSE_STATES = limit

    np.testing.assert_allclose(loose.credit, dense.credit, atol=1e-9)
    assert dense.credit.sum() == pytest.approx(paths.amount.sum())


@settings(deadline=None, max_examples=25)
@given(ROUTES)
def test_many_resamples_at_once_equal_one_by_one(drawn):
    """The short cut of the intervals gives what the full solution gives."""
    paths = made(drawn)
    walked = paths.conversions + paths.nulls
    moves = np.zeros((1, 4, 4))
    start, end = np.zeros((1, 4)), np.zeros((1, 2, 4))
    for path, route in enumerate(np.split(paths.channel, paths.start[1:-1])):
        np.add.at(moves[0], (route[:-1], route[1:]), walked[path])
        start[0, route[0]] += walked[path]
        end[0, :, route[-1]] += paths.amount[path], walked[path]

    found = first_order_credits(moves, start, end, np.array([paths.amount.sum()]))

    np.testing.assert_allclose(found[0], fit_chain(paths).credit, atol=1e-9)


def test_value_follows_where_the_money_was_made():
    """A channel whose conversions are worth more gets more, though both convert as often."""
    paths = paths_of([[0], [1]], [5, 5], [5, 5], [100.0, 300.0])

    np.testing.assert_allclose(fit_chain(paths).credit, [100, 300])


def test_without_a_conversion_nothing_is_shared_out():
    """Nobody gets credit, and nothing is divided by nothing."""
    np.testing.assert_array_equal(fit_chain(paths_of([[0], [1]], [0, 0], [3, 4])).credit, [0, 0])


def test_an_order_below_one_is_refused():
    """A chain remembers at least the touch it is at."""
    with pytest.raises(BadInput, match="1 or more"):
        fit_chain(paths_of([[0]], [1], [0]), 0)


@pytest.mark.shared_data
def test_published_paths_and_higher_orders(shared_data):
    """Order 1 within 0.5 % of the reference; each further order changes less than the one before."""
    folder = shared_data / "channel_attribution"
    with (folder / "reference_attribution_order1.csv").open() as file:
        reference = {row["channel"]: row for row in csv.DictReader(file)}
    with (folder / "PathData.csv").open() as file:
        rows = list(csv.DictReader(file))
    names = list(reference)
    paths = paths_of(
        [[names.index(word) for word in row["path"].split(" > ")] for row in rows],
        [float(row["total_conversions"]) for row in rows],
        [float(row["total_null"]) for row in rows],
    )
    fits = [fit_chain(paths, order) for order in (1, 2, 3, 4)]

    published = [float(reference[name]["markov1_conversions"]) for name in names]
    np.testing.assert_allclose(fits[0].credit, published, rtol=1e-5)
    moved = [np.abs(after.credit - before.credit).sum() for before, after in pairwise(fits)]
    assert moved[0] > 1.5 * moved[1] > 2.25 * moved[2]
