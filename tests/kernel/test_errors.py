"""The tree of errors."""

import re
from datetime import date

import pytest

from quintet.kernel import errors
from quintet.kernel.errors import BadInput, DidNotConverge, NotEnoughData, QuintetError


def _tree(cls: type) -> set[str]:
    return {cls.__name__}.union(*(_tree(child) for child in cls.__subclasses__()))


def test_the_drawing_is_the_tree():
    """Every error that is raised on purpose is drawn at the top of its file, and nothing else is."""
    drawing = errors.__doc__.split("\n\n")[1]
    drawn = set(re.findall(r"^\W*([A-Z]\w+)", drawing, re.MULTILINE))

    assert drawn == {name for name in _tree(QuintetError) if hasattr(errors, name)}


def test_the_drawn_exits_are_the_real_ones():
    """HTTP status and exit code stand beside each error, and are what its class says."""
    for name, status, code in re.findall(r"── (\w+) .*HTTP (\d+), exit (\d)", errors.__doc__):
        error = getattr(errors, name)
        assert (error.http_status, error.exit_code) == (int(status), int(code))


def test_the_caller_can_fix_bad_input():
    """Exit 2 and HTTP 400, as for a wrong argument."""
    assert (BadInput.exit_code, BadInput.http_status) == (2, 400)


@pytest.mark.parametrize("error", [NotEnoughData, DidNotConverge])
def test_data_that_cannot_answer_exits_with_3(error):
    """Nothing the caller wrote is wrong; the data is not enough."""
    assert (error.exit_code, error.http_status) == (3, 422)


def test_not_enough_data_says_how_much_is_missing():
    """Have, need, unit and the expected day are attributes as well as words."""
    error = NotEnoughData(
        "no win rate yet", have=3, need=10, unit="closed deals", expected_on=date(2026, 5, 1)
    )

    assert str(error) == "no win rate yet"
    assert (error.have, error.need, error.unit, error.expected_on) == (
        3,
        10,
        "closed deals",
        date(2026, 5, 1),
    )
