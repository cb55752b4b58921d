"""What each criterion is worth here, as a formula worked by hand."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from hired_people import AS_OF, hiring_data, name, scores_of
from quintet.hiring.formula.candidates import expectation, reading
from quintet.hiring.formula.given import Criterion, HiringData, Outcome, Score
from quintet.hiring.formula.index import composite, fit_index
from quintet.hiring.formula.stored import from_json, to_json
from quintet.hiring.formula.validity import folds
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.kernel.finding import Status

ONE_OF_SIX = (1, 0, 0, 0, 0, 0)


@pytest.fixture(scope="module")
def company():
    """Eighty followed, one of six criteria matters."""
    return hiring_data(80, ONE_OF_SIX)


@pytest.fixture(scope="module")
def fit(company):
    """Its formula."""
    return fit_index(company)


def test_anybody_works_the_index_out_by_hand(company, fit):
    """Printed intercept, printed weights, printed scores: mean of what raters gave less their leniency."""
    scores, leniency = scores_of(company, "c0004"), fit.sheet.leniency
    total = fit.leading.intercept
    for line in fit.leading.lines:
        given = [one.score - leniency[one.rater] for one in scores if one.criterion == line.key]
        total += line.weight * round(sum(given) / len(given), 2)

    assert expectation(fit, scores).index == pytest.approx(total, abs=0.051)
    assert all(line.weight == round(line.weight, fit.leading.decimals) for line in fit.leading.lines)


def test_the_printed_index_is_the_unrounded_one_to_a_thousandth_of_its_spread(company, fit):
    """Rounding the weights moves nobody by more than three hundredths of a point of attainment."""
    spread = fit.leading.spread
    exact = spread.scale.middle + spread.scale.slope * (
        spread.level + (fit.table - spread.center) @ spread.weight
    )
    printed = fit.leading.intercept + fit.table @ fit.leading.weights

    assert np.abs(exact - printed).max() < 0.03 * 10
    assert np.abs(exact - printed).std() < 0.01 * spread.scale.slope


def test_drivers_add_up_to_what_sets_the_candidate_apart(company, fit):
    """Weight times the distance from the average applicant, a criterion each, the largest first."""
    found = expectation(fit, scores_of(company, "c0004"))
    average = fit.leading.intercept + fit.sheet.average @ fit.leading.weights

    assert sum(one.points for one in found.drivers) == pytest.approx(found.index - average, abs=0.1)
    sizes = [abs(one.points) for one in found.drivers]
    assert sizes == sorted(sizes, reverse=True)
    assert found.drivers[0].key in reading(found) or found.drivers[0].points < 0


def test_the_criterion_that_matters_leads_and_no_other_helps(fit):
    """One of six was planted: its weight says so; others go with success only as scores go together."""
    best, *others = fit.leading.lines

    assert best.leads
    assert not any(one.p_helps > 0.95 for one in others)
    assert best.correlation > max(one.correlation for one in others) + 0.1
    assert best.weight > 2 * max(abs(one.weight) for one in others)
    assert best.p_helps > 0.99
    assert best.correlation < best.raw


def test_outcomes_dealt_out_at_random_make_no_leader(company):
    """Negative control: the same outcomes in another order, and nothing is claimed, seen or unseen."""
    outcome, leaders, valid = company.outcomes[0], 0, []
    for seed in range(6):
        order = np.random.default_rng(seed).permutation(len(outcome.values))
        dealt = dict(
            zip(outcome.values, np.array(list(outcome.values.values()))[order].tolist(), strict=True)
        )
        found = fit_index(replace(company, outcomes=(replace(outcome, values=dealt),))).leading
        leaders += sum(one.leads for one in found.lines)
        valid.append(found.validity)
    assert leaders <= 1
    assert sum(one.lo <= 0.0 <= one.hi for one in valid) >= 5
    assert abs(np.mean([one.correlation for one in valid])) < 0.12


def test_the_index_foretells_people_it_has_not_seen(fit):
    """Validity out of the class: well above the plain sum where one of six matters, and its interval."""
    found = fit.leading.validity

    assert found.lo < found.correlation < found.hi
    assert found.correlation > found.equal + 0.1
    assert found.p_value < 0.001


def test_with_nobody_hired_the_index_is_what_was_written_down():
    """A mean score by written weights, in points, named prior only; no outcome is promised."""
    data = hiring_data(0, (1, 1, 1), written=[2.0, 1.0, 1.0])
    found = fit_index(data)
    told = expectation(found, scores_of(data, name(0)))

    assert [one.weight for one in found.leading.lines] == [0.5, 0.25, 0.25]
    assert (found.leading.status, found.leading.unit) == (Status.SILENT, "points")
    assert "not yet: 0 of 20" in found.leading.reason
    assert "prior only" in found.leading.reason
    assert (told.finding.estimate, told.p_target) == (None, None)
    assert 1.0 <= told.index <= 10.0
    assert "written down before" in reading(told)


def test_before_the_first_score_there_is_a_formula_too():
    """Criteria alone: the written weights, and nothing else."""
    data = HiringData(
        (Criterion("drive", 3.0), Criterion("wit")), (), (Outcome("attainment", "%", {}),), {}, AS_OF
    )

    assert [one.weight for one in fit_index(data).leading.lines] == [0.75, 0.25]


def test_not_yet_says_when():
    """Nineteen followed, hires waiting: the twentieth outcome is in six months after that hire."""
    data = hiring_data(19, (1, 1, 1), pending=3)
    first_waiting = min(day for who, day in data.hired_on.items() if who not in data.outcomes[0].values)
    data = replace(data, as_of=first_waiting + timedelta(days=10))

    assert fit_index(data).leading.expected_on == first_waiting + timedelta(days=182)


def test_not_yet_counts_the_flow_where_nobody_waits():
    """Twelve hires a year and eight short: eight months to hire them, and six for their outcomes."""
    data = hiring_data(12, (1, 1, 1))
    days = {who: date(2025, 3, 15) + timedelta(days=28 * at) for at, who in enumerate(data.hired_on)}
    data = replace(data, hired_on=days, as_of=date(2026, 3, 10))

    expected = data.expected_on(data.outcomes[0], 20)
    assert expected == date(2026, 3, 10) + timedelta(days=182) + timedelta(days=365) * (8 / 12)
    assert replace(data, as_of=date(2030, 1, 1)).expected_on(data.outcomes[0], 20) is None


@pytest.mark.parametrize(
    ("hires", "index", "criteria", "adds"),
    [
        (19, Status.SILENT, Status.SILENT, Status.SILENT),
        (20, Status.HEDGED, Status.HEDGED, Status.SILENT),
        (60, Status.SPEAKS, Status.HEDGED, Status.SILENT),
        (100, Status.SPEAKS, Status.SPEAKS, Status.SILENT),
        (150, Status.SPEAKS, Status.SPEAKS, Status.SPEAKS),
    ],
)
def test_it_speaks_as_far_as_people_were_followed(hires, index, criteria, adds):
    """20 and 60 for the index, 20 and 100 for the criteria, 150 for "adds beyond the others"."""
    found = fit_index(hiring_data(hires, (1, 0))).leading

    assert (found.status, found.lines[0].status, found.lines[0].adds_status) == (index, criteria, adds)
    assert found.lines[0].adds == (adds is Status.SPEAKS)
    assert not found.lines[1].adds


def test_a_star_at_four_thousand_per_cent_moves_nothing():
    """Outcomes count by rank: only the unit's spread follows the star, not which criteria matter."""
    data = hiring_data(60, ONE_OF_SIX)
    outcome = data.outcomes[0]
    best = max(outcome.values, key=lambda who: outcome.values[who])
    star = replace(data, outcomes=(replace(outcome, values={**outcome.values, best: 4000.0}),))

    plain, other = fit_index(data).leading, fit_index(star).leading
    assert [one.correlation for one in other.lines] == [one.correlation for one in plain.lines]
    assert np.array_equal(other.spread.weight, plain.spread.weight)


