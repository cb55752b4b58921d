"""What shortens the ramp: planted truth, luck kept out, immortal time refused, and how it is worked out."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from quintet.facts.careers import Ending
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.kernel.finding import CausalGrade, Status
from quintet.kernel.plain import as_plain, as_report, text_of
from quintet.training.formula.modules import fit_modules
from quintet.training.formula.person_months import flags, ramp_rows
from quintet.training.formula.pulled import pulled
from quintet.training.formula.ramp_chances import chances, fit_plain, plain
from quintet.training.terms.modules import HORIZON, RampFormula, RampRep

UNTIL = date(2025, 7, 1)


@pytest.fixture(scope="module")
def many(study):
    """Twenty companies of 120 reps."""
    return study.cell(120, 20, 3)


@pytest.fixture(scope="module")
def company(study):
    """One company of two hundred reps."""
    return study.company(200, np.random.default_rng(8), study.World())


@pytest.fixture(scope="module")
def fitted(company, study):
    """What is said of it."""
    return fit_modules(company, UNTIL, study.MODULES)


def test_planted_effects_come_back_and_luck_is_kept_out(many):
    """Bias within a tenth, nine in ten inside, few false claims, half of three found."""
    found = many

    assert abs(found["bias, matter"]) < 0.1
    assert abs(found["bias, nothing"]) < 0.1
    assert 0.84 < found["inside, matter"] < 0.98
    assert 0.84 < found["inside, nothing"] < 0.98
    assert found["false share"] <= 0.15  # at most .10 in the long run, docs/studies/module_effects.md
    assert 0.3 < found["found of three"] < 0.7


def test_ever_finished_from_the_first_day_reverses_the_finding(study, many):
    """Negative control on the same companies: what raises the chance by 1.8 seems to lower it."""
    found = many

    assert np.log(study.RATIO) + found["ever: bias, matter"] < 0.0
    assert found["ever: inside, matter"] < 0.3
    assert found["ever: false share"] > 0.5
    assert found["ever: found of three"] == 0.0


def test_where_nothing_matters_nothing_is_said_to(study):
    """A claim in at most one company of ten, and some."""
    assert study.cell(120, 15, 4, study.World(ratio=1.0))["false share"] <= 0.2


@pytest.mark.parametrize(
    "trait",
    [
        lambda reps: [float("m00" in one.done) for one in reps],
        lambda reps: [5.0 - 2.0 * ("m00" in one.done) for one in reps],
        lambda reps: [float(len(one.done)) for one in reps],
    ],
    ids=["ever finished", "the same on another scale", "how many were ever finished"],
)
def test_ever_finished_cannot_be_computed(company, study, trait):
    """The error says why: nobody knows on the first day, and who takes long has more time."""
    with pytest.raises(BadInput, match=r"immortal time.*month after"):
        fit_modules(company, UNTIL, study.MODULES, fixed={"certified": trait(company)})


def test_a_trait_cannot_be_called_like_a_module(company, study):
    """Whatever is in it."""
    with pytest.raises(BadInput, match="immortal time"):
        fit_modules(company, UNTIL, study.MODULES, fixed={"m03": np.arange(200.0).tolist()})


def test_a_trait_of_the_first_day_may_be_adjusted_for(company, study):
    """A territory, as noise: the answers hardly move."""
    territory = np.random.default_rng(1).normal(size=200).tolist()
    found = fit_modules(company, UNTIL, study.MODULES, fixed={"territory": territory})
    plainly = fit_modules(company, UNTIL, study.MODULES)

    assert found.effects[0].ratio.value == pytest.approx(plainly.effects[0].ratio.value, rel=0.1)
    with pytest.raises(BadInput, match="one value a rep"):
        fit_modules(company, UNTIL, study.MODULES, fixed={"territory": [1.0]})


def test_a_module_counts_from_the_month_after():
    """Finished in month 3: months 1 to 3 without, 4 and 5 with. Finished before joining: all with."""
    rep = RampRep(1, UNTIL, 5, Ending.RAMPING, {"blog": 3, "old": 0})

    assert flags(rep, "blog", 5).tolist() == [0, 0, 0, 1, 1]
    assert flags(rep, "old", 5).tolist() == [1, 1, 1, 1, 1]
    assert flags(rep, "other", 5).tolist() == [0, 0, 0, 0, 0]


def test_quota_in_the_month_of_finishing_is_quota_without_it():
    """Counting it would credit the module with what came before."""
    reps = [RampRep(at, date(2024, 1, 1), 3, Ending.REACHED, {"blog": 3}) for at in range(12)]
    one = fit_modules(reps, UNTIL, ("blog",)).effects[0]

    assert (one.events_with, one.events_without, one.finished) == (0, 12, 0)
    assert one.status is Status.SILENT


def test_what_is_said_is_whole(fitted):
    """Ratio and interval, pulled towards 1, months, probability, grade, and what it would take."""
    told = [one for one in fitted.effects if one.ratio is not None]

    assert len(told) >= 10
    for one in told:
        assert one.status is Status.SPEAKS
        assert one.ratio.lo < one.ratio.value < one.ratio.hi
        assert abs(np.log(one.pulled.value)) <= abs(np.log(one.ratio.value)) + 0.15
        assert 0.0 <= one.p_helps <= 1.0
        assert one.grade is CausalGrade.ADJUSTED
        assert one.reps_needed > 0
    best = max(told, key=lambda one: one.p_helps)
    assert best.saved.value > 0
    assert best.saved.lo < best.saved.value < best.saved.hi


def test_a_module_nobody_had_in_time_cannot_be_told(company):
    """Silent, with what it lacks."""
    one = next(
        one for one in fit_modules(company, UNTIL, ("m00", "unheard")).effects if one.module == "unheard"
    )

    assert (one.status, one.ratio, one.reps_needed) == (Status.SILENT, None, None)
    assert "to tell" in one.reason


def test_too_many_modules_for_the_reps_are_all_silent(study):
    """Thirty reps, twelve modules: two events each tell nothing; it says how many reps it would take."""
    few = study.company(30, np.random.default_rng(2), study.World())
    found = fit_modules(few, UNTIL, study.MODULES)

    assert {one.status for one in found.effects} == {Status.SILENT}
    assert any(one.reps_needed is not None and one.reps_needed > 100 for one in found.effects)
    assert {one.expected_on for one in found.effects} == {None}  # not within five years


def test_no_events_is_no_formula():
    """Nine made quota; it takes ten."""
    reps = [RampRep(at, date(2024, 1, 1), 3, Ending.REACHED, {}) for at in range(9)]
    with pytest.raises(NotEnoughData) as error:
        fit_modules(reps, UNTIL)

    assert (error.value.have, error.value.need) == (9, 10)


def test_those_who_left_are_not_taken_to_ramp(company, study):
    """Leaving censors the way to quota: who left tells of the months before, and of nothing after."""
    rows = ramp_rows(company, study.MODULES, prior_sd=2.0).rows
    left = [at for at, one in enumerate(company) if one.ending is Ending.LEFT]

    assert left
    assert not rows.happened[np.isin(rows.person, left)].any()


def test_a_version_is_kept_as_json_and_says_the_same(fitted, company):
    """Six digits each; the same fit, the same bytes."""
    text = text_of(as_plain(fitted))
    again = as_report(RampFormula, as_plain(fitted))

    assert text_of(as_plain(again)) == text
    assert chances(again, company[0]) == pytest.approx(chances(fitted, company[0]), abs=1e-4)


def test_predictions_beat_the_plain_curve_on_reps_not_seen(fitted, company, study):
    """Log score of the month, over two hundred new reps of the same world."""
    curve = fit_plain(company, UNTIL)
    rng = np.random.default_rng(99)
    fresh = [replace(one, rep_id=900 + one.rep_id) for one in study.company(200, rng, study.World())]

    ours, naive = (
        np.mean([_surprise(say(one), one) for one in fresh])
        for say in (lambda one: chances(fitted, one), lambda _: plain(curve))
    )
    assert ours < naive - 0.05


def _surprise(chance, one):
    """Of what is known of a rep: the month, or only that it comes later; nothing is thought impossible.

    The plain curve ends where the slowest rep was seen to arrive: without a least chance it would lose by
    infinity to anybody, and the comparison would say nothing.
    """
    if one.months > HORIZON:
        said = chance[HORIZON]
    else:
        said = chance[one.months - 1] if one.ending is Ending.REACHED else chance[one.months :].sum()
    return -np.log(max(said, 1e-4))


def test_predictions_given_months_already_over():
    """They get no chance, and the rest adds up to one."""
    reps = [
        RampRep(at, date(2024, 1, 1), 1 + at % 6, Ending.REACHED, {"blog": 2} if at % 2 else {})
        for at in range(60)
    ]
    told = chances(fit_modules(reps, UNTIL), reps[0], after=4)

    assert told[:4].tolist() == [0, 0, 0, 0]
    assert told.sum() == pytest.approx(1.0)


def test_modules_that_differ_by_luck_are_pulled_to_nothing():
    """Twelve estimates as far apart as their errors: pulled to a half and less; one far out stays."""
    noise = 0.3 * np.array([-1.5, -1.1, -0.8, -0.5, -0.3, -0.1, 0.1, 0.3, 0.5, 0.8, 1.1, 1.5])
    alone = pulled(noise, np.eye(12) * 0.09, 2.0, 0.9)
    with_one = pulled(np.append(noise, 2.0), np.eye(13) * 0.09, 2.0, 0.9)

    assert np.abs(alone.mean).max() < 0.5 * np.abs(noise).max()
    assert with_one.mean[-1] > 1.4
    assert with_one.p_positive[-1] > 0.99


def test_one_module_on_a_wide_grid_is_its_own_estimate():
    """Known almost exactly, nothing pulls: a normal posterior worked by hand."""
    one = pulled(np.array([0.5]), np.array([[1e-4]]), 2.0, 0.9)

    assert one.mean[0] == pytest.approx(0.5, abs=0.002)
    assert (one.hi[0] - one.lo[0]) == pytest.approx(2 * 1.645 * 0.01, rel=0.01)
