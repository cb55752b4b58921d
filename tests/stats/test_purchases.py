"""Repeat buying: published parameters, planted truth, and a refusal where the fit is not stable."""

import csv

import numpy as np
import pytest

from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.stats.purchases import (
    MIN_CUSTOMERS,
    Buyers,
    expected_purchases,
    fit_purchases,
    fit_spend,
)


def shop(seed: int, customers: int, weeks: float = 52.0) -> Buyers:
    """Customers of planted r .6, alpha 6, a .8, b 2.5, watched for a year."""
    rng = np.random.default_rng(seed)
    rate, leave = rng.gamma(0.6, 1 / 6, customers), rng.beta(0.8, 2.5, customers)
    repeats, last = np.zeros(customers), np.zeros(customers)
    for one in range(customers):
        at = rng.exponential(1 / rate[one])
        while at <= weeks:
            repeats[one], last[one] = repeats[one] + 1, at
            at = at + rng.exponential(1 / rate[one]) if rng.random() >= leave[one] else np.inf
    return Buyers(repeats, last, np.full(customers, weeks))


@pytest.fixture(scope="module")
def cdnow(shared_data):
    """The published summary of 2,357 customers."""
    with (shared_data / "cdnow" / "cdnow_customers_summary_with_transactions.csv").open() as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([float(row[name]) for row in rows]) for name in ("x", "t_x", "T", "zbar")}


@pytest.mark.shared_data
def test_published_purchases(cdnow):
    """Fader, Hardie & Lee (2005): r .243, alpha 4.414, a .793, b 2.426, log-likelihood -9582.4."""
    fit = fit_purchases(Buyers(cdnow["x"], cdnow["t_x"], cdnow["T"]))

    assert [round(one, 3) for one in (fit.r, fit.alpha, fit.a, fit.b)] == [0.243, 4.414, 0.793, 2.426]
    assert fit.log_likelihood == pytest.approx(-9582.43, abs=0.01)
    assert fit.repeaters == 946


@pytest.mark.shared_data
def test_published_spend(cdnow):
    """Fader & Hardie (2013): p 6.25, q 3.74, gamma 15.44 on 946 customers who came back."""
    again = cdnow["x"] > 0
    fit = fit_spend(cdnow["x"][again], cdnow["zbar"][again])

    assert (round(fit.p, 2), round(fit.q, 2)) == (6.25, 3.74)
    assert fit.gamma == pytest.approx(15.44, abs=0.01)
    assert fit.n == 946


def test_expected_purchases_of_a_new_customer():
    """The formula agrees with a walk of planted customers."""
    found = float(expected_purchases(np.array(52.0), 0.6, 6.0, 0.8, 2.5))

    assert found == pytest.approx(shop(1, 20_000).repeats.mean(), rel=0.05)


def test_planted_purchases_are_recovered():
    """The interval of what a new customer buys in a year holds the planted figure."""
    truth = float(expected_purchases(np.array(52.0), 0.6, 6.0, 0.8, 2.5))
    fit = fit_purchases(shop(2, 1500))
    drawn = expected_purchases(np.array(52.0), *fit.draws(400).T)
    lo, hi = np.quantile(drawn, [0.05, 0.95])

    assert lo < truth < hi < 1.6 * lo


def test_too_few_customers_are_refused():
    """Below the stable size the answer is what is missing, not a number."""
    with pytest.raises(NotEnoughData, match="came back") as error:
        fit_purchases(shop(3, MIN_CUSTOMERS - 1))
    assert error.value.unit == "customers who bought again"


def test_a_purchase_after_the_end_is_refused():
    """The last purchase lies within the time watched."""
    with pytest.raises(BadInput, match=r"0\.\.watched"):
        Buyers(np.ones(1), np.array([9.0]), np.array([8.0]))
