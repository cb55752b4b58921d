"""Lifetime value from subscriptions and orders: reading, refusing, pooling, and planted order of sources."""

from datetime import date

import numpy as np
import pytest

from builders import interaction
from quintet.demand.formula.lifetime import fit_lifetime, fit_orders, fit_subscribers
from quintet.demand.terms.lifetime import LifetimeFit
from quintet.facts.lifetimes import Orders, read_orders, read_subscribers
from quintet.kernel.finding import Status
from quintet.simulate.market import SOURCE_NAMES


def subscription(name: str, start: str, mrr: int, *more: tuple[str, str, int]) -> list[dict[str, object]]:
    """A lead that subscribed, and what became of it."""
    told = [("started", start, mrr), *more]
    lead = interaction("lead.created", "2025-01-01", lead=name, detail='{"source": "search"}')
    rows = [
        interaction(f"subscription.{kind}", when, lead=name, amount=amount, currency="USD")
        for kind, when, amount in told
    ]
    return [lead, *rows]


def test_subscriptions_are_read(load):
    """Months seen, losses, first price and revenue month by month, of three customers."""
    facts = load(
        *subscription(
            "ann", "2025-01-01", 100, ("changed", "2025-02-15", 150), ("cancelled", "2025-04-20", 150)
        ),
        *subscription("bob", "2025-03-01", 80),
        *subscription("cid", "2025-06-01", 50, ("changed", "2025-06-20", 60)),
    )
    seen = read_subscribers(facts)
    order = np.argsort(-seen.mrr)

    assert seen.mrr[order].tolist() == [100, 80, 50]
    assert seen.is_lost[order].tolist() == [True, False, False]
    assert seen.months[order].tolist() == [3, 3, 0]
    np.testing.assert_array_equal(seen.monthly[order][0][:5], [100, 100, 150, 150, 0])
    np.testing.assert_array_equal(seen.monthly[order][1][:5], [80, 80, 80, 80, np.nan])
    assert set(seen.source.tolist()) == {"search"}


def test_another_currency_is_left_out_and_said(load):
    """Dollars and euros are not added."""
    other = interaction("subscription.started", "2025-02-01", lead="eve", amount=9, currency="EUR")
    facts = load(
        *subscription("ann", "2025-01-01", 100, ("cancelled", "2025-04-20", 100)),
        *subscription("bob", "2025-03-01", 80),
        other,
    )
    seen = read_subscribers(facts)

    assert (len(seen), seen.left_out, seen.currency) == (2, 1, "USD")
    assert "left out" in fit_subscribers(seen, date(2026, 1, 1)).warnings[0]


def test_too_few_customers_are_silent(load):
    """Two customers, one lost: what is missing is said, and no number is given."""
    fit = fit_lifetime(load(*subscription("ann", "2025-01-01", 100, ("cancelled", "2025-04-20", 100))))
    found = fit.value("search", "any")

    assert found.status is Status.SILENT
    assert found.estimate is None
    assert "20 customers" in found.reason
    assert LifetimeFit.of(fit.text) == fit


def test_a_company_without_cancellations_on_record_is_silent(small_company, load):
    """Where nobody is ever seen to leave, staying says nothing."""
    fit = fit_lifetime(load(*subscription("ann", "2025-01-01", 100)))

    assert fit.overall is None
    assert fit.customers == 0


def test_customers_equal_a_plain_count(small_company):
    """Customers and losses by source equal the facts' own rows."""
    facts = small_company.facts
    fit = fit_lifetime(facts)
    rows = facts.arrow(facts.table("subscriptions")).to_pylist()
    ended = {row["lead_id"] for row in rows if row["kind"] == "subscription.cancelled"}
    leads = {row["lead_id"]: row for row in facts.arrow(facts.table("leads")).to_pylist()}

    customers = {row["lead_id"] for row in facts.arrow(facts.table("customers")).to_pylist()}
    assert fit.customers == len(customers)
    assert fit.lost == len(ended)
    for one in fit.sources[:-1]:
        mine = [lead for lead in customers if (leads[lead]["source"] or "") == one.source]
        assert (one.customers, one.lost) == (len(mine), len(ended & set(mine)))