def test_several_outcomes_each_have_an_index_and_one_together():
    """Attainment and revenue a rep, then their composite; a second look costs the first some certainty."""
    data = hiring_data(60, ONE_OF_SIX)
    first = data.outcomes[0]
    second = Outcome("ppr", "$ a month", {who: 1000 + 10 * v for who, v in first.values.items()}, 0.4)
    alone, both = fit_index(data), fit_index(replace(data, outcomes=(first, second)))

    assert [one.outcome for one in both.indexes] == ["attainment", "ppr", "success"]
    assert both.index("ppr").unit == "$ a month"
    assert both.leading.validity.p_value == pytest.approx(2 * alone.leading.validity.p_value)
    with pytest.raises(BadInput, match="no index for 'ltv'"):
        both.index("ltv")


def test_the_composite_weighs_by_reliability():
    """Two outcomes that disagree: the more reliable one decides; who lacks one is judged by the other."""
    sure = Outcome("a", "x", {"ann": 1.0, "bob": 2.0, "cal": 3.0}, reliability=0.9)
    vague = Outcome("b", "y", {"ann": 3.0, "bob": 2.0}, reliability=0.3)

    values = composite((sure, vague)).values

    assert values["ann"] < values["bob"] < values["cal"]
    assert composite((replace(sure, reliability=0.1), replace(vague, reliability=0.9))).values["ann"] > 0


