"""Pages of success: what every rep brought, and the customers behind it; before a load they say so."""

from datetime import UTC, date, datetime

import pytest

from builders import interaction
from quintet.hiring.actions.success import renew_success, success_shelf
from quintet.hiring.asks.success import success
from quintet.kernel.errors import NotEnoughData
from sold_leads import ANN, ended, joined, leads, quota


def test_pages_show_what_was_worked_out_and_its_customers(recruiter, load, home):
    """Kept once a version of the facts; numbers as worked by hand; the customer who left early is marked."""
    facts = load(
        joined("ann", "2025-01-01"), joined("bob", "2025-01-01"),
        *leads("ann", "2025-04-02", 100, won=20), *leads("bob", "2025-04-02", 100, won=10),
        quota("ann", "2025-04-01", 400), ended(),
        interaction(
            "subscription.cancelled", "2025-05-01", lead="ann2025-04-02web0",
            opportunity="ann2025-04-02web0", amount=100, currency="USD",
        ),
    )  # fmt: skip

    assert renew_success(facts) == "2 reps, 2 can be judged"
    assert renew_success(facts) == "up to date"
    assert success(home).by_rep[ANN].joined_on == date(2025, 1, 1)
    page = recruiter.get("/hiring/success/").content.decode()
    assert "2 of 2 reps have 3 months behind them" in page
    assert "2.00 (1.38 to 2.89)" in page
    one = recruiter.get(f"/hiring/success/{ANN}/").content.decode()
    assert "100 leads in these months, 20 customers" in one
    assert one.count("lost</td>") == 1
    assert recruiter.get("/hiring/success/1/").status_code == 404


def test_what_another_release_kept_is_not_read(recruiter, load, home):
    """After an update of another shape the page says that it is made anew, and it is."""
    facts = load(joined("ann", "2025-01-01"), *leads("ann", "2025-04-02", 10, won=2), ended())
    renew_success(facts)
    shelf = success_shelf(home)
    shelf.use(shelf.uses()[-1].version, datetime(2026, 3, 2, tzinfo=UTC), "the same facts, form 0")

    assert recruiter.get("/hiring/success/").status_code == 422
    assert renew_success(facts) != "up to date"
    assert recruiter.get("/hiring/success/").status_code == 200


def test_before_it_was_worked_out_the_page_says_so(recruiter, home):
    """A message, not an empty table."""
    with pytest.raises(NotEnoughData, match="not worked out yet"):
        success(home)
    assert recruiter.get("/hiring/success/").status_code == 422