def test_value_is_months_times_revenue_and_survives_storage(small_company):
    """Cells, groups and the unseen all answer; the text read back is the same fit."""
    fit = fit_lifetime(small_company.facts)

    assert LifetimeFit.of(fit.text) == fit
    assert fit.overall.value.estimate == pytest.approx(
        fit.overall.months.estimate * fit.overall.arpa.estimate, rel=0.01
    )
    assert 0 < fit.overall.months.estimate <= 36
    cell, unseen = fit.value("referral", "small_business"), fit.value("nowhere", "small_business")
    assert cell.lo < cell.estimate < cell.hi
    assert unseen.hi - unseen.lo > cell.hi - cell.lo
    assert fit.value().estimate == fit.overall.value.estimate
    assert len(fit.curve) == 37


def test_the_planted_order_of_sources_is_recovered(root, monkeypatch):
    """Ten thousand customers: value orders the sources as planted, and nobody is told apart wrongly."""
    monkeypatch.syspath_prepend(str(root / "studies"))
    from importlib import import_module

    held, rank, wrong = import_module("demand_lifetime").sources(10_000, 4)
    assert held >= 0.75
    assert rank >= 0.85
    assert wrong <= 0.02


def test_intervals_of_months_hold(root, monkeypatch):
    """A small form of the study: about nine intervals in ten hold the planted months of revenue."""
    monkeypatch.syspath_prepend(str(root / "studies"))
    from importlib import import_module

    held, _, _, _ = import_module("demand_lifetime").months(50, 30)
    assert held >= 0.8


def test_orders_are_read(load):
    """Two orders on one day are one purchase; the first purchase is no repeat."""
    facts = load(
        *(
            interaction("order.placed", when, lead="ann", amount=amount, currency="USD", ref=when)
            for when, amount in (
                ("2025-01-01", 10),
                ("2025-01-08", 20),
                ("2025-01-08 09:00", 5),
                ("2025-01-29", 35),
            )
        ),
        interaction("order.placed", "2025-02-12", lead="bob", amount=7, currency="USD"),
    )
    seen = read_orders(facts)
    ann = int(np.argmax(seen.repeats))

    assert sorted(seen.repeats.tolist()) == [0, 2]
    assert seen.last[ann] == 4
    assert seen.watched[ann] == 6
    assert seen.amount[ann] == pytest.approx((25 + 35) / 2)


def test_few_orders_say_what_is_missing():
    """Below the stable size there is a reason and no value."""
    seen = Orders(np.ones(40), np.ones(40), np.full(40, 9.0), np.full(40, 5.0), "USD")
    found = fit_orders(seen)

    assert found.value is None
    assert "40 customers" in found.reason


def test_planted_orders_give_a_value(root, monkeypatch):
    """Customers of known habits: a value with an interval, more than the first order alone."""
    monkeypatch.syspath_prepend(str(root / "studies"))
    from importlib import import_module

    rng = np.random.default_rng(1)
    made = import_module("demand_lifetime").shop(rng, 1200)
    amount = np.where(made.repeats > 0, 6.25 * 15.44 / rng.gamma(3.74, 1, 1200), np.nan)
    found = fit_orders(Orders(made.repeats, made.last, made.watched, amount, "USD"))

    assert found.reason == ""
    assert found.order_value < found.value.lo < found.value.estimate < found.value.hi


def test_every_source_of_the_market_is_a_group(small_company):
    """No source is dropped, however few its customers."""
    names = {one.source for one in fit_lifetime(small_company.facts).sources if one.customers}
    assert names <= {*SOURCE_NAMES, ""}
    assert len(names) >= 6
