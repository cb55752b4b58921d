import numpy as np
import pytest

from quintet.demand.formula.score.gut import score_against_points
from quintet.demand.terms.score import FeatureKind


def lines_of(score, feature):
    """Lines of one feature by what they say."""
    return {line.said: line for line in score.table.lines if line.feature == feature}


def test_points_are_small_whole_numbers_from_nought_to_ten(score):
    """The most telling level has ten points; a field's worst level none."""
    assert score.table.top == 10
    assert max(abs(line.points) for line in score.table.lines) == 10
    for feature in {line.feature for line in score.table.lines if line.kind is not FeatureKind.DOINGS}:
        assert min(line.points for line in score.table.lines if line.feature == feature) == 0


def test_a_deed_never_done_has_no_points_and_a_bad_deed_costs_some(score):
    """Nobody earns points for not having unsubscribed."""
    unsubscribed = lines_of(score, "email: unsubscribed")

    assert unsubscribed["never"].points == 0
    assert min(line.points for line in unsubscribed.values()) < 0


def test_planted_deeds_have_points_in_their_order(score):
    """A demo asked for is worth more than a white paper, and that more than unsubscribing."""
    best = {}
    for line in score.table.lines:
        if line.kind is FeatureKind.DOINGS and line.said != "never":
            best.setdefault(line.feature, []).append(line.points)

    assert max(best["form: demo"]) > max(best["form: white paper"]) >= 0
    assert max(best["form: demo"]) >= max(best["event: webinar"]) > 0 > min(best["email: unsubscribed"])


def test_lines_count_the_leads_behind_them(score):
    """Every lead the score learned from is in exactly one line of each feature."""
    for feature in {line.feature for line in score.table.lines}:
        lines = [line for line in score.table.lines if line.feature == feature]
        assert sum(line.leads for line in lines) == score.ground.leads
        assert sum(line.customers for line in lines) == score.ground.customers
        assert all(line.lo <= line.log_odds <= line.hi for line in lines)


def test_the_table_says_how_deeds_fade(score):
    """The decay is said in a sentence."""
    said = score.table.decay
    half_life = score.table.half_life_days
    assert (f"halves every {half_life:.0f} days" in said) if half_life else ("whenever" in said)


def test_whole_points_lose_little(score, market):
    """On later leads points are worse than the full score by less than 1 % of log loss and 0.02 AUC."""
    found = score_against_points(score, market[1])

    assert found.skills[1].log_loss < 1.01 * found.skills[0].log_loss
    assert found.auc_gain.estimate < 0.02
    assert found.skills[1].slope == pytest.approx(1.0, abs=0.3)


def test_more_points_are_a_higher_chance(score):
    """The chance of a total rises with it, and of the mean total is near the base rate."""
    chance = score.by_points(np.arange(40))

    assert (np.diff(chance) > 0).all()
    assert chance[0] < score.ground.base_rate < chance[-1]
