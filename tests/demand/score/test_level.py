"""The level follows the newest settled leads, the effects stay, and reasons still add up."""

from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest

from quintet.demand.formula.score.fit import fit_at_average, fit_score
from quintet.demand.formula.score.stored import from_json, to_json
from quintet.demand.formula.score.subset import subset

FIELDS = ("source", "size")


@pytest.fixture(scope="module")
def study():
    """Its planted worlds."""
    return import_module("lead_level")


@pytest.fixture(scope="module")
def fallen(study):
    """8,000 leads whose level fell by half a log-odds for the last six months of the past."""
    examples, late, _ = study.leads_of("falls by .5", 8_000, 3)
    return subset(examples, np.flatnonzero(~late)), subset(examples, np.flatnonzero(late))


def test_later_leads_are_promised_what_comes(study):
    """A fall that began before the fit: followed, promised is near to what happens; else a third too much."""
    ours = [study.tried("falls by .5", 8_000, seed, follow=True) for seed in range(5)]
    plain = [study.tried("falls by .5", 8_000, seed, follow=False) for seed in range(5)]

    assert all(one.moved for one in ours)
    assert np.mean([one.kept for one in ours]) == pytest.approx(1, abs=0.1)
    assert np.mean([one.kept for one in plain]) < 0.8
    assert np.mean([one.log_loss for one in ours]) < np.mean([one.log_loss for one in plain])


def test_where_the_level_rests_nothing_is_lost(study):
    """The same score, to the last bit."""
    examples, late, _ = study.leads_of("rests", 4_000, 1)
    past = subset(examples, np.flatnonzero(~late))
    plain, _ = fit_at_average(past, fields=FIELDS, doings=False)

    assert to_json(fit_score(past, fields=FIELDS, doings=False)) == to_json(plain)


def test_the_level_moves_and_the_effects_stay(fallen):
    """Same effects, lower base, wider doubt; it says so; kept and read back the same."""
    past, later = fallen
    plain, _ = fit_at_average(past, fields=FIELDS, doings=False)
    score = fit_score(past, fields=FIELDS, doings=False)

    assert score.fit.effects.tolist() == plain.fit.effects.tolist()
    assert score.fit.base < plain.fit.base - 0.1
    assert score.fit.covariance[0, 0] > plain.fit.covariance[0, 0]
    assert score.table.base_log_odds - plain.table.base_log_odds == pytest.approx(
        score.fit.base - plain.fit.base
    )
    assert any("the level follows the newest settled leads" in one for one in score.warnings)
    assert to_json(from_json(to_json(score))) == to_json(score)
    why = score.reasons(later, 0)
    assert why.base_log_odds + sum(one.log_odds for one in why.reasons) == pytest.approx(
        why.log_odds, abs=1e-9
    )


def test_leads_without_dates_have_no_months(fallen):
    """Nothing to follow."""
    never, count = np.datetime64("NaT", "us"), len(fallen[0])
    undated = replace(
        fallen[0], handed_at=np.full(count, never), until=never, observed_days=np.full(count, np.nan)
    )
    score = fit_score(undated, fields=FIELDS, doings=False)

    assert not any("the level follows" in one for one in score.warnings)
