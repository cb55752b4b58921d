from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quintet.kernel.errors import BadInput
from quintet.sources.files.values.money import amount_sql, detect_money


@pytest.fixture(scope="module")
def con():
    """A connection."""
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    yield connection
    connection.close()


def amount(con, text: str, decimal: str = "point") -> Decimal | None:
    """The amount a text is read as."""
    return con.execute(f"SELECT {amount_sql('x', decimal)} FROM (SELECT ? AS x)", [text]).fetchone()[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$22,700.00", "22700"), ("$342.09K", "342090"), ("$1,117.10K", "1117100"), ("(1,200)", "-1200"),
        ("-$5", "-5"), ("$-5.10", "-5.10"), ("1.2M", "1200000"), ("12'345.50", "12345.50"), ("12-", "-12"),
        ("EUR 12", "12"), ("5 BRL", "5"), ("5M USD", "5000000"), ("1e5", "100000"), (".5", "0.50"),
        ("₹1,00,000.50", "100000.50"), ("12 Kč", "12"), ("0.125", "0.13"), ("3.5bn", "3500000000"),
        ("1 234.5", "1234.50"), ("($3.5K)", "-3500"), ("5K€", "5000"),
    ],
)  # fmt: skip
def test_amounts_with_a_point(con, text, value):
    """Signs, codes, groups, losses and scales are read around a number with a decimal point."""
    assert amount(con, text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,56 €", "1234.56"),
        ("R$ 1.000,00", "1000"),
        ("1 234,50", "1234.50"),
        ("-3,5", "-3.50"),
        ("1.234", "1234"),
    ],
)
def test_amounts_with_a_comma(con, text, value):
    """The same with a decimal comma."""
    assert amount(con, text, "comma") == Decimal(value)


@pytest.mark.parametrize(
    "text",
    ["", "abc", "5%", "1,2,3", "1.2.3", "(5", "5)", "1.234,56", "5KUSD", "9" * 20, "12/5", "NaN", "1,23"],
)
def test_what_is_no_amount_is_null(con, text):
    """A text that does not follow the format is null, never another number."""
    assert amount(con, text) is None


def test_the_decimal_mark_must_be_one_of_two():
    """Another word is refused."""
    with pytest.raises(BadInput, match="point or comma"):
        amount_sql("x", "dot")


@pytest.mark.parametrize(
    ("values", "decimal", "currency"),
    [
        (["$22,700.00", "$5"], "point", "USD"),
        (["1.234,56 €", "12,00 €"], "comma", "EUR"),
        (["1.234", "0.5"], "point", None),
        (["1.234", "1.234.567"], "comma", None),
        (["$1,200", "$3,400"], "point", "USD"),
        (["1.200 €"], "comma", "EUR"),
        (["12", "300"], "point", None),
        (["R$ 5,10"], "comma", "BRL"),
    ],
)
def test_the_decimal_mark_and_the_currency_are_found_out(values, decimal, currency):
    """One telling value settles the decimal mark; a sign or code settles the currency."""
    found = detect_money(dict.fromkeys(values, 1))

    assert (found.decimal, found.currency, found.ambiguity) == (decimal, currency, None)


def test_a_group_or_three_decimals_is_reported():
    """1.234 everywhere may be a thousand or one: both are offered, none is taken."""
    found = detect_money({"1.234": 3, "5.678": 1})

    assert (found.decimal, found.candidates) == (None, ("point", "comma"))
    assert "1.234" in found.ambiguity


def test_contradicting_marks_are_reported():
    """Points here and commas there settle nothing."""
    assert detect_money({"1.5": 1, "2,5": 1}).candidates == ("point", "comma")


def test_several_or_unclear_currencies_are_reported():
    """Euro beside dollar do not add up, and kr is the money of three countries."""
    assert "EUR" in detect_money({"€5": 1, "$5": 1}).ambiguity
    found = detect_money({"5 kr": 1})
    assert (found.currency, "DKK" in found.ambiguity) == (None, True)


@settings(deadline=None, max_examples=100)
@given(
    cents=st.integers(-(10**12), 10**12),
    style=st.sampled_from(
        [(",", ".", "point"), (".", ",", "comma"), (" ", ",", "comma"), ("'", ".", "point")]
    ),
)
def test_written_amounts_are_read_back(con, cents, style):
    """An amount written with groups in any style is read to the cent."""
    group, mark, decimal = style
    text = f"{cents / 100:,.2f}" if abs(cents) < 10**13 else ""
    whole, rest = text.rsplit(".", 1)
    written = whole.replace(",", group) + mark + rest

    assert amount(con, written, decimal) == Decimal(cents) / 100
    assert detect_money({written: 1}).decimal == decimal
