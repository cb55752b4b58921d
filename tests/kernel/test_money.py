"""Money."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quintet.kernel.errors import BadInput
from quintet.kernel.money import Money

AMOUNTS = st.decimals(-(10**12), 10**12, places=2)


@given(AMOUNTS, AMOUNTS)
def test_what_was_added_can_be_taken_away(a, b):
    """Amounts are exact: no cent is lost."""
    assert Money(a, "EUR") + Money(b, "EUR") - Money(b, "EUR") == Money(a, "EUR")


@given(AMOUNTS, st.integers(0, 50))
def test_times_is_adding_up(amount, count):
    """N times an amount is n of them added."""
    total = sum((Money(amount, "EUR") for _ in range(count)), start=Money(Decimal(0), "EUR"))

    assert Money(amount, "EUR").times(count).amount == total.amount


@pytest.mark.parametrize("combine", [Money.__add__, Money.__sub__])
def test_two_currencies_never_combine(combine):
    """Dollars and euros are refused with the next step."""
    with pytest.raises(BadInput, match="cannot combine USD with EUR: convert"):
        combine(Money(Decimal(1), "USD"), Money(Decimal(1), "EUR"))


@pytest.mark.parametrize("currency", ["usd", "US", "DOLLAR", "U$D", ""])
def test_a_currency_is_three_capital_letters(currency):
    """Anything else is refused and repeated."""
    with pytest.raises(BadInput, match="ISO 4217"):
        Money(Decimal(1), currency)


def test_money_reads_with_separators_and_currency():
    """As a person writes it."""
    assert str(Money(Decimal("1234.50"), "USD")) == "1,234.50 USD"
