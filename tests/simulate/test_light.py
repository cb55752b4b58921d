import time

import numpy as np
import pytest
from scipy.stats import norm

from quintet.simulate.light import funnel_counts
from quintet.simulate.spec import CompanySpec

SPEC = CompanySpec(reps=40, quarters=4, seed=9, monthly_attrition=0.0, veteran_share=1.0)


def test_counts_and_ages_agree():
    """Every lead that entered a step has passed it or has an age in it."""
    counts = funnel_counts(SPEC)
    for step in range(4):
        open_leads = np.bincount(counts.open_rep[step], minlength=len(counts.rates))
        assert (counts.entered[:, step] == counts.converted[:, step] + open_leads).all()
        assert len(counts.open_days[step]) == len(counts.open_rep[step])
        assert len(counts.passed_days[step]) == counts.converted[:, step].sum()
        assert (counts.open_days[step] >= 0).all()
    assert (counts.entered[:, 1:] == counts.converted[:, :-1]).all()


@pytest.mark.parametrize("step", range(4))
def test_old_leads_pass_at_the_planted_rate(step):
    """Corrected for leads still too young, the share that passed is the planted one."""
    counts = funnel_counts(SPEC)
    median, spread = list(counts.delays.values())[step]
    ages = counts.open_days[step]
    ripe = norm.cdf(np.log(np.maximum(ages, 1e-9) / median) / spread)
    rate = np.average(counts.rates[:, step], weights=counts.entered[:, step])
    survive = (1 - rate) / (1 - rate * ripe)  # of the open, the share that never passes
    never = survive.sum() / counts.entered[:, step].sum()
    assert never == pytest.approx(1 - rate, abs=0.012)


def test_weak_reps_have_the_lower_planted_rate():
    """The stage named weak is the one that is low."""
    counts = funnel_counts(SPEC)
    for step in range(4):
        weak = counts.weak_stage == step
        assert counts.rates[weak, step].mean() < counts.rates[counts.weak_stage < 0, step].mean() - 0.08


def test_hundreds_of_teams_take_seconds():
    """A study can draw a team of nine in well under a tenth of a second, and always the same."""
    started = time.process_time()
    drawn = [funnel_counts(CompanySpec(reps=9, quarters=4, seed=seed)).converted.sum() for seed in range(20)]
    assert time.process_time() - started < 4
    assert len(set(drawn)) > 15
    assert drawn[0] == funnel_counts(CompanySpec(reps=9, quarters=4, seed=0)).converted.sum()
