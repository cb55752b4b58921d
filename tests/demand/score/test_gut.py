import pytest

from quintet.demand.formula.score.gut import fit_gut, fitted_against_gut, gut_points
from quintet.kernel.errors import BadInput

SENSIBLE = {"form: demo": {"within 30 days": 10, "ever": 4}, "source": {"referral": 5}, "pages": {"5+": 2}}
BACKWARD = {"form: white paper": {"ever": 10}, "source": {"content_syndication": 5}}


def test_typed_points_are_counted_as_typed(make):
    """A word, a range, an unknown and a deed of each age, by hand."""
    leads = make(
        [9.0] * 4,
        [None] * 4,
        fields={"source": ["ad", "fair", None, "ad"], "pages": [1.0, 3.0, 7.0, None]},
        deeds=[(0, "form: demo", 2.0), (0, "form: demo", 90.0), (1, "form: demo", 90.0)],
    )
    table = {
        "source": {"ad": 3, "not known": 1},
        "pages": {"2-4": 2, "5+": 5, "not known": -1},
        "form: demo": {"within 30 days": 10, "ever": 4},
    }

    assert gut_points(table, leads).tolist() == [13.0, 6.0, 6.0, 2.0]


@pytest.mark.parametrize(
    ("table", "named"),
    [({"sauce": {"x": 1}}, "sauce"), ({"pages": {"many": 1}}, "many"), ({"form: demo": {"soon": 1}}, "soon")],
)
def test_what_cannot_be_read_is_named(market, table, named):
    """A typing error is told, not counted as nought."""
    with pytest.raises(BadInput, match=named):
        gut_points(table, market[0])


def test_fitted_points_beat_foolish_ones_on_later_leads(score, market):
    """White papers 10 points: fitted points are better beyond doubt, on the same later leads."""
    found = fitted_against_gut(score, fit_gut(BACKWARD, market[0]), market[1])

    assert found.log_loss_gain.lo > 0
    assert found.auc_gain.lo > 0
    assert found.skills[0].leads == found.skills[1].leads


def test_typed_points_are_given_a_fair_chance(score, market):
    """Sensible points, once it is learned what they are worth, beat the base rate and are calibrated."""
    gut = fit_gut(SENSIBLE, market[0])
    found = fitted_against_gut(score, gut, market[1]).skills[1]

    assert gut.log_odds_per_point > 0
    assert found.gain.lo > 0
    assert found.slope == pytest.approx(1.0, abs=0.3)
