"""Two markets planted for the loop: one that breaks, one that tells nothing."""

import numpy as np
import pytest

from quintet.kernel.errors import BadInput
from quintet.simulate.journeys import cohort
from quintet.simulate.market import OWN_SPREAD, SOURCE_NAMES, market_truth, swapped_market
from quintet.simulate.spec import CompanySpec
from quintet.simulate.world import planted_world

ORDER = {"reps": 20, "quarters": 4, "seed": 3}
BROKEN = planted_world(CompanySpec(**ORDER, break_quarter=3))
BEST, WORST = SOURCE_NAMES.index("referral"), SOURCE_NAMES.index("content_syndication")


def quality_by_source(month, world=BROKEN):
    """Mean planted quality of the leads of each source in a month."""
    visits = cohort(world, month).visits
    count = np.bincount(visits.source, minlength=len(SOURCE_NAMES))
    return np.bincount(visits.source, visits.quality, len(SOURCE_NAMES)) / count


def test_worths_swap_at_the_stated_quarter():
    """The best source is the worst from the first month of the third quarter on, and not a month before."""
    before, after = quality_by_source(5), quality_by_source(6)

    assert before[BEST] > before[WORST] + 1
    assert after[BEST] < after[WORST] - 1


def test_until_the_break_nothing_differs_and_the_average_lead_stays_average():
    """The same leads as without a break; afterwards quality is still 0 on average."""
    plain = planted_world(CompanySpec(**ORDER))

    assert (cohort(plain, 5).visits.quality == cohort(BROKEN, 5).visits.quality).all()
    assert abs(cohort(BROKEN, 8).visits.quality.mean()) < 0.06


def test_every_rank_is_swapped():
    """The n-th best source gets the worth of the n-th worst."""
    spec = CompanySpec(seed=3, break_quarter=2)
    before, after = market_truth(spec).source, swapped_market(spec).source

    assert (np.argsort(before)[::-1] == np.argsort(after)).all()
    assert sorted(before) == sorted(after)


def test_where_nothing_tells_leads_still_differ():
    """No source is better than another beyond luck; the part that no column explains is there."""
    world = planted_world(CompanySpec(**ORDER, telling=False))
    visits = cohort(world, 5).visits
    groups = [visits.quality[visits.source == code] for code in range(len(SOURCE_NAMES))]

    assert visits.quality.std() == pytest.approx(OWN_SPREAD, rel=0.05)
    assert all(abs(one.mean()) < 4 * OWN_SPREAD / np.sqrt(len(one)) for one in groups)


def test_where_nothing_tells_the_segment_does_not_either():
    """Reach, rates and revenue are those of one segment; where something tells they differ."""
    silent, telling = (planted_world(CompanySpec(**ORDER, telling=flag)) for flag in (False, True))

    for name in ("hazard", "kappa", "odds", "mrr"):
        assert (getattr(silent, name) == getattr(silent, name)[0]).all()
        assert not (getattr(telling, name) == getattr(telling, name)[0]).all()


def test_a_break_before_the_first_quarter_is_refused():
    """Quarters count from 1; 0 is never."""
    with pytest.raises(BadInput, match="break_quarter"):
        CompanySpec(break_quarter=-1)