def test_the_same_data_give_the_same_bytes_in_whatever_order_scores_come(company, fit):
    """And the text gives back the formula."""
    text = to_json(fit)
    shuffled = replace(company, scores=company.scores[::-1])

    assert to_json(from_json(text)) == text
    assert to_json(fit_index(shuffled)) == text
    again = expectation(from_json(text), scores_of(company, "c0004"))
    assert again == expectation(fit, scores_of(company, "c0004"))
    with pytest.raises(BadInput, match="form 1"):
        from_json('{"form": 0}')


def test_a_candidate_of_harsh_raters_is_no_worse_for_it(company, fit):
    """The same candidate, scored two points lower by raters known to be two points harsher."""
    scores = scores_of(company, "c0004")
    mild = max(fit.sheet.leniency, key=lambda one: fit.sheet.leniency[one])
    harsh = min(fit.sheet.leniency, key=lambda one: fit.sheet.leniency[one])
    apart = fit.sheet.leniency[mild] - fit.sheet.leniency[harsh]
    by_mild = tuple(replace(one, rater=mild, score=6.0 + apart) for one in scores[:6])
    by_harsh = tuple(replace(one, rater=harsh, score=6.0) for one in scores[:6])

    assert apart > 0.5
    assert expectation(fit, by_mild).index == pytest.approx(expectation(fit, by_harsh).index, abs=0.05)


def test_one_rater_alone_counts_for_less_than_the_usual_three(company, fit):
    """A single 10 is pulled to the average by what one rater's score is worth beside that of three."""
    one = tuple(Score("new", "rater 9", line.key, 10.0) for line in fit.leading.lines)
    three = tuple(replace(each, rater=f"rater 9{n}") for n in range(3) for each in one)

    single = fit.sheet.single
    assert fit.sheet.factor(1) == pytest.approx(single / (3 * single / (1 + 2 * single)))
    assert fit.sheet.factor(3) == 1.0
    alone, panel = (expectation(fit, scores).drivers[0].score for scores in (one, three))
    assert alone < panel == 10.0


def test_a_criterion_nobody_scored_counts_as_average_and_half_is_too_little(company, fit):
    """The one that carries the index may not be left out; others may."""
    scores = scores_of(company, "c0004")
    without = tuple(one for one in scores if one.criterion != "criterion 3")
    found = expectation(fit, without)

    assert found.missing == ("criterion 3",)
    assert next(one for one in found.drivers if one.key == "criterion 3").points == 0.0
    with pytest.raises(NotEnoughData, match="score criterion 0"):
        expectation(fit, tuple(one for one in scores if one.criterion != "criterion 0"))


def test_eight_in_ten_new_people_end_within_the_range():
    """Fitted on 80, looked at on hundreds of others of the same company; so is reaching the target."""
    big = hiring_data(400, (1, 1, 0, 0), seed=5)
    outcome = big.outcomes[0]
    known = dict(list(outcome.values.items())[:80])
    found = fit_index(replace(big, outcomes=(replace(outcome, values=known),)))
    inside, promised, reached = [], [], []
    by_candidate = {}
    for one in big.scores:
        by_candidate.setdefault(one.candidate, []).append(one)
    for who in list(outcome.values)[80:]:
        told, value = expectation(found, tuple(by_candidate[who])), outcome.values[who]
        inside.append(told.finding.lo <= value <= told.finding.hi)
        promised.append(told.p_target)
        reached.append(value >= 100.0)
    assert 0.74 <= np.mean(inside) <= 0.87
    assert np.mean(promised) == pytest.approx(np.mean(reached), abs=0.08)
    assert np.corrcoef(promised, reached)[0, 1] > 0.2


def test_raters_in_two_groups_are_named_and_left_as_they_are():
    """Leniency cannot be told from candidates: the formula says who should score together."""
    rng = np.random.default_rng(3)
    scores = tuple(
        Score(name(who), rater, f"criterion {k}", float(rng.integers(1, 11)))
        for who in range(24)
        for rater in (("ann", "bob") if who % 2 else ("cal", "dee"))
        for k in range(2)
    )
    data = replace(hiring_data(0, (1, 1)), scores=scores, hired_on={})
    found = fit_index(data)

    assert set(found.sheet.leniency.values()) == {0.0}
    assert "ann, bob; cal, dee" in found.warnings[0]


def test_a_class_is_never_foretold_from_itself():
    """People hired in one month are in one stretch; stretches follow each other."""
    days = tuple(date(2025, month, day) for month in range(1, 11) for day in (1, 20))
    place = folds(days)

    assert len(set(place.tolist())) == 5
    assert np.all(np.diff(place) >= 0)
    assert np.array_equal(place[::2], place[1::2])
    assert len(set(folds((date(2025, 1, 1),) * 10).tolist())) == 5


