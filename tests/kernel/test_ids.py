"""Surrogate ids."""

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quintet.kernel.ids import entity_id, hash63, hash63_sql


@pytest.fixture(scope="module")
def duck():
    """One DuckDB connection."""
    with duckdb.connect() as connection:
        yield connection


@given(text=st.text())
@settings(deadline=None, max_examples=300)
def test_python_and_duckdb_give_a_text_the_same_id(duck, text):
    """A bulk load in SQL and a single row in Python never disagree on who is who."""
    answer = duck.execute(f"select {hash63_sql('$1::VARCHAR')}", [text]).fetchone()

    assert answer == (hash63(text),)


def test_an_id_is_the_low_63_bits_of_the_md5():
    """Worked by hand: md5("") is d41d8cd98f00b204e9800998ecf8427e; the sign bit of its tail is cleared."""
    assert hash63("") == int.from_bytes(bytes.fromhex("e9800998ecf8427e"), "little") & (2**63 - 1)


@given(text=st.text())
def test_an_id_fits_a_signed_64_bit_column(text):
    """Never negative, never too large for int64."""
    assert 0 <= hash63(text) < 2**63


def test_an_id_depends_on_each_of_its_four_parts():
    """The same reference of another object, system or key is somebody else."""
    ann = ("lead", "hubspot", "id", "1")
    others = [
        ("rep", *ann[1:]),
        ("lead", "zoho", "id", "1"),
        ("lead", "hubspot", "email", "1"),
        (*ann[:3], "2"),
    ]

    assert len({entity_id(*parts) for parts in (ann, *others)}) == 5
    assert entity_id(*ann) == hash63("lead|hubspot|id|1")
