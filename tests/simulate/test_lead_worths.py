import numpy as np
import pytest

from quintet.simulate.lead_worths import DEED_NAMES, lead_worths, shown_quality
from quintet.simulate.market import drawn_visits, market_truth
from quintet.simulate.spec import CompanySpec

SPEC = CompanySpec(seed=6)


def test_leads_buy_as_often_as_their_chance_says():
    """By tenths of chance, the share of worked leads that buys is the chance."""
    leads = lead_worths(SPEC, 60_000, 100.0)
    worked = np.flatnonzero(leads.is_worked)
    for part in np.array_split(worked[np.argsort(leads.chance[worked])], 10):
        assert leads.is_buyer[part].mean() == pytest.approx(leads.chance[part].mean(), abs=0.016)


def test_same_order_same_leads_and_another_batch_others():
    """A seed and a batch always give the same leads."""
    one, two, other = (lead_worths(SPEC, 500, 100.0, batch=batch) for batch in (0, 0, 1))

    assert (one.chance == two.chance).all()
    assert not (one.chance == other.chance).all()


def test_nobody_buys_unworked():
    """Who is not worked does not buy."""
    leads = lead_worths(SPEC, 5_000, 100.0)
    assert not leads.is_buyer[~leads.is_worked].any()


def test_chance_grows_with_time_to_the_whole():
    """Within the median delay half of the chance, within years all of it."""
    leads = lead_worths(SPEC, 100, 100.0)

    assert leads.chance_within(30.0) == pytest.approx(leads.chance / 2)
    assert leads.chance_within(1e5) == pytest.approx(leads.chance)


def test_a_demo_asked_for_helps_and_unsubscribing_hurts():
    """Planted effects show in the chances."""
    leads = lead_worths(SPEC, 30_000, 100.0)

    def mean_of(name):
        return leads.chance[leads.deed_lead[leads.deed_name == DEED_NAMES.index(name)]].mean()

    assert (
        mean_of("form: demo")
        > mean_of("event: webinar")
        > leads.chance.mean()
        > mean_of("email: unsubscribed")
    )


def test_what_shows_is_the_planted_quality_but_for_its_own_part():
    """Quality less what shows is the part that no column explains: mean 0, its own spread."""
    truth = market_truth(SPEC)
    visits = drawn_visits(truth, np.random.default_rng(1), 20_000)
    own = visits.quality - shown_quality(truth, visits)

    assert own.mean() == pytest.approx(0.0, abs=0.01)
    assert own.std() == pytest.approx(truth.own_spread, rel=0.03)
