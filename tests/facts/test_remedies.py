"""Every formula data health judges has a sentence that says which file would feed it."""

from quintet.facts.health import health
from quintet.facts.remedies import REMEDIES
from small_company import small_company

__all__ = ["small_company"]


def test_whatever_cannot_be_fed_says_what_to_add(small_company):
    """A reason without a next step leaves people guessing; none is left over for what no longer exists."""
    assert {one.formula for one in health(small_company.facts)} == set(REMEDIES)
