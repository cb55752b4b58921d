from datetime import UTC, date, datetime

import pytest

from quintet.kernel.errors import BadInput
from quintet.simulate.spec import CompanySpec


def test_until_is_the_first_instant_after_the_last_month():
    """Eight quarters from January end with the second December."""
    assert CompanySpec(quarters=8, start=date(2024, 1, 1)).until == datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "wrong", [{"reps": 0}, {"quarters": 0}, {"weak_share": 1.5}, {"start": date(2024, 1, 2)}]
)
def test_an_order_no_company_could_fill_is_refused(wrong):
    """The message names the field, so it can be put right."""
    with pytest.raises(BadInput, match=next(iter(wrong))):
        CompanySpec(**wrong)


def test_parts_draw_from_streams_of_their_own():
    """More draws in one part leave the others as they were; another seed changes them."""
    first, second = CompanySpec(seed=1).random(11), CompanySpec(seed=1).random(12)
    assert first.random() != second.random()
    assert CompanySpec(seed=1).random(11).random() != CompanySpec(seed=2).random(11).random()
