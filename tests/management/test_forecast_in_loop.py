"""The forecast in the loop: what a version knows, what it is held against, and what it is scored on."""

from datetime import UTC, datetime

import numpy as np
import pytest

from quintet.kernel.errors import NotEnoughData
from quintet.loop.formulas import formula_named
from quintet.management.in_loop_forecast import ALL, ALONE, ForecastInLoop, LastPeriods
from quintet.stats.scores import crps_sample

JULY, OCTOBER = (datetime(2025, month, 1, tzinfo=UTC) for month in (7, 10))
LOOP = ForecastInLoop()


@pytest.fixture(scope="module")
def facts(small_company):
    """Three quarters of a small company."""
    return small_company.facts


@pytest.fixture(scope="module")
def setting(facts):
    """As settled at the first turn."""
    return LOOP.setting(facts, JULY)


@pytest.fixture(scope="module")
def trial(facts, setting):
    """The third quarter of every rep."""
    return LOOP.trial(facts, JULY, OCTOBER, setting)


def test_it_is_in_the_loop():
    """The room brings it."""
    assert formula_named("management.forecast").title == "Forecast"


def test_a_trial_counts_what_each_rep_signed_in_the_period(facts, trial, setting):
    """One unit a rep, decided at the period's start; reconciled with a plain sum."""
    rows = facts.arrow(facts.table("opportunities")).to_pylist()
    won = [one for one in rows if one["is_won"] and one["closed_at"].date() >= JULY.date()]

    assert setting["measure"] == "mrr"
    assert set(trial.decided_at.tolist()) == {JULY.replace(tzinfo=None)}
    assert len(set(trial.clusters)) == len(trial)
    for rep, signed in zip(trial.payload.reps.tolist(), trial.payload.signed.tolist(), strict=True):
        assert signed == pytest.approx(sum(one["mrr"] for one in won if one["rep_id"] == rep))


def test_the_naive_answer_is_the_reps_own_last_stretches(trial):
    """Four of the same length, each as likely as the other, by hand."""
    losses = LastPeriods().losses(trial)
    one = trial.payload

    assert losses[0] == pytest.approx(crps_sample(one.before[0], one.signed[0]) / one.scale)


def test_a_version_read_from_its_text_is_the_same_version(facts, trial, setting):
    """Same text, same losses to the last digit, and a line for each stage."""
    version = LOOP.fit(facts, JULY, ALL, setting)
    again = LOOP.read(version.text)

    assert again.text == version.text
    np.testing.assert_array_equal(again.losses(trial), version.losses(trial))
    assert [term.name for term in version.terms()] == [term.name for term in again.terms()]
    assert any(term.name.startswith("qualifying: won within") for term in version.terms())


def test_it_is_beaten_by_nothing_so_simple_here(facts, trial, setting):
    """Half a year of history: the fit does better than a rep's last stretches."""
    version = LOOP.fit(facts, JULY, ALL, setting)
    naive = LOOP.baseline(facts, JULY, setting)

    assert version.losses(trial).mean() < naive.losses(trial).mean()


def test_deal_by_deal_has_no_common_shock(facts, setting):
    """The recipe differs in that alone."""
    whole, alone = (LOOP.fit(facts, JULY, recipe, setting).parameters for recipe in (ALL, ALONE))

    assert all(shock.sd == 0 for shock in alone.shocks.values())
    assert all(shock.sd > 0 for shock in whole.shocks.values())
    np.testing.assert_array_equal(whole.hazards.win, alone.hazards.win)


def test_too_young_a_company_is_refused(facts):
    """Three weeks of it."""
    with pytest.raises(NotEnoughData):
        LOOP.fit(facts, datetime(2025, 1, 22, tzinfo=UTC), ALL, {})
