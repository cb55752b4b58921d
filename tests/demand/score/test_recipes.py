"""Which leads each recipe learns from."""

from dataclasses import replace

import numpy as np
import pytest

from quintet.demand.formula.recipes import ALL, FADING, HALF, RECIPES, YEAR, window
from quintet.demand.formula.score.fit import fit_even
from quintet.demand.formula.score.subset import subset
from quintet.kernel.errors import BadInput
from quintet.kernel.finding import Status


@pytest.fixture(scope="module")
def leads(make):
    """Two thousand leads over two years, one after the other; every tenth bought after a week."""
    days = np.linspace(730, 10, 2_000)
    return make(days.tolist(), [7.0 if at % 10 == 0 else None for at in range(2_000)])


def test_all_past_leaves_none_out_and_is_the_same_object(leads):
    """So that recipes that agree can share a fit."""
    assert window(leads, ALL, leads.until) is leads
    young = subset(leads, np.arange(1_200, 2_000))
    assert window(young, YEAR, leads.until) is young


@pytest.mark.parametrize(("recipe", "count", "days"), [(YEAR, 986, 365), (HALF, 480, 183)])
def test_a_window_holds_the_newest_leads(leads, recipe, count, days):
    """No lead older than it says, and every younger one."""
    some = window(leads, recipe, leads.until)

    assert len(some) == pytest.approx(count, abs=3)
    assert some.handed_at.min() > leads.until - np.timedelta64(days, "D")


def test_a_fading_lead_is_kept_half_as_often_for_every_half_year(leads):
    """By lot, the same lot every time: of the oldest quarter a tenth, of the newest more than four fifths."""
    kept = np.isin(leads.lead_ids, window(leads, FADING, leads.until).lead_ids)
    again = np.isin(leads.lead_ids, window(leads, FADING, leads.until).lead_ids)
    quarters = [part.mean() for part in np.array_split(kept, 8)]

    assert (kept == again).all()
    assert quarters[0] == pytest.approx(0.5 ** (685 / 180), abs=0.06)
    assert quarters[-1] == pytest.approx(0.5 ** (55 / 180), abs=0.08)


def test_leads_without_dates_are_all_kept_and_unknown_recipes_refused(leads):
    """No before and after, nothing to leave out."""
    undated = replace(leads, handed_at=np.full(len(leads), np.datetime64("NaT", "us")))

    assert all(window(undated, recipe, leads.until) is undated for recipe in RECIPES)
    with pytest.raises(BadInput, match="recipe must be one of"):
        window(leads, "last week", leads.until)


def test_where_no_recipe_earned_it_every_lead_has_the_base_rate(leads):
    """Held back, with the reason; no points."""
    score = fit_even(leads, "nothing earned it")
    said = score.predict(leads)

    assert (score.status, score.reason, score.table) == (Status.HEDGED, "nothing earned it", None)
    assert np.ptp(said.p) == 0
    assert said.p[0] == pytest.approx(score.ground.base_rate, rel=0.1)
    assert fit_even(subset(leads, np.arange(60)), "nothing earned it").status is Status.SILENT
