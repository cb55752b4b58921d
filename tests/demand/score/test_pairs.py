import numpy as np
import pytest

from quintet.demand.formula.score.fit import fit_score
from quintet.demand.formula.score.stored import from_json, to_json
from quintet.demand.terms.score import FeatureKind


def leads(make, chance):
    """6,000 old leads that show two words of three each; the chance depends on both."""
    rng = np.random.default_rng(8)
    one, two = rng.integers(0, 3, (2, 6_000))
    won = rng.random(6_000) < chance(one, two)
    fields = {"size": [f"s{k}" for k in one], "trade": [f"t{k}" for k in two]}
    return make([300.0] * 6_000, [5.0 if did else None for did in won], fields=fields)


def test_two_fields_that_matter_together_are_found(make):
    """Only small plumbers buy: neither field alone says so, the pair does."""
    examples = leads(make, lambda one, two: np.where(one == two, 0.4, 0.1))
    score = fit_score(examples, fields=("size", "trade"))
    p = score.predict(examples).p

    assert [one.name for one in score.features if one.kind is FeatureKind.PAIRS] == ["size with trade"]
    alike = examples.fields["size"].codes == examples.fields["trade"].codes
    assert p[alike].mean() == pytest.approx(0.4, abs=0.03)
    assert p[~alike].mean() == pytest.approx(0.1, abs=0.02)
    found = score.reasons(examples, 0)
    assert sum(one.log_odds for one in found.reasons) + found.base_log_odds == pytest.approx(found.log_odds)
    assert [one.points for one in found.reasons if one.feature == "size with trade"] == [0]
    again = from_json(to_json(score)).predict(examples)
    assert (again.p == p).all()


def test_fields_that_only_add_up_stay_alone(make):
    """Where each field has its own effect no pair is added."""
    examples = leads(make, lambda one, two: 0.05 + 0.1 * one + 0.02 * two)
    score = fit_score(examples, fields=("size", "trade"))

    assert {one.kind for one in score.features} == {FeatureKind.WORDS}
