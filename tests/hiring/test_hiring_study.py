"""A small seeded form of the study of the hiring index, with its negative controls."""

import sys
from importlib import import_module

import numpy as np
import pytest
from statsmodels.regression.linear_model import OLS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def study(root):
    """The study, as `python studies/hiring_index.py` would import it, with fewer new applicants."""
    sys.path.insert(0, str(root / "studies"))
    worlds = import_module("hiring_worlds")
    many, worlds.MANY = worlds.MANY, 1500
    yield import_module("hiring_index")
    worlds.MANY = many
    sys.path.remove(str(root / "studies"))


def test_five_of_forty_that_matter_are_worth_more_than_adding_up(study):
    """A hundred hires: .05 above equal weights and more, and above least squares and the five best by far."""
    found = {name: mean for name, (mean, _) in study.row("sparse", 100, 8, seed=7).items()}

    assert found["gain"] >= 0.05
    assert found["index"] > max(found["ridge"], found["elastic net"], found["best five"])
    assert found["least squares"] < found["equal, adjusted"] < found["index"]
    assert found["equal, raw"] < found["equal, adjusted"] - 0.03


@pytest.mark.parametrize("hires", [20, 100])
def test_where_everything_matters_the_index_is_as_good_as_adding_up(study, hires):
    """To three thousandths; regressions, the negative control, lose a good part of it."""
    found = {name: mean for name, (mean, _) in study.row("dense", hires, 6, seed=7).items()}

    assert found["gain"] > -0.003
    assert found["elastic net"] < found["equal, adjusted"] - 0.03
    assert found["least squares"] < found["equal, adjusted"] - 0.1
    assert found["leading raw shown"] > found["leading raw true"] + 0.1
    assert abs(found["leading shown"] - found["leading true"]) < 0.06
    assert found["correlations inside"] > 0.8
    assert 0.72 < found["new people inside"] < 0.87


def test_where_nothing_matters_nothing_is_claimed(study):
    """Leaders shown as luck made them are .15 and more; what is shown of them is small, and no badge."""
    found = {name: mean for name, (mean, _) in study.row("nothing matters", 50, 8, seed=7).items()}

    assert found["false share"] <= 0.1
    assert found["leading raw shown"] > 0.15
    assert abs(found["leading shown"]) < 0.12
    assert found["adds beyond"] < 0.1


def test_the_rival_elastic_net_is_a_real_one(study):
    """Statsmodels' elastic net finds the same weights at the same strength."""
    rng = np.random.default_rng(1)
    z = rng.normal(size=(60, 8))
    z = (z - z.mean(axis=0)) / z.std(axis=0)
    y = z[:, 0] - 0.5 * z[:, 1] + rng.normal(size=60)
    y -= y.mean()
    theirs = OLS(y, z).fit_regularized(alpha=0.1, L1_wt=0.5, cnvrg_tol=1e-12).params

    assert study._descend(z, y, np.array([0.1]), 0.5)[0] == pytest.approx(theirs, abs=1e-3)
