"""What answers say of questions, and of the exam."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.stats.items import fit_items, fit_reliability


def drawn(rng, takers, size, sharpness=1.2):
    """Right and wrong answers of takers who differ in what they know."""
    knows, hard = rng.normal(size=(takers, 1)), rng.normal(size=size)
    return (rng.random((takers, size)) < 1 / (1 + np.exp(-sharpness * (knows - hard)))).astype(float)


def with_holes(rng, answers, asked):
    """The same when each taker is asked a random part of the questions."""
    order = rng.permuted(np.tile(np.arange(answers.shape[1]), (answers.shape[0], 1)), axis=1)
    return np.where(order < asked, answers, np.nan)


@pytest.mark.shared_data
def test_the_law_school_exam_is_as_reliable_as_published(shared_data):
    """Bock and Lieberman's LSAT section 6, 1,000 takers and five questions: alpha is .295."""
    answers = np.genfromtxt(shared_data / "irt_ltm" / "LSAT.csv", delimiter=",", skip_header=1)

    found = fit_reliability(answers)

    assert found.alpha == pytest.approx(0.295, abs=0.0005)
    assert fit_items(answers).share.tolist() == [0.924, 0.709, 0.553, 0.763, 0.87]


def test_alpha_is_what_an_analysis_of_variance_finds():
    """Hoyt: 1 - mean square of the rest / mean square of takers, by statsmodels."""
    answers = drawn(np.random.default_rng(1), 60, 8)
    takers, items = np.indices(answers.shape)
    table = pd.DataFrame({"right": answers.ravel(), "taker": takers.ravel(), "item": items.ravel()})
    squares = anova_lm(ols("right ~ C(taker) + C(item)", data=table).fit())
    mean_square = squares["sum_sq"] / squares["df"]

    found = fit_reliability(answers)

    assert found.alpha == pytest.approx(1 - mean_square["Residual"] / mean_square["C(taker)"])


def test_right_and_wrong_answers_give_kuder_and_richardsons_number():
    """KR-20 from shares and the variance of the totals."""
    answers = drawn(np.random.default_rng(2), 200, 12)
    share, totals = answers.mean(axis=0), answers.sum(axis=1)
    kr20 = 12 / 11 * (1 - (share * (1 - share)).sum() / totals.var())

    found = fit_reliability(answers)

    assert found.alpha == pytest.approx(kr20)
    assert found.error == pytest.approx(totals.std(ddof=1) * np.sqrt(1 - found.alpha) / 12)


def test_feldts_interval_covers_the_reliability():
    """Parallel questions with reliability 10·.2 / (1 + 9·.2) = .714: nine intervals in ten hold it."""
    rng = np.random.default_rng(3)
    truth, inside = 10 * 0.2 / (1 + 9 * 0.2), 0
    for _ in range(300):
        scores = 0.5 + 0.05 * (
            np.sqrt(0.2) * rng.normal(size=(40, 1)) + np.sqrt(0.8) * rng.normal(size=(40, 10))
        )
        found = fit_reliability(scores)
        inside += found.lo <= truth <= found.hi

    assert 0.86 <= inside / 300 <= 0.94


def test_questions_that_were_not_drawn_are_no_wrong_answers():
    """Ten of thirty questions each: the reliability is that of ten, and shares are of those asked."""
    rng = np.random.default_rng(4)
    whole = drawn(rng, 3_000, 30)
    per_question = fit_reliability(whole).alpha / (30 - 29 * fit_reliability(whole).alpha)

    part = with_holes(rng, whole, 10)
    found, items = fit_reliability(part), fit_items(part)

    assert found.asked == 10
    assert found.alpha == pytest.approx(10 * per_question / (1 + 9 * per_question), abs=0.03)
    assert np.abs(items.share - whole.mean(axis=0)).max() < 0.05
    assert (items.n < 1_200).all()


def test_the_error_of_a_drawn_exam_holds_the_luck_of_the_draw():
    """A taker's share right varies around what all questions would say by the error told."""
    rng = np.random.default_rng(5)
    knows, hard = rng.normal(size=(2_000, 1)), rng.normal(size=40)
    chance = 1 / (1 + np.exp(-(knows - hard)))
    part = with_holes(rng, (rng.random(chance.shape) < chance).astype(float), 10)

    found = fit_reliability(part)

    really = np.sqrt(np.mean((np.nanmean(part, axis=1) - chance.mean(axis=1)) ** 2))
    assert found.error == pytest.approx(really, rel=0.05)


def test_a_wrong_key_shows_as_better_takers_getting_it_wrong():
    """A question marked the wrong way round has a discrimination surely below 0."""
    answers = drawn(np.random.default_rng(6), 300, 15)
    answers[:, 4] = 1 - answers[:, 4]

    found = fit_items(answers)

    assert found.discrimination_hi[4] < 0
    assert (np.delete(found.discrimination_lo, 4) > 0).all()


def test_the_question_itself_is_left_out_of_the_rest():
    """Pure noise correlates with the others not at all, though it is a fifth of the total."""
    rng = np.random.default_rng(7)
    answers = np.hstack([drawn(rng, 2_000, 4), rng.integers(0, 2, (2_000, 1))])

    found = fit_items(answers)

    assert found.discrimination_lo[4] < 0 < found.discrimination_hi[4]


def test_discrimination_by_hand():
    """The correlation with the sum of the others, where everybody is asked everything."""
    answers = drawn(np.random.default_rng(8), 80, 6)
    rest = answers.sum(axis=1) - answers[:, 2]

    assert fit_items(answers).discrimination[2] == pytest.approx(np.corrcoef(answers[:, 2], rest)[0, 1])


def test_a_question_everybody_gets_right_tells_nobody_apart():
    """Its discrimination is unknown, and says so by its interval."""
    answers = drawn(np.random.default_rng(9), 50, 6)
    answers[:, 0] = 1.0

    found = fit_items(answers)

    ends = (found.discrimination[0], found.discrimination_lo[0], found.discrimination_hi[0])
    assert ends == (0.0, -1.0, 1.0)
    assert found.share_lo[0] > 0.9


def test_parts_of_points_count_as_parts():
    """A role play of which half the points were given is half right."""
    answers = drawn(np.random.default_rng(10), 40, 5)
    answers[:, 1] = 0.5

    assert fit_items(answers).share[1] == 0.5


def test_thin_and_odd_exams_are_refused():
    """29 takers or four questions say nothing; an answer is a share; a question needs a taker."""
    answers = drawn(np.random.default_rng(11), 30, 5)
    with pytest.raises(NotEnoughData, match="29 of the"):
        fit_items(answers[:29])
    with pytest.raises(NotEnoughData, match="4 questions"):
        fit_reliability(answers[:, :4])
    with pytest.raises(BadInput, match=r"lie in 0\.\.1"):
        fit_items(answers * 2)
    with pytest.raises(BadInput, match="nobody"):
        fit_items(np.hstack([answers, np.full((30, 1), np.nan)]))
    with pytest.raises(BadInput, match="alike"):
        fit_reliability(np.ones((40, 6)))
    with pytest.raises(BadInput, match="dimensions"):
        fit_items(np.ones(40))


def test_who_answered_nothing_is_no_taker():
    """A sitting that was never begun neither counts nor lowers a share."""
    answers = drawn(np.random.default_rng(12), 40, 6)
    blank = np.full((5, 6), np.nan)

    assert fit_reliability(np.vstack([answers, blank])) == fit_reliability(answers)
