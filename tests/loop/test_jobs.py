"""The worker turns by calendar, in periods of the company's length."""

import pytest

from quintet.kernel.errors import BadInput
from quintet.loop.asks import company_grain


def test_the_length_of_a_period_is_the_companys(monkeypatch):
    """A quarter unless it says month; anything else is explained."""
    monkeypatch.delenv("QUINTET_TURN", raising=False)
    assert company_grain() == "quarter"
    monkeypatch.setenv("QUINTET_TURN", "month")
    assert company_grain() == "month"
    monkeypatch.setenv("QUINTET_TURN", "week")
    with pytest.raises(BadInput, match="quarter or a month"):
        company_grain()