def test_scores_of_people_not_hired_widen_the_validity():
    """Hired by the best half of scores: among applicants the index tells more than among those hired."""
    data = hiring_data(60, (1, 0), applicants=1)
    rejected = tuple(
        Score(f"x{one.candidate}", one.rater, one.criterion, max(1.0, one.score - 4.0)) for one in data.scores
    )
    found = fit_index(replace(data, scores=data.scores + rejected)).leading.validity

    assert found.ratio > 1.3
    assert found.corrected > found.correlation
    assert found.corrected_lo > found.lo


def test_what_cannot_be_is_refused():
    """Unknown criteria, outcomes of strangers or of none, no weight, no outcome, two candidates at once."""
    data = hiring_data(0, (1, 1))
    with pytest.raises(BadInput, match="not written down: charm"):
        replace(data, scores=(Score("a", "b", "charm", 5.0),))
    with pytest.raises(BadInput, match="not hired: zoe"):
        replace(data, outcomes=(Outcome("attainment", "%", {"zoe": 1.0}),))
    with pytest.raises(BadInput, match="name one"):
        fit_index(replace(data, outcomes=()))
    with pytest.raises(BadInput, match="weight above 0"):
        hiring_data(0, (1, 1), written=[0.0, 0.0])
    with pytest.raises(BadInput, match="must be a number"):
        replace(data, hired_on={"ann": AS_OF}, outcomes=(Outcome("attainment", "%", {"ann": float("nan")}),))
    fit = fit_index(data)
    with pytest.raises(BadInput, match="scores of 2"):
        expectation(fit, (*scores_of(data, name(0)), *scores_of(data, name(1))))


@pytest.mark.shared_data
def test_recruiting_beats_every_single_interview(shared_data):
    """Fitted on every other of 966 applicants, the index foretells the rest better than any interview."""
    rows = np.genfromtxt(shared_data / "people_analytics" / "recruiting.csv", delimiter=",", names=True,
                         dtype=None, encoding="utf-8")  # fmt: skip
    published = {"int1": 0.446, "int2": 0.414, "apttest": 0.348, "int3": 0.187, "sat": 0.115, "gpa": 0.101}
    hired = rows["hired"].astype(float)
    for key, r in published.items():
        assert np.corrcoef(rows[key].astype(float), hired)[0, 1] == pytest.approx(r, abs=5e-4)
    scaled = {key: _tens(rows[key].astype(float)) for key in published}
    scores = tuple(
        Score(name(i), "panel", key, float(scaled[key][i])) for key in published for i in range(hired.size)
    )
    days = {name(i): date(2023, 1, 1) + timedelta(days=i) for i in range(hired.size)}
    seen = {name(i): hired[i] for i in range(0, hired.size, 2)}
    data = HiringData(
        tuple(Criterion(key) for key in published), scores, (Outcome("hired", "share", seen),), days, AS_OF
    )

    fit = fit_index(data)

    rest = np.arange(1, hired.size, 2)
    place = [fit.applicants.index(name(i)) for i in rest]
    index = np.corrcoef(fit.table[place] @ fit.leading.weights, hired[rest])[0, 1]
    singles = {key: np.corrcoef(rows[key].astype(float)[rest], hired[rest])[0, 1] for key in published}
    plain = np.corrcoef(fit.table[place].sum(axis=1), hired[rest])[0, 1]
    assert index > max(singles.values()) + 0.05
    assert index > plain
    assert fit.leading.validity.lo < index < fit.leading.validity.hi + 0.05


def _tens(values):
    """Measurements on other scales as scores of 1 to 10, by their place between the least and the most."""
    return 1.0 + 9.0 * (values - values.min()) / (values.max() - values.min())


def test_a_criterion_written_down_lately_is_silent_while_the_others_speak():
    """It was scored on the last twelve hires alone: no correlation of it is shown, and it is no zero."""
    data = hiring_data(70, (1, 1, 1))
    late = set(list(data.hired_on)[-12:])
    scores = tuple(one for one in data.scores if one.criterion != "criterion 2" or one.candidate in late)
    old, _, new = fit_index(replace(data, scores=scores)).leading.lines

    assert (old.n, old.status) == (70, Status.HEDGED)
    assert (new.n, new.status, new.correlation) == (12, Status.SILENT, None)
    assert new.weight > 0.0


def test_one_criterion_alone_has_an_index_too():
    """A single criterion is a line through the outcomes."""
    found = fit_index(hiring_data(60, (1,))).leading

    assert found.lines[0].leads
    assert found.lines[0].weight > 0.0
