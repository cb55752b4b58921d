import pytest

from quintet.kernel.counted import counted


@pytest.mark.parametrize(
    ("number", "words", "told"),
    [
        (0, ("row",), "0 rows"),
        (1, ("row",), "1 row"),
        (1234, ("row",), "1,234 rows"),
        (1, ("row was", "rows were"), "1 row was"),
        (2, ("row was", "rows were"), "2 rows were"),
    ],
)
def test_one_is_one_thing(number, words, told):
    """Only a 1 has the singular, and thousands are kept apart."""
    assert counted(number, *words) == told
