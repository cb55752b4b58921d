from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from quintet.demand.formula.score.fit import fit_score
from quintet.demand.formula.score.score import within
from quintet.demand.formula.score.stored import from_json, to_json
from quintet.demand.formula.score.subset import subset
from quintet.kernel.errors import BadInput
from quintet.kernel.finding import Status

FIELDS = ("source", "campaign", "term", "landing", "pages")


def first(examples, count):
    """The oldest leads, watched as long as all."""
    return subset(examples, np.arange(count))


def test_the_score_knows_something_of_later_leads(score, market):
    """Later leads it scores high buy more often, and P means what it says."""
    from quintet.demand.formula.score.skill import score_skill

    found = score_skill(score, market[1])
    assert score.status is Status.SPEAKS
    assert found.gain.lo > 0
    assert found.auc.lo > 0.6
    assert found.slope == pytest.approx(1.0, abs=0.25)
    assert found.decile_error < 0.03


def test_reasons_add_up(score, market):
    """Base and reasons are the log-odds to a billionth, points of reasons are the points."""
    later = market[1]
    scored = score.predict(later)
    for place in (0, 7, 99):
        found = score.reasons(later, place)
        assert found.base_log_odds + sum(one.log_odds for one in found.reasons) == pytest.approx(
            found.log_odds, abs=1e-9
        )
        assert 1 / (1 + np.exp(-found.log_odds)) == pytest.approx(scored.p[place], abs=1e-12)
        assert sum(one.points for one in found.reasons) == found.points == scored.points[place]
        assert abs(found.reasons[0].log_odds) >= abs(found.reasons[-1].log_odds)


def test_a_place_that_is_no_lead_is_refused(score, market):
    """There is no lead -1."""
    with pytest.raises(BadInput, match="place"):
        score.reasons(market[1], -1)


def test_same_leads_same_bytes(score, market):
    """Fitted again it is the same text, and from the text it says the same."""
    again = fit_score(market[0], fields=FIELDS)
    kept = from_json(to_json(score))

    assert to_json(again) == to_json(score) == to_json(kept)
    ours, theirs = score.predict(market[1]), kept.predict(market[1])
    for name in ("p", "lo", "hi", "points"):
        assert (getattr(ours, name) == getattr(theirs, name)).all()


def test_another_form_is_refused():
    """A text of another version is not guessed at."""
    with pytest.raises(BadInput, match="form"):
        from_json('{"form": 99}')


def test_intervals_hold_p_and_are_wider_with_fewer_leads(score, market):
    """A score that saw a third of the leads is less sure."""
    few = fit_score(first(market[0], 1300), fields=FIELDS).predict(market[1])
    many = score.predict(market[1])

    for one in (few, many):
        assert ((one.lo < one.p) & (one.p < one.hi)).all()
    assert np.median(few.hi - few.lo) > 1.2 * np.median(many.hi - many.lo)


def test_under_thirty_customers_it_is_silent_and_says_when(market):
    """The base rate by source, what is missing, and the day it may speak."""
    few = first(market[0], 250)
    score = fit_score(few, fields=FIELDS)

    assert score.status is Status.SILENT
    assert score.not_enough.need == 30 > score.not_enough.have == score.ground.customers
    assert score.not_enough.expected_on > date(2025, 1, 1)
    assert score.table is None
    assert {one.name for one in score.features} <= {"source"}
    assert score.predict(few).p.mean() == pytest.approx(score.ground.base_rate, abs=0.03)
    assert not score.predict(few).points.any()
    assert score.predict(few).lo is score.predict(few).hi is None
    assert score.base_rate.lo < score.ground.base_rate < score.base_rate.hi


def test_thirty_to_ninety_nine_customers_are_hedged_with_ten_features(market):
    """Between, it speaks under reserve and looks at ten things at most."""
    score = fit_score(first(market[0], 900), fields=FIELDS)

    assert 30 <= score.ground.customers < 100
    assert score.status is Status.HEDGED
    assert len(score.features) <= 10
    assert "fewer than 100" in score.reason


def test_no_leads_is_silent(make):
    """Nothing known: silent, and no date to promise."""
    score = fit_score(make([], []), fields=())

    assert score.status is Status.SILENT
    assert score.not_enough.expected_on is None


def test_outcomes_dealt_by_chance_teach_nothing(market):
    """Negative control: leads whose outcome has nothing to do with them all get about the base rate."""
    examples = market[0]
    order = np.random.default_rng(3).permutation(len(examples))
    mixed = replace(
        examples,
        won_days=np.where(np.isnan(examples.won_days[order]), np.nan, 10.0),
        is_worked=np.ones(len(examples), dtype=bool),
    )
    score = fit_score(mixed, fields=FIELDS)
    scored = score.predict(examples)

    assert score.status is Status.HEDGED
    assert "cannot tell leads apart: on later leads it was no better than the base rate (AUC" in score.reason
    assert score.table is None
    assert np.ptp(scored.p) == 0
    assert scored.p[0] == pytest.approx(score.ground.base_rate, rel=0.02)
    assert not scored.points.any()
    assert score.reasons(examples, 0).reasons == ()
    assert from_json(to_json(score)).reason == score.reason


def test_undated_leads_are_tuned_on_seeded_parts(market):
    """Without dates it still fits; the seed decides the parts, and the warning is kept."""
    from lead_examples import undated

    examples = undated(market[0])
    one, two = (fit_score(examples, fields=FIELDS, seed=5) for _ in range(2))

    assert to_json(one) == to_json(two)
    assert "no dates" in one.warnings[0]
    assert one.ground.horizon_days is None


def test_a_field_that_is_not_there_is_named(market):
    """A typing error in a field is told with what there is."""
    with pytest.raises(BadInput, match="'sauce'"):
        fit_score(market[0], fields=("sauce",))


def test_only_the_fields_allowed_are_looked_at(market):
    """What the leak guard left out has no say."""
    score = fit_score(market[0], fields=("source",), doings=False)

    assert {one.name for one in score.features} == {"source"}


def test_a_level_of_many_things_is_less_certain_than_its_mean(score):
    """A rare word differs from "any other" as words do; a number lies anywhere in its range."""
    features, fit = score.features, score.fit
    at = {one.name: place for place, one in enumerate(features)}
    codes = np.zeros((3, len(features)), dtype=np.int16)
    term = features[at["term"]]
    codes[:, at["term"]] = [0, len(term.said) - 2, len(term.said) - 1]
    found = within(features, fit, score.strength, codes)

    rest = found[0]
    assert term.said[-2] == "any other"
    assert found[1] - rest == pytest.approx(fit.spreads[at["term"]] ** 2 / score.strength)
    assert found[2] == pytest.approx(rest)
    pages = features[at["pages"]]
    start = sum(len(one.said) for one in features[: at["pages"]])
    step = fit.effects[start + 1] - fit.effects[start]
    assert pages.chain > 1
    assert rest >= step**2 / 12
