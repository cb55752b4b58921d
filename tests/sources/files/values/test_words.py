import duckdb
import pytest

from quintet.sources.files.values.booleans import boolean_sql, is_boolean
from quintet.sources.files.values.nulls import is_null_word, null_sql


def value(expression: str, text: str | None):
    """What an expression makes of a text."""
    with duckdb.connect() as con:
        return con.execute(f"SELECT {expression} FROM (SELECT ?::VARCHAR AS x)", [text]).fetchone()[0]


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("Yes", True),
        (" TRUE ", True),
        ("1", True),
        ("ja", True),
        ("n", False),
        ("False", False),
        ("maybe", None),
        (None, None),
    ],
)
def test_yes_and_no(text, meaning):
    """The listed words say yes or no, in any case; anything else says nothing."""
    assert value(boolean_sql("x"), text) is meaning


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (["Yes", "No"], True),
        (["No"], True),
        (["0", "1"], True),
        (["1"], False),
        (["0", "1", "2"], False),
        (["x"], False),
        (["Yes", "perhaps"], False),
        ([], False),
    ],
)
def test_a_column_of_yes_and_no(values, says):
    """Both words, or one that means nothing else."""
    assert is_boolean(values) is says


def test_null_words_count_only_when_they_are_named():
    """A word is a value until somebody says that it means nothing."""
    assert value(null_sql("x"), "Select") == "Select"
    assert value(null_sql("x", ["Select"]), "Select") is None
    assert value(null_sql("x", ["Select"]), "select") == "select"
    assert value(null_sql("x", ["it's"]), "it's") is None


@pytest.mark.parametrize("text", ["", "  ", "\u00a0", None])
def test_blank_is_nothing(text):
    """A cell with blanks only is empty."""
    assert value(null_sql("x"), text) is None


def test_blanks_around_a_value_go():
    """Blanks around a value are no part of it."""
    assert value(null_sql("x"), " a b\u00a0") == "a b"


def test_known_null_words():
    """The words people and programs leave where nothing was entered."""
    assert all(map(is_null_word, ["Select", "N/A", "-", "NaN", "#N/A", "none", "\\N"]))
    assert not is_null_word("nobody")
